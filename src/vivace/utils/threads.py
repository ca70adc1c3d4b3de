"""The threads in which synchronous code of asynchronous requests runs.

All synchronous code of one request runs in one thread, and no other request's does meanwhile: that is
what asgiref calls thread-sensitive. asgiref begins a thread for each context that needs one, and ends
it with the context. PERF: to begin one takes longer than most views, and whatever a thread holds, as
connections to databases, would end with it. So threads are kept here for the requests that come.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import Token
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import SyncToAsync

__all__ = ["OneThread", "ThreadOfRequest", "give_back", "idle", "lend"]

P = ParamSpec("P")
T = TypeVar("T")

# As many as a server with one event loop is likely to need at a time.
MOST_IDLE = 32


class OneThread(ThreadPoolExecutor):
    """An executor with one thread, begun when there is something to do, that knows when it is idle."""

    def __init__(self) -> None:
        super().__init__(max_workers=1, thread_name_prefix="vivace-request")
        self._unfinished: list[Future[Any]] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have `fn` called after whatever was submitted before."""
        future = super().submit(fn, *args, **kwargs)
        # Not the last alone: it may be cancelled while what came before it runs.
        self._unfinished = [*(one for one in self._unfinished if not one.done()), future]
        return future

    @property
    def is_idle(self) -> bool:
        """Whether all that was submitted is done."""
        return all(future.done() for future in self._unfinished)


# The executors that no request has.
idle: list[OneThread] = []

_executors = SyncToAsync.context_to_thread_executor


def lend() -> None:
    """Have synchronous code of the request that runs here use a thread that is idle, if there is one."""
    context: Any = SyncToAsync.thread_sensitive_context.get(None)
    if idle and context is not None and context not in _executors:
        # Another event loop may be quicker; asgiref makes an executor where there is none.
        with suppress(IndexError):
            _executors[context] = idle.pop()


def give_back(context: Any) -> None:
    """Take the thread of `context`, which is over, for others."""
    context._exited = True
    executor: Any = _executors.pop(context, None)
    if executor is None:
        return
    if len(idle) < MOST_IDLE and type(executor) is OneThread and executor.is_idle:
        idle.append(executor)
        return
    # What still runs there is left to itself. Of asgiref's own nobody knows whether it is idle.
    executor.shutdown(wait=False)
    if not idle:
        idle.append(OneThread())


class ThreadOfRequest:
    """asgiref's ``ThreadSensitiveContext``, with a thread that is kept afterwards."""

    # asgiref asks that of a context.
    _exited = False

    def __enter__(self) -> None:
        self._token: Token[Any] = SyncToAsync.thread_sensitive_context.set(self)  # type: ignore[arg-type]

    def __exit__(self, *exc_info: object) -> None:
        SyncToAsync.thread_sensitive_context.reset(self._token)
        give_back(self)
