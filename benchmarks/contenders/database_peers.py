"""Contenders of `benchmarks.micro.orm`: other ORMs, each asked in its own words.

What rows there are, and what the methods do: `contenders.databases`.
"""

from __future__ import annotations

import asyncio
import contextvars
import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.contenders.databases import BOOKS, EVENTS, PUBLISHERS, ROWS


class SQLAlchemy:
    """The ORM of SQLAlchemy 2, with a session for each piece of work, as a request has one."""

    name = "SQLAlchemy"

    def __init__(self, folder: Path) -> None:
        sa = self.sa = importlib.import_module("sqlalchemy")
        orm = self.orm = importlib.import_module("sqlalchemy.orm")
        pool = importlib.import_module("sqlalchemy.pool")
        self.engine = sa.create_engine("sqlite://", poolclass=pool.StaticPool)
        base = orm.declarative_base()

        class Publisher(base):  # type: ignore[misc, valid-type]
            __tablename__ = "publisher"
            id = sa.Column(sa.Integer, primary_key=True)
            name = sa.Column(sa.String(100), nullable=False)

        class Book(base):  # type: ignore[misc, valid-type]
            __tablename__ = "book"
            id = sa.Column(sa.Integer, primary_key=True)
            title = sa.Column(sa.String(100), nullable=False)
            pages = sa.Column(sa.Integer, nullable=False)
            rating = sa.Column(sa.Integer, nullable=False)
            publisher_id = sa.Column(sa.ForeignKey("publisher.id"), nullable=False, index=True)
            publisher = orm.relationship(Publisher)

        class Event(base):  # type: ignore[misc, valid-type]
            __tablename__ = "event"
            id = sa.Column(sa.Integer, primary_key=True)
            at = sa.Column(sa.DateTime, nullable=False)
            amount = sa.Column(sa.Numeric(12, 2), nullable=False)
            data = sa.Column(sa.JSON, nullable=False)
            open = sa.Column(sa.Boolean, nullable=False)

        self.Publisher, self.Book, self.Event = Publisher, Book, Event
        base.metadata.create_all(self.engine)
        with self.session() as session:
            session.add_all(Publisher(id=n, name=name) for n, name in PUBLISHERS)
            fields = ("id", "title", "pages", "rating", "publisher_id")
            session.add_all(Book(**dict(zip(fields, row, strict=True))) for row in BOOKS)
            fields = ("id", "at", "amount", "data", "open")
            session.add_all(Event(**dict(zip(fields, row, strict=True))) for row in EVENTS)
            session.commit()

    def session(self) -> Any:
        return self.orm.Session(self.engine)

    def get(self) -> Any:
        with self.session() as session:
            return session.get(self.Book, 500)

    def filter20(self) -> Any:
        query = self.sa.select(self.Book).where(self.Book.rating == 3)
        with self.session() as session:
            return session.scalars(query.order_by(self.Book.title).limit(20)).all()

    def chain(self) -> Any:
        return (
            self.sa.select(self.Book)
            .where(self.Book.rating == 3)
            .order_by(self.Book.title)
            .limit(20)
        )

    def rows1000(self) -> Any:
        with self.session() as session:
            return session.scalars(self.sa.select(self.Book)).all()

    def related100(self) -> Any:
        joined = self.orm.joinedload(self.Book.publisher, innerjoin=True)
        with self.session() as session:
            return session.scalars(self.sa.select(self.Book).options(joined).limit(100)).all()

    def typed1000(self) -> Any:
        with self.session() as session:
            return session.scalars(self.sa.select(self.Event)).all()

    def count(self) -> Any:
        query = self.sa.select(self.sa.func.count()).where(self.Book.rating == 3)
        with self.session() as session:
            return session.scalar(query)

    def save_of(self) -> Callable[[], Any]:
        session = self.session()
        book = session.get(self.Book, 500)
        numbers = iter(range(1_000_000_000))

        def save() -> Any:
            # A session writes what changed, so something must.
            book.pages = next(numbers)
            session.flush()

        return save

    def create(self) -> Any:
        with self.session() as session:
            session.add(self.Book(title="New", pages=1, rating=100, publisher_id=1))
            session.commit()

    def update_f(self) -> Any:
        query = self.sa.update(self.Book).where(self.Book.id == 501)
        with self.session() as session:
            session.execute(query.values(pages=self.Book.pages + 1))
            session.commit()

    def bulk1000(self) -> Any:
        with self.session() as session:
            session.add_all(
                self.Book(title="New", pages=n, rating=100, publisher_id=1) for n in range(ROWS)
            )
            session.flush()
            session.rollback()


class Peewee:
    """Peewee."""

    name = "Peewee"

    def __init__(self, folder: Path) -> None:
        pw = self.pw = importlib.import_module("peewee")
        self.database = pw.SqliteDatabase(":memory:")
        database = self.database

        class Base(pw.Model):  # type: ignore[misc, name-defined]
            class Meta:
                pass

        Base._meta.set_database(database)

        class Publisher(Base):
            name = pw.CharField(100)

        class Book(Base):
            title = pw.CharField(100)
            pages = pw.IntegerField()
            rating = pw.IntegerField()
            publisher = pw.ForeignKeyField(Publisher)

        class Event(Base):
            at = pw.DateTimeField()
            amount = pw.DecimalField(12, 2)
            data = pw.TextField()
            open = pw.BooleanField()

        for model in (Publisher, Book, Event):
            model._meta.set_database(database)
        self.Publisher, self.Book, self.Event = Publisher, Book, Event
        database.connect()
        database.create_tables([Publisher, Book, Event])
        with database.atomic():
            for n, name in PUBLISHERS:
                Publisher.create(id=n, name=name)
            for row in BOOKS:
                Book.insert(
                    dict(zip(("id", "title", "pages", "rating", "publisher"), row, strict=True))
                ).execute()
            for n, at, amount, data, is_open in EVENTS:
                values = {"id": n, "at": at.replace(tzinfo=None), "amount": amount}
                Event.insert({**values, "data": json.dumps(data), "open": is_open}).execute()

    def get(self) -> Any:
        return self.Book.get_by_id(500)

    def filter20(self) -> Any:
        return list(self.chain())

    def chain(self) -> Any:
        return self.Book.select().where(self.Book.rating == 3).order_by(self.Book.title).limit(20)

    def rows1000(self) -> Any:
        return list(self.Book.select())

    def related100(self) -> Any:
        return list(self.Book.select(self.Book, self.Publisher).join(self.Publisher).limit(100))

    def typed1000(self) -> Any:
        events = list(self.Event.select())
        for event in events:
            event.data = json.loads(event.data)
        return events

    def count(self) -> Any:
        return self.Book.select().where(self.Book.rating == 3).count()

    def save_of(self) -> Callable[[], Any]:
        return self.Book.get_by_id(500).save  # type: ignore[no-any-return]

    def create(self) -> Any:
        self.Book.create(title="New", pages=1, rating=100, publisher=1)

    def update_f(self) -> Any:
        self.Book.update(pages=self.Book.pages + 1).where(self.Book.id == 501).execute()

    def bulk1000(self) -> Any:
        with self.database.atomic() as transaction:
            self.Book.bulk_create(
                [self.Book(title="New", pages=n, rating=100, publisher=1) for n in range(ROWS)]
            )
            transaction.rollback()


class Asynchronous:
    """Base of the contenders that only know coroutines: each piece of work is run by a loop."""

    name = ""

    def __init__(self, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        # What preparing leaves in context variables belongs to all that follows.
        self.context = contextvars.copy_context()
        self.run(self.prepare(folder))

    def run(self, coroutine: Any) -> Any:
        """Let the loop run `coroutine` to its end."""
        task = self.loop.create_task(coroutine, context=self.context)
        return self.loop.run_until_complete(task)

    async def prepare(self, folder: Path) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Let the threads of connections end."""
        self.run(self.disconnect())
        self.loop.close()

    async def disconnect(self) -> None:
        pass

    def work(self, name: str) -> Callable[[], Any] | None:
        coroutine = getattr(self, "a_" + name, None)
        if coroutine is None:
            return None
        return lambda: self.run(coroutine())


class Tortoise(Asynchronous):
    """Tortoise ORM."""

    name = "Tortoise"

    async def prepare(self, folder: Path) -> None:
        tortoise = importlib.import_module("tortoise")
        (folder / "bench_tortoise.py").write_text(TORTOISE_MODELS)
        await tortoise.Tortoise.init(
            db_url="sqlite://:memory:", modules={"models": ["bench_tortoise"]}
        )
        await tortoise.Tortoise.generate_schemas()
        models = importlib.import_module("bench_tortoise")
        self.F = importlib.import_module("tortoise.expressions").F
        self.Book, self.Event = models.Book, models.Event
        await models.Publisher.bulk_create([models.Publisher(id=n, name=m) for n, m in PUBLISHERS])
        fields = ("id", "title", "pages", "rating", "publisher_id")
        await self.Book.bulk_create(
            [self.Book(**dict(zip(fields, row, strict=True))) for row in BOOKS]
        )
        fields = ("id", "at", "amount", "data", "open")
        await self.Event.bulk_create(
            [self.Event(**dict(zip(fields, row, strict=True))) for row in EVENTS]
        )

    async def disconnect(self) -> None:
        await importlib.import_module("tortoise").Tortoise.close_connections()

    async def a_get(self) -> Any:
        return await self.Book.get(id=500)

    async def a_filter20(self) -> Any:
        return await self.Book.filter(rating=3).order_by("title").limit(20)

    def chain(self) -> Any:
        return self.context.run(self._chain)

    def _chain(self) -> Any:
        return self.Book.filter(rating=3).order_by("title").limit(20)

    async def a_rows1000(self) -> Any:
        return await self.Book.all()

    async def a_related100(self) -> Any:
        return await self.Book.all().select_related("publisher").limit(100)

    async def a_typed1000(self) -> Any:
        return await self.Event.all()

    async def a_count(self) -> Any:
        return await self.Book.filter(rating=3).count()

    def save_of(self) -> Callable[[], Any]:
        book = self.run(self.a_get())

        async def save() -> None:
            await book.save()

        return lambda: self.run(save())

    async def a_create(self) -> Any:
        await self.Book.create(title="New", pages=1, rating=100, publisher_id=1)

    async def a_update_f(self) -> Any:
        await self.Book.filter(id=501).update(pages=self.F("pages") + 1)


TORTOISE_MODELS = """
from tortoise import fields
from tortoise.models import Model


class Publisher(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=100)


class Book(Model):
    id = fields.IntField(primary_key=True)
    title = fields.CharField(max_length=100)
    pages = fields.IntField()
    rating = fields.IntField()
    publisher = fields.ForeignKeyField("models.Publisher")


class Event(Model):
    id = fields.IntField(primary_key=True)
    at = fields.DatetimeField()
    amount = fields.DecimalField(max_digits=12, decimal_places=2)
    data = fields.JSONField()
    open = fields.BooleanField()
"""


class Piccolo(Asynchronous):
    """Piccolo."""

    name = "Piccolo"

    async def prepare(self, folder: Path) -> None:
        engine = importlib.import_module("piccolo.engine.sqlite")
        (folder / "piccolo_conf.py").write_text(
            "from piccolo.engine.sqlite import SQLiteEngine\n"
            f"DB = SQLiteEngine(path={str(folder / 'piccolo.sqlite')!r})\n"
        )
        del engine
        (folder / "bench_piccolo.py").write_text(PICCOLO_TABLES)
        tables = importlib.import_module("bench_piccolo")
        self.Book, self.Event = tables.Book, tables.Event
        for table in (tables.Publisher, tables.Book, tables.Event):
            await table.create_table()
        for n, name in PUBLISHERS:
            await tables.Publisher(id=n, name=name).save()
        for start in range(0, ROWS, 100):
            await self.Book.insert(
                *(
                    self.Book(title=title, pages=pages, rating=rating, publisher=publisher)
                    for _, title, pages, rating, publisher in BOOKS[start : start + 100]
                )
            )

    async def a_get(self) -> Any:
        return await self.Book.objects().get(self.Book.id == 500)

    async def a_filter20(self) -> Any:
        return await self.chain()

    def chain(self) -> Any:
        return self.Book.objects().where(self.Book.rating == 3).order_by(self.Book.title).limit(20)

    async def a_rows1000(self) -> Any:
        return await self.Book.objects()

    async def a_related100(self) -> Any:
        return await self.Book.objects(self.Book.publisher).limit(100)

    async def a_count(self) -> Any:
        return await self.Book.count().where(self.Book.rating == 3)

    async def a_create(self) -> Any:
        await self.Book(title="New", pages=1, rating=100, publisher=1).save()

    async def a_update_f(self) -> Any:
        await self.Book.update({self.Book.pages: self.Book.pages + 1}).where(self.Book.id == 501)


PICCOLO_TABLES = """
from piccolo.columns import ForeignKey, Integer, Serial, Varchar
from piccolo.table import Table


class Publisher(Table):
    id = Serial(primary_key=True)
    name = Varchar(100)


class Book(Table):
    id = Serial(primary_key=True)
    title = Varchar(100)
    pages = Integer()
    rating = Integer()
    publisher = ForeignKey(Publisher)


class Event(Table):
    id = Serial(primary_key=True)
"""
