"""Routing answers as Django was observed to answer."""

from __future__ import annotations

from typing import Any

import pytest

import golden_cases
from wording import as_recorded

urls = golden_cases.script("urls")
RECORDED = golden_cases.recorded("urls")


def test_the_record_is_large_enough() -> None:
    assert sum(len(case["paths"]) + len(case["names"]) for case in RECORDED) >= 2000


@pytest.mark.parametrize("number", range(len(RECORDED)))
def test_answers_as_recorded(number: int) -> None:
    case: dict[str, Any] = RECORDED[number]
    answers = as_recorded(golden_cases.as_json(urls.ask("vivace", case)))
    for path, got, expected in zip(
        case["paths"], answers["resolve"], case["answers"]["resolve"], strict=True
    ):
        assert got == expected, (case["urlconf"], path)
    for question, got, expected in zip(
        case["names"], answers["reverse"], case["answers"]["reverse"], strict=True
    ):
        assert got == expected, (case["urlconf"], question)
