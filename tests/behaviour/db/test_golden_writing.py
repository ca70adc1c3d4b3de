"""Models are made, checked, saved and deleted as Django does it (scripts/golden/writing.py)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from golden_cases import recorded, script
from vivace.db import models

writing = script("writing")
RECORDED = recorded("writing")
ROWS = [(kind, *row) for kind, rows in RECORDED.items() for row in rows]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The models that have tables, by name."""
    place: Path = tmp_path_factory.mktemp("writing")
    settings = {
        "INSTALLED_APPS": [application(writing.APP, place)],
        "DEFAULT_AUTO_FIELD": "vivace.db.models.AutoField",
    }
    with sqlite(place, **settings) as connection:
        found: dict[str, Any] = writing.define(models)
        create_tables(connection, *writing.tables(found))
        yield found


@pytest.mark.parametrize("kind", writing.KINDS)
def test_all_cases_are_recorded(kind: str) -> None:
    assert [case for case, *_ in RECORDED[kind]] == writing.CASES[kind]


@pytest.mark.parametrize(
    ("kind", "case", "wanted", "queries"),
    ROWS,
    ids=[f"{row[0]}-{n}" for n, row in enumerate(ROWS)],
)
def test_answers_as_recorded(
    tables: dict[str, Any], kind: str, case: str, wanted: str, queries: int
) -> None:
    found, asked = writing.ask_one("vivace", kind, tables, case)
    assert found == wanted
    assert asked <= queries
