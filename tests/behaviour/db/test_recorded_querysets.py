"""Querysets, managers and related objects answer what Django answers (scripts/golden/querysets.py)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from golden_cases import recorded, script
from vivace.db import models

querysets = script("querysets")
RECORDED = recorded("querysets")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    place: Path = tmp_path_factory.mktemp("shelf")
    name = application(querysets.APP, place)
    with sqlite(place, ["default", "other"], INSTALLED_APPS=[name], USE_TZ=False) as connection:
        found = querysets.define(models)
        create_tables(connection, *querysets.tables(found))
        yield found


def test_all_cases_are_recorded() -> None:
    assert [case for case, *_ in RECORDED] == querysets.CASES


@pytest.mark.parametrize(
    ("case", "wanted", "queries"), RECORDED, ids=[row[0][:60] for row in RECORDED]
)
def test_answers_as_recorded(shelf: dict[str, Any], case: str, wanted: str, queries: int) -> None:
    found, asked = querysets.ask_one("vivace", shelf, case)
    assert found == wanted
    assert asked <= queries
