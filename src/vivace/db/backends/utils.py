"""Cursors: they raise our errors, run wrappers, and keep the log of queries.

The names of ``backends.names`` are published here too. Defined by topics/db/sql,
topics/db/instrumentation and ref/logging (``django.db.backends``) of the documentation.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from vivace.apps import apps
from vivace.db.backends.names import (
    format_number,
    names_digest,
    split_identifier,
    split_tzname_delta,
    strip_quotes,
    truncate_name,
    typecast_date,
    typecast_time,
    typecast_timestamp,
)
from vivace.db.backends.watching import Patchable
from vivace.db.utils import NotSupportedError
from vivace.utils.naming import say

__all__ = [
    "CursorDebugWrapper",
    "CursorWrapper",
    "debug_transaction",
    "format_number",
    "names_digest",
    "split_identifier",
    "split_tzname_delta",
    "strip_quotes",
    "truncate_name",
    "typecast_date",
    "typecast_time",
    "typecast_timestamp",
]


class CursorWrapper(metaclass=Patchable):
    """A driver's cursor that raises the errors of `vivace.db` and asks the execute wrappers.

    `db` is the connection it belongs to.
    """

    # Reading results may fail as executing may.
    WRAP_ERROR_ATTRS = frozenset(["fetchone", "fetchmany", "fetchall", "nextset"])

    APPS_NOT_READY_WARNING_MSG = (
        "Accessing the database during app initialization is discouraged. To fix this "
        "warning, avoid executing queries in AppConfig.ready() or when your app "
        "modules are imported."
    )

    def __init__(self, cursor: Any, db: Any) -> None:
        self.cursor = cursor
        self.db = db

    def __getattr__(self, attr: str) -> Any:
        value = getattr(self.cursor, attr)
        if attr in CursorWrapper.WRAP_ERROR_ATTRS:
            return self.db.wrap_database_errors(value)
        return value

    def __iter__(self) -> Iterator[Any]:
        with self.db.wrap_database_errors:
            yield from self.cursor

    def __enter__(self) -> Any:
        return self

    def __exit__(
        self,
        type: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # An error of closing would hide the one that led here.
        try:
            self.close()
        except self.db.Database.Error:
            pass

    def callproc(self, procname: str, params: Any = None, kparams: Any = None) -> Any:
        """Call a stored procedure; NotSupportedError for keyword parameters where there are none."""
        if kparams is not None and not self.db.features.supports_callproc_kwargs:
            raise NotSupportedError(
                "Keyword parameters for callproc are not supported on this database backend."
            )
        self._prepare()
        with self.db.wrap_database_errors:
            if params is None and kparams is None:
                return self.cursor.callproc(procname)
            if kparams is None:
                return self.cursor.callproc(procname, params)
            return self.cursor.callproc(procname, params or (), kparams)

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Run a statement; ``%s`` stand for `params`. Without any, percent signs are as they are."""
        return self._execute_with_wrappers(sql, params, many=False, executor=self._execute)

    def executemany(self, sql: Any, param_list: Any) -> Any:
        """Run a statement for each of `param_list`."""
        return self._execute_with_wrappers(sql, param_list, many=True, executor=self._executemany)

    def _execute_with_wrappers(
        self, sql: Any, params: Any, many: bool, executor: Callable[..., Any]
    ) -> Any:
        context = {"connection": self.db, "cursor": self}
        for wrapper in reversed(self.db.execute_wrappers):
            executor = _wrapped(wrapper, executor)
        return executor(sql, params, many, context)

    def _prepare(self) -> None:
        if not apps.ready:
            warnings.warn(self.APPS_NOT_READY_WARNING_MSG, category=RuntimeWarning, stacklevel=2)
        self.db.validate_no_broken_transaction()

    def _execute(self, sql: Any, params: Any, *ignored_wrapper_args: Any) -> Any:
        self._prepare()
        with self.db.wrap_database_errors:
            if params is None:
                # Without parameters the text is taken as it is, percent signs too.
                return self.cursor.execute(sql)
            return self.cursor.execute(sql, params)

    def _executemany(self, sql: Any, param_list: Any, *ignored_wrapper_args: Any) -> Any:
        self._prepare()
        with self.db.wrap_database_errors:
            return self.cursor.executemany(sql, param_list)


def _wrapped(wrapper: Callable[..., Any], executor: Callable[..., Any]) -> Callable[..., Any]:
    def call(sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        return wrapper(executor, sql, params, many, context)

    return call


class CursorDebugWrapper(CursorWrapper):
    """A cursor that logs each statement and how long it took."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        with self.debug_sql(sql, params, use_last_executed_query=True):
            return super().execute(sql, params)

    def executemany(self, sql: Any, param_list: Any) -> Any:
        with self.debug_sql(sql, param_list, many=True):
            return super().executemany(sql, param_list)

    @contextmanager
    def debug_sql(
        self,
        sql: Any = None,
        params: Any = None,
        use_last_executed_query: bool = False,
        many: bool = False,
    ) -> Generator[None, None, None]:
        """Note in the log of queries, and tell the logger, what is executed within."""
        start = time.monotonic()
        try:
            yield
        finally:
            duration = time.monotonic() - start
            if use_last_executed_query:
                sql = self.db.ops.last_executed_query(self.cursor, sql, params)
            told = f"{_count(params)} times: {sql}" if many else sql
            self.db.queries_log.append({"sql": told, "time": f"{duration:.3f}"})
            _log(duration, sql, {"params": params}, self.db.alias)


def _count(params: Any) -> int | str:
    try:
        return len(params)
    except TypeError:
        # An iterator.
        return "?"


def _log(duration: float, sql: Any, params: dict[str, Any], alias: str) -> None:
    logging.getLogger(say("db.backends")).debug(
        "(%.3f) %s; args=%s; alias=%s",
        duration,
        sql,
        params.get("params"),
        alias,
        extra={"duration": duration, "sql": sql, **params, "alias": alias},
    )


@contextmanager
def debug_transaction(connection: Any, sql: str) -> Generator[None, None, None]:
    """Note `sql`, which the driver's own methods stand for, in the log of queries if there is one."""
    start = time.monotonic()
    try:
        yield
    finally:
        if connection.queries_logged:
            duration = time.monotonic() - start
            connection.queries_log.append({"sql": sql, "time": f"{duration:.3f}"})
            _log(duration, sql, {}, connection.alias)
