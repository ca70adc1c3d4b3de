"""Which models are plain: the fast road may do for them what their methods would do.

A class is looked at once; receivers of signals come later, so those are asked for when a plan is made,
and connecting one starts a new epoch.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from vivace.db.orm import signals
from vivace.db.orm.road.shapes import EPOCH
from vivace.db.orm.state import ModelState
from vivace.db.planner.load import Construction, install
from vivace.db.schema.deferred import DeferredAttribute

__all__ = ["install_construction", "is_plain", "plain_descriptors"]

signals.on_change(EPOCH.clear)

# Methods of Model that make or fill instances; set by `install_construction`.
_making: dict[str, Any] = {}
# Descriptors under which a value in __dict__ is what setting the attribute would have left there.
plain_descriptors: set[type] = {DeferredAttribute}


def install_construction(model_base: Any, *descriptors: type) -> None:
    """Say which class instances are made like, and which descriptors hold their values."""
    for name in ("__init__", "__new__", "__setattr__", "__getattribute__", "from_db"):
        _making[name] = _of(model_base, name)
    plain_descriptors.update(descriptors)
    install(Construction(ModelState, is_plain, _wants_dict))


def _of(model: Any, name: str) -> Any:
    found = getattr(model, name)
    return getattr(found, "__func__", found)


def is_plain(model: Any) -> bool:
    """Whether instances may be made by storing their values, with nobody to notice."""
    return (
        _is_made_plainly(model)
        and not signals.pre_init.has_listeners(model)
        and not signals.post_init.has_listeners(model)
    )


@cache
def _is_made_plainly(model: Any) -> bool:
    if any(_of(model, name) is not method for name, method in _making.items()):
        return False
    return all(type(found) in plain_descriptors for found in _descriptors(model))


def _descriptors(model: Any) -> list[Any]:
    return [getattr(model, field.attname, None) for field in model._meta.concrete_fields]


@cache
def _wants_dict(model: Any) -> bool:
    """Whether a descriptor stands in the way of setting attributes one by one."""
    return any(hasattr(type(found), "__set__") for found in _descriptors(model))
