"""What annotations of base classes leave for those who ask for a class's own."""

from __future__ import annotations

import typing

import pytest

from vivace.utils.unannotated import unannotated
from vivace.views import generic


@pytest.mark.parametrize(
    "view",
    [each for each in vars(generic).values() if isinstance(each, type)],
    ids=lambda view: view.__name__,
)
def test_annotations_of_a_view_are_those_of_its_author(view: type) -> None:
    class Component(view):  # type: ignore[misc]
        count: int = 0

    assert typing.get_type_hints(Component) == {"count": int}


def test_the_class_itself_comes_back() -> None:
    class Annotated:
        name: str = "a"

    assert unannotated(Annotated) is Annotated
    assert (typing.get_type_hints(Annotated), Annotated.name) == ({}, "a")
