"""`BaseDatabaseWrapper`: a connection to a database, whose parts are in the modules beside.

`lifecycle` is about opening and closing, `transactions` about what is open on it, this one about
executing: cursors, wrappers, the log of queries, and the short road to the driver (`db.contracts`,
`db.backends.watching`).
"""

from __future__ import annotations

import collections
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from vivace.apps import apps
from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.db.backends import utils
from vivace.db.backends.base.lifecycle import NO_DB_ALIAS, RAN_DB_VERSION_CHECK
from vivace.db.backends.base.transactions import ConnectionTransactions
from vivace.db.backends.watching import Flag, Replaceable, Wrappers, watch, watch_again
from vivace.db.care import attend
from vivace.utils.asyncio import async_unsafe

__all__ = ["NO_DB_ALIAS", "RAN_DB_VERSION_CHECK", "BaseDatabaseWrapper"]

# Whether all connections log their queries.
LOGGED: Frozen[bool] = Frozen(
    "log of queries", lambda: bool(settings.DEBUG), reads=("DEBUG",), cleared=watch_again
)

# While one of these is replaced, by a test tool or a profiler, nothing may go round it.
_GUARDED = (
    "cursor",
    "chunked_cursor",
    "connect",
    "ensure_connection",
    "make_cursor",
    "make_debug_cursor",
    "_cursor",
    "_prepare_cursor",
)


class BaseDatabaseWrapper(ConnectionTransactions):
    """A connection to one database; each backend subclasses it.

    `settings_dict` is the entry of DATABASES. The driver's connection is `connection`, opened on
    first use; `cursor()` gives a cursor, `ops`, `features`, `introspection`, `creation`, `client`
    and `validation` are about the kind of database.
    """

    # How many queries the log keeps.
    queries_limit = 9000
    # A backend on whose own connection statements in the driver's style can be executed.
    has_driver_execute = False

    force_debug_cursor: Any = Flag()
    execute_wrappers: Any = Flag()

    def _initialise_state(self) -> None:
        state = self.__dict__
        # Flags choose the road when set, which needs them all.
        state["connection"] = None
        state["closed_in_transaction"] = False
        state["needs_rollback"] = False
        state["force_debug_cursor"] = False
        state["execute_wrappers"] = Wrappers(self)
        self.queries_log: collections.deque[dict[str, str]] = collections.deque(
            maxlen=self.queries_limit
        )
        self.execute: Callable[..., Any] = self._execute_watched
        super()._initialise_state()
        watch(self)

    # --- the log of queries

    @property
    def queries_logged(self) -> bool:
        """Whether queries are logged: by ``DEBUG``, or by whoever set `force_debug_cursor`."""
        return bool(self.force_debug_cursor or LOGGED.value)

    @property
    def queries(self) -> list[dict[str, str]]:
        """The logged queries, ``{"sql": ..., "time": ...}``, the oldest first."""
        if len(self.queries_log) == self.queries_log.maxlen:
            warnings.warn(
                f"Limit for query logging exceeded, only the last {self.queries_log.maxlen} "
                "queries will be returned.",
                stacklevel=2,
            )
        return list(self.queries_log)

    # --- cursors

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor of the driver; `name` is for one whose rows stay with the server."""
        raise NotImplementedError(
            "subclasses of BaseDatabaseWrapper may require a create_cursor() method"
        )

    def _prepare_cursor(self, cursor: Any) -> Any:
        self.validate_thread_sharing()
        return self.make_debug_cursor(cursor) if self.queries_logged else self.make_cursor(cursor)

    def _cursor(self, name: str | None = None) -> Any:
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(self.create_cursor(name))

    @async_unsafe
    def _new_cursor(self) -> Any:
        """A cursor, also a context manager that closes it."""
        return self._cursor()

    cursor = Replaceable(_new_cursor)

    def _new_chunked_cursor(self) -> Any:
        """A cursor that does not hold all rows at once, where the database can do that."""
        return self.cursor()

    chunked_cursor = Replaceable(_new_chunked_cursor)

    def make_debug_cursor(self, cursor: Any) -> Any:
        """A cursor that logs what it executes."""
        return utils.CursorDebugWrapper(cursor, self)

    def make_cursor(self, cursor: Any) -> Any:
        """A cursor that does not log."""
        return utils.CursorWrapper(cursor, self)

    # --- wrappers

    @contextmanager
    def execute_wrapper(self, wrapper: Callable[..., Any]) -> Generator[None, None, None]:
        """Let `wrapper` execute the statements within: topics/db/instrumentation."""
        self.execute_wrappers.append(wrapper)
        try:
            yield
        finally:
            self.execute_wrappers.pop()

    # --- the short road

    def choose_execute(self) -> None:
        """Let `execute` be the driver's own method if nothing unusual applies, else the watched one."""
        if (
            self.has_driver_execute
            and self.connection is not None
            and not self.closed_in_transaction
            and not self.needs_rollback
            and not self.execute_wrappers
            and not self.queries_logged
            and apps.ready
            and self._untouched()
        ):
            self.execute = self.connection.execute
        else:
            self.execute = self._execute_watched
            if self.connection is not None and self.queries_logged:
                attend(self)

    def _untouched(self) -> bool:
        own = self.__dict__
        if any(name in own for name in _GUARDED):
            return False
        if utils.CursorWrapper.__dict__ != _CURSOR_METHODS:
            return False
        owners = [cls for cls in type(self).__mro__ if isinstance(cls, type(BaseDatabaseWrapper))]
        current = {name: value for cls in reversed(owners) for name, value in vars(cls).items()}
        return all(current[name] is _METHODS[name] for name in _GUARDED)

    def _execute_watched(self, sql: str, params: Any = ()) -> Any:
        """Execute a statement in the driver's style by the rules of cursors; its cursor."""
        cursor = self.cursor()
        # Whoever wraps executions or reads logs gets a tuple, whatever the way.
        cursor.execute(self.ops.portable_sql(sql), tuple(params))
        # What was unusual may have been that there was no connection yet.
        self.choose_execute()
        return cursor


def _definitions(cls: type) -> dict[str, Any]:
    chained = chain.from_iterable(vars(base).items() for base in reversed(cls.__mro__))
    return {name: value for name, value in chained if name in _GUARDED}


# As they were when the classes were made.
_METHODS = _definitions(BaseDatabaseWrapper)
_CURSOR_METHODS = dict(utils.CursorWrapper.__dict__)
