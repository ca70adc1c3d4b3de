"""The models of scripts/golden/expressions.py, with their rows, in a SQLite database."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from golden_cases import script
from vivace.db import models

expressions = script("expressions")


@cache
def book_models() -> dict[str, Any]:
    """The models by name: made once, for models are registered for good."""
    found: dict[str, Any] = expressions.define(models)
    return found


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the recorded cases may name."""
    place = tmp_path_factory.mktemp("books")
    name = application(expressions.APP, place)
    with sqlite(
        place,
        INSTALLED_APPS=[name],
        USE_TZ=True,
        TIME_ZONE="Europe/Paris",
        DEFAULT_AUTO_FIELD="vivace.db.models.BigAutoField",
    ) as connection:
        found = book_models()
        create_tables(connection, *found.values())
        expressions.fill(found, models)
        yield expressions.environment("vivace", found)
