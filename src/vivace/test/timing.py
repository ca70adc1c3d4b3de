"""How long the steps of a test run took (``--timing``).

Published in ``vivace.test.utils``.
"""

from __future__ import annotations

import collections
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager


class TimeKeeper:
    """Remember how long named steps took; the runner's ``--timing``."""

    def __init__(self) -> None:
        self.records: dict[str, list[float]] = collections.defaultdict(list)

    @contextmanager
    def timed(self, name: str) -> Generator[None, None, None]:
        self.records[name]
        start = time.perf_counter()
        try:
            yield
        finally:
            self.records[name].append(time.perf_counter() - start)

    def print_results(self) -> None:
        for name, times in self.records.items():
            for elapsed in times:
                sys.stderr.write(f"{name} took {elapsed:.3f}s\n")


class NullTimeKeeper:
    """A `TimeKeeper` that remembers nothing."""

    @contextmanager
    def timed(self, name: str) -> Generator[None, None, None]:
        yield

    def print_results(self) -> None:
        pass
