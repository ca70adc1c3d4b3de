"""Classes whose parameters are for type checkers only."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import pytest

from vivace.db import models
from vivace.db.models.manager import BaseManager
from vivace.db.models.query import RawQuerySet
from vivace.utils.datastructures import OrderedSet
from vivace.utils.functional import cached_property

T = TypeVar("T")

PUBLIC: list[Any] = [
    BaseManager,
    OrderedSet,
    RawQuerySet,
    models.CharField,
    models.ForeignKey,
    models.Manager,
    models.QuerySet,
    cached_property,
]


@pytest.mark.parametrize("cls", PUBLIC)
def test_a_subscription_is_the_class_itself(cls: Any) -> None:
    assert cls[int] is cls


@pytest.mark.parametrize("cls", PUBLIC)
def test_projects_put_generic_before_and_behind(cls: Any) -> None:
    class Before(Generic[T], cls):
        pass

    class Behind(cls, Generic[T]):
        pass

    assert issubclass(Before[int].__origin__, cls)
    assert issubclass(Behind, cls)


@pytest.mark.parametrize("cls", PUBLIC)
def test_an_object_becomes_one_of_a_subclass_with_a_mixin_in_front(cls: Any) -> None:
    class Mixin:
        pass

    class Mixed(Mixin, cls):
        pass

    made = cls.__new__(cls)
    made.__class__ = Mixed
    assert isinstance(made, Mixin)


def test_nothing_is_added_to_the_bases() -> None:
    assert [cls.__name__ for cls in BaseManager.__mro__] == ["BaseManager", "object"]
