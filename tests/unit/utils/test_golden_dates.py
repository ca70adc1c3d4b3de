"""Dates, times and durations are read and written as Django does."""

from __future__ import annotations

import pytest

from golden_cases import recorded, script
from vivace.utils import dateparse, duration

RECORDED = recorded("dates")
ANSWERS = script("dates").answers(dateparse, duration)


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_answers_agree_with_django(name: str) -> None:
    assert ANSWERS[name] == RECORDED[name]
