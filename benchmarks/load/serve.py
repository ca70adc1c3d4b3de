"""Live servers on loopback: the JSON view, one worker each, under the same load, by turns.

All servers stay up through the run; one at a time is under load, for a second. They have one processor
to themselves and the load generator has another. ``scripts/bench serve --help`` tells the options.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.load.lifecycle import Life, live, reloads
from benchmarks.load.servers import Contender, Server, contenders
from benchmarks.load.wrk import Load, load, program
from benchmarks.measure import Report, Times, agree, arguments, finish, versions

DISTRIBUTIONS = (
    "vivace", "Django", "granian", "gunicorn", "uvicorn", "uvloop", "httptools", "Flask", "falcon",
    "fastapi", "litestar", "robyn", "django-bolt",
)  # fmt: skip

CONNECTIONS = 16
LIVES = 5
# Below this share of its processor's time, somebody else kept a server waiting.
BUSY = 0.9

TABLES = ("WSGI", "ASGI", "own servers")
LIFE = "start, reload and memory"

Rows = dict[str, list[Load]]


def cores() -> tuple[int | None, int | None]:
    """A processor for the servers and another for the load generator, where there are two."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        print("There is one processor only: servers and load generator fight for it.")
        return None, None
    return allowed[0], allowed[-1]


def chosen(word: str) -> list[Contender]:
    """The contenders of the tables with `word`; those that are not installed are named."""
    found = []
    for each in contenders():
        if each.missing:
            print(f"{each.name} is left out: {', '.join(each.missing)} cannot be had here.")
        elif not word or word in each.protocol or (word in TABLES[2] and _is_in_own(each)):
            found.append(each)
    return found


def _is_in_own(each: Contender) -> bool:
    """What frameworks with a server of their own are put beside."""
    return each.protocol == "own" or each.name in (MINE["WSGI"], MINE["ASGI"])


MINE = {"WSGI": "Vivace on vivace serve", "ASGI": "Vivace on vivace serve ASGI"}
BARE = {"WSGI": "Bare callable on vivace serve", "ASGI": "Bare callable on vivace serve ASGI"}


# ---------------------------------------------------------------------- requests


class Race:
    """The contenders' servers, and what each turn of load came to."""

    def __init__(self, report: Report, options: Any, places: Sequence[int | None]) -> None:
        self.report = report
        self.rounds = options.rounds
        self.seconds = max(1, round(options.turn_ms / 1000))
        self.places = places
        self.servers: list[Server] = []
        self.loads: Rows = {}
        # Seconds of the processor per request.
        self.costs: dict[str, list[float]] = {}
        self.busy: dict[str, list[float]] = {}

    def run(self, those: Iterable[Contender]) -> None:
        try:
            for contender in those:
                self.servers.append(Server(contender, self.places[0]))
                print(f"  {contender.name} is up", flush=True)
            self.compare()
            for server in self.servers:
                load(server.url, connections=CONNECTIONS, seconds=1, core=self.places[1])
            order = list(self.servers)
            began = time.monotonic()
            for number in range(1, self.rounds + 1):
                for server in order:
                    self.turn(server)
                # Nobody is always behind the same neighbour.
                order.reverse()
                order.append(order.pop(0))
                print(f"  round {number} of {self.rounds}, {time.monotonic() - began:.0f} s", flush=True)
        finally:
            for server in self.servers:
                server.end()

    def compare(self) -> None:
        """Note what the contenders disagree about."""
        seen = []
        for server in self.servers:
            status, kind, body = server.get(server.contender.path)
            kind = kind.lower().partition(";")[0]
            seen.append((server.contender.name, (status, kind, json.loads(body))))
        self.report.disagreements += agree(seen)

    def turn(self, server: Server) -> None:
        name = server.contender.name
        before, began = server.processor_time(), time.perf_counter()
        done = load(
            server.url, connections=CONNECTIONS, seconds=self.seconds, core=self.places[1]
        )
        used, took = server.processor_time() - before, time.perf_counter() - began
        if done.fault:
            self.report.disagreements.append(f"{name}: {done.fault}")
        self.loads.setdefault(name, []).append(done)
        self.costs.setdefault(name, []).append(used / done.requests)
        self.busy.setdefault(name, []).append(used / took)

    def times(self, kind: str) -> Times:
        """Nanoseconds per request, or at a percentile of the latencies, by contender."""
        of = {
            "request": lambda each: 1 / each.per_second,
            "p50": lambda each: each.p50,
            "p99": lambda each: each.p99,
        }[kind]
        return Times({name: [of(each) * 1e9 for each in row] for name, row in self.loads.items()})


def tell(report: Report, race: Race, those: Sequence[Contender]) -> None:
    """Print the tables of requests, and keep the numbers."""
    each, p50, p99 = race.times("request"), race.times("p50"), race.times("p99")
    costs = Times({name: [one * 1e9 for one in row] for name, row in race.costs.items()})
    report.tables |= {"time per request": each, "p50": p50, "p99": p99}
    report.tables["processor's time per request"] = costs
    for title in TABLES:
        own = title == TABLES[2]
        names = [c.name for c in those if (_is_in_own(c) if own else c.protocol == title)]
        if not names or (own and not any(c.protocol == "own" for c in those)):
            continue
        base = MINE["ASGI"] if own else BARE[title]
        known = base in each.of
        width = max(map(len, names)) + 2
        heads = ("per second", f"× {'Vivace' if own else 'bare'}", "p50 ms", "p99 ms", "µs of CPU", "busy")
        print(f"\n{title}\n{'':{width}}" + "".join(f"{head:>12}" for head in heads))
        for name in names:
            ratio = f"{each.ratio(base, name):.2f}" if known else "–"
            busy = statistics.median(race.busy[name])
            print(
                f"{name:<{width}}{1e9 / each.median(name):>12,.0f}{ratio:>12}"
                f"{p50.median(name) / 1e6:>12.2f}{p99.median(name) / 1e6:>12.2f}"
                f"{costs.median(name) / 1e3:>12.1f}{busy:>12.0%}{' (waited)' if busy < BUSY else ''}"
            )


def judge(report: Report, race: Race, those: Sequence[Contender]) -> None:
    """The bars that can be told with the contenders at hand."""
    each, p99 = race.times("request"), race.times("p99")

    def bar(text: str, name: str, mine: str, at_least: float) -> None:
        if name in each.of and mine in each.of:
            report.bar(text, each.ratio(name, mine), at_least=at_least)

    for protocol in ("WSGI", "ASGI"):
        mine, bare = MINE[protocol], BARE[protocol]
        if mine not in each.of:
            continue
        bar(f"{protocol}: requests per second, × the bare callable's", bare, mine, 0.85)
        suffix = " ASGI" if protocol == "ASGI" else ""
        bar(f"{protocol}: × Django on Granian", f"Django on Granian{suffix}", mine, 8)
        if protocol == "WSGI":
            bar("WSGI: × Django on gunicorn", "Django on gunicorn", mine, 15)
        others = [
            c.name for c in those
            if c.protocol == protocol and c.framework not in ("Bare callable", "Vivace")
            and not c.framework.startswith("Vivace")
        ]  # fmt: skip
        if others:
            second = min(others, key=lambda name: each.ratio(name, mine))
            bar(f"{protocol}: first, before {second}", second, mine, 1)
        if bare in p99.of:
            report.bar(f"{protocol}: p99, × the bare callable's", p99.ratio(mine, bare), at_most=1.3)


def distances(race: Race, those: Sequence[Contender]) -> None:
    """How far those with a server of their own are away; their cause is in docs/howto/deploy.md."""
    each = race.times("request")
    for protocol, mine in MINE.items():
        for other in [c.name for c in those if c.protocol == "own" and mine in each.of]:
            ratio = each.ratio(other, mine)
            print(f"Vivace under vivace serve ({protocol}) answers {ratio:.2f} × as many requests as {other}.")


# ---------------------------------------------------------------------- life


def lives(
    report: Report, those: Sequence[Contender], rounds: int, places: Sequence[int | None]
) -> None:
    """Print the table of what servers do beside answering, and keep the numbers."""
    found = {c.name: Life() for c in those}
    for number in range(rounds):
        for contender in those if number % 2 else reversed(those):
            live(contender, found[contender.name], places, CONNECTIONS)
        print(f"  round {number + 1} of {rounds}", flush=True)
    kept = {
        "start, ns": {name: [one * 1e9 for one in life.starts] for name, life in found.items()},
        "reload, ns": {name: [one * 1e9 for one in life.reloads] for name, life in found.items()},
        "memory of the worker, bytes": {name: life.worker for name, life in found.items()},
        "memory of all processes, bytes": {name: life.all for name, life in found.items()},
    }
    report.tables |= {name: Times({k: [*map(float, v)] for k, v in of.items()}) for name, of in kept.items()}
    width = max(map(len, found)) + 2
    heads = ("start ms", "reload ms", "lost", "worker MB", "all MB")
    print(f"\n{LIFE}\n{'':{width}}" + "".join(f"{head:>12}" for head in heads))
    for contender in those:
        life = found[contender.name]
        reload = f"{statistics.median(life.reloads) * 1e3:.0f}" if reloads(contender) else "–"
        lost = str(sum(life.lost)) if reloads(contender) else "–"
        print(
            f"{contender.name:<{width}}{statistics.median(life.starts) * 1e3:>12.0f}{reload:>12}{lost:>12}"
            f"{statistics.median(life.worker) / 1e6:>12.1f}{statistics.median(life.all) / 1e6:>12.1f}"
        )


def main() -> int:
    options = arguments(
        (__doc__ or "").partition("\n")[0], rounds=21, turn_ms=1000, quick=(2, 1000)
    )
    program()
    report = Report("serve", versions(*DISTRIBUTIONS))
    print(", ".join(f"{name} {number}" for name, number in report.versions.items()))
    places = cores()
    if places[1] is not None:
        os.sched_setaffinity(0, {places[1]})
    those = chosen("" if options.only in LIFE else options.only)
    if not options.only or options.only not in LIFE:
        race = Race(report, options, places)
        race.run(those)
        tell(report, race, those)
        judge(report, race, those)
        distances(race, those)
    if options.only in LIFE:
        lives(report, those, 1 if options.quick else LIVES, places)
    return finish(report, options)


if __name__ == "__main__":
    sys.exit(main())
