"""Versions as text."""

from __future__ import annotations

from typing import Any

import pytest

import vivace
from vivace.utils.version import (
    get_complete_version,
    get_docs_version,
    get_main_version,
    get_version,
    get_version_tuple,
)


@pytest.mark.parametrize(
    ("version", "full", "main", "docs"),
    [
        ((1, 2, 0, "final", 0), "1.2", "1.2", "1.2"),
        ((1, 2, 3, "final", 0), "1.2.3", "1.2.3", "1.2"),
        ((1, 2, 0, "beta", 2), "1.2b2", "1.2", "dev"),
        ((1, 2, 3, "rc", 1), "1.2.3rc1", "1.2.3", "dev"),
        ((1, 2, 0, "alpha", 1), "1.2a1", "1.2", "dev"),
        ((1, 2, 0, "alpha", 0), "1.2", "1.2", "dev"),
    ],
)
def test_texts(version: Any, full: str, main: str, docs: str) -> None:
    assert get_version(version) == full
    assert get_main_version(version) == main
    assert get_docs_version(version) == docs


@pytest.mark.parametrize("version", [(1, 2, 3, "foo", 0), (1, 2)])
def test_malformed(version: Any) -> None:
    with pytest.raises(AssertionError):
        get_version(version)


def test_own_version_is_the_default() -> None:
    assert get_complete_version() == vivace.VERSION


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1.2.3", (1, 2, 3)), ("1.2b3.4", (1, 2)), ("1.x", (1,)), ("10.0.rc1", (10, 0)), ("", ())],
)
def test_version_tuple(text: str, numbers: tuple[int, ...]) -> None:
    assert get_version_tuple(text) == numbers
