"""The front of the template language beside Django's recorded answers, interpreted and compiled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from golden_cases import as_json, recorded, script
from vivace.template import Template

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
    assert dict(enumerate(answers[part])) == expected
