"""Clients that leave before they were answered (ASGI: the ``http.disconnect`` message).

Nearly all requests are over long before it matters, so none pays for it: a request is put on a list
and taken off again. A timer looks at the list twice a second while there is anything on it; who is
still there at the second look gets a task that listens for the disconnect, and is cancelled by it.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

__all__ = ["Watched", "watch"]

INTERVAL = 0.5  # seconds

Receive = Callable[[], Awaitable[dict[str, Any]]]


class Watched:
    """A request that is being answered by `task`."""

    __slots__ = ("_watch", "disconnected", "listener", "receive", "seen", "task")

    def __init__(self, watch: _Watch, task: asyncio.Task[Any], receive: Receive) -> None:
        self._watch = watch
        self.task = task
        self.receive = receive
        self.seen = False
        self.disconnected = False
        self.listener: asyncio.Task[None] | None = None

    def done(self) -> None:
        """The request was answered."""
        self._watch.active.discard(self)
        if self.listener is not None:
            self.listener.cancel()

    async def listen(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
        if self in self._watch.active:
            self.disconnected = True
            self.task.cancel()


class _Watch:
    """The list of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.active: set[Watched] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._loop = weakref.ref(loop)

    def add(self, task: asyncio.Task[Any], receive: Receive) -> Watched:
        watched = Watched(self, task, receive)
        self.active.add(watched)
        if self._timer is None:
            self._schedule()
        return watched

    def _schedule(self) -> None:
        loop = self._loop()
        self._timer = None if loop is None else loop.call_later(INTERVAL, self._look)

    def _look(self) -> None:
        self._timer = None
        for watched in self.active:
            if not watched.seen:
                watched.seen = True
            elif watched.listener is None:
                watched.listener = watched.task.get_loop().create_task(watched.listen())
        if self.active:
            self._schedule()


_watches: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Watch] = weakref.WeakKeyDictionary()


def watch(receive: Receive) -> Watched:
    """Watch the request that the current task answers; call ``done()`` on the result at its end."""
    task = asyncio.current_task()
    assert task is not None
    loop = task.get_loop()
    found = _watches.get(loop)
    if found is None:
        found = _watches[loop] = _Watch(loop)
    return found.add(task, receive)
