"""The built-in tags do what Django 5.2 was seen to do (``scripts/golden/tags.py``)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import golden_cases
from vivace.test.utils import override_settings

tags = golden_cases.script("tags")
RECORDED: dict[str, dict[str, str]] = golden_cases.recorded("tags")


@pytest.fixture(scope="module")
def observed() -> Iterator[dict[str, dict[str, str]]]:
    with override_settings(**tags.SETTINGS):
        yield tags.observations("vivace")


def test_the_record_is_large_enough() -> None:
    assert sum(map(len, RECORDED.values())) > 1000


@pytest.mark.parametrize("group", sorted(RECORDED))
def test_templates_render_as_recorded(observed: dict[str, dict[str, str]], group: str) -> None:
    differences = [
        (source, expected, observed[group].get(source))
        for source, expected in RECORDED[group].items()
        if observed[group].get(source) != expected
    ]
    assert differences == []
    assert observed[group].keys() == RECORDED[group].keys()
