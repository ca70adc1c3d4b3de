"""How time is taken: contenders by turns, in many short rounds, compared round by round.

A machine that others use too slows down and speeds up while it is measured. So each round gives each
contender one short turn, a ratio is taken within a round, and the median over the rounds is what is
reported. Medians of times are printed beside them for orientation.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from itertools import repeat
from pathlib import Path
from typing import Any

__all__ = [
    "Bar", "Report", "Times", "agree", "arguments", "by_turns", "calls", "clock", "finish", "versions",
]  # fmt: skip

# What is measured is the processor's time of this process and all its threads: how long others keep the
# processor busy in between is nobody's merit.
clock = time.process_time_ns

# A turn does its work this many times and returns how long that took, in nanoseconds.
Turn = Callable[[int], int]


def calls(function: Callable[[], Any]) -> Turn:
    """A turn that calls `function`."""

    def turn(times: int) -> int:
        each = repeat(None, times)
        start = clock()
        for _ in each:
            function()
        return clock() - start

    return turn


@dataclass
class Times:
    """Nanoseconds per piece of work: for each contender one number from each round."""

    of: dict[str, list[float]]

    def median(self, name: str) -> float:
        """The median of a contender's times, in nanoseconds."""
        return statistics.median(self.of[name])

    def ratio(self, name: str, to: str) -> float:
        """How many times as long `name` takes as `to`: the median over the rounds."""
        return statistics.median(
            mine / other for mine, other in zip(self.of[name], self.of[to], strict=True)
        )

    def added(self, name: str, over: str, unit: str) -> float:
        """What `name` takes more than `over`, in units of what `unit` takes."""
        rows = zip(self.of[name], self.of[over], self.of[unit], strict=True)
        return statistics.median((mine - base) / one for mine, base, one in rows)


def by_turns(turns: Mapping[str, Turn], *, rounds: int, turn_ms: float) -> Times:
    """Measure `turns`; each contender gets `rounds` turns of about `turn_ms` milliseconds.

    Garbage is collected between the turns, so that nobody pays for another's.
    """
    sizes = {name: _size(turn, turn_ms * 1e6) for name, turn in turns.items()}
    times: dict[str, list[float]] = {name: [] for name in turns}
    gc.collect()
    gc.freeze()
    try:
        order = list(turns)
        for _ in range(rounds):
            for name in order:
                gc.collect()
                times[name].append(turns[name](sizes[name]) / sizes[name])
            # Nobody is always behind the same neighbour.
            order.reverse()
            order.append(order.pop(0))
    finally:
        gc.unfreeze()
    return Times(times)


def _size(turn: Turn, wanted: float) -> int:
    """How often the work is done in a turn of `wanted` nanoseconds; warms it up, too."""
    size = 1
    while (taken := turn(size)) < wanted / 4 and size < 1_000_000:
        size *= 2
    return max(1, round(size * wanted / taken))


@dataclass(frozen=True)
class Bar:
    """What is to be reached: `value` is at most (or at least) `limit`."""

    text: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def reached(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        mark = "reached" if self.reached else "MISSED "
        return f"{mark}  {self.text}: {self.value:.2f} ({sign} {self.limit:g})"


@dataclass
class Report:
    """What a benchmark found, for people and as JSON."""

    name: str
    versions: dict[str, str]
    tables: dict[str, Times] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)

    def table(self, title: str, times: Times, *, to: Sequence[str]) -> None:
        """Print and keep a table: for each contender, how many times as long it takes as `to`."""
        self.tables[title] = times
        bases = [name for name in to if name in times.of]
        width = max(map(len, times.of)) + 2
        print(f"\n{title}")
        print(
            " " * width + "      µs" + "".join(f"{'× ' + base:>{len(base) + 6}}" for base in bases)
        )
        for name in times.of:
            ratios = "".join(f"{times.ratio(name, base):>{len(base) + 6}.2f}" for base in bases)
            print(f"{name:<{width}}{times.median(name) / 1000:>8.2f}{ratios}")

    def bar(self, text: str, value: float, *, at_most: float = 0, at_least: float = 0) -> None:
        """Keep a bar, to be printed by `finish`."""
        self.bars.append(Bar(text, value, at_least or at_most, at_least=bool(at_least)))


def arguments(
    description: str,
    *,
    rounds: int = 101,
    turn_ms: float = 4.0,
    quick: tuple[int, float] = (3, 0.3),
) -> argparse.Namespace:
    """What all benchmarks understand on the command line; `quick` are rounds and milliseconds."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=rounds, help="turns of each contender")
    parser.add_argument("--turn-ms", type=float, default=turn_ms, help="length of a turn")
    parser.add_argument("--quick", action="store_true", help="a few short rounds: does it run?")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a bar is missed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write raw results there")
    parser.add_argument("--only", metavar="WORD", default="", help="only tables with this word")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.turn_ms = quick
    return options


def versions(*names: str) -> dict[str, str]:
    """The installed versions of distributions, and Python's."""
    found = {"Python": platform.python_version()}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def finish(report: Report, options: argparse.Namespace) -> int:
    """Print the bars, write the raw results, and tell the exit status."""
    print("\nBars")
    for bar in report.bars:
        print("  ", bar)
    missed = [bar for bar in report.bars if not bar.reached]
    print(f"{len(report.bars) - len(missed)} of {len(report.bars)} bars reached.")
    if options.json:
        _write(report, options.json)
    for line in report.disagreements:
        print("DISAGREEMENT:", line, file=sys.stderr)
    return 1 if report.disagreements or (options.strict and missed) else 0


def _write(report: Report, path: Path) -> None:
    raw: dict[str, Any] = {
        "name": report.name,
        "machine": platform.machine(),
        "versions": report.versions,
        "tables": {title: times.of for title, times in report.tables.items()},
        "bars": [{**asdict(bar), "reached": bar.reached} for bar in report.bars],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(raw, indent=1) + "\n")


def agree(outputs: Iterable[tuple[str, Any]]) -> list[str]:
    """What is wrong if not all `outputs`, pairs of a name and a value, are equal."""
    pairs = list(outputs)
    first_name, first = pairs[0]
    return [
        f"{name} answers {value!r}, {first_name} answers {first!r}"
        for name, value in pairs[1:]
        if value != first
    ]
