"""Clients that leave before they were answered (ASGI: the ``http.disconnect`` message).

Nearly all requests are over long before it matters, so none pays for it: a request is put in a table
and taken out again. While there is anything in it a timer looks at it twice a second; for a request
that it saw the time before, a task listens for the disconnect, and cancels the request's task.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["active", "enter", "has_left", "leave", "listeners", "loops", "task_of", "watch"]

INTERVAL = 0.5  # seconds

# The requests that are being answered, with the tasks that do it; each has its ``_receive``.
active: dict[Any, asyncio.Task[Any]] = {}
# The tasks that listen for slow requests, and the requests whose clients have left.
listeners: dict[Any, asyncio.Task[None]] = {}
_left: set[Any] = set()
# The event loops that have a timer.
loops: dict[asyncio.AbstractEventLoop, asyncio.TimerHandle] = {}

# The task that runs in a loop. PERF: `current_task` is written in Python before 3.12, and takes longer
# than all the rest of this; there, the table that it looks into is the interpreter's own.
task_of: Callable[[asyncio.AbstractEventLoop], Any] = (
    asyncio.current_task if sys.version_info >= (3, 12) else asyncio.tasks._current_tasks.get  # type: ignore[attr-defined]
)


def enter(request: Any) -> None:
    """The current task begins to answer `request`."""
    loop = asyncio.get_running_loop()
    active[request] = task_of(loop)
    if loop not in loops:
        watch()


def leave(request: Any) -> None:
    """`request` was answered, or given up."""
    del active[request]
    stop_listening(request)


def stop_listening(request: Any) -> None:
    """End the task that listens for the request's client, if there is one."""
    _left.discard(request)
    listener = listeners.pop(request, None)
    if listener is not None:
        listener.cancel()


def has_left(request: Any) -> bool:
    """Whether the request's task was cancelled because its client has left."""
    return request in _left


def watch() -> None:
    """Start the timer of the running loop."""
    for closed in [loop for loop in list(loops) if loop.is_closed()]:
        del loops[closed]
    loop = asyncio.get_running_loop()
    loops[loop] = loop.call_later(INTERVAL, _look, loop, frozenset())


def _look(loop: asyncio.AbstractEventLoop, seen: frozenset[Any]) -> None:
    now = frozenset(request for request, task in list(active.items()) if task.get_loop() is loop)
    for request in now & seen:
        if request not in listeners:
            listeners[request] = loop.create_task(_listen(request, active[request]))
    if now:
        loops[loop] = loop.call_later(INTERVAL, _look, loop, now)
    else:
        del loops[loop]


async def _listen(request: Any, task: asyncio.Task[Any]) -> None:
    message = await request._receive()
    # The body was received; a server that tells of one again would do so for ever.
    if message["type"] == "http.disconnect" and request in active:
        _left.add(request)
        task.cancel()
