"""A server's life beside its requests: how long it takes to start and to reload, what it holds.

As with requests, time that others had of the processor is not the server's.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass, field

from benchmarks.load.processors import Moment, Processors, Span
from benchmarks.load.servers import DEADLINE, Contender, Server
from benchmarks.load.wrk import load

# The projects' view that answers with the number of its process.
WHO = "/process"

# What is lost is looked for until the old worker is gone, and no longer than this.
_LOOK_FOR = 10.0


@dataclass
class Life:
    """What the rounds found of one contender: seconds and bytes."""

    starts: list[float] = field(default_factory=list)
    reloads: list[float] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    worker: list[int] = field(default_factory=list)
    all: list[int] = field(default_factory=list)


def live(contender: Contender, life: Life, processors: Processors, connections: int) -> None:
    """Start, load, look, reload and end once."""
    before = Moment.now(processors, 0)
    server = Server(contender, processors.servers)
    try:
        started = Moment.now(processors, server.processor_time())
        life.starts.append(Span.between(before, started).available)
        load(server.url, connections=connections, seconds=1, core=processors.load)
        worker, everything = server.memory()
        life.worker.append(worker)
        life.all.append(everything)
        if reloads(contender):
            seconds, lost = reload(server, processors)
            life.reloads.append(seconds)
            life.lost.append(lost)
    finally:
        server.end()


def reloads(contender: Contender) -> bool:
    """Whether SIGHUP has it load its code anew, and its view tells which process answered."""
    hosts = ("vivace serve", "gunicorn", "Granian")
    return "BENCH_SITE" in contender.environ and contender.server.startswith(hosts)


def reload(server: Server, processors: Processors) -> tuple[float, int]:
    """Seconds from SIGHUP to the first answer of a new worker, and the requests lost on the way.

    One request at a time, each over a connection of its own, until the old worker is gone.
    """
    _, _, said = server.get(WHO)
    old = int(said)
    lost = 0
    answered_in = 0.0
    began = time.perf_counter()
    before = Moment.now(processors, server.processor_time())
    server.reload()
    while not answered_in or (_is_there(old) and time.perf_counter() - began < _LOOK_FOR):
        try:
            _, _, said = server.get(WHO)
        except OSError:
            lost += 1
        else:
            if int(said) != old and not answered_in:
                after = Moment.now(processors, server.processor_time())
                answered_in = Span.between(before, after).available
        if time.perf_counter() - began > DEADLINE:
            raise SystemExit(f"{server.contender.name} did not reload.\n{server.said()}")
        time.sleep(0.002)
    return answered_in, lost


def _is_there(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False
