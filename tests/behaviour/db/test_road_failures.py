"""Errors, transactions and onlookers on the fast road: the same as on the compatible way."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from road_cases import APP, TIMES, Compiled, compatible, shelf, tables
from vivace.db import (
    DataError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    connection,
    connections,
    models,
    transaction,
)
from vivace.db.transaction import TransactionManagementError
from vivace.test.utils import CaptureQueriesContext, override_settings


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The models with some rows, and warm plans, in two databases of their own."""
    settings: dict[str, Any] = {"INSTALLED_APPS": [application(APP, tmp_path)], "USE_TZ": False}
    with sqlite(tmp_path, ["default", "other"], **settings):
        found = shelf()
        create_tables(connection, *tables(found))
        create_tables(connections["other"], found.Author, found.Book)
        author = found.Author.objects.create(name="Ann")
        for n in range(4):
            found.Book.objects.create(title=f"b{n}", slug=f"s{n}", pages=n, author=author)
        for _ in range(TIMES):
            for read in READS.values():
                read(found)
        yield found


READS: dict[str, Callable[[Any], Any]] = {
    "get": lambda m: m.Book.objects.get(pk=1),
    "rows": lambda m: list(m.Book.objects.filter(pages__gt=0).order_by("-pages")[:2]),
    "values": lambda m: list(m.Book.objects.values_list("title", flat=True)),
    "count": lambda m: m.Book.objects.filter(pages__gt=0).count(),
    "exists": lambda m: m.Book.objects.filter(title="b1").exists(),
    "first": lambda m: m.Book.objects.filter(title="b1").first(),
    "related": lambda m: m.Book.objects.select_related("author").get(slug="s1").author.name,
    "forward": lambda m: m.Book.objects.get(slug="s1").author,
}


def saved(m: Any, **changes: Any) -> None:
    book = m.Book.objects.get(pk=2)
    vars(book).update(changes)
    book.save()


# What each way of writing does to break the constraint of a unique column.
WRITES: dict[str, Callable[[Any], Any]] = {
    "create": lambda m: m.Book.objects.create(slug="s1"),
    "save new": lambda m: m.Book(slug="s1").save(),
    "save": lambda m: saved(m, slug="s3"),
    "update": lambda m: m.Book.objects.filter(pk=1).update(slug="s3"),
    "bulk_create": lambda m: m.Book.objects.bulk_create([m.Book(slug="new"), m.Book(slug="s1")]),
    "create of relation": lambda m: m.Author.objects.get(pk=1).books.create(slug="s1"),
}


@pytest.mark.parametrize("way", WRITES)
def test_a_failed_write_breaks_the_transaction(shelves: SimpleNamespace, way: str) -> None:
    for _ in range(TIMES):
        with transaction.atomic():
            with pytest.raises(IntegrityError) as failed:
                WRITES[way](shelves)
            assert type(failed.value.__cause__) is sqlite3.IntegrityError
            assert str(failed.value) == "UNIQUE constraint failed: road_shelf_book.slug"
            assert connection.needs_rollback
            for read in READS.values():
                with pytest.raises(TransactionManagementError) as broken:
                    read(shelves)
                # The block of its own that bulk_create() has says no more than that.
                assert broken.value.__cause__ is not None or way == "bulk_create"
            for write in WRITES.values():
                with pytest.raises(TransactionManagementError):
                    write(shelves)
        assert not connection.needs_rollback
        assert shelves.Book.objects.count() == 4
        with pytest.raises(IntegrityError):
            WRITES[way](shelves)
        assert not connection.needs_rollback


@pytest.mark.parametrize("way", WRITES)
def test_a_savepoint_mends_what_a_failed_write_broke(shelves: SimpleNamespace, way: str) -> None:
    with transaction.atomic():
        shelves.Book.objects.create(slug="kept")
        with pytest.raises(IntegrityError), transaction.atomic():
            WRITES[way](shelves)
        assert shelves.Book.objects.filter(slug="kept").exists()
        assert not connection.needs_rollback
    assert shelves.Book.objects.count() == 5


@pytest.mark.parametrize("way", WRITES)
def test_a_failed_write_leaves_the_instance_as_the_compatible_way_does(
    shelves: SimpleNamespace, way: str
) -> None:
    made: list[Any] = []

    def states() -> list[Any]:
        book, many = shelves.Book(slug="s1"), [shelves.Book(slug="new"), shelves.Book(slug="s1")]
        for write in (book.save, lambda: shelves.Book.objects.bulk_create(many)):
            with pytest.raises(IntegrityError), transaction.atomic():
                write()
        made.extend([book, *many])
        return [(each.pk, each._state.adding, each._state.db) for each in (book, *many)]

    with compatible():
        expected = states()
    assert [states() for _ in range(TIMES)] == [expected] * TIMES


def test_a_locked_database(shelves: SimpleNamespace, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")
    holder = sqlite3.connect(tmp_path / "default.sqlite3", isolation_level=None)
    try:
        holder.execute("BEGIN EXCLUSIVE")
        for write in WRITES.values():
            with pytest.raises(OperationalError, match="database is locked") as failed:
                write(shelves)
            assert type(failed.value.__cause__) is sqlite3.OperationalError
        holder.execute("ROLLBACK")
    finally:
        holder.close()
    assert shelves.Book.objects.create(slug="later").pk


def test_a_table_that_is_gone(shelves: SimpleNamespace) -> None:
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE road_shelf_book RENAME TO moved")
    for each in (*READS.values(), *WRITES.values()):
        with pytest.raises(OperationalError, match="no such table: road_shelf_book") as failed:
            each(shelves)
        assert type(failed.value.__cause__) is sqlite3.OperationalError


def test_a_connection_that_was_closed_is_opened_again(shelves: SimpleNamespace) -> None:
    for each in READS.values():
        connection.close()
        assert each(shelves)
        assert connection.connection is not None
    connection.close()
    assert shelves.Book.objects.create(slug="new").pk
    connection.connection.close()
    with pytest.raises(Exception, match="closed database"):
        shelves.Book.objects.get(pk=1)


def test_a_connection_that_was_closed_within_a_transaction(shelves: SimpleNamespace) -> None:
    with transaction.atomic():
        shelves.Book.objects.get(pk=1)
        connection.close()
        for each in (*READS.values(), *WRITES.values()):
            with pytest.raises(ProgrammingError, match="Cannot operate on a closed database"):
                each(shelves)
    assert shelves.Book.objects.get(pk=1)


def seen_by_wrapper(m: Any, ask: Callable[[Any], Any]) -> list[Any]:
    seen = []

    def wrapper(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        plain = (bytes(each) if isinstance(each, memoryview) else each for each in params or ())
        text = sql.partition(" RETURNING ")[0]
        assert params is None or type(params) is tuple
        seen.append((text, tuple(plain), many, context["connection"].alias))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper), transaction.atomic():
        try:
            ask(m)
        except IntegrityError:
            pass
        transaction.set_rollback(True)
    return [each for each in seen if not each[0].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]


@pytest.mark.parametrize("way", [*READS, *WRITES])
def test_wrappers_see_every_statement(shelves: SimpleNamespace, way: str) -> None:
    ask = {**READS, **WRITES}[way]

    def filled(statements: list[Any]) -> list[str]:
        # Limits are parameters on the road.
        return [sql % tuple(map(repr, params)) if params else sql for sql, params, *_ in statements]

    with compatible():
        expected = seen_by_wrapper(shelves, ask)
    found = seen_by_wrapper(shelves, ask)
    assert filled(found) == filled(expected)
    assert [each[2:] for each in found] == [(False, "default")] * len(expected)


def test_a_wrapper_may_refuse_and_change(shelves: SimpleNamespace) -> None:
    def refuse(*args: Any) -> Any:
        raise PermissionError("no")

    def change(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        return execute(sql.replace("road_shelf_book", "road_shelf_author"), params, many, context)

    for each in (*READS.values(), *WRITES.values()):
        with pytest.raises(PermissionError), connection.execute_wrapper(refuse):
            each(shelves)
    with connection.execute_wrapper(change):
        assert shelves.Book.objects.filter().count() == 1
    assert shelves.Book.objects.filter().count() == 4


@pytest.mark.parametrize("way", [*READS, *WRITES])
def test_the_log_sees_every_statement(shelves: SimpleNamespace, way: str) -> None:
    ask = {**READS, **WRITES}[way]

    def logged() -> list[str]:
        with CaptureQueriesContext(connection) as captured, transaction.atomic():
            try:
                ask(shelves)
            except IntegrityError:
                pass
            transaction.set_rollback(True)
        return [each["sql"].partition(" RETURNING ")[0] for each in captured.captured_queries]

    with compatible():
        expected = logged()
    assert logged() == expected
    with override_settings(DEBUG=True):
        connection.queries_log.clear()
        ask(shelves) if way in READS else None
        assert len(connection.queries_log) == (len(expected) - 2 if way in READS else 0)
    connection.queries_log.clear()
    READS["get"](shelves)
    assert not connection.queries_log


def test_an_insert_needs_no_returning(shelves: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as captured:
        shelves.Author.objects.create(name="x")
    assert [each["sql"] for each in captured.captured_queries] == [
        'INSERT INTO "road_shelf_author" ("name", "born") VALUES (\'x\', NULL)'
    ]


def test_another_database(shelves: SimpleNamespace) -> None:
    authors = shelves.Author.objects
    with connections["other"].cursor() as cursor:
        cursor.execute("INSERT INTO road_shelf_author (id, name) VALUES (7, 'there')")
    for _ in range(TIMES):
        there = authors.using("other").get(name="there")
        assert (there.pk, there._state.db) == (7, "other")
        assert not authors.filter(name="there").exists()
        there.name = "there"
        there.save()
        assert authors.using("other").filter(pk__gt=1).count() == 1
        assert authors.using("other").filter(pk=7).update(name="there") == 1
        made = authors.using("other").create(name="made")
        assert made._state.db == "other"
        assert (
            authors.using("other").bulk_create([shelves.Author(name="many")])[0]._state.db
            == "other"
        )
        assert authors.using("other").filter(name__startswith="ma").delete()[0] == 2
    assert authors.count() == 1
    moved = authors.get(name="Ann")
    moved.save(using="other")
    assert moved._state.db == "other"
    assert authors.using("other").get(pk=moved.pk).name == "Ann"


def test_a_transaction_of_another_database_is_not_broken(shelves: SimpleNamespace) -> None:
    with transaction.atomic(), transaction.atomic(using="other"):
        with pytest.raises(IntegrityError):
            WRITES["create"](shelves)
        assert connection.needs_rollback
        assert not connections["other"].needs_rollback
        assert not shelves.Author.objects.using("other").exists()


def test_errors_keep_their_kinds(shelves: SimpleNamespace) -> None:
    books = shelves.Book.objects
    for _ in range(TIMES):
        with pytest.raises(IntegrityError, match="NOT NULL"):
            books.create(title=None)
        with pytest.raises(IntegrityError, match="CHECK"):
            books.create(copies=-1)
        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            books.create(author_id=99)
        with pytest.raises(OverflowError):
            books.create(votes=2**70)
        with pytest.raises(UnicodeEncodeError):
            books.create(title="\udc00")
        with pytest.raises((DataError, OverflowError)):
            books.filter(pk=1).update(votes=2**70)
        with pytest.raises(ValueError, match="expected a number"):
            books.create(pages="many")
        with pytest.raises(shelves.Book.DoesNotExist, match="Book matching query does not exist"):
            books.get(pk=99)
        with pytest.raises(shelves.Book.MultipleObjectsReturned, match="it returned 4!"):
            books.get(author=1)
        assert books.filter(pk=2**70).count() == 0
        assert not books.filter(pk__gt=2**70).exists()


def test_a_warm_query_compiles_nothing_in_a_transaction(shelves: SimpleNamespace) -> None:
    with transaction.atomic(), Compiled() as compiled:
        for read in READS.values():
            read(shelves)
        shelves.Book.objects.create(slug="new", title="t")
    assert compiled.count == 0


def test_expressions_that_fail_in_the_database(shelves: SimpleNamespace) -> None:
    for _ in range(TIMES):
        with pytest.raises(IntegrityError), transaction.atomic():
            shelves.Book.objects.filter(pk=1).update(copies=models.F("copies") - 50)
        with pytest.raises(IntegrityError), transaction.atomic():
            shelves.Book.objects.update(author=models.F("pages") + 70)
