"""Names: from ``author__books__title__lower`` to the relations, the field and the transforms it means.

A chain of names is followed through relations as long as it leads over relations; the rest are
transforms and lookups, or a mistake. Nothing is joined here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import FieldDoesNotExist, FieldError
from vivace.db.planner.nodes import MultiJoin
from vivace.db.query.expressions import Ref
from vivace.db.schema.constants import LOOKUP_SEP
from vivace.db.schema.registry import on_change

if TYPE_CHECKING:
    from vivace.db.planner.query import Query

# SECURITY: what could end an identifier, a statement or the text around it, in any database.
FORBIDDEN_ALIAS_PATTERN = re.compile(r"""['`"\]\[;\s\x00-\x1F\x7F-\x9F]|#|--|/\*|\*/""")


def check_alias(query: Query, alias: str) -> None:
    """Refuse an alias chosen by a user that could be anything but a name (ValueError)."""
    if FORBIDDEN_ALIAS_PATTERN.search(alias):
        raise ValueError(
            "Column aliases cannot contain whitespace characters, hashes, control characters, "
            "quotation marks, semicolons, or SQL comments."
        )


def get_field_names_from_opts(opts: Any) -> set[str]:
    """All names by which a lookup may begin at the model with options `opts`."""
    if opts is None:
        return set()
    names: set[str] = set()
    for field in opts.get_fields():
        names.add(field.name)
        if field.concrete:
            names.add(field.attname)
    return names


def refs_expression(
    lookup_parts: Sequence[str], annotations: Mapping[str, Any]
) -> tuple[str | None, Sequence[str]]:
    """The annotation that the first parts of a lookup name, and the parts behind it."""
    for length in range(1, len(lookup_parts) + 1):
        name = LOOKUP_SEP.join(lookup_parts[:length])
        if annotations.get(name):
            return name, lookup_parts[length:]
    return None, ()


def solve_lookup_type(
    query: Query, lookup: str, summarize: bool = False
) -> tuple[Sequence[str], Sequence[str], Any]:
    """Split a lookup: the transforms and lookups, the names of fields, the annotation instead."""
    names = lookup.split(LOOKUP_SEP)
    if query.annotations:
        annotation, lookups = refs_expression(names, query.annotations)
        if annotation:
            expression = query.annotations[annotation]
            return lookups, (), Ref(annotation, expression) if summarize else expression
    _, _, _, lookups = query.names_to_path(names, query.get_meta())
    fields = names[: len(names) - len(lookups)]
    if len(lookups) > 1 and not fields:
        opts = query.get_meta()
        raise FieldError(f'Invalid lookup "{lookup}" for model {opts.model.__name__}".')
    return lookups, fields, False


def names_to_path(
    query: Query,
    names: Sequence[str],
    opts: Any,
    allow_many: bool = True,
    fail_on_missing: bool = False,
) -> tuple[list[Any], Any, tuple[Any, ...], Sequence[str]]:
    """Follow `names` from the model with options `opts`.

    Returns the steps (`PathInfo`), the last field, the fields of the last model that it targets, and
    the names that are left. Raises `FieldError` if the first name (any name, with `fail_on_missing`)
    means nothing, and `MultiJoin` if a relation to many objects is crossed without `allow_many`.
    """
    if query.annotations or query._filtered_relations or fail_on_missing:
        return _followed(query, names, opts, allow_many, fail_on_missing)
    known = _known_paths
    key = opts, allow_many, *names
    found = known.get(key)
    if found is None:
        found = _followed(query, names, opts, allow_many, False)
        if len(known) >= CAPACITY:
            known.clear()
        known[key] = found
    path, final_field, targets, rest = found
    return path.copy(), final_field, targets, rest


# PERF: most conditions follow names that others followed before. Paths are kept until a model changes.
CAPACITY = 2000
_known_paths: dict[tuple[Any, ...], tuple[list[Any], Any, tuple[Any, ...], Sequence[str]]] = {}


def _forget_paths() -> None:
    # Who is following names now keeps what he finds in the old one.
    global _known_paths
    _known_paths = {}


on_change(_forget_paths)


def _followed(
    query: Query, names: Sequence[str], opts: Any, allow_many: bool, fail_on_missing: bool
) -> tuple[list[Any], Any, tuple[Any, ...], Sequence[str]]:
    path: list[Any] = []
    crossed: list[tuple[str, list[Any]]] = []
    final_field: Any = None
    targets: tuple[Any, ...] = ()
    for position, name in enumerate(names):
        if name == "pk" and opts is not None:
            name = opts.pk.name
        steps: list[Any] = []
        crossed.append((name, steps))
        field, filtered_relation = _field_named(
            query, name, opts, position, path, (allow_many, fail_on_missing)
        )
        if field is None:
            if position == 0 or fail_on_missing:
                raise _unknown_name(query, name, opts)
            return path, final_field, targets, names[position:]
        if field.is_relation and not field.related_model:
            raise FieldError(
                f"Field {name!r} does not generate an automatic reverse relation and therefore "
                "cannot be used for reverse querying. If it is a GenericForeignKey, consider "
                "adding a GenericRelation."
            )
        opts = _up_to_parent(field, opts, path, steps)
        if not hasattr(field, "path_infos"):
            rest = names[position + 1 :]
            if rest and fail_on_missing:
                raise FieldError(
                    f"Cannot resolve keyword {rest[0]!r} into field. "
                    f"Join on '{name}' not permitted."
                )
            return path, field, (field,), rest
        infos = field.get_path_info(filtered_relation) if filtered_relation else field.path_infos
        if not allow_many:
            for count, info in enumerate(infos, start=1):
                if info.m2m:
                    steps.extend(infos[:count])
                    raise MultiJoin(position + 1, crossed)
        path.extend(infos)
        steps.extend(infos)
        final_field = infos[-1].join_field
        targets = infos[-1].target_fields
        opts = infos[-1].to_opts
    return path, final_field, targets, ()


def _field_named(
    query: Query,
    name: str,
    opts: Any,
    position: int,
    path: list[Any],
    options: tuple[bool, bool],
) -> tuple[Any, Any]:
    """The field, or the field behind the annotation or filtered relation, that `name` means."""
    try:
        if opts is None:
            raise FieldDoesNotExist
        return opts.get_field(name), None
    except FieldDoesNotExist:
        pass
    if name in query.annotation_select:
        return query.annotation_select[name].output_field, None
    if position == 0 and name in query._filtered_relations:
        filtered_relation = query._filtered_relations[name]
        relation_name = filtered_relation.relation_name
        if LOOKUP_SEP not in relation_name:
            return opts.get_field(relation_name), filtered_relation
        steps, field, _, _ = query.names_to_path(relation_name.split(LOOKUP_SEP), opts, *options)
        path.extend(steps[:-1])
        return field, filtered_relation
    return None, None


def _unknown_name(query: Query, name: str, opts: Any) -> FieldError:
    choices = sorted(
        [
            *get_field_names_from_opts(opts),
            *query.annotation_select,
            *query._filtered_relations,
        ]
    )
    return FieldError(
        f"Cannot resolve keyword '{name}' into field. Choices are: {', '.join(choices)}"
    )


def _up_to_parent(field: Any, opts: Any, path: list[Any], steps: list[Any]) -> Any:
    """The options of the model that has `field`: a parent's, if the model inherited it."""
    model = getattr(field, "model", None)
    if model is None or opts is None:
        return opts
    model = model._meta.concrete_model
    if model is opts.model:
        return opts
    to_parent = opts.get_path_to_parent(model)
    if not to_parent:
        return opts
    path.extend(to_parent)
    steps.extend(to_parent)
    return to_parent[-1].to_opts


def try_transform(query: Query, lhs: Any, name: str, lookups: Sequence[str] | None = None) -> Any:
    """`lhs` wrapped into the transform `name`; `FieldError` with suggestions if there is none."""
    transform = lhs.get_transform(name)
    if transform:
        return transform(lhs)
    field = lhs.output_field
    similar = difflib.get_close_matches(name, field.get_lookups())
    hint = f", perhaps you meant {' or '.join(similar)}?" if similar else "."
    if lookups:
        name = LOOKUP_SEP.join(lookups[list(lookups).index(name) :])
    raise FieldError(
        f"Unsupported lookup '{name}' for {field.__class__.__name__} "
        f"or join on the field not permitted{hint}"
    )


def check_rel_lookup_compatibility(model: Any, target_opts: Any, field: Any) -> bool:
    """Whether instances of `model` may be compared with a relation `field` to `target_opts`."""

    def related(opts: Any) -> bool:
        own = model._meta
        return (
            own.concrete_model == opts.concrete_model
            or opts.concrete_model in own.all_parents
            or model in opts.all_parents
        )

    # A primary key that is a relation stands for its own model as well as for the one it points to.
    return related(target_opts) or (
        getattr(field, "primary_key", False) and related(field.model._meta)
    )
