"""Attributes of requests and responses that take them off the plain road when they are set."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any, TypeVar, cast

from vivace.utils.subscripted import Subscripted

__all__ = ["TELLING", "MadeWhenAsked", "Mark", "replaceable"]

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class Mark:
    """An attribute that tells something to whoever looks for it.

    It behaves like any attribute that is not there until it is set, and makes its owner unusual
    (``_plain`` false) when it is.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        try:
            return instance.__dict__[self.name]
        except KeyError:
            raise self._missing(instance) from None

    def __set__(self, instance: Any, value: Any) -> None:
        instance._plain = False
        instance.__dict__[self.name] = value

    def __delete__(self, instance: Any) -> None:
        try:
            del instance.__dict__[self.name]
        except KeyError:
            raise self._missing(instance) from None

    def _missing(self, instance: Any) -> AttributeError:
        return AttributeError(
            f"{type(instance).__name__!r} object has no attribute {self.name!r}",
            name=self.name,
            obj=instance,
        )


class MadeWhenAsked(Subscripted[T]):
    """A mutable attribute made by `make` when first asked for, which also makes its owner unusual."""

    def __init__(self, make: Callable[[], T]) -> None:
        self.make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.name, self)
        if value is self:
            instance._plain = False
            value = instance.__dict__[self.name] = self.make()
        return value

    def __set__(self, instance: Any, value: T) -> None:
        instance._plain = False
        instance.__dict__[self.name] = value


class _Replaceable:
    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name = function.__name__
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self.function
        return instance.__dict__.get(self.name) or MethodType(self.function, instance)

    def __set__(self, instance: Any, value: Any) -> None:
        instance._plain = False
        instance.__dict__[self.name] = value

    def __delete__(self, instance: Any) -> None:
        try:
            del instance.__dict__[self.name]
        except KeyError:
            raise AttributeError(self.name) from None


def replaceable(function: F) -> F:
    """A method that somebody may put another in place of on one instance, which is then unusual."""
    return cast(F, _Replaceable(function))


# The descriptors whose values, in the dictionary of an instance, tell that it is unusual.
TELLING = (Mark, MadeWhenAsked, _Replaceable)
