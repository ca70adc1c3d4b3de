"""Live servers on loopback: the JSON view, one worker each, under the same load, by turns.

All servers stay up through the run; one at a time is under load, for a second. They have one processor
to themselves and the load generator has another. ``scripts/bench serve --help`` tells the options.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterable, Sequence

from benchmarks.load.lifecycle import Life, live, reloads
from benchmarks.load.processors import Processors
from benchmarks.load.race import Race
from benchmarks.load.servers import Contender, contenders
from benchmarks.load.wrk import program
from benchmarks.measure import Report, Times, arguments, finish, versions

DISTRIBUTIONS = (
    "vivace", "Django", "granian", "gunicorn", "uvicorn", "uvloop", "httptools", "Flask", "falcon",
    "fastapi", "litestar", "robyn", "django-bolt",
)  # fmt: skip

CONNECTIONS = 64
LIVES = 5

TABLES = ("WSGI", "ASGI", "own servers")
LIFE = "start, reload and memory"

MINE = {"WSGI": "Vivace on vivace serve", "ASGI": "Vivace on vivace serve, ASGI"}
BARE = {"WSGI": "Bare callable on vivace serve", "ASGI": "Bare callable on vivace serve, ASGI"}
# Those that startproject asks for: Security, Common, XFrameOptions.
THREE = {
    "WSGI": "Vivace with three middleware on vivace serve",
    "ASGI": "Vivace with three middleware on vivace serve, ASGI",
}


def chosen(word: str) -> list[Contender]:
    """The contenders of the tables with `word`; those that are not installed are named."""
    found = []
    for each in contenders():
        if each.missing:
            print(f"{each.name} is left out: {', '.join(each.missing)} cannot be had here.")
        elif any(word in table and belongs(each, table) for table in TABLES):
            found.append(each)
    return found


def belongs(each: Contender, table: str) -> bool:
    """Whether the contender stands in that table; in the last one Vivace is put beside the others."""
    if table == TABLES[2]:
        return each.protocol == "own" or each.name in MINE.values()
    return each.protocol == table


# ---------------------------------------------------------------------- requests


def tell(race: Race, those: Sequence[Contender]) -> None:
    """Print the tables of requests."""
    for table in TABLES:
        names = [each.name for each in those if belongs(each, table)]
        if set(names) - set(MINE.values()):
            rows(race, table, names, MINE["WSGI"] if table == TABLES[2] else BARE[table])
    print(f"\nOthers disturbed {race.disturbed():.0%} of the turns.")


def rows(race: Race, title: str, names: Sequence[str], base: str) -> None:
    per_request, cost, p50, p99 = race.times().values()
    width = max(map(len, names)) + 2
    beside = "× Vivace" if base == MINE["WSGI"] else "× bare"
    heads = ("per second", beside, "p50 ms", "p99 ms", "µs of CPU", "busy")
    print(f"\n{title}\n{'':{width}}" + "".join(f"{head:>11}" for head in heads))
    for name in names:
        ratio = f"{per_request.ratio(base, name):.2f}" if base in race.turns else "–"
        busy = statistics.median(turn.span.busy for turn in race.turns[name])
        print(
            f"{name:<{width}}{1e9 / per_request.median(name):>11,.0f}{ratio:>11}"
            f"{p50.median(name) / 1e6:>11.2f}{p99.median(name) / 1e6:>11.2f}"
            f"{cost.median(name) / 1e3:>11.1f}{busy:>11.0%}"
        )


def judge(report: Report, times: dict[str, Times], those: Sequence[Contender]) -> None:
    """The bars that can be told with the contenders at hand."""
    each, p99 = times["time per request"], times["latency, 99%"]

    def bar(text: str, others: Iterable[str], mine: str, at_least: float) -> None:
        """`mine` answers that many times as many requests as the best of `others`."""
        there = [name for name in others if name in each.of]
        if mine in each.of and there:
            best = min(there, key=lambda name: each.ratio(name, mine))
            report.bar(f"{text} ({best})", each.ratio(best, mine), at_least=at_least)

    for protocol in ("WSGI", "ASGI"):
        mine, three, bare = MINE[protocol], THREE[protocol], BARE[protocol]
        suffix = ", ASGI" if protocol == "ASGI" else ""
        bar(f"{protocol}, × the bare callable's requests per second", [bare], mine, 0.85)
        for server, limit in (("Granian", 8), ("gunicorn", 15)):
            hosts = [f"{server}{suffix}", f"{server} as it comes{suffix}"]
            text = f"{protocol}, × Django's on {server}"
            plain = [f"Django on {host}" for host in hosts]
            with_three = [f"Django with three middleware on {host}" for host in hosts]
            bar(f"{text}, both with three middleware", with_three, three, limit)
            bar(f"{text}, both without middleware", plain, mine, limit)
        peers = [
            c.name for c in those
            if c.protocol == protocol and not c.framework.startswith(("Bare", "Vivace"))
        ]  # fmt: skip
        bar(f"{protocol}, first before the next", peers, mine, 1)
        if bare in p99.of and mine in p99.of:
            report.bar(
                f"{protocol}, p99, × the bare callable's", p99.ratio(mine, bare), at_most=1.3
            )


def distances(times: dict[str, Times], those: Sequence[Contender]) -> None:
    """How far those with a server of their own are away; docs/howto/deploy.md tells the cause."""
    each, cost = times["time per request"], times["processor's time per request"]
    for protocol, mine in MINE.items():
        for other in [c.name for c in those if c.protocol == "own" and mine in each.of]:
            print(
                f"Vivace on vivace serve ({protocol}) answers {each.ratio(other, mine):.2f} × as many "
                f"requests as {other}, which needs {cost.median(other) / 1e3:.1f} µs for one, and "
                f"Vivace {cost.median(mine) / 1e3:.1f}."
            )


# ---------------------------------------------------------------------- life


def lives(those: Sequence[Contender], rounds: int, processors: Processors) -> dict[str, Life]:
    """Start, load, reload and end each contender in each round."""
    found = {each.name: Life() for each in those}
    for number in range(rounds):
        for each in those if number % 2 else reversed(those):
            live(each, found[each.name], processors, CONNECTIONS)
        print(f"  round {number + 1} of {rounds}", flush=True)
    return found


def tell_lives(report: Report, those: Sequence[Contender], found: dict[str, Life]) -> None:
    """Print the table of what servers do beside answering, and keep the numbers."""
    for title, kept in {
        "start": {name: [one * 1e9 for one in life.starts] for name, life in found.items()},
        "reload": {name: [one * 1e9 for one in life.reloads] for name, life in found.items()},
        "worker's bytes": {name: [*map(float, life.worker)] for name, life in found.items()},
        "all processes' bytes": {name: [*map(float, life.all)] for name, life in found.items()},
    }.items():
        report.tables[title] = Times(kept)
    width = max(map(len, found)) + 2
    heads = ("start ms", "reload ms", "lost", "worker MB", "all MB")
    print(f"\n{LIFE}\n{'':{width}}" + "".join(f"{head:>11}" for head in heads))
    for each in those:
        life = found[each.name]
        median, told = statistics.median, reloads(each)
        took = f"{median(life.reloads) * 1e3:.0f}" if told else "–"
        print(
            f"{each.name:<{width}}{median(life.starts) * 1e3:>11.0f}{took:>11}"
            f"{sum(life.lost) if told else '–':>11}{median(life.worker) / 1e6:>11.1f}"
            f"{median(life.all) / 1e6:>11.1f}"
        )


def main() -> int:
    options = arguments(
        (__doc__ or "").partition("\n")[0], rounds=15, turn_ms=1000, quick=(2, 1000)
    )
    program()
    report = Report("serve", versions(*DISTRIBUTIONS))
    print(", ".join(f"{name} {number}" for name, number in report.versions.items()))
    processors = Processors.choose()
    processors.stay()
    those = chosen("" if options.only in LIFE else options.only)
    if not options.only or options.only not in LIFE:
        seconds = max(1, round(options.turn_ms / 1000))
        race = Race(options.rounds, seconds, CONNECTIONS, processors)
        race.run(those)
        report.disagreements += race.disagreements
        times = race.times()
        report.tables |= times
        tell(race, those)
        judge(report, times, those)
        print()
        distances(times, those)
    if options.only in LIFE:
        # Middleware change nothing about it.
        those = [each for each in those if "three middleware" not in each.framework]
        tell_lives(report, those, lives(those, 1 if options.quick else LIVES, processors))
    return finish(report, options)


if __name__ == "__main__":
    sys.exit(main())
