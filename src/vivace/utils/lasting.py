"""What is made at start-up stays, and need not be looked through for garbage."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["end_at_once", "lasting", "uncollected"]


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage is collected meanwhile.

    PERF: for what makes thousands of objects that stay, modules above all.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def lasting() -> Iterator[None]:
    """What is made meanwhile lasts as long as the process: nobody looks for garbage there again.

    PERF: nor in a child that shares the memory (see `gc.freeze`).
    """
    with uncollected():
        yield
        gc.freeze()
        atexit.unregister(_end)
        atexit.register(_end)


_leaves_nothing = False


def end_at_once(leaves_nothing: bool) -> None:
    """Say whether the process, if it ends now, has nothing left that must be written or closed.

    Then it ends without looking for garbage. PERF: that is a fifth of the time of a short program.
    """
    global _leaves_nothing
    _leaves_nothing = leaves_nothing


def _end() -> None:
    if _leaves_nothing:
        gc.freeze()
    else:
        # Files and connections that only the collector closes are closed, as ever.
        gc.unfreeze()
