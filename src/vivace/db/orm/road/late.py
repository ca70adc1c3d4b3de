"""Attributes of querysets on the road that are made when somebody asks for them."""

from __future__ import annotations

from typing import Any

__all__ = ["LateDict", "LateQuery", "ShapesModel"]


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
