"""Forms, fields and widgets answer as Django's, to the byte."""

from __future__ import annotations

import pytest

from golden_cases import recorded, script

RECORDED = recorded("forms")
ANSWERS = script("forms").observations("vivace")


def test_all_is_asked() -> None:
    assert {name: sorted(group) for name, group in ANSWERS.items()} == {
        name: sorted(group) for name, group in RECORDED.items()
    }


@pytest.mark.parametrize("group", RECORDED)
def test_answers_are_djangos(group: str) -> None:
    wrong = {
        name: (ANSWERS[group].get(name), answer)
        for name, answer in RECORDED[group].items()
        if ANSWERS[group].get(name) != answer
    }
    assert wrong == {}
