"""The shelf: publishers, books and authors in a SQLite database, for tests of whole operations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from golden_cases import script
from vivace.db import models, transaction

planner = script("planner")
querysets = script("querysets")
links = script("links")


@cache
def shelf_models() -> dict[str, Any]:
    """The models of scripts/golden/querysets.py: made once, for models are registered for good."""
    found: dict[str, Any] = querysets.define(models)
    return found


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The models, by name, with empty tables in two databases."""
    place: Path = tmp_path_factory.mktemp("shelf")
    name = application(querysets.APP, place)
    with sqlite(place, ["default", "other"], INSTALLED_APPS=[name], USE_TZ=False) as connection:
        found = shelf_models()
        create_tables(connection, *querysets.tables(found))
        yield found


@pytest.fixture
def filled(shelf: dict[str, Any]) -> Iterator[SimpleNamespace]:
    """The models and the rows that every recorded case begins with; rolled back afterwards."""
    with transaction.atomic():
        yield SimpleNamespace(**shelf, **querysets.fill(shelf))
        transaction.set_rollback(True)


@cache
def library_models() -> dict[str, Any]:
    """The models of scripts/golden/planner.py: made once, for models are registered for good."""
    found: dict[str, Any] = planner.define(models)
    return found


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The names that the recorded cases of the planner use; their tables are filled."""
    place: Path = tmp_path_factory.mktemp("library")
    name = application(planner.APP, place)
    with sqlite(place, INSTALLED_APPS=[name], USE_TZ=False) as connection:
        found = library_models()
        create_tables(connection, *planner.tables(found))
        planner.fill(found)
        yield planner.environment("vivace", found)


@cache
def linked_models() -> dict[str, Any]:
    """The models of scripts/golden/links.py: made once, for models are registered for good."""
    found: dict[str, Any] = links.define(models)
    return found


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Models with relations of every kind, by name, with empty tables in two databases."""
    place: Path = tmp_path_factory.mktemp("links")
    name = application(links.APP, place)
    layer: dict[str, Any] = {
        "INSTALLED_APPS": [name],
        "USE_TZ": False,
        "GOLDEN_SWAPPED": "auth.User",
    }
    with sqlite(place, ["default", "other"], **layer) as connection:
        found = linked_models()
        create_tables(connection, *links.tables(found))
        yield found
