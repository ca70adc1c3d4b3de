"""A cache in a table of the database."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from databases import sqlite
from vivace.core.cache import caches
from vivace.core.management import call_command
from vivace.db import DatabaseError
from vivace.test.utils import CaptureQueriesContext, override_settings

BACKEND = "vivace.core.cache.backends.db.DatabaseCache"
CACHES = {
    "default": {"BACKEND": BACKEND, "LOCATION": "pages"},
    "small": {"BACKEND": BACKEND, "LOCATION": "few", "OPTIONS": {"MAX_ENTRIES": 3}},
    "memory": {"BACKEND": "vivace.core.cache.backends.locmem.LocMemCache"},
}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Any]:
    with sqlite(tmp_path) as connection, override_settings(CACHES=CACHES):
        call_command("createcachetable", stdout=io.StringIO())
        yield connection


def test_tables_are_made_once(connection: Any) -> None:
    assert {"pages", "few"} <= set(connection.introspection.table_names())
    told = io.StringIO()
    call_command("createcachetable", stdout=told)
    assert told.getvalue().splitlines() == [
        "Cache table 'pages' already exists.",
        "Cache table 'few' already exists.",
    ]


def test_sql_is_printed_without_being_executed(connection: Any) -> None:
    told = io.StringIO()
    call_command("createcachetable", "other", dry_run=True, stdout=told)
    assert told.getvalue().startswith('CREATE TABLE "other" (\n    "cache_key" varchar(255)')
    assert "other" not in connection.introspection.table_names()


def test_what_was_set_is_found_until_it_expires(connection: Any) -> None:
    cache = caches["default"]
    cache.set("a", {"key": [1, None]})
    cache.set("over", 1, timeout=-1)
    cache.set("ever", 1, timeout=None)
    assert cache.get_many(["a", "over", "ever", "none"]) == {"a": {"key": [1, None]}, "ever": 1}
    assert cache.add("a", 2) is False
    assert cache.add("over", 2) is True
    assert (cache.touch("a", 5), cache.touch("none")) == (True, False)
    assert (cache.delete("a"), cache.delete("a")) == (True, False)


def test_expired_entries_leave_the_table(connection: Any) -> None:
    cache = caches["default"]
    cache.set("over", 1, timeout=-1)
    assert cache.get("over") is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pages")
        assert cursor.fetchone() == (0,)


def test_keys_are_parameters(connection: Any) -> None:
    cache = caches["default"]
    cache.set("kept", 1)
    hostile = "x';DELETE/**/FROM/**/pages;--%s"
    cache.set(hostile, 2)
    assert (cache.get(hostile), cache.get("kept")) == (2, 1)


def test_a_table_of_any_name_is_quoted(connection: Any) -> None:
    name = 'odd" name'
    call_command("createcachetable", name, stdout=io.StringIO())
    with override_settings(CACHES={"default": {"BACKEND": BACKEND, "LOCATION": name}}):
        caches["default"].set("a", 1)
        assert caches["default"].get("a") == 1


def test_old_entries_make_room(connection: Any) -> None:
    cache = caches["small"]
    for number in range(10):
        cache.set(f"k{number}", number)
    left = [number for number in range(10) if cache.has_key(f"k{number}")]
    assert 3 <= len(left) <= 4
    assert left[-1] == 9


def test_a_missing_table_is_an_error_to_read_and_none_to_write(tmp_path: Path) -> None:
    with sqlite(tmp_path), override_settings(CACHES=CACHES):
        with pytest.raises(DatabaseError):
            caches["default"].get("a")


@pytest.mark.parametrize("mode", ["get", "has_key"])
def test_reading_is_one_query(connection: Any, mode: str) -> None:
    cache = caches["default"]
    cache.set("a", 1)
    with CaptureQueriesContext(connection) as captured:
        assert getattr(cache, mode)("a") == 1
    assert len(captured) == 1


def test_it_can_be_awaited(connection: Any) -> None:
    async def use() -> list[Any]:
        cache = caches["default"]
        await cache.aset("a", 1)
        return [await cache.aget("a"), await cache.aincr("a"), await cache.adelete("a")]

    assert asyncio.run(use()) == [1, 2, True]
