from __future__ import annotations

from collections import OrderedDict
from pprint import pformat
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vivace.views.report.values import LONGEST, shown, written

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
)


@settings(deadline=None)
@given(VALUES)
def test_values_are_printed_as_python_prints_them(value: Any) -> None:
    text = pformat(value)
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}… <trimmed {len(text)} bytes string>"
    assert shown(value) == text


def test_a_long_text_keeps_its_beginning() -> None:
    for length in (5_000, 50_000, 5_000_000):
        assert shown("x" * length) == f"'{'x' * (LONGEST - 1)}… <trimmed {length + 2} bytes string>"
        assert shown(b"x" * length).startswith("(b'xxxxx")
        assert len(shown(b"x" * length)) < LONGEST + 100


class Counted(int):
    """A number that counts how often it is printed."""

    printed = 0

    def __repr__(self) -> str:
        type(self).printed += 1
        return "number"


@pytest.mark.parametrize(
    "value",
    [
        [Counted()] * 100_000,
        {"rows": [{"id": Counted()}] * 100_000},
        dict.fromkeys(range(100_000), Counted()),
        tuple([Counted()] for _ in range(100_000)),
        {"a": [{"b": [Counted()] * 30_000}]},
    ],
    ids=["list", "rows", "dict", "tuple", "nested"],
)
def test_of_a_huge_value_only_some_is_printed(value: Any) -> None:
    Counted.printed = 0
    text = shown(value)
    assert Counted.printed <= 1000
    assert len(text) < LONGEST + 100
    assert f"of {len(value)} items>" in text or "trimmed" in text


def test_a_value_that_holds_itself() -> None:
    ring: list[Any] = []
    ring.append(ring)
    assert "Recursion" in shown(ring) or "..." in shown(ring)


class Broken:
    def __init__(self, error: type[Exception]) -> None:
        self.error = error

    def __repr__(self) -> str:
        raise self.error("no repr")


class Mute(Exception):
    def __str__(self) -> str:
        raise ValueError


def test_what_cannot_be_written() -> None:
    assert written({"a": 1}) == "{'a': 1}"
    assert written(Broken(Mute)) == "Error in formatting: Mute: <exception str() failed>"
    assert len(written("x" * 1_000_000)) < 101_000


def test_what_cannot_be_printed() -> None:
    assert shown(Broken(KeyError)) == "Error in formatting: KeyError: 'no repr'"
    assert shown([Broken(OSError)]) == "Error in formatting: OSError: no repr"
    assert shown(Broken(Mute)) == "Error in formatting: Mute: <exception str() failed>"
    assert shown(OrderedDict(a=1)) == pformat(OrderedDict(a=1))
