"""Two processors, one for the servers and one for the load, and who else was on them meanwhile.

Where others use the machine too, they take time away from a server under load. The system counts for
each processor how long it was busy; what is not the server's own of that was somebody else's.
"""

from __future__ import annotations

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")
_STAT = Path("/proc/stat")


@dataclass(frozen=True)
class Processors:
    """The numbers of two processors; None where processes cannot be bound to one."""

    servers: int | None
    load: int | None

    @classmethod
    def choose(cls) -> Processors:
        """The first and the last that this process may use."""
        allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        if len(allowed) < 2:
            print(
                "There are no two processors to choose: servers and load generator fight for one."
            )
            return cls(None, None)
        return cls(allowed[0], allowed[-1])

    def stay(self) -> None:
        """Keep this process, which waits and looks, off the servers' processor."""
        if self.load is not None:
            os.sched_setaffinity(0, {self.load})


@dataclass(frozen=True)
class Moment:
    """What had been used of time and processors by then, in seconds."""

    clock: float
    # Of the server's processes; of this one, and of the load generators it has seen end.
    server: float
    load: float
    # How long the two processors have been busy, whoever it was; 0 if that is not known.
    servers_processor: float
    loads_processor: float

    @classmethod
    def now(cls, processors: Processors, server: float) -> Moment:
        """Now, when the server's processes have used `server` seconds."""
        ours = resource.getrusage(resource.RUSAGE_SELF)
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return cls(
            time.perf_counter(),
            server,
            ours.ru_utime + ours.ru_stime + ended.ru_utime + ended.ru_stime,
            _busy(processors.servers),
            _busy(processors.load),
        )


@dataclass(frozen=True)
class Span:
    """What was used between two moments, in seconds."""

    wall: float
    # Of the processor, by the server; and by others on either processor.
    server: float
    others: float
    others_on_load: float

    @classmethod
    def between(cls, before: Moment, after: Moment) -> Span:
        wall = after.clock - before.clock
        # A process that nobody waits for takes its time with it when it ends.
        server, load = max(0.0, after.server - before.server), after.load - before.load
        busy = after.servers_processor - before.servers_processor
        busy_with_load = after.loads_processor - before.loads_processor
        return cls(wall, server, max(0.0, busy - server), max(0.0, busy_with_load - load))

    @property
    def available(self) -> float:
        """How long the server's processor was its own, whether it made use of it or waited."""
        return max(self.wall - self.others, self.server)

    @property
    def busy(self) -> float:
        """Which share of that time it worked."""
        return self.server / self.available

    @property
    def disturbed(self) -> float:
        """Which share of a processor's time others had, of the one where it is more."""
        return max(self.others, self.others_on_load) / self.wall


def _busy(number: int | None) -> float:
    """Seconds that a processor has worked since the machine started; 0 where that is not told."""
    if number is None or not _STAT.exists():
        return 0.0
    for line in _STAT.read_text().splitlines():
        name, *ticks = line.split()
        if name == f"cpu{number}":
            # user, nice, system, idle, iowait, irq, softirq, steal: all but the two of idleness.
            return sum(int(ticks[place]) for place in (0, 1, 2, 5, 6, 7)) * _TICK
    return 0.0
