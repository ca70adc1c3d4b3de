"""Enumerations of choices."""

from __future__ import annotations

import datetime
import enum

import pytest

from vivace.db.schema.enums import Choices, IntegerChoices, TextChoices
from vivace.utils.functional import lazystr


class Suit(TextChoices):
    SPADE = "S", "Spade"
    CLUB = "C", lazystr("Club")
    RED_HEART = "H"


class Size(IntegerChoices):
    __empty__ = "(any)"
    SMALL = 1
    LARGE = 2, "Large one"


class Landing(datetime.date, Choices):
    APOLLO_11 = 1969, 7, 20, "Apollo 11"
    APOLLO_12 = 1969, 11, 19


def test_labels_are_given_or_made_of_the_names() -> None:
    assert Suit.choices == [("S", "Spade"), ("C", "Club"), ("H", "Red Heart")]
    assert Suit.labels == ["Spade", "Club", "Red Heart"]
    assert Suit.values == ["S", "C", "H"]
    assert Suit.names == ["SPADE", "CLUB", "RED_HEART"]
    assert Suit.CLUB.label == "Club"


def test_no_choice_may_have_a_label() -> None:
    assert Size.choices == [(None, "(any)"), (1, "Small"), (2, "Large one")]
    assert Size.names == ["__empty__", "SMALL", "LARGE"]
    assert None not in Size
    assert list(Size) == [Size.SMALL, Size.LARGE]


def test_members_are_their_values() -> None:
    assert Suit.SPADE == "S"
    assert str(Suit.SPADE) == f"{Suit.SPADE}" == "S"
    assert repr(Suit.SPADE) == "Suit.SPADE"
    assert Size.LARGE + 1 == 3
    assert str(Size.LARGE) == "2"
    assert Suit("C") is Suit.CLUB


def test_values_and_members_are_found_in_the_class() -> None:
    assert "S" in Suit
    assert Suit.SPADE in Suit
    assert "X" not in Suit
    assert 2 in Size
    assert "2" not in Size


def test_any_type_can_have_choices() -> None:
    assert Landing.choices == [
        (datetime.date(1969, 7, 20), "Apollo 11"),
        (datetime.date(1969, 11, 19), "Apollo 12"),
    ]
    assert Landing.APOLLO_12.year == 1969
    assert datetime.date(1969, 7, 20) in Landing


def test_two_members_of_one_value_are_refused() -> None:
    with pytest.raises(ValueError, match="duplicate values found in <enum 'Twice'>: B -> A"):

        class Twice(TextChoices):
            A = "a"
            B = "a"


def test_values_of_text_are_text() -> None:
    with pytest.raises(TypeError, match="1 is not a string"):

        class Wrong(TextChoices):
            A = 1


def test_automatic_values() -> None:
    class Names(TextChoices):
        ONE = enum.auto()
        TWO = enum.auto(), "Second"

    assert Names.choices == [("ONE", "One"), ("TWO", "Second")]


def test_the_functional_api() -> None:
    assert TextChoices("Rank", "ACE KING").choices == [("ACE", "Ace"), ("KING", "King")]  # type: ignore[attr-defined]
    assert IntegerChoices("Place", [("A", 1), ("B", (2, "second"))]).labels == ["A", "second"]  # type: ignore[attr-defined]


def test_templates_do_not_call_the_class() -> None:
    assert Suit.do_not_call_in_templates is True
    assert "do_not_call_in_templates" not in Suit.names


def test_a_member_may_be_called_label() -> None:
    class Parts(TextChoices):
        label = "l", "The label"
        text = "t"

    assert Parts.label.label == "The label"
    assert Parts.text.label == "Text"
