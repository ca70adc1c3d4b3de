"""The ORM on SQLite beside the driver's own calls, Django, SQLAlchemy, Peewee, Tortoise and Piccolo.

All contenders are in one process and take turns; what they find is compared before anything is
measured. ``scripts/bench orm --help`` tells the options.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.contenders import database_peers, databases
from benchmarks.measure import Report, agree, arguments, by_turns, calls, finish, versions

DISTRIBUTIONS = ("vivace", "Django", "SQLAlchemy", "peewee", "tortoise-orm", "piccolo")
# What is seen often is compiled; nothing is measured before that.
WARM_UP = 10


@dataclass
class Work:
    """A piece of work, and how Vivace should stand to the driver (at most) and Django (at least)."""

    title: str
    method: str
    to_raw: float = 0
    to_django: float = 0
    compare: bool = False
    peers: tuple[str, ...] = field(default=("SQLAlchemy", "Peewee", "Tortoise", "Piccolo"))


WORK = (
    Work("get by primary key", "get", 2.5, 30, compare=True),
    Work("filter, order, 20 rows", "filter20", 1.4, compare=True),
    Work("1000 rows", "rows1000", 2),
    Work("select_related, 100 rows", "related100", 2.3),
    Work("1000 rows of datetime, decimal, JSON, bool", "typed1000", 3.6),
    Work("count", "count", 1.25),
    Work("save", "save_of", 2.2, 35),
    Work("create", "create", 2.4, 11),
    Work("update with F", "update_f", 0, 25),
    Work("bulk_create of 1000", "bulk1000", 1.9),
    Work("building a chain", "chain", 0, 25),
)


class Own:
    """A contender with the converters of `sqlite3` that are its own.

    Who registers a converter does so for the whole process: Piccolo has one in Python for each integer,
    and everybody else's connections that look at declared types would pay for it.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        before = dict(sqlite3.converters)
        self.contender = make()
        self.name: str = self.contender.name
        self.converters = dict(sqlite3.converters)
        _set_converters(before)

    def work(self, method: str) -> Callable[[], Any] | None:
        """What the contender does for a piece of work; None if it has none."""
        if method.endswith("_of"):
            make = getattr(self.contender, method, None)
            return self.at_home(make)() if make else None
        if isinstance(self.contender, database_peers.Asynchronous) and (
            found := self.contender.work(method)
        ):
            return found
        return getattr(self.contender, method, None)

    def at_home(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, called with the contender's converters."""

        def with_converters(*args: Any) -> Any:
            _set_converters(self.converters)
            return function(*args)

        return with_converters

    def close(self) -> None:
        if isinstance(self.contender, database_peers.Asynchronous):
            self.contender.close()


def _set_converters(converters: dict[str, Any]) -> None:
    sqlite3.converters.clear()
    sqlite3.converters.update(converters)


def measure(report: Report, options: Any, contenders: list[Own]) -> None:
    """All pieces of work, each with all contenders that do it."""
    for work in WORK:
        if options.only not in work.title:
            continue
        doing = {c: c.work(work.method) for c in contenders}
        given = {c: function for c, function in doing.items() if function is not None}
        if work.compare:
            found = {c.name: databases.plain(c.at_home(given[c])()) for c in given}
            report.disagreements += agree(found.items())
        for contender, function in given.items():
            for _ in range(WARM_UP):
                contender.at_home(function)()
        times = by_turns(
            {c.name: c.at_home(calls(function)) for c, function in given.items()},
            rounds=options.rounds,
            turn_ms=options.turn_ms,
        )
        report.table(
            work.title, times, to=[name for name in ("sqlite3", "Vivace") if name in times.of]
        )
        if work.to_raw:
            ratio = times.ratio("Vivace", "sqlite3")
            report.bar(f"{work.title}: Vivace ÷ sqlite3", ratio, at_most=work.to_raw)
        if work.to_django:
            ratio = times.ratio("Django", "Vivace")
            report.bar(f"{work.title}: Django ÷ Vivace", ratio, at_least=work.to_django)


def main() -> int:
    options = arguments(__doc__ or "")
    report = Report("orm", versions(*DISTRIBUTIONS))
    print(", ".join(f"{name} {each}" for name, each in report.versions.items()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sys.path.insert(0, name)
        os.environ["PICCOLO_CONF"] = "piccolo_conf"
        made: list[Callable[[], Any]] = [
            lambda: databases.Raw(folder),
            lambda: databases.DjangoLike(folder, "vivace"),
            lambda: databases.DjangoLike(folder, "django"),
            lambda: database_peers.SQLAlchemy(folder),
            lambda: database_peers.Peewee(folder),
            lambda: database_peers.Tortoise(folder),
            lambda: database_peers.Piccolo(folder),
        ]
        contenders = [Own(make) for make in made]
        try:
            measure(report, options, contenders)
        finally:
            for contender in contenders:
                contender.close()
    return finish(report, options)


if __name__ == "__main__":
    sys.exit(main())
