"""Which models are plain: the fast road may do for them what their methods would do.

A class is looked at once; receivers of signals come later, so those are asked for when a plan is made,
and connecting one starts a new epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from vivace.db.completion import complete
from vivace.db.orm import signals
from vivace.db.orm.classes import metaclass
from vivace.db.orm.instances.state import ModelState
from vivace.db.orm.road.shapes import EPOCH
from vivace.db.planner.load import Construction, install
from vivace.db.schema.deferred import DeferredAttribute
from vivace.db.schema.options import Options
from vivace.db.schema.registry import subclasses

__all__ = [
    "install_construction",
    "is_created_plainly",
    "is_filled_plainly",
    "is_plain",
    "own_methods",
]

signals.on_change(EPOCH.clear)

# What is known about a model's fields is known anew after they change.
Options.FORWARD_PROPERTIES.update(["made_plainly", "filled_plainly", "wants_dict"])
Options.REVERSE_PROPERTIES.add("created_plainly")
_FACTS = ("made_plainly", "filled_plainly", "wants_dict", "created_plainly", "initialisers")

# Descriptors under which a value in __dict__ is what setting the attribute would have left there.
_descriptors: set[type] = {DeferredAttribute}
# The class that all models have, and its methods, that are ours.
_base: list[Any] = []
_ours: dict[str, Any] = {}
_MAKING = ("__init__", "__new__", "from_db")
_FILLING = ("__setattr__", "__getattribute__")


def install_construction(model_base: Any, *descriptors: type) -> None:
    """Say which class instances are made like, and which descriptors hold their values."""
    _base.append(model_base)
    _ours.update((name, _function(model_base, name)) for name in dir(model_base))
    _descriptors.update(descriptors)
    install(Construction(ModelState, is_plain, wants_dict))


def own_methods(model: Any, names: Iterable[str]) -> bool:
    """Whether the methods of `model` with these names are those that all models have."""
    return all(_function(model, name) is _ours[name] for name in names)


def _attribute_changed(model: Any, name: str) -> None:
    """Forget what is known of a model one of whose methods was replaced, or a field's attribute."""
    changed = [each.__dict__["_meta"] for each in subclasses(model) if "_meta" in each.__dict__]
    known = [meta for meta in changed if not meta.__dict__.keys().isdisjoint(_FACTS)]
    if not known or not (name in _ours or any(name in each._forward_fields_map for each in known)):
        return
    for meta in known:
        for fact in _FACTS:
            meta.__dict__.pop(fact, None)
    EPOCH.clear()


metaclass.on_change(_attribute_changed)


def _function(model: Any, name: str) -> Any:
    found = getattr(model, name, None)
    return getattr(found, "__func__", found)


def is_plain(model: Any) -> bool:
    """Whether instances may be made by storing their values, with nobody to notice."""
    return (
        _known(model, "made_plainly", _is_made_plainly)
        and not signals.pre_init.has_listeners(model)
        and not signals.post_init.has_listeners(model)
    )


def is_filled_plainly(model: Any) -> bool:
    """Whether setting the fields of an instance may be storing their values."""
    return _known(model, "filled_plainly", _is_filled_plainly)


def is_created_plainly(model: Any) -> bool:
    """Whether create() only makes an instance and saves it as all models are saved."""
    return _known(model, "created_plainly", _is_created_plainly)


def _is_created_plainly(model: Any) -> bool:
    # A keyword that is no field but the other end of a relation has an error of its own.
    return own_methods(model, ("save",)) and not model._meta._reverse_one_to_one_field_names


def wants_dict(model: Any) -> bool:
    """Whether a descriptor stands in the way of setting attributes one by one."""
    return _known(model, "wants_dict", _wants_dict)


def _known(model: Any, name: str, find: Callable[[Any], bool]) -> bool:
    facts = model._meta.__dict__
    if name not in facts:
        # The methods that are ours are installed with the other rooms.
        complete()
        facts[name] = find(model)
    return bool(facts[name])


def _is_made_plainly(model: Any) -> bool:
    # A metaclass may have a way of its own to make instances.
    called = type(model).__call__ is type.__call__
    return called and own_methods(model, _MAKING) and is_filled_plainly(model)


def _is_filled_plainly(model: Any) -> bool:
    after = model.__mro__[model.__mro__.index(_base[0]) + 1 :]
    return (
        own_methods(model, _FILLING)
        and not any("__init__" in cls.__dict__ for cls in after if cls is not object)
        and all(type(found) in _descriptors for found in _attributes(model))
    )


def _wants_dict(model: Any) -> bool:
    return any(hasattr(type(found), "__set__") for found in _attributes(model))


def _attributes(model: Any) -> list[Any]:
    return [getattr(model, field.attname, None) for field in model._meta.concrete_fields]
