"""The old question whether something can be iterated over."""

from __future__ import annotations

from typing import Any

import pytest

from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.itercompat import is_iterable


class Indexed:
    def __getitem__(self, index: int) -> int:
        return index


@pytest.mark.parametrize(
    ("value", "answer"),
    [([], True), ("a", True), (iter(()), True), ({}, True), (Indexed(), True), (3, False)],
)
def test_answers_with_a_warning(value: Any, answer: bool) -> None:
    with pytest.warns(RemovedInDjango60Warning, match="vivace.utils.itercompat.is_iterable"):
        assert is_iterable(value) is answer
