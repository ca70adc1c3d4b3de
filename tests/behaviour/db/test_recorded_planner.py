"""Filters, joins, groupings and subqueries find what they find in Django (scripts/golden/planner.py)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from golden_cases import recorded, script
from vivace.db import models

planner = script("planner")
RECORDED = recorded("planner")


@cache
def library_models() -> dict[str, Any]:
    """The models: made once, for models are registered for good."""
    found: dict[str, Any] = planner.define(models)
    return found


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The names that cases use; the tables are filled."""
    place = tmp_path_factory.mktemp("library")
    name = application(planner.APP, place)
    with sqlite(place, INSTALLED_APPS=[name], USE_TZ=False) as connection:
        found = library_models()
        create_tables(connection, *planner.tables(found))
        planner.fill(found)
        yield planner.environment("vivace", found)


def test_all_cases_are_recorded() -> None:
    assert [case for case, *_ in RECORDED] == planner.CASES


@pytest.mark.parametrize(
    ("case", "wanted", "queries"),
    RECORDED,
    ids=[f"{n}-{row[0][:40]}" for n, row in enumerate(RECORDED)],
)
def test_answers_as_recorded(library: dict[str, Any], case: str, wanted: str, queries: int) -> None:
    found, asked = planner.ask_one("vivace", library, case)
    assert found == wanted
    assert asked <= queries
