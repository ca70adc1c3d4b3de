"""Views, decorators and shortcuts answer every probe as Django did."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

import golden_cases
from vivace.test.utils import override_settings

views = golden_cases.script("views")
RECORDED: dict[str, Any] = golden_cases.recorded("views")
KINDS = sorted({name.split()[0] for name in RECORDED})


@pytest.fixture(scope="module")
def observed() -> Iterator[dict[str, Any]]:
    logging.disable(logging.CRITICAL)
    with override_settings(ROOT_URLCONF=views.URLCONF, ALLOWED_HOSTS=["*"]):
        yield golden_cases.as_json(views.observations("vivace"))
    logging.disable(logging.NOTSET)


def test_the_record_holds_the_probes_of_the_script(observed: dict[str, Any]) -> None:
    assert observed.keys() == RECORDED.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_answers_as_recorded(observed: dict[str, Any], kind: str) -> None:
    differences = [
        (name, RECORDED[name], observed.get(name))
        for name in RECORDED
        if name.split()[0] == kind and observed.get(name) != RECORDED[name]
    ]
    assert differences == []
