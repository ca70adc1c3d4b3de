"""A cache in a table of the database, which ``createcachetable`` makes.

Values are pickled and written as base64. An entry that expired is as good as not there; it leaves the
table when it is asked for, and when there are too many entries.
Defined at https://docs.djangoproject.com/en/5.2/topics/cache/#database-caching.
"""

from __future__ import annotations

import base64
import datetime
import pickle
from collections.abc import Iterable
from typing import Any

from vivace.conf import settings
from vivace.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from vivace.db import DatabaseError, connections, models, router, transaction
from vivace.utils.timezone import now as time_now

__all__ = [
    "DEFAULT_TIMEOUT",
    "BaseCache",
    "BaseDatabaseCache",
    "DatabaseCache",
    "DatabaseError",
    "Options",
    "connections",
    "router",
    "settings",
]


class Options:
    """What database routers may ask about the table, as if it were a model's."""

    def __init__(self, table: str) -> None:
        self.db_table = table
        self.app_label = "django_cache"
        self.model_name = "cacheentry"
        self.verbose_name = "cache entry"
        self.verbose_name_plural = "cache entries"
        self.object_name = "CacheEntry"
        self.abstract = False
        self.managed = True
        self.proxy = False
        self.swapped = False


class BaseDatabaseCache(BaseCache):
    """Knows its table; ``createcachetable`` needs no more."""

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._table = table

        class CacheEntry:
            _meta = Options(table)

        self.cache_model_class = CacheEntry


def _now() -> datetime.datetime:
    return time_now().replace(microsecond=0)


class DatabaseCache(BaseDatabaseCache):
    """The cache in the table `table`, on the database that the routers choose."""

    pickle_protocol = pickle.HIGHEST_PROTOCOL

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        key = self.make_and_validate_key(key, version=version)
        return self._write("add", key, value, timeout)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        key = self.make_and_validate_key(key, version=version)
        self._write("set", key, value, timeout)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        return self._write("touch", key, None, timeout)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self.get_many([key], version).get(key, default)

    def get_many(self, keys: Iterable[Any], version: Any = None) -> dict[Any, Any]:
        asked = {self.make_and_validate_key(key, version=version): key for key in keys}
        if not asked:
            return {}
        connection, table = self._reader()
        key, value, expires = map(connection.ops.quote_name, ("cache_key", "value", "expires"))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key}, {value}, {expires} FROM {table} "
                f"WHERE {key} IN ({', '.join(['%s'] * len(asked))})",
                list(asked),
            )
            rows = cursor.fetchall()
        now = _now()
        found, expired = {}, []
        for entry, pickled, until in rows:
            if _moment(connection, until) < now:
                expired.append(entry)
                continue
            text = connection.ops.process_clob(pickled)
            found[asked[entry]] = pickle.loads(base64.b64decode(text.encode()))
        self._remove(expired)
        return found

    def has_key(self, key: Any, version: Any = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        connection, table = self._reader()
        column, expires = map(connection.ops.quote_name, ("cache_key", "expires"))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {column} FROM {table} WHERE {column} = %s and {expires} > %s",
                [key, connection.ops.adapt_datetimefield_value(_now())],
            )
            return cursor.fetchone() is not None

    def delete(self, key: Any, version: Any = None) -> bool:
        return self._remove([self.make_and_validate_key(key, version=version)])

    def delete_many(self, keys: Iterable[Any], version: Any = None) -> None:
        self._remove([self.make_and_validate_key(key, version=version) for key in keys])

    def clear(self) -> None:
        connection, table = self._writer()
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")

    def _reader(self) -> tuple[Any, str]:
        return self._on(router.db_for_read(self.cache_model_class))

    def _writer(self) -> tuple[Any, str]:
        return self._on(router.db_for_write(self.cache_model_class))

    def _on(self, alias: str) -> tuple[Any, str]:
        """The connection, and the table's name as it is written there."""
        connection = connections[alias]
        return connection, connection.ops.quote_name(self._table)

    def _remove(self, keys: list[Any]) -> bool:
        """Delete the entries; whether there were any."""
        if not keys:
            return False
        connection, table = self._writer()
        column = connection.ops.quote_name("cache_key")
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {table} WHERE {column} IN ({', '.join(['%s'] * len(keys))})", keys
            )
            return bool(cursor.rowcount)

    def _write(self, mode: str, key: Any, value: Any, timeout: Any) -> bool:
        """Set, add or touch an entry; whether that was done, which a database error prevents too."""
        connection, table = self._writer()
        now = _now()
        adapt = connection.ops.adapt_datetimefield_value
        expires = adapt(_end(self.get_backend_timeout(timeout)))
        if mode != "touch":
            text = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin1")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            entries = cursor.fetchone()[0]
            if entries > self._max_entries:
                self._cull(connection, table, cursor, now, entries)
            try:
                with transaction.atomic(using=connection.alias):
                    until = self._expiry(connection, table, cursor, key)
                    if mode == "touch":
                        return until is not None and self._touch(
                            connection, table, cursor, key, expires
                        )
                    if until is not None and mode == "add" and until >= now:
                        return False
                    self._put(connection, table, cursor, until is None, (text, expires, key))
            except DatabaseError:
                # Somebody else was quicker, or there is no table: a cache may forget.
                return False
        return True

    def _expiry(
        self, connection: Any, table: str, cursor: Any, key: Any
    ) -> datetime.datetime | None:
        """When the entry expires; None if it is not there."""
        column, expires = map(connection.ops.quote_name, ("cache_key", "expires"))
        cursor.execute(f"SELECT {column}, {expires} FROM {table} WHERE {column} = %s", [key])
        row = cursor.fetchone()
        return None if row is None else _moment(connection, row[1])

    def _touch(self, connection: Any, table: str, cursor: Any, key: Any, expires: Any) -> bool:
        column, until = map(connection.ops.quote_name, ("cache_key", "expires"))
        cursor.execute(f"UPDATE {table} SET {until} = %s WHERE {column} = %s", [expires, key])
        return True

    def _put(
        self, connection: Any, table: str, cursor: Any, new: bool, entry: tuple[str, Any, Any]
    ) -> None:
        text, expires, key = entry
        columns = ("cache_key", "value", "expires")
        column, value, until = map(connection.ops.quote_name, columns)
        if new:
            cursor.execute(
                f"INSERT INTO {table} ({column}, {value}, {until}) VALUES (%s, %s, %s)",
                [key, text, expires],
            )
        else:
            cursor.execute(
                f"UPDATE {table} SET {value} = %s, {until} = %s WHERE {column} = %s",
                [text, expires, key],
            )

    def _cull(
        self, connection: Any, table: str, cursor: Any, now: datetime.datetime, entries: int
    ) -> None:
        """Make room: what expired goes, and if that is too little a part of the rest."""
        if self._cull_frequency == 0:
            self.clear()
            return
        column, expires = map(connection.ops.quote_name, ("cache_key", "expires"))
        cursor.execute(
            f"DELETE FROM {table} WHERE {expires} < %s",
            [connection.ops.adapt_datetimefield_value(now)],
        )
        left = entries - cursor.rowcount
        if left <= self._max_entries:
            return
        cursor.execute(
            connection.ops.cache_key_culling_sql() % table, [left // self._cull_frequency]
        )
        first_kept = cursor.fetchone()
        if first_kept:
            cursor.execute(f"DELETE FROM {table} WHERE {column} < %s", [first_kept[0]])


def _end(timeout: float | None) -> datetime.datetime:
    """The moment, given in seconds since 1970, until which an entry is kept; None is for ever."""
    if timeout is None:
        end = datetime.datetime.max
    else:
        zone = datetime.UTC if settings.USE_TZ else None
        end = datetime.datetime.fromtimestamp(timeout, tz=zone)
    return end.replace(microsecond=0)


def _moment(connection: Any, value: Any) -> Any:
    """What the database answered for a moment, as a model's field would have it."""
    expression = models.Expression(output_field=models.DateTimeField())
    converters = connection.ops.get_db_converters(expression)
    for convert in (*converters, *expression.get_db_converters(connection)):
        value = convert(value, expression, connection)
    return value
