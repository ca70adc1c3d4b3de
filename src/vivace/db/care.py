"""When requests must look after connections: close the old ones, empty the log of queries.

PERF: a receiver makes the beginning and end of every request a signal. So there is one only while
a connection needs it: it is to be closed at some age, its health is checked, it failed, its
queries are logged. A connection that is kept for ever and never fails costs a request nothing.
"""

from __future__ import annotations

import weakref
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from threading import Lock
from typing import Any

from vivace.core import signals

_lock = Lock()
_due: weakref.WeakSet[Any] = weakref.WeakSet()
_suspended = 0
_armed = False


def attend(connection: Any) -> None:
    """Look after `connection` as requests begin and end, until it is dismissed."""
    if connection not in _due:
        _due.add(connection)
        _arm_or_not()


def dismiss(connection: Any) -> None:
    """Do not look after `connection` any more."""
    if connection in _due:
        _due.discard(connection)
        _arm_or_not()


def settle() -> None:
    """See whether there is still something to do: connections go with their threads, untold."""
    _arm_or_not()


@contextmanager
def suspended() -> Generator[None, None, None]:
    """Look after no connection within: a test that captures queries sends requests of its own."""
    global _suspended
    _suspended += 1
    _arm_or_not()
    try:
        yield
    finally:
        _suspended -= 1
        _arm_or_not()


def _arm_or_not() -> None:
    global _armed
    with _lock:
        wanted = bool(_due) and not _suspended
        if wanted == _armed:
            return
        _armed = wanted
        # The published functions: tools disconnect them by name.
        db = import_module(__package__)
        for signal, receiver in (
            (signals.request_started, db.reset_queries),
            (signals.request_started, db.close_old_connections),
            (signals.request_finished, db.close_old_connections),
        ):
            if wanted:
                signal.connect(receiver)
            else:
                signal.disconnect(receiver)
