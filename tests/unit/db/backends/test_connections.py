"""Connections: their settings, opening and closing, threads, errors, and the road that queries take."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vivace.core import signals
from vivace.core.exceptions import ImproperlyConfigured, SynchronousOnlyOperation
from vivace.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    care,
    close_old_connections,
    connections,
    reset_queries,
    transaction,
)
from vivace.db.backends import utils as cursors
from vivace.db.backends.base.base import BaseDatabaseWrapper
from vivace.db.backends.signals import connection_created
from vivace.db.utils import ConnectionHandler, ConnectionRouter, load_backend
from vivace.test.utils import CaptureQueriesContext, override_settings
from vivace.utils.connection import ConnectionDoesNotExist

Connect = Callable[..., Any]


def count(connection: Any) -> int:
    with connection.cursor() as cursor:
        found: int = cursor.execute("SELECT COUNT(*) FROM a").fetchone()[0]
        return found


# Settings.


def test_defaults_are_filled_in() -> None:
    (settings,) = ConnectionHandler({"default": {"TEST": {"NAME": "t"}}}).settings.values()
    assert settings == {
        "ENGINE": "vivace.db.backends.dummy",
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {},
        "TIME_ZONE": None,
        "NAME": "",
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "TEST": {
            "NAME": "t",
            "CHARSET": None,
            "COLLATION": None,
            "MIGRATE": True,
            "MIRROR": None,
        },
    }


def test_a_default_database_is_demanded() -> None:
    with pytest.raises(ImproperlyConfigured, match="must define a 'default' database"):
        ConnectionHandler({"other": {}}).settings  # noqa: B018
    with pytest.raises(ConnectionDoesNotExist, match="connection 'x' doesn't exist"):
        ConnectionHandler({})["x"]


def test_without_databases_everything_says_what_is_missing() -> None:
    connection = ConnectionHandler({})["default"]
    for use in (connection.cursor, connection.ensure_connection, connection.commit):
        with pytest.raises(ImproperlyConfigured, match="Please supply the ENGINE value"):
            use()
    connection.rollback()
    connection.close()


@pytest.mark.parametrize("engine", ["nope", "vivace.db.backends.nope", "sqlite3", "json"])
def test_a_wrong_engine_is_answered_with_those_there_are(engine: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        load_backend(engine)
    message = str(caught.value)
    assert message.startswith(f"{engine!r} isn't an available database backend")
    assert "'sqlite3'" in message
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)


@pytest.mark.parametrize("engine", ["vivace.db.backends.sqlite3", "django.db.backends.sqlite3"])
def test_engines_are_found_by_both_names(engine: str) -> None:
    assert load_backend(engine).DatabaseWrapper.vendor == "sqlite"


def test_sqlite_needs_a_name(connect: Connect) -> None:
    with pytest.raises(ImproperlyConfigured, match="Please supply the NAME value"):
        connect("").cursor()


def test_options(connect: Connect) -> None:
    connection = connect(
        OPTIONS={
            "timeout": 3,
            "transaction_mode": "immediate",
            "init_command": "PRAGMA synchronous = 1; PRAGMA cache_size = 77;",
        }
    )
    with CaptureQueriesContext(connection):
        with connection.cursor() as cursor:
            found = [
                cursor.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("busy_timeout", "synchronous", "cache_size")
            ]
        assert found == [3000, 1, 77]
        connection._start_transaction_under_autocommit()
        assert connection.queries[-1]["sql"] == "BEGIN IMMEDIATE"
        connection.connection.rollback()


def test_wrong_options(connect: Connect) -> None:
    with pytest.raises(ImproperlyConfigured, match="improperly configured to 'x'"):
        connect(OPTIONS={"transaction_mode": "x"}).cursor()
    with pytest.warns(RuntimeWarning, match="will be overridden with False"):
        connect(OPTIONS={"check_same_thread": True}).cursor()


def test_time_zones(connect: Connect) -> None:
    connection = connect(TIME_ZONE="Asia/Tokyo")
    assert connection.timezone_name == "Asia/Tokyo"
    with (
        override_settings(USE_TZ=False),
        pytest.raises(ImproperlyConfigured, match="USE_TZ is False"),
    ):
        connect(TIME_ZONE="Asia/Tokyo").cursor()


# Opening and closing.


def test_the_signal_of_an_opened_connection(connect: Connect) -> None:
    opened: list[Any] = []

    def told(sender: Any, connection: Any, **kwargs: Any) -> None:
        opened.append((sender, connection))

    connection = connect()
    connection_created.connect(told)
    try:
        connection.ensure_connection()
        connection.ensure_connection()
    finally:
        connection_created.disconnect(told)
    assert opened == [(type(connection), connection)]


def test_old_connections_are_closed(database: Any, connect: Connect) -> None:
    database.ensure_connection()
    close_old_connections()
    assert database.connection is None
    kept = connect(CONN_MAX_AGE=None)
    kept.ensure_connection()
    kept.close_if_unusable_or_obsolete()
    assert kept.connection is not None
    kept.set_autocommit(False)
    kept.close_if_unusable_or_obsolete()
    assert kept.connection is None


def test_within_a_block_nothing_is_closed(database: Any) -> None:
    with transaction.atomic():
        close_old_connections()
        assert count(database) == 0


def test_a_database_in_memory_stays(connect: Connect) -> None:
    connection = connect(":memory:")
    connection.cursor().execute("CREATE TABLE a (x)")
    connection.close()
    assert count(connection) == 0


def test_a_copy_has_the_same_settings_and_is_closed(database: Any) -> None:
    database.ensure_connection()
    other = database.copy("other")
    assert (other.alias, other.connection) == ("other", None)
    assert other.settings_dict == database.settings_dict
    assert other.settings_dict is not database.settings_dict


# Requests.


def armed() -> bool:
    return any(
        entry[0][0] == id(close_old_connections) or entry[1]() is close_old_connections
        for entry in signals.request_finished.receivers
    )


def test_requests_are_told_only_while_a_connection_needs_it(
    database: Any, connect: Connect
) -> None:
    close_old_connections()
    assert not armed()
    database.ensure_connection()
    assert armed()
    with care.suspended():
        assert not armed()
    assert armed()
    signals.request_finished.send(sender=None)
    assert database.connection is None
    assert not armed()
    kept = connect(CONN_MAX_AGE=None)
    kept.cursor().execute("SELECT 1")
    assert not armed()
    with pytest.raises(OperationalError):
        kept.cursor().execute("SELECT nothing")
    assert armed()
    kept.close_if_unusable_or_obsolete()
    assert not armed()


def test_the_log_of_queries_is_emptied_as_requests_begin(connect: Connect, database: Any) -> None:
    with override_settings(DEBUG=True):
        database.cursor().execute("SELECT 1")
        assert [query["sql"] for query in database.queries] == ["SELECT 1"]
        signals.request_started.send(sender=None)
        assert database.queries == []
    database.cursor().execute("SELECT 1")
    assert database.queries == []
    reset_queries()


# Threads and tasks.


def in_thread(function: Callable[[], Any]) -> Any:
    caught: list[Any] = []

    def run() -> None:
        try:
            caught.append(function())
        except Exception as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return caught[0]


def test_a_connection_belongs_to_its_thread(database: Any) -> None:
    error = in_thread(database.cursor)
    assert isinstance(error, DatabaseError)
    assert "can only be used in that same thread" in str(error)
    database.inc_thread_sharing()
    try:
        assert in_thread(lambda: count(database)) == 0
    finally:
        database.dec_thread_sharing()
    with pytest.raises(RuntimeError, match="below zero"):
        database.dec_thread_sharing()
    assert in_thread(lambda: connections["default"] is database) is False


def test_where_an_event_loop_runs_the_driver_is_not_called(database: Any) -> None:
    async def ask() -> None:
        database.cursor()

    with pytest.raises(SynchronousOnlyOperation):
        asyncio.run(ask())


# Errors.


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT nothing", OperationalError),
        ("SELEC 1", OperationalError),
        ("INSERT INTO a VALUES (1), (1)", IntegrityError),
        ("SELECT %s, %s", ProgrammingError),
    ],
)
def test_errors_of_the_driver_are_ours(database: Any, sql: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught, database.cursor() as cursor:
        cursor.execute(sql, [1] if "%" in sql else None)
    assert isinstance(caught.value.__cause__, sqlite3.Error)
    assert caught.value.args == caught.value.__cause__.args


def test_every_error_has_its_counterpart(database: Any) -> None:
    for ours in (DataError, IntegrityError, OperationalError, InterfaceError, ProgrammingError):
        theirs = getattr(sqlite3, ours.__name__)
        assert type(database.translated(theirs("x"))) is ours
    other = ValueError("x")
    assert database.translated(other) is other


def test_a_locked_database(connect: Connect) -> None:
    first, second = connect(), connect(OPTIONS={"timeout": 0.05})
    first.cursor().execute("CREATE TABLE a (x)")
    first.cursor().execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    with pytest.raises(OperationalError, match="database is locked"):
        second.cursor().execute("INSERT INTO a VALUES (1)")
    assert time.monotonic() - started < 4
    # Readers do not wait for a writer.
    assert count(second) == 0


def test_a_file_that_is_no_database(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "file.sqlite3").write_bytes(b"something else " * 100)
    with pytest.raises(DatabaseError, match="file is not a database"):
        connect().cursor().execute("SELECT * FROM a")


def test_a_corrupt_file(connect: Connect, tmp_path: Path) -> None:
    connection = connect(OPTIONS={"init_command": "PRAGMA journal_mode = DELETE"})
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE a (x)")
        cursor.executemany("INSERT INTO a VALUES (%s)", [("x" * 500,) for _ in range(100)])
    connection.close()
    path = tmp_path / "file.sqlite3"
    content = bytearray(path.read_bytes())
    content[4096 : 4096 * 3] = os.urandom(8192)
    path.write_bytes(content)
    with pytest.raises(DatabaseError):
        connect().cursor().execute("SELECT x FROM a").fetchall()


def test_a_full_disk(connect: Connect) -> None:
    connection = connect(OPTIONS={"init_command": "PRAGMA max_page_count = 10"})
    connection.cursor().execute("CREATE TABLE a (x)")

    def fill() -> None:
        with connection.cursor() as cursor:
            for _ in range(100):
                cursor.execute("INSERT INTO a VALUES (%s)", ["x" * 4000])

    connection.cursor().execute("BEGIN")
    with pytest.raises(OperationalError, match="database or disk is full"):
        fill()
    connection.connection.rollback()
    assert count(connection) == 0


def test_a_file_that_cannot_be_opened(connect: Connect, tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="unable to open database file"):
        connect(str(tmp_path / "no" / "such" / "file")).cursor()


def test_foreign_keys_are_checked_and_told(database: Any) -> None:
    with database.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE b (a_x integer REFERENCES a (x) DEFERRABLE INITIALLY DEFERRED)"
        )
    with pytest.raises(IntegrityError, match="FOREIGN KEY constraint failed"):
        database.cursor().execute("INSERT INTO b VALUES (9)")
    with database.constraint_checks_disabled():
        database.cursor().execute("INSERT INTO b VALUES (9)")
    with pytest.raises(IntegrityError) as caught:
        database.check_constraints()
    assert str(caught.value) == (
        "The row in table 'b' with primary key '1' has an invalid foreign key: b.a_x contains "
        "a value '9' that does not have a corresponding value in a.x."
    )
    database.check_constraints(table_names=["a"])
    with transaction.atomic():
        # Within a transaction it cannot be turned off.
        assert database.disable_constraint_checking() is False


# The road of queries.


def on_short_road(connection: Any) -> bool:
    return bool(connection.execute == connection.connection.execute)


def test_without_anything_unusual_the_driver_is_called_directly(database: Any) -> None:
    database.ensure_connection()
    assert on_short_road(database)
    assert database.execute("SELECT ?", (5,)).fetchall() == [(5,)]


def test_a_closed_connection_opens_by_itself(database: Any) -> None:
    database.close()
    assert database.execute("SELECT ?, '%'", (5,)).fetchall() == [(5, "%")]
    assert on_short_road(database)


def test_whoever_watches_sees_every_query(database: Any) -> None:
    database.ensure_connection()
    seen: list[Any] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params, many, context["connection"]))
        return execute(sql, params, many, context)

    with database.execute_wrapper(wrapper):
        assert not on_short_road(database)
        assert database.execute("SELECT ?", (1,)).fetchall() == [(1,)]
    assert seen == [("SELECT %s", (1,), False, database)]
    assert on_short_road(database)
    database.execute_wrappers.append(wrapper)
    database.execute("SELECT 2", ())
    database.execute_wrappers.clear()
    assert len(seen) == 2
    assert on_short_road(database)


def test_wrappers_are_nested(database: Any) -> None:
    order: list[str] = []

    def named(name: str) -> Any:
        def wrapper(execute: Any, *args: Any) -> Any:
            order.append(name)
            return execute(*args)

        return wrapper

    with database.execute_wrapper(named("outer")), database.execute_wrapper(named("inner")):
        database.execute("SELECT 1", ())
    assert order == ["outer", "inner"]


def test_queries_are_logged_while_asked_for(database: Any) -> None:
    database.ensure_connection()
    with CaptureQueriesContext(database) as captured:
        database.execute("SELECT ?", ("it's",))
    assert [query["sql"] for query in captured] == ["SELECT 'it''s'"]
    assert on_short_road(database)
    with override_settings(DEBUG=True):
        database.execute("SELECT 7", ())
        assert database.queries[-1]["sql"] == "SELECT 7"
    database.execute("SELECT 8", ())
    assert on_short_road(database)
    database.queries_log.clear()


def test_replaced_methods_are_called(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    database.ensure_connection()
    cursor = database.cursor

    def forbidden(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("not in this test")

    for owner, name in [
        (database, "cursor"),
        (BaseDatabaseWrapper, "ensure_connection"),
        (BaseDatabaseWrapper, "cursor"),
        (cursors.CursorWrapper, "execute"),
    ]:
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, forbidden)
            with pytest.raises(AssertionError, match="not in this test"):
                database.execute("SELECT 1", ())
        database.execute("SELECT 1", ())
        assert on_short_road(database), name
    # Putting the own method back is an end too.
    database.cursor = forbidden
    database.cursor = cursor
    database.execute("SELECT 1", ())
    assert on_short_road(database)


def test_a_broken_transaction_refuses_queries_on_both_roads(database: Any) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        for ask in (lambda: database.execute("SELECT 1", ()), lambda: count(database)):
            with pytest.raises(
                transaction.TransactionManagementError, match="until the end of the"
            ):
                ask()
    assert count(database) == 0


# Routers.


class Reads:
    def db_for_read(self, model: Any, **hints: Any) -> Any:
        return hints.get("use")

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> Any:
        return hints.get("allow")

    def allow_migrate(self, db: str, app_label: str, model_name: Any = None, **hints: Any) -> Any:
        return None if db == "default" else model_name == "m"


def row(db: str | None) -> Any:
    return SimpleNamespace(_state=SimpleNamespace(db=db))


def test_routers_are_asked_one_after_the_other() -> None:
    model: Any = SimpleNamespace(_meta=SimpleNamespace(app_label="a", model_name="m"))
    router = ConnectionRouter([object(), Reads()])
    assert router.db_for_read(model, use="other") == "other"
    assert router.db_for_read(model, instance=row("third")) == "third"
    assert router.db_for_write(model, instance=row(None)) == "default"
    assert router.allow_relation(row("x"), row("x")) is True
    assert router.allow_relation(row("x"), row("y")) is False
    assert router.allow_relation(row("x"), row("y"), allow=True) is True
    assert router.allow_migrate("default", "a") is True
    assert router.allow_migrate("other", "a") is False
    assert router.allow_migrate_model("other", model) is True


def test_routers_by_name() -> None:
    (router,) = ConnectionRouter(["types.SimpleNamespace"]).routers
    assert isinstance(router, SimpleNamespace)
    with pytest.raises(ImportError):
        ConnectionRouter(["os.nope"]).routers  # noqa: B018
