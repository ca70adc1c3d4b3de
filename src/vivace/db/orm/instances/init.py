"""What `Model.__init__` does: positional values, keywords and defaults, in the fields' order.

Values are set with ``setattr``, for descriptors and an overridden ``__setattr__`` must see them.
"""

from collections.abc import Iterable
from typing import Any

from vivace.core.exceptions import FieldDoesNotExist
from vivace.utils.naming import publish

__all__ = ["DEFERRED", "Deferred", "fill"]


class Deferred:
    """The value of a field that is not to be loaded yet."""

    def __repr__(self) -> str:
        return "<Deferred field>"

    def __str__(self) -> str:
        return "<Deferred field>"


DEFERRED = Deferred()

_ABSENT = object()


def fill(instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Set all attributes of the new `instance` from the arguments of its class.

    Raises `IndexError` and `TypeError` for arguments that the fields do not account for.
    """
    meta = instance._meta
    concrete = meta.concrete_fields
    if len(args) > len(concrete):
        raise IndexError("Number of args exceeds number of fields")
    if not kwargs and len(args) == len(concrete):
        # PERF: this is how rows arrive that take the compatible path.
        for field, value in zip(concrete, args, strict=True):
            if value is not DEFERRED:
                setattr(instance, field.attname, value)
        return
    fields = meta.fields if kwargs else concrete
    _set_positional(instance, fields, args, kwargs)
    _set_rest(instance, fields[len(args) :], kwargs)
    if kwargs:
        _set_properties(instance, meta, kwargs)


def _set_positional(
    instance: Any, fields: Iterable[Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    for value, field in zip(args, fields, strict=False):
        if value is not DEFERRED:
            setattr(instance, field.attname, value)
        if kwargs and kwargs.pop(field.name, _ABSENT) is not _ABSENT:
            raise TypeError(
                f"{type(instance).__qualname__}() got both positional and keyword arguments for "
                f"field '{field.name}'."
            )


def _set_rest(instance: Any, fields: Iterable[Any], kwargs: dict[str, Any]) -> None:
    for field in fields:
        # What has no column sets fields that have one, so it comes after their defaults; neither it
        # nor what the database computes has a default of its own.
        if field.column is None or field.generated:
            continue
        if kwargs:
            if field.remote_field is not None and field.name in kwargs:
                related = kwargs.pop(field.name)
                if related is not DEFERRED:
                    setattr(instance, field.name, related)
                continue
            value = kwargs.pop(field.attname, _ABSENT)
            if value is not _ABSENT:
                if value is not DEFERRED:
                    setattr(instance, field.attname, value)
                continue
        setattr(instance, field.attname, field.get_default())


def _set_properties(instance: Any, meta: Any, kwargs: dict[str, Any]) -> None:
    unexpected = []
    for name, value in kwargs.items():
        if name not in meta._property_names:
            try:
                meta.get_field(name)
            except FieldDoesNotExist:
                unexpected.append(name)
                continue
        if value is not DEFERRED:
            setattr(instance, name, value)
    if unexpected:
        names = ", ".join(repr(name) for name in unexpected)
        raise TypeError(f"{type(instance).__name__}() got unexpected keyword arguments: {names}")


publish(__name__, "db.models.base", "Deferred")
