"""What a model has from its parents: the ways to their tables, and their managers.

Documented at topics/db/models (model inheritance) and topics/db/managers.
"""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from vivace.utils.lazily import Later

if TYPE_CHECKING:
    from vivace.db.schema import paths
    from vivace.db.schema.paths import PathInfo
else:
    paths = Later("vivace.db.schema.paths")

__all__ = [
    "ancestor_link",
    "base_chain",
    "base_manager_of",
    "default_manager_of",
    "managers_of",
    "path_from_parent",
    "path_to_parent",
]


def base_chain(options: Any, model: Any) -> list[Any]:
    """The parents on the way to the parent `model`, from the nearest to it; empty for none."""
    if model in options.parents:
        return [model]
    for parent in options.parents:
        rest = parent._meta.get_base_chain(model)
        if rest:
            return [parent, *rest]
    return []


def ancestor_link(options: Any, ancestor: Any) -> Any:
    """The field that leads to the parent `ancestor`, or to the parent that it comes through."""
    if ancestor in options.parents:
        return options.parents[ancestor]
    for parent, link in options.parents.items():
        further = parent._meta.get_ancestor_link(ancestor)
        if further:
            # A proxy has no link of its own.
            return link or further
    return None


def path_to_parent(options: Any, parent: Any) -> list[PathInfo]:
    """The steps from the model to its parent `parent`."""
    if options.model is parent:
        return []
    path = []
    here = options
    for model in options.get_base_chain(parent):
        there = model._meta
        # From a proxy to its model there is nothing to walk.
        if model is not options.concrete_model:
            link = here.parents[model]
            path.append(
                paths.PathInfo(
                    from_opts=link.model._meta,
                    to_opts=there,
                    target_fields=(link.remote_field.get_related_field(),),
                    join_field=link,
                    m2m=False,
                    direct=True,
                    filtered_relation=None,
                )
            )
        here = there
    return path


def path_from_parent(options: Any, parent: Any) -> list[PathInfo]:
    """The steps from the parent `parent` to the model."""
    if options.model is parent:
        return []
    model = options.concrete_model
    line = [model, *model._meta.get_base_chain(parent)]
    path: list[PathInfo] = []
    for child, ancestor in reversed(list(pairwise(line))):
        path += child._meta.get_ancestor_link(ancestor).reverse_path_infos
    return path


def managers_of(model: Any) -> list[Any]:
    """Copies of the managers of `model` and its parents, the nearest of each name."""
    found: dict[str, tuple[int, int, Any]] = {}
    bases = [base for base in model.mro() if hasattr(base, "_meta")]
    for depth, base in enumerate(bases):
        for manager in base._meta.local_managers:
            if manager.name in found:
                continue
            manager = copy.copy(manager)
            manager.model = model
            found[manager.name] = (depth, manager.creation_counter, manager)
    ordered = sorted(found.values(), key=lambda each: each[:2])
    return [manager for _depth, _counter, manager in ordered]


def base_manager_of(options: Any) -> Any:
    """The manager that Meta or the next parent names; else a plain one of its own."""
    name = options.base_manager_name
    if not name:
        for parent in options.model.mro()[1:]:
            if hasattr(parent, "_meta"):
                inherited = parent._base_manager
                if inherited.name != "_base_manager" or not inherited.auto_created:
                    name = inherited.name
                break
    if name:
        return _named(options, name)
    manager = options.manager_class()
    manager.name = "_base_manager"
    manager.model = options.model
    manager.auto_created = True
    return manager


def default_manager_of(options: Any) -> Any:
    """The manager that Meta, or that of the next parent, names; else the first; None for none."""
    name = options.default_manager_name
    if not name and not options.local_managers:
        for parent in options.model.mro()[1:]:
            if hasattr(parent, "_meta"):
                name = parent._meta.default_manager_name
                break
    if name:
        return _named(options, name)
    return options.managers[0] if options.managers else None


def _named(options: Any, name: str) -> Any:
    try:
        return options.managers_map[name]
    except KeyError:
        raise ValueError(f"{options.object_name} has no manager named {name!r}")
