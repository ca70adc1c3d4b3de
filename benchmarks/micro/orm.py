"""The ORM on SQLite beside the driver's own calls, Django, SQLAlchemy, Peewee, Tortoise and Piccolo.

All contenders are in one process and take turns; what they find is compared before anything is
measured. ``scripts/bench orm --help`` tells the options.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.contenders import databases
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


def work_of(contender: Any, method: str) -> Callable[[], Any] | None:
    """What `contender` does for a piece of work; None if it has none."""
    if method.endswith("_of"):
        make = getattr(contender, method, None)
        return make() if make else None
    if isinstance(contender, databases.Asynchronous) and (found := contender.work(method)):
        return found
    return getattr(contender, method, None)


def measure(report: Report, options: Any, contenders: list[Any]) -> None:
    """All pieces of work, each with all contenders that do it."""
    for work in WORK:
        if options.only not in work.title:
            continue
        doing = {c.name: work_of(c, work.method) for c in contenders}
        given = {name: function for name, function in doing.items() if function is not None}
        if work.compare:
            found = {name: databases.plain(function()) for name, function in given.items()}
            report.disagreements += agree(found.items())
        for function in given.values():
            for _ in range(WARM_UP):
                function()
        times = by_turns(
            {name: calls(function) for name, function in given.items()},
            rounds=options.rounds,
            turn_ms=options.turn_ms,
        )
        report.table(
            work.title, times, to=[name for name in ("sqlite3", "Vivace") if name in given]
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
        contenders: list[Any] = [
            databases.Raw(folder),
            databases.DjangoLike(folder, "vivace"),
            databases.DjangoLike(folder, "django"),
            databases.SQLAlchemy(folder),
            databases.Peewee(folder),
            databases.Tortoise(folder),
            databases.Piccolo(folder),
        ]
        try:
            measure(report, options, contenders)
        finally:
            for contender in contenders:
                if isinstance(contender, databases.Asynchronous):
                    contender.close()
    return finish(report, options)


if __name__ == "__main__":
    sys.exit(main())
