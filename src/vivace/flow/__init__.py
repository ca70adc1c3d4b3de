"""Two colours, one source: operations written as generators, driven synchronously or asynchronously.

An operation that must call code which may wait yields a `Call` and gets its result (or exception)
back where it yielded. `run_sync` makes the call; `run_async` awaits it, or gives it a thread, or makes
it where it is, as the call says. The operation itself never knows which of the two drives it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NamedTuple, TypeVar

from vivace.utils.bridge import sync_to_async

__all__ = ["Call", "Flow", "run_async", "run_sync"]

T = TypeVar("T")


class Call(NamedTuple):
    """A call that an operation wants made.

    For the asynchronous driver: `awaits` says that `function` returns an awaitable, `blocking` that it
    is synchronous and may block, so that it needs the request's thread (`own_thread`: any thread).
    """

    function: Callable[..., Any]
    args: tuple[Any, ...] = ()
    awaits: bool = False
    blocking: bool = False
    own_thread: bool = False


Flow = Generator[Call, Any, T]


def run_sync(flow: Flow[T]) -> T:
    """Drive `flow` to its end and return its result; its calls are made one after the other."""
    try:
        call = next(flow)
        while True:
            try:
                result = call.function(*call.args)
            except Exception as exc:
                call = flow.throw(exc)
            else:
                call = flow.send(result)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]


async def run_async(flow: Flow[T]) -> T:
    """Drive `flow` to its end and return its result; its calls never block the event loop."""
    try:
        call = next(flow)
        while True:
            try:
                if call.awaits:
                    result = await call.function(*call.args)
                elif call.blocking:
                    in_thread = sync_to_async(call.function, thread_sensitive=not call.own_thread)
                    result = await in_thread(*call.args)
                else:
                    result = call.function(*call.args)
            except Exception as exc:
                call = flow.throw(exc)
            else:
                call = flow.send(result)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
