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
        # Files and connections that only the collector closes are closed at the end, as ever.
        atexit.unregister(gc.unfreeze)
        atexit.register(gc.unfreeze)


def end_at_once() -> None:
    """Leave to the system what there is now: the process ends without looking for garbage there.

    For programs that have nothing left to write or to close. PERF: a fifth of the time of a short one.
    """
    gc.freeze()
    atexit.unregister(gc.unfreeze)
