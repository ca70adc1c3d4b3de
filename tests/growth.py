"""Work that grows no faster than its input, measured as a ratio with room for a busy machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def seconds(call: Callable[[], Any]) -> float:
    """The least time of three calls; an exception ends a call like a return."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        try:
            call()
        except Exception:
            pass
        best = min(best, time.perf_counter() - start)
    return best


def grows_linearly(call: Callable[[int], Any], size: int = 4000) -> bool:
    """Whether eight times the input takes well below the 64 times of a quadratic algorithm."""
    small = max(seconds(lambda: call(size)), 2e-4)
    return seconds(lambda: call(8 * size)) < 30 * small
