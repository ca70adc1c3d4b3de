"""Books in a SQLite database, for asking the fast road and the compatible way the same."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from road_cases import APP, shelf, tables

D = decimal.Decimal


def fill(found: SimpleNamespace) -> None:
    """Two authors, six books, and what belongs to them."""
    authors = [
        found.Author.objects.create(name="Ann", born=datetime.date(1970, 1, 2)),
        found.Author.objects.create(name="Bob"),
    ]
    books = []
    for n in range(6):
        full = n % 3 != 2
        books.append(
            found.Book.objects.create(
                title=f"B{n}%_" if n % 2 else f"b{n}", slug=f"s{n}" if n else None, text="x\\'\"" * n,
                pages=n * 10, rank=n - 2 if full else None, votes=n, copies=n,
                price=D(n) / 4 if full else None, rating=n / 3 if full else None,
                out=[True, False, None][n % 3],
                day=datetime.date(2020, 1, 1 + n) if full else None,
                moment=datetime.datetime(2020, 1, 1 + n, 3, 4, 5, 6 * (n % 2)) if full else None,
                hour=datetime.time(n, 1, 2) if full else None,
                lasts=datetime.timedelta(hours=n, microseconds=n) if full else None,
                key=uuid.UUID(int=n) if full else None, data={"n": n, "deep": [n, None]},
                raw=b"\x00\xff" * n, author=authors[n % 2] if n < 5 else None,
            )
        )  # fmt: skip
    for n in (1, 2):
        found.Detail.objects.create(book=books[n], note=f"d{n}")
        found.Mention.objects.create(book=books[n], where=f"w{3 - n}")
    for name, chosen in (("red", books[:3]), ("blue", books[2:4])):
        found.Tag.objects.create(name=name).books.set(chosen)
    found.Special.objects.create(title="special", slug="special", pages=99, extra=5)


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The models, by name; the tables are filled, and what a test writes is rolled back by `same`."""
    place: Path = tmp_path_factory.mktemp("road")
    name = application(APP, place)
    settings: dict[str, Any] = {"INSTALLED_APPS": [name], "USE_TZ": False}
    with sqlite(place, ["default", "other"], **settings) as connection:
        found = shelf()
        create_tables(connection, *tables(found))
        fill(found)
        yield found
