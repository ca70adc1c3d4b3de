"""The SQLite backend: connections by the standard library's `sqlite3`.

What it adds to the driver's defaults, see ref/databases ("SQLite notes"): foreign keys are
checked; a file is kept in WAL mode, so that readers and a writer do not wait for each other; the
functions that lookups and expressions need are registered. The driver never begins a transaction
by itself (`isolation_level` is None): ``BEGIN``, in the mode that ``OPTIONS["transaction_mode"]``
names, is ours.
"""

from __future__ import annotations

import datetime
import decimal
import os
import sqlite3
import warnings
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

from vivace.core.exceptions import ImproperlyConfigured
from vivace.db.backends.base.base import BaseDatabaseWrapper
from vivace.db.backends.sqlite3._functions import register as register_functions
from vivace.db.backends.sqlite3.client import DatabaseClient
from vivace.db.backends.sqlite3.creation import DatabaseCreation
from vivace.db.backends.sqlite3.features import DatabaseFeatures
from vivace.db.backends.sqlite3.introspection import DatabaseIntrospection
from vivace.db.backends.sqlite3.operations import DatabaseOperations
from vivace.db.backends.sqlite3.placeholders import to_named, to_qmark
from vivace.db.backends.sqlite3.schema import DatabaseSchemaEditor
from vivace.db.utils import IntegrityError
from vivace.utils.asyncio import async_unsafe
from vivace.utils.dateparse import parse_date, parse_datetime, parse_time


def _decoded(parse: Callable[[str], Any]) -> Callable[[bytes], Any]:
    return lambda raw: parse(raw.decode())


def _parse_datetime(raw: bytes) -> datetime.datetime | None:
    text = raw.decode()
    # PERF: the form that we write, without the look at the other forms.
    if len(text) in (19, 26) and text[10] == " ":
        try:
            return datetime.datetime.fromisoformat(text)
        except ValueError:
            return None
    return parse_datetime(text)


# What columns of these declared types give, also to queries that bypass the ORM.
sqlite3.register_converter("bool", b"1".__eq__)
sqlite3.register_converter("date", _decoded(parse_date))
sqlite3.register_converter("time", _decoded(parse_time))
for _name in ("datetime", "timestamp"):
    sqlite3.register_converter(_name, _parse_datetime)
sqlite3.register_adapter(decimal.Decimal, str)
sqlite3.register_adapter(datetime.date, datetime.date.isoformat)
sqlite3.register_adapter(datetime.datetime, lambda moment: moment.isoformat(" "))


def _varchar(data: Mapping[str, Any]) -> str:
    length = data["max_length"]
    return "varchar" if length is None else f"varchar({length})"


class SQLiteCursorWrapper(sqlite3.Cursor):
    """A cursor that understands ``%s`` and, with a mapping, ``%(name)s``."""

    def execute(self, query: str, params: Any = None) -> Any:
        if params is None:
            return super().execute(query)
        names = frozenset(params) if isinstance(params, Mapping) else None
        return super().execute(self.convert_query(query, param_names=names), params)

    def executemany(self, query: str, param_list: Any) -> Any:
        # The first shows whether all are mappings; it must not be lost of an iterator.
        rows = iter(param_list)
        first = next(rows, None)
        if first is None:
            return super().executemany(self.convert_query(query), ())
        names = frozenset(first) if isinstance(first, Mapping) else None
        converted = self.convert_query(query, param_names=names)
        return super().executemany(converted, chain([first], rows))

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        """`query` in the driver's style."""
        if param_names is None:
            return to_qmark(query)
        return to_named(query, frozenset(param_names))


class DatabaseWrapper(BaseDatabaseWrapper):
    """A connection to one SQLite file, or to a database in memory (``:memory:``)."""

    vendor = "sqlite"
    display_name = "SQLite"
    has_driver_execute = True
    # With few types of its own, SQLite takes most names of types as a hint; some are for introspection
    # and for the converters above.
    data_types = {
        "AutoField": "integer",
        "BigAutoField": "integer",
        "BinaryField": "BLOB",
        "BooleanField": "bool",
        "CharField": _varchar,
        "DateField": "date",
        "DateTimeField": "datetime",
        "DecimalField": "decimal",
        "DurationField": "bigint",
        "FileField": "varchar(%(max_length)s)",
        "FilePathField": "varchar(%(max_length)s)",
        "FloatField": "real",
        "IntegerField": "integer",
        "BigIntegerField": "bigint",
        "IPAddressField": "char(15)",
        "GenericIPAddressField": "char(39)",
        "JSONField": "text",
        "OneToOneField": "integer",
        "PositiveBigIntegerField": "bigint unsigned",
        "PositiveIntegerField": "integer unsigned",
        "PositiveSmallIntegerField": "smallint unsigned",
        "SlugField": "varchar(%(max_length)s)",
        "SmallAutoField": "integer",
        "SmallIntegerField": "smallint",
        "TextField": "text",
        "TimeField": "time",
        "UUIDField": "char(32)",
    }
    data_type_check_constraints = {
        "PositiveBigIntegerField": '"%(column)s" >= 0',
        "JSONField": '(JSON_VALID("%(column)s") OR "%(column)s" IS NULL)',
        "PositiveIntegerField": '"%(column)s" >= 0',
        "PositiveSmallIntegerField": '"%(column)s" >= 0',
    }
    # A key is never used twice.
    data_types_suffix = {
        "AutoField": "AUTOINCREMENT",
        "BigAutoField": "AUTOINCREMENT",
        "SmallAutoField": "AUTOINCREMENT",
    }
    # LIKE takes the cases of ASCII letters as equal and cannot do otherwise.
    operators = {
        "exact": "= %s",
        "iexact": "LIKE %s ESCAPE '\\'",
        "contains": "LIKE %s ESCAPE '\\'",
        "icontains": "LIKE %s ESCAPE '\\'",
        "regex": "REGEXP %s",
        "iregex": "REGEXP '(?i)' || %s",
        "gt": "> %s",
        "gte": ">= %s",
        "lt": "< %s",
        "lte": "<= %s",
        "startswith": "LIKE %s ESCAPE '\\'",
        "endswith": "LIKE %s ESCAPE '\\'",
        "istartswith": "LIKE %s ESCAPE '\\'",
        "iendswith": "LIKE %s ESCAPE '\\'",
    }
    # For a right side that is an expression: its wildcards are escaped in SQL.
    pattern_esc = r"REPLACE(REPLACE(REPLACE({}, '\', '\\'), '%%', '\%%'), '_', '\_')"
    pattern_ops = {
        "contains": r"LIKE '%%' || {} || '%%' ESCAPE '\'",
        "icontains": r"LIKE '%%' || UPPER({}) || '%%' ESCAPE '\'",
        "startswith": r"LIKE {} || '%%' ESCAPE '\'",
        "istartswith": r"LIKE UPPER({}) || '%%' ESCAPE '\'",
        "endswith": r"LIKE '%%' || {} ESCAPE '\'",
        "iendswith": r"LIKE '%%' || UPPER({}) ESCAPE '\'",
    }
    transaction_modes = frozenset(["DEFERRED", "EXCLUSIVE", "IMMEDIATE"])

    Database = sqlite3
    SchemaEditorClass = DatabaseSchemaEditor
    client_class = DatabaseClient
    creation_class = DatabaseCreation
    features_class = DatabaseFeatures
    introspection_class = DatabaseIntrospection
    ops_class = DatabaseOperations

    transaction_mode: str | None = None
    init_commands: list[str] = []
    _begin_sql = "BEGIN"

    def get_connection_params(self) -> dict[str, Any]:
        settings_dict = self.settings_dict
        if not settings_dict["NAME"]:
            raise ImproperlyConfigured(
                "settings.DATABASES is improperly configured. Please supply the NAME value."
            )
        kwargs = {
            "database": settings_dict["NAME"],
            "detect_types": sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
            **settings_dict["OPTIONS"],
        }
        # Which threads may use a connection is decided here, by validate_thread_sharing().
        if kwargs.get("check_same_thread"):
            warnings.warn(
                "The `check_same_thread` option was provided and set to "
                "True. It will be overridden with False. Use the "
                "`DatabaseWrapper.allow_thread_sharing` property instead "
                "for controlling thread shareability.",
                RuntimeWarning,
                stacklevel=2,
            )
        kwargs.update({"check_same_thread": False, "uri": True})
        mode = kwargs.pop("transaction_mode", None)
        if mode is not None and mode.upper() not in self.transaction_modes:
            allowed = ", ".join(repr(each) for each in sorted(self.transaction_modes))
            raise ImproperlyConfigured(
                f"settings.DATABASES[{self.alias!r}]['OPTIONS']['transaction_mode'] "
                f"is improperly configured to '{mode}'. Use one of {allowed}, or None."
            )
        self.transaction_mode = mode.upper() if mode is not None else None
        self._begin_sql = f"BEGIN {self.transaction_mode}" if self.transaction_mode else "BEGIN"
        self.init_commands = kwargs.pop("init_command", "").split(";")
        return kwargs

    def get_database_version(self) -> Any:
        return self.Database.sqlite_version_info

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        conn = self.Database.connect(**conn_params)
        register_functions(conn)
        conn.execute("PRAGMA foreign_keys = ON")
        # Renaming a table must rename it where others refer to it.
        conn.execute("PRAGMA legacy_alter_table = OFF")
        if not self.is_in_memory_db():
            _use_wal(conn, conn_params["database"])
        for command in self.init_commands:
            if command := command.strip():
                conn.execute(command)
        return conn

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=SQLiteCursorWrapper)

    @async_unsafe
    def close(self) -> None:
        """Close the connection; one to a database in memory stays, as the database would be lost."""
        self.validate_thread_sharing()
        if not self.is_in_memory_db():
            super().close()

    def needs_care(self) -> bool:
        if self.is_in_memory_db():
            # It is never closed.
            return self.connection is not None and self.queries_logged
        return super().needs_care()

    def _savepoint_allowed(self) -> bool:
        # Without a transaction a savepoint would begin one, which nobody ends.
        return self.in_atomic_block

    def _set_autocommit(self, autocommit: bool) -> None:
        # None is how the driver says autocommit.
        level = None if autocommit else ""
        # PERF: setting it commits, and after our own BEGIN it did not change.
        if self.connection.isolation_level != level:
            with self.wrap_database_errors:
                self.connection.isolation_level = level

    def _start_transaction_under_autocommit(self) -> None:
        """Begin a transaction, which the driver does not know of."""
        self._run(self._begin_sql)

    def disable_constraint_checking(self) -> bool:
        with self.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
            # Within a transaction the pragma has no effect.
            enabled = cursor.execute("PRAGMA foreign_keys").fetchone()[0]
        return not enabled

    def enable_constraint_checking(self) -> None:
        with self.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = ON")

    def check_constraints(self, table_names: Any = None) -> None:
        with self.cursor() as cursor:
            if table_names is None:
                violations = cursor.execute("PRAGMA foreign_key_check").fetchall()
            else:
                violations = list(
                    chain.from_iterable(
                        cursor.execute(
                            f"PRAGMA foreign_key_check({self.ops.quote_name(table_name)})"
                        ).fetchall()
                        for table_name in table_names
                    )
                )
            for table_name, rowid, referenced_table, foreign_key_index in violations:
                self._raise_violation(
                    cursor, table_name, rowid, referenced_table, foreign_key_index
                )

    def _raise_violation(
        self, cursor: Any, table_name: str, rowid: Any, referenced: str, index: int
    ) -> None:
        quote = self.ops.quote_name
        keys = cursor.execute(f"PRAGMA foreign_key_list({quote(table_name)})").fetchall()
        column, referenced_column = next((key[3], key[4]) for key in keys if key[0] == index)
        primary_key = self.introspection.get_primary_key_column(cursor, table_name) or "rowid"
        row = cursor.execute(
            f"SELECT {quote(primary_key)}, {quote(column)} FROM {quote(table_name)} "
            "WHERE rowid = %s",
            (rowid,),
        ).fetchone()
        key, bad_value = row if row is not None else (None, None)
        raise IntegrityError(
            f"The row in table '{table_name}' with primary key '{key}' has an invalid foreign key: "
            f"{table_name}.{column} contains a value '{bad_value}' that does not have a "
            f"corresponding value in {referenced}.{referenced_column}."
        )

    def is_usable(self) -> bool:
        # There is no server that could go away.
        return True

    def is_in_memory_db(self) -> bool:
        """Whether the database is in memory only."""
        return bool(self.creation.is_in_memory_db(self.settings_dict["NAME"]))


# The files that were found or put in WAL mode, as (device, number).
_in_wal: set[tuple[int, int]] = set()


def _use_wal(conn: sqlite3.Connection, name: Any) -> None:
    """Keep the file in WAL mode; it stays as it is where that cannot be (read-only, locked)."""
    try:
        found = os.stat(name)
    except (OSError, TypeError, ValueError):
        # A URI, or a name that only SQLite understands.
        key = None
    else:
        key = (found.st_dev, found.st_ino)
        # PERF: the mode stays with the file, and asking reads it, which a connection may never need.
        if key in _in_wal and found.st_size:
            return
    try:
        (mode,) = conn.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.Error:
        # Whoever really needs the file is told why it cannot be used.
        return
    if mode == "wal" and key is not None:
        if len(_in_wal) > 1000:
            _in_wal.clear()
        _in_wal.add(key)
