"""The built-in filters answer what Django 5.2 was seen to answer (``scripts/golden/filters.py``)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import golden_cases
from vivace.test.utils import override_settings

filters = golden_cases.script("filters")
RECORDED: dict[str, dict[str, str]] = golden_cases.recorded("filters")
NAMES = sorted(RECORDED.keys() - {"spans"})


@pytest.fixture(scope="module")
def observed() -> Iterator[dict[str, dict[str, str]]]:
    with override_settings(**filters.SETTINGS):
        yield filters.observations("vivace")


def test_the_record_is_large_enough(observed: dict[str, dict[str, str]]) -> None:
    assert sum(map(len, RECORDED.values())) > 10_000
    assert {name: answers.keys() for name, answers in observed.items()} == {
        name: RECORDED[name].keys() for name in NAMES
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_filter_answers_as_recorded(observed: dict[str, dict[str, str]], name: str) -> None:
    differences = [
        (call, expected, observed[name].get(call))
        for call, expected in RECORDED[name].items()
        if observed[name].get(call) != expected
    ]
    assert differences == []


def test_time_between_moments_is_told_as_recorded() -> None:
    assert filters.elapsed("vivace") == RECORDED["spans"]
