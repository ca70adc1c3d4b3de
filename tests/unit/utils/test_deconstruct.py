"""Deconstructible classes tell where they are published and how an instance was made."""

from __future__ import annotations

from typing import Any

import pytest

from vivace.utils.deconstruct import deconstructible
from vivace.utils.naming import published


@deconstructible
class Point:
    def __init__(self, x: int, y: int = 0) -> None:
        self.x, self.y = x, y


@deconstructible(path="vivace.utils.deconstruct.deconstructible")
class Elsewhere:
    pass


class Child(Elsewhere):
    pass


@deconstructible
@published("utils.deconstruct.deconstructible")
class Published:
    pass


def test_the_arguments_and_the_address() -> None:
    point: Any = Point(1, y=2)
    assert point.deconstruct() == (f"{__name__}.Point", (1,), {"y": 2})
    assert point.x == 1


def test_a_path_of_its_own_is_not_inherited() -> None:
    elsewhere: Any = Elsewhere()
    child: Any = Child()
    assert elsewhere.deconstruct() == ("vivace.utils.deconstruct.deconstructible", (), {})
    assert child.deconstruct()[0] == f"{__name__}.Child"


def test_a_published_address_is_named() -> None:
    instance: Any = Published()
    assert instance.deconstruct()[0] == "vivace.utils.deconstruct.deconstructible"


def test_an_inner_class_cannot_be_written_down() -> None:
    @deconstructible
    class Inner:
        pass

    instance: Any = Inner()
    with pytest.raises(ValueError, match="Could not find object Inner in"):
        instance.deconstruct()
