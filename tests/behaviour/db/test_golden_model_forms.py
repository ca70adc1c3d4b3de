"""Formsets and forms of models answer as Django's (scripts/golden/model_forms.py)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from golden_cases import recorded, script

model_forms = script("model_forms")
RECORDED = recorded("model_forms")


@cache
def names() -> dict[str, Any]:
    """What the cases name: made once, for models are registered for good."""
    found: dict[str, Any] = model_forms.define("vivace")
    return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the cases name, with the rows that they find."""
    place: Path = tmp_path_factory.mktemp("model_forms")
    application(model_forms.APP, place)
    with sqlite(place, **model_forms.settings("vivace")) as connection:
        found = names()
        create_tables(connection, *model_forms.tables("vivace", found))
        model_forms.fill(found)
        yield found


def test_all_cases_are_recorded() -> None:
    assert [case for case, *_ in RECORDED] == model_forms.CASES


@pytest.mark.parametrize(
    ("case", "wanted", "queries"), RECORDED, ids=[str(n) for n in range(len(RECORDED))]
)
def test_answers_as_recorded(filled: dict[str, Any], case: str, wanted: str, queries: int) -> None:
    found, asked = model_forms.answer("vivace", filled, case)
    assert found == wanted
    assert asked <= queries
