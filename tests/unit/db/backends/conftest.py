"""Connections to SQLite, in memory and in files, that belong to one test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from databases import sqlite
from vivace.db import care
from vivace.db.utils import ConnectionHandler


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Any]:
    """The default connection, to a file with a table ``a`` of one column ``x``, the key."""
    with sqlite(tmp_path) as connection:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE a (x integer PRIMARY KEY)")
        yield connection


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Make connections to one file: ``connect(CONN_MAX_AGE=None, OPTIONS={...})``."""
    made: list[Any] = []

    def make(name: Any = None, **settings: Any) -> Any:
        default = {
            "ENGINE": "vivace.db.backends.sqlite3",
            "NAME": str(tmp_path / "file.sqlite3") if name is None else name,
            **settings,
        }
        made.append(ConnectionHandler({"default": default})["default"])
        return made[-1]

    yield make
    for connection in made:
        if connection.connection is not None:
            # The driver's own: one to a database in memory is never closed otherwise.
            connection.connection.close()
            connection.connection = None
            care.dismiss(connection)
