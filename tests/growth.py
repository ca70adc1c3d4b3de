"""Work that grows no faster than its input, measured as a ratio with room for a busy machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def work(call: Callable[[], Any]) -> float:
    """The processor time of one call in this thread, which other processes do not add to.

    An exception ends a call like a return.
    """
    start = time.thread_time()
    try:
        call()
    except Exception:
        pass
    return time.thread_time() - start


def grows_linearly(call: Callable[[int], Any], size: int = 4000) -> bool:
    """Whether eight times the input takes well below the 64 times of a quadratic algorithm.

    Each is tried several times, by turns, and its least time counts: a busy machine makes code slower
    for a while, but never faster.
    """
    small = large = float("inf")
    for _ in range(6):
        small = min(small, work(lambda: call(size)))
        large = min(large, work(lambda: call(8 * size)))
        if large < 24 * max(small, 2e-4):
            return True
    return False
