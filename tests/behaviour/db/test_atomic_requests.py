"""``ATOMIC_REQUESTS``: a view is a transaction, on both protocols (topics/db/transactions)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from databases import sqlite
from vivace.db import connection, connections, transaction
from vivace.http import HttpResponse
from vivace.urls import path


@pytest.fixture
def _atomic(tmp_path: Path) -> Iterator[None]:
    with sqlite(tmp_path) as default:
        default.cursor().execute("CREATE TABLE a (x integer)")
        connections.settings["default"]["ATOMIC_REQUESTS"] = True
        yield


def plain(request: Any, number: int = 0) -> HttpResponse:
    connection.cursor().execute("INSERT INTO a VALUES (%s)", [number])
    return HttpResponse(str(connection.in_atomic_block))


def failing(request: Any) -> HttpResponse:
    plain(request)
    raise ValueError


@transaction.non_atomic_requests
def declining(request: Any) -> HttpResponse:
    return HttpResponse(str(connection.in_atomic_block))


async def asynchronous(request: Any) -> HttpResponse:
    return HttpResponse("never")


PATTERNS = [
    path("plain/", plain),
    path("plain/<int:number>/", plain),
    path("failing/", failing),
    path("declining/", declining),
    path("async/", asynchronous),
]


def count() -> int:
    with connection.cursor() as cursor:
        found: int = cursor.execute("SELECT COUNT(*) FROM a").fetchone()[0]
        return found


@pytest.mark.usefixtures("_atomic")
def test_views_are_transactions(site: Any) -> None:
    made = site(PATTERNS)
    assert made.ask("/plain/").body == b"True"
    assert made.ask("/plain/3/").body == b"True"
    assert count() == 2
    assert made.ask("/declining/").body == b"False"


@pytest.mark.usefixtures("_atomic")
def test_what_a_view_that_fails_did_is_undone(site: Any, exceptions: list[BaseException]) -> None:
    assert site(PATTERNS).ask("/failing/").status == 500
    assert isinstance(exceptions[0], ValueError)
    assert count() == 0


@pytest.mark.usefixtures("_atomic")
def test_asynchronous_views_are_refused(site: Any, exceptions: list[BaseException]) -> None:
    assert site(PATTERNS).ask("/async/").status == 500
    assert str(exceptions[0]) == "You cannot use ATOMIC_REQUESTS with async views."
