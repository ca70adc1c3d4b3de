"""Executing: the calls that reach the database, as flows that both colours drive.

An operation of the ORM is a generator that yields a `Call` wherever it must wait. `perform` drives it
where it is; `aperform` keeps it off the event loop: a backend that is asynchronous itself awaits each
call, any other gets the whole operation in the request's thread, which is one hop per operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from vivace.db import transaction
from vivace.db.contracts import Connection
from vivace.flow import Call, Flow, run_async, run_sync
from vivace.utils.asyncio import async_unsafe
from vivace.utils.bridge import sync_to_async

__all__ = [
    "aperform",
    "fetch_all",
    "fetch_chunks",
    "hook",
    "in_transaction",
    "perform",
    "run",
    "run_now",
]

T = TypeVar("T")
Row = tuple[Any, ...]
Params = Sequence[Any]


def perform(connection: Connection | None, flow: Flow[T]) -> T:
    """Drive an operation on `connection` to its end, here and now."""
    return run_sync(flow)


async def aperform(connection: Connection, flow: Flow[T]) -> T:
    """Drive an operation on `connection` to its end without blocking the event loop."""
    if connection.features.has_native_async:
        return await run_async(flow)
    result: T = await sync_to_async(run_sync, thread_sensitive=True)(flow)
    return result


def fetch_all(connection: Connection, sql: str, params: Params | None) -> Flow[list[Row]]:
    """All rows of a query; raises the exceptions of `vivace.db`."""
    rows: list[Row] = yield Call(_fetch_all, (connection, sql, params), blocking=True)
    return rows


def run(connection: Connection, sql: str, params: Params | None) -> Flow[int]:
    """Execute a statement that gives no rows; how many rows it met."""
    count: int = yield Call(run_now, (connection, sql, params), blocking=True)
    return count


def fetch_chunks(
    connection: Connection, sql: str, params: Params | None, size: int
) -> Iterator[list[Row]]:
    """The rows of a query in lists of `size`, read as they are asked for where the backend can."""
    cursor = connection.chunked_cursor()
    try:
        cursor.execute(sql, params)
        if not connection.features.can_use_chunked_reads:
            rows = cursor.fetchall()
            for start in range(0, len(rows), size):
                yield rows[start : start + size]
            return
        while rows := cursor.fetchmany(size):
            yield rows
    finally:
        cursor.close()


def in_transaction(
    using: str | None, flow: Flow[T], *, savepoint: bool = True, durable: bool = False
) -> Flow[T]:
    """Drive `flow` within `atomic`: an exception that leaves it rolls back."""
    block = transaction.atomic(using=using, savepoint=savepoint, durable=durable)
    yield Call(block.__enter__, blocking=True)
    try:
        result = yield from flow
    except GeneratorExit as stop:
        # The driver gave the operation up (a cancelled task): nobody answers another call.
        block.__exit__(type(stop), stop, stop.__traceback__)
        raise
    except BaseException as exc:
        yield Call(block.__exit__, (type(exc), exc, exc.__traceback__), blocking=True)
        raise
    yield Call(block.__exit__, (None, None, None), blocking=True)
    return result


def hook(function: Callable[..., T], *args: Any, **kwargs: Any) -> Flow[T]:
    """Call foreign code that may block: a receiver, an overridden method, a field's `pre_save`."""
    result: T = yield Call(partial(function, *args, **kwargs), blocking=True)
    return result


@async_unsafe
def _fetch_all(connection: Connection, sql: str, params: Params | None) -> list[Row]:
    cursor = _on_short_road(connection, sql, params)
    if cursor is not None:
        try:
            rows: list[Row] = cursor.fetchall()
        except connection.Database.Error as exc:
            raise connection.translated(exc) from exc
        return rows
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@async_unsafe
def run_now(connection: Connection, sql: str, params: Params | None) -> int:
    """Execute a statement that gives no rows, here; how many rows it met."""
    cursor = _on_short_road(connection, sql, params)
    if cursor is not None:
        return int(cursor.rowcount)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def _on_short_road(connection: Connection, sql: str, params: Params | None) -> Any:
    """The driver's cursor after executing; None where a cursor of ours must execute."""
    if connection.execute == connection._execute_watched:
        # Whatever kept it off the short road may be over.
        connection.choose_execute()
        if connection.execute == connection._execute_watched:
            return None
    if params.__class__ not in _POSITIONAL:
        return None
    connection.validate_thread_sharing()
    try:
        return connection.execute(connection.ops.native_sql(sql), params)
    except connection.Database.Error as exc:
        raise connection.translated(exc) from exc


# What stands for placeholders one after the other.
_POSITIONAL = (tuple, list)
