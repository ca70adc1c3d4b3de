"""Attributes of querysets on the road that are made when somebody asks for them."""

from __future__ import annotations

from typing import Any

__all__ = ["ClassOffRoad", "LateDict", "LateQuery", "ShapesModel"]

_class_of_object = vars(object)["__class__"]


class LateQuery:
    """Makes the query that a queryset on the road stands for, when it is first asked for."""

    def __get__(self, queryset: Any, owner: type | None = None) -> Any:
        if queryset is None:
            return self
        return queryset._leave_road()


class ShapesModel:
    """The model of a queryset on the road: that of its shape."""

    def __get__(self, queryset: Any, owner: type | None = None) -> Any:
        if queryset is None:
            return self
        shape = queryset._shape
        if shape is None:
            raise AttributeError("model")
        return shape.model


class LateDict:
    """A dict of each queryset's own, made when it is first asked for."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, queryset: Any, owner: type | None = None) -> Any:
        if queryset is None:
            return self
        made: dict[Any, Any] = {}
        queryset.__dict__[self.name] = made
        return made


class ClassOffRoad:
    """The class of a queryset, which packages replace by one with methods of their own in front.

    What the other class does is not known, so the queryset leaves the road before, and has what it
    consists of in its ``__dict__``, where such packages look.
    """

    def __init__(self, *names: str) -> None:
        self.names = names

    def __get__(self, queryset: Any, owner: type | None = None) -> Any:
        return type(owner if queryset is None else queryset)

    def __set__(self, queryset: Any, cls: type) -> None:
        if queryset.__dict__.get("_shape") is not None:
            queryset._leave_road()
            state = {name: getattr(queryset, name) for name in self.names}
            queryset.__dict__.update(state)
        _class_of_object.__set__(queryset, cls)
