"""Contenders of `benchmarks.micro.orm`: the driver, Vivace and Django; `database_peers` has the others.

Each contender has its own database in memory (Piccolo, which knows only files, one in a temporary
folder) with a publisher table of 10 rows, a book table of 1,000 and an event table of 1,000. Methods are
the pieces of work; each returns something plain that all contenders must agree on.
"""

from __future__ import annotations

import importlib
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

ROWS = 1000
PUBLISHERS = [(n, f"Publisher {n}") for n in range(1, 11)]
BOOKS = [(n, f"Title {n:04}", (n * 7919) % 500, n % 7, n % 10 + 1) for n in range(1, ROWS + 1)]
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
EVENTS = [
    (
        n,
        START + timedelta(minutes=n, microseconds=n),
        Decimal(n) / 4,
        {"n": n, "tags": ["a", "b"]},
        n % 2 == 0,
    )
    for n in range(1, ROWS + 1)
]

MODELS = """
from ROOT.db import models


class Publisher(models.Model):
    name = models.CharField(max_length=100)

class Book(models.Model):
    title = models.CharField(max_length=100)
    pages = models.IntegerField()
    rating = models.IntegerField()
    publisher = models.ForeignKey(Publisher, models.CASCADE)

class Event(models.Model):
    at = models.DateTimeField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    data = models.JSONField()
    open = models.BooleanField()"""


def plain(found: Any) -> Any:
    """Rows of books as tuples, whoever made them."""
    if isinstance(found, list):
        return [plain(row) for row in found]
    if isinstance(found, tuple):
        return found
    # Piccolo has the key under the relation's name.
    publisher = found.publisher if not hasattr(found, "publisher_id") else found.publisher_id
    return (found.id, found.title, found.pages, found.rating, publisher)


class Raw:
    """The calls of `sqlite3` themselves."""

    name = "sqlite3"

    def __init__(self, folder: Path) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        execute = self.connection.execute
        execute("CREATE TABLE publisher (id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL)")
        execute(
            "CREATE TABLE book (id INTEGER PRIMARY KEY AUTOINCREMENT, title VARCHAR(100) NOT NULL, "
            "pages INTEGER NOT NULL, rating INTEGER NOT NULL, "
            "publisher_id BIGINT NOT NULL REFERENCES publisher (id))"
        )
        execute("CREATE INDEX book_publisher ON book (publisher_id)")
        execute(
            "CREATE TABLE event (id INTEGER PRIMARY KEY AUTOINCREMENT, at DATETIME NOT NULL, "
            "amount DECIMAL NOT NULL, data TEXT NOT NULL, open BOOL NOT NULL)"
        )
        many = self.connection.executemany
        many("INSERT INTO publisher VALUES (?, ?)", PUBLISHERS)
        many("INSERT INTO book VALUES (?, ?, ?, ?, ?)", BOOKS)
        many(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?)",
            [
                (n, at.replace(tzinfo=None).isoformat(" "), str(amount), json.dumps(data), is_open)
                for n, at, amount, data, is_open in EVENTS
            ],
        )
        self.columns = "id, title, pages, rating, publisher_id"

    def get(self) -> Any:
        sql = f"SELECT {self.columns} FROM book WHERE id = ?"
        return self.connection.execute(sql, (500,)).fetchone()

    def filter20(self) -> Any:
        sql = f"SELECT {self.columns} FROM book WHERE rating = ? ORDER BY title LIMIT 20"
        return self.connection.execute(sql, (3,)).fetchall()

    def rows1000(self) -> Any:
        return self.connection.execute(f"SELECT {self.columns} FROM book").fetchall()

    def related100(self) -> Any:
        sql = (
            "SELECT b.id, b.title, b.pages, b.rating, b.publisher_id, p.id, p.name "
            "FROM book b INNER JOIN publisher p ON b.publisher_id = p.id LIMIT 100"
        )
        return self.connection.execute(sql).fetchall()

    def typed1000(self) -> Any:
        return self.connection.execute("SELECT id, at, amount, data, open FROM event").fetchall()

    def count(self) -> Any:
        return self.connection.execute(
            "SELECT COUNT(*) FROM book WHERE rating = ?", (3,)
        ).fetchone()

    def save_of(self) -> Callable[[], Any]:
        def save() -> Any:
            self.connection.execute(
                "UPDATE book SET title = ?, pages = ?, rating = ?, publisher_id = ? WHERE id = ?",
                ("Title 0500", 17, 3, 1, 500),
            )

        return save

    def create(self) -> Any:
        self.connection.execute(
            "INSERT INTO book (title, pages, rating, publisher_id) VALUES (?, ?, ?, ?)",
            ("New", 1, 100, 1),
        )

    def update_f(self) -> Any:
        self.connection.execute("UPDATE book SET pages = pages + ? WHERE id = ?", (1, 501))

    def bulk1000(self) -> Any:
        self.connection.execute("BEGIN")
        self.connection.executemany(
            "INSERT INTO book (title, pages, rating, publisher_id) VALUES (?, ?, ?, ?)",
            [("New", n, 100, 1) for n in range(ROWS)],
        )
        self.connection.execute("ROLLBACK")


class DjangoLike:
    """Vivace and Django: one source of models, imported under two roots."""

    def __init__(self, folder: Path, root: str) -> None:
        self.root, self.name = root, {"vivace": "Vivace", "django": "Django"}[root]
        self._configure(folder)
        self.db = importlib.import_module(f"{root}.db")
        self.transaction = importlib.import_module(f"{root}.db.transaction")
        models = importlib.import_module(f"bench_{root}.models")
        self.Publisher, self.Book, self.Event = models.Publisher, models.Book, models.Event
        self.F = importlib.import_module(f"{root}.db.models").F
        with self.db.connection.schema_editor() as editor:
            for model in (self.Publisher, self.Book, self.Event):
                editor.create_model(model)
        fields = ("id", "title", "pages", "rating", "publisher_id")
        publishers = [self.Publisher(id=n, name=name) for n, name in PUBLISHERS]
        self.Publisher.objects.bulk_create(publishers)
        self.Book.objects.bulk_create(
            [self.Book(**dict(zip(fields, row, strict=True))) for row in BOOKS]
        )
        fields = ("id", "at", "amount", "data", "open")
        self.Event.objects.bulk_create(
            [self.Event(**dict(zip(fields, row, strict=True))) for row in EVENTS]
        )

    def _configure(self, folder: Path) -> None:
        root = self.root
        package = folder / f"bench_{root}"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "models.py").write_text(MODELS.replace("ROOT", root))
        settings = importlib.import_module(f"{root}.conf").settings
        settings.configure(
            DATABASES={"default": {"ENGINE": f"{root}.db.backends.sqlite3", "NAME": ":memory:"}},
            INSTALLED_APPS=[package.name],
            USE_TZ=True,
            DEFAULT_AUTO_FIELD=f"{root}.db.models.BigAutoField",
        )
        importlib.import_module(root).setup()

    def get(self) -> Any:
        return self.Book.objects.get(pk=500)

    def filter20(self) -> Any:
        return list(self.Book.objects.filter(rating=3).order_by("title")[:20])

    def chain(self) -> Any:
        return self.Book.objects.filter(rating=3).order_by("title")[:20]

    def rows1000(self) -> Any:
        return list(self.Book.objects.all())

    def related100(self) -> Any:
        return list(self.Book.objects.select_related("publisher")[:100])

    def typed1000(self) -> Any:
        return list(self.Event.objects.all())

    def count(self) -> Any:
        return self.Book.objects.filter(rating=3).count()

    def save_of(self) -> Callable[[], Any]:
        return self.Book.objects.get(pk=500).save

    def create(self) -> Any:
        self.Book.objects.create(title="New", pages=1, rating=100, publisher_id=1)

    def update_f(self) -> Any:
        self.Book.objects.filter(pk=501).update(pages=self.F("pages") + 1)

    def bulk1000(self) -> Any:
        with self.transaction.atomic():
            books = [
                self.Book(title="New", pages=n, rating=100, publisher_id=1) for n in range(ROWS)
            ]
            self.Book.objects.bulk_create(books)
            self.transaction.set_rollback(True)
