"""The front of the template language beside Django's recorded answers, interpreted and compiled."""

from __future__ import annotations

import enum
import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

from golden_cases import as_json, recorded, script
from vivace.template import Template
from wording import as_recorded

PARTS = [
    *("statements", "parsed", "tokens", "debug tokens", "variables", "expressions", "conditions"),
    *("tags", "lookups"),
]


@pytest.fixture(scope="module", params=["interpreted", "compiled"])
def answers(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "interpreted":
            patch.setattr(Template, "_compiler", None)
        yield as_json(script("templates_core").answers("vivace"))


@pytest.mark.parametrize("part", PARTS)
def test_answers_as_django_does(part: str, answers: dict[str, Any]) -> None:
    expected = dict(enumerate(recorded("templates_core")[part]))
    if part == "lookups":
        expected = {number: case for number, case in expected.items() if not _by_python(case)}
    got = {number: as_recorded(answers[part][number]) for number in expected}
    assert got == as_recorded(expected)


def _by_python(case: Any) -> bool:
    # Whether a class of enum seems callable without arguments is decided by inspect.signature().
    try:
        inspect.signature(enum.Enum("Kind", "A")).bind()
    except TypeError:
        return False
    return re.search(r"\bE\b", case[0]) is not None
