"""Transactions: `atomic`, `on_commit`, and the low-level functions below them.

Defined by topics/db/transactions of the documentation. A connection knows three things about its
blocks: `in_atomic_block`; `savepoint_ids`, one entry per block within the outermost one, None for
a block without a savepoint; and `needs_rollback`, which a block without a savepoint sets when it
fails, so that the next block with one (or the outermost) rolls back whatever happens.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ContextDecorator, contextmanager
from types import TracebackType
from typing import Any, TypeVar, overload

from vivace.db import DEFAULT_DB_ALIAS, DatabaseError, Error, ProgrammingError, connections

__all__ = [
    "Atomic",
    "TransactionManagementError",
    "atomic",
    "clean_savepoints",
    "commit",
    "get_autocommit",
    "get_connection",
    "get_rollback",
    "mark_for_rollback_on_error",
    "non_atomic_requests",
    "on_commit",
    "rollback",
    "savepoint",
    "savepoint_commit",
    "savepoint_rollback",
    "set_autocommit",
    "set_rollback",
]

C = TypeVar("C", bound=Callable[..., Any])


class TransactionManagementError(ProgrammingError):
    """Transactions were used in a way that cannot work."""


def get_connection(using: str | None = None) -> Any:
    """The connection of an alias; of the default database for None."""
    return connections[DEFAULT_DB_ALIAS if using is None else using]


def get_autocommit(using: str | None = None) -> bool:
    """Whether each statement is a transaction of its own."""
    return get_connection(using).get_autocommit()  # type: ignore[no-any-return]


def set_autocommit(autocommit: bool, using: str | None = None) -> None:
    """Turn autocommit on or off; not allowed within `atomic`."""
    get_connection(using).set_autocommit(autocommit)


def commit(using: str | None = None) -> None:
    """Commit the transaction; not allowed within `atomic`."""
    get_connection(using).commit()


def rollback(using: str | None = None) -> None:
    """Roll the transaction back; not allowed within `atomic`."""
    get_connection(using).rollback()


def savepoint(using: str | None = None) -> str | None:
    """Make a savepoint and return its id, for `savepoint_commit` or `savepoint_rollback`."""
    return get_connection(using).savepoint()  # type: ignore[no-any-return]


def savepoint_rollback(sid: str, using: str | None = None) -> None:
    """Undo what happened since the savepoint."""
    get_connection(using).savepoint_rollback(sid)


def savepoint_commit(sid: str, using: str | None = None) -> None:
    """Release the savepoint."""
    get_connection(using).savepoint_commit(sid)


def clean_savepoints(using: str | None = None) -> None:
    """Start counting again for the ids of savepoints."""
    get_connection(using).clean_savepoints()


def get_rollback(using: str | None = None) -> bool:
    """Whether the innermost `atomic` block will roll back when it ends."""
    return get_connection(using).get_rollback()  # type: ignore[no-any-return]


def set_rollback(rollback: bool, using: str | None = None) -> None:
    """Let the innermost `atomic` block roll back when it ends, or not.

    Saying False after an error of the database within the block breaks the guarantee of atomicity.
    """
    get_connection(using).set_rollback(rollback)


@contextmanager
def mark_for_rollback_on_error(using: str | None = None) -> Generator[None, None, None]:
    """Let an exception within mark the transaction for rollback: an `atomic` without savepoint, cheaper.

    Where there is no transaction it does nothing.
    """
    try:
        yield
    except Exception as exc:
        connection = get_connection(using)
        if connection.in_atomic_block:
            connection.needs_rollback = True
            connection.rollback_exc = exc
        raise


def on_commit(func: Callable[[], Any], using: str | None = None, robust: bool = False) -> None:
    """Call `func` when the transaction is committed: now, if there is none.

    With `robust` its exceptions are logged, and the functions after it still run.
    """
    get_connection(using).on_commit(func, robust)


class Atomic(ContextDecorator):
    """A block that happens as a whole or not at all: context manager and decorator.

    Everything it must remember is on the connection, so one object may be used again and again, by
    many threads, and within itself.
    """

    def __init__(self, using: str | None, savepoint: bool, durable: bool) -> None:
        self.using = using
        self.savepoint = savepoint
        self.durable = durable
        # The blocks around a test do not count for `durable`.
        self._from_testcase = False

    def __enter__(self) -> None:
        connection = get_connection(self.using)
        blocks = connection.atomic_blocks
        if self.durable and blocks and not blocks[-1]._from_testcase:
            raise RuntimeError(
                "A durable atomic block cannot be nested within another atomic block."
            )
        if not connection.in_atomic_block:
            connection.commit_on_exit = True
            if connection.needs_rollback:
                connection.needs_rollback = False
            if connection.get_autocommit():
                # A backend that cannot turn autocommit off begins its transaction by a statement.
                connection.set_autocommit(
                    False, force_begin_transaction_with_broken_autocommit=True
                )
                connection.in_atomic_block = True
                # Opening a connection replaced the list.
                connection.atomic_blocks.append(self)
                return
            # Whoever turned autocommit off also commits: this block only takes a savepoint.
            connection.in_atomic_block = True
            connection.commit_on_exit = False
        takes = self.savepoint and not connection.needs_rollback
        connection.savepoint_ids.append(connection.savepoint() if takes else None)
        connection.atomic_blocks.append(self)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        connection = get_connection(self.using)
        if connection.atomic_blocks:
            connection.atomic_blocks.pop()
        outermost = not connection.savepoint_ids
        if outermost:
            # From here on the connection commits and rolls back as asked.
            connection.in_atomic_block = False
            sid = None
        else:
            sid = connection.savepoint_ids.pop()
        try:
            if connection.closed_in_transaction:
                # The database has rolled back. The connection is dropped below.
                pass
            elif exc_type is None and not connection.needs_rollback:
                if outermost:
                    _commit(connection)
                elif sid is not None:
                    _release(connection, sid)
            else:
                # What is rolled back here need not be by the next block.
                connection.needs_rollback = False
                if outermost:
                    _roll_back(connection)
                elif sid is None or not _undo(connection, sid):
                    connection.needs_rollback = True
        finally:
            if outermost:
                _leave(connection)
            elif not connection.savepoint_ids and not connection.commit_on_exit:
                if connection.closed_in_transaction:
                    connection.connection = None
                else:
                    connection.in_atomic_block = False


def _commit(connection: Any) -> None:
    try:
        connection.commit()
    except DatabaseError:
        _roll_back(connection)
        raise


def _roll_back(connection: Any) -> None:
    try:
        connection.rollback()
    except Error:
        # Whatever state it is in: closed it has none.
        connection.close()


def _release(connection: Any, sid: str) -> None:
    try:
        connection.savepoint_commit(sid)
    except DatabaseError:
        if not _undo(connection, sid):
            connection.needs_rollback = True
        raise


def _undo(connection: Any, sid: str) -> bool:
    """Roll back to a savepoint and forget it; whether that was possible."""
    try:
        connection.savepoint_rollback(sid)
        # Rolling back leaves the savepoint, and it would pile up.
        connection.savepoint_commit(sid)
    except Error:
        return False
    return True


def _leave(connection: Any) -> None:
    if connection.closed_in_transaction:
        connection.connection = None
    else:
        connection.set_autocommit(True)


@overload
def atomic(using: C) -> C: ...
@overload
def atomic(using: str | None = None, savepoint: bool = True, durable: bool = False) -> Atomic: ...
def atomic(using: Any = None, savepoint: bool = True, durable: bool = False) -> Any:
    """A block, or a function, whose changes are committed together if it ends without an exception.

    `using` is the alias of the database. Within another block it takes a savepoint, unless
    `savepoint` is False. `durable` demands to be the outermost block: RuntimeError otherwise.
    """
    if callable(using):
        return Atomic(DEFAULT_DB_ALIAS, savepoint, durable)(using)
    return Atomic(using, savepoint, durable)


def _non_atomic_requests(view: Any, using: str) -> Any:
    try:
        view._non_atomic_requests.add(using)
    except AttributeError:
        view._non_atomic_requests = {using}
    return view


@overload
def non_atomic_requests(using: C) -> C: ...
@overload
def non_atomic_requests(using: str | None = None) -> Callable[[C], C]: ...
def non_atomic_requests(using: Any = None) -> Any:
    """Decorator: let a view run without the transaction that ``ATOMIC_REQUESTS`` gives it."""
    if callable(using):
        return _non_atomic_requests(using, DEFAULT_DB_ALIAS)
    alias = DEFAULT_DB_ALIAS if using is None else using
    return lambda view: _non_atomic_requests(view, alias)
