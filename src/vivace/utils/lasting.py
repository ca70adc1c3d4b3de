"""What is made at start-up stays, and need not be looked through for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["lasting", "uncollected"]


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

    PERF: nor when the process ends, nor in a child that shares the memory (see `gc.freeze`).
    """
    with uncollected():
        yield
        gc.freeze()
