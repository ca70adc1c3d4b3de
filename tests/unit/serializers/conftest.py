"""The two applications of scripts/golden/serializers.py, installed, with tables in two databases."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from databases import create_tables, sqlite
from golden_cases import script
from vivace.db import connections

golden = script("serializers")


@pytest.fixture(scope="session")
def written_apps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the applications are: written once, for models are registered for good."""
    place: Path = tmp_path_factory.mktemp("serializers").resolve()
    golden.install("vivace", place)
    return place


@pytest.fixture(scope="module")
def world(written_apps: Path) -> Iterator[Any]:
    """What the recorded cases may name."""
    place = written_apps
    databases = place / "databases"
    databases.mkdir(exist_ok=True)
    settings = {
        **golden.SETTINGS,
        "INSTALLED_APPS": list(golden.APPS),
        "DEFAULT_AUTO_FIELD": "vivace.db.models.AutoField",
    }
    with sqlite(databases, golden.ALIASES, **settings):
        for alias in golden.ALIASES:
            create_tables(connections[alias], *golden.tables("vivace"))
        yield golden.World("vivace", place)
    for file in databases.iterdir():
        file.unlink()


@pytest.fixture
def names(world: Any) -> Iterator[dict[str, Any]]:
    """What a case may name; what a test writes is undone."""
    with golden.undone(world):
        yield world.names()


@pytest.fixture(scope="session", autouse=True)
def path_as_before() -> Iterator[None]:
    """The applications are not importable after the tests."""
    before = list(sys.path)
    yield
    sys.path[:] = before
