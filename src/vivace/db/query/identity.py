"""What makes two expressions equal: the arguments that they were made with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from vivace.db.schema.fields.base import Field
from vivace.utils.hashable import make_hashable
from vivace.utils.lazily import Later

if TYPE_CHECKING:
    import inspect
else:
    inspect = Later("inspect")

__all__ = ["arguments", "identified"]


@cache
def _parameters(cls: type) -> tuple[tuple[str, Any, Any], ...]:
    """Name and kind of each parameter of the constructor, with its default."""
    _self, *parameters = inspect.signature(cls.__init__).parameters.values()  # type: ignore[misc]
    return tuple((each.name, each.kind, each.default) for each in parameters)


def arguments(cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The arguments by parameter, in the constructor's order, defaults included."""
    # PERF: a quarter of the time of Signature.bind; the constructor has accepted the arguments already.
    given = iter(args)
    rest = dict(kwargs)
    for name, kind, default in _parameters(cls):
        if kind is inspect.Parameter.VAR_POSITIONAL:
            yield name, tuple(given)
        elif kind is inspect.Parameter.VAR_KEYWORD:
            yield name, rest
        else:
            value = default if kind is inspect.Parameter.KEYWORD_ONLY else next(given, default)
            value = rest.pop(name, value)
            if value is not inspect.Parameter.empty:
                yield name, value


def identified(value: Any) -> Any:
    """What stands for an argument when expressions are compared."""
    if isinstance(value, Field):
        if value.name and getattr(value, "model", None):
            return value.model._meta.label, value.name
        return type(value)
    return make_hashable(value)
