"""Ask Django and Vivace the same of their ORMs, over the same rows, and tell where they disagree.

``python compare.py --django PYTHON [--cases N] [--first SEED] [--all]``. Exits with 1 if there is a
difference that `intended` does not explain: other rows, another order, another error, other tables
afterwards, more queries. A case that differs is shrunk; differences that look alike are shown once.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from cases import PROFILES, Case, make_case
from intended import EXCLUDING, EXCLUDING_PER_THOUSAND, reason_for
from shrink import shrink

HERE = Path(__file__).resolve().parent
ALL = 40_000
AT_ONCE = 250
# By whom the rows are written, and what Vivace goes by, in each profile.
WRITERS = ("django", "vivace")
OURS = ("alias", "vivace")
WAYS = ("first", "second", "third", "query looked at", "road closed")

# What came of it, queries, statements of transactions, SQL: of each way.
Answer = list[tuple[str, int, int, list[str]]]


class Side:
    """A process that answers cases, begun anew when it has died."""

    def __init__(self, python: str, side: str, profile: int, file: str) -> None:
        self.command = [python, str(HERE / "answer.py"), side, str(profile), file]
        self.process = self._begin()

    def _begin(self) -> subprocess.Popen[str]:
        # The order of sets is seen in messages.
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        return subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE,
            env=environment,
        )

    def ask(self, cases: list[Case]) -> list[Answer]:
        """The answers to `cases`."""
        answers: list[Answer] = []
        while len(answers) < len(cases):
            rest = cases[len(answers) :]
            feeder = threading.Thread(target=self._feed, args=(rest,))
            feeder.start()
            for _ in rest:
                line = self.process.stdout.readline()  # type: ignore[union-attr]
                if not line:
                    answers.append([("!! the process died", 0, 0, [])])
                    break
                answers.append(json.loads(line))
            feeder.join()
            if self.process.poll() is not None:
                self.process = self._begin()
        return answers

    def _feed(self, cases: list[Case]) -> None:
        try:
            for case in cases:
                self.process.stdin.write(json.dumps(case) + "\n")  # type: ignore[union-attr]
                self.process.stdin.flush()  # type: ignore[union-attr]
        except BrokenPipeError:
            pass

    def close(self) -> None:
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait()


class Pair:
    """Both sides, with the settings of one profile, each with a copy of the same rows."""

    def __init__(self, django: str, profile: int, folder: str) -> None:
        self.sides: list[Side] = []
        pythons = {"django": django}
        rows = f"{folder}/{profile}.sqlite3"
        first = Side(pythons.get(WRITERS[profile], sys.executable), WRITERS[profile], profile, rows)
        first.ask([{"seed": 0, "writes": False, "steps": []}])
        first.close()
        for side in ("django", OURS[profile]):
            file = f"{folder}/{profile}-{side}.sqlite3"
            shutil.copy(rows, file)
            self.sides.append(Side(pythons.get(side, sys.executable), side, profile, file))

    def ask(self, cases: list[Case]) -> Iterable[tuple[Case, Answer, Answer]]:
        with ThreadPoolExecutor(2) as pool:
            theirs, ours = pool.map(lambda side: side.ask(cases), self.sides)
        return zip(cases, theirs, ours, strict=True)

    def differs(self, case: Case, kind: tuple[Any, ...]) -> bool:
        """Whether a case shows a difference of the same kind."""
        return any(
            different(*asked) and _kind(asked[1], asked[2]) == kind for asked in self.ask([case])
        )

    def close(self) -> None:
        for side in self.sides:
            side.close()


def same(theirs: Answer, ours: Answer) -> bool:
    """Whether the same came of it, with no more queries."""
    text, queries, control, _ = theirs[0]
    return all(our[0] == text and our[1] <= queries and our[2] <= control for our in ours)


def meant(case: Case, theirs: Answer, ours: Answer) -> str | None:
    """The reason for a difference."""
    return reason_for(case, theirs[0][0], [our[0] for our in ours])


def different(case: Case, theirs: Answer, ours: Answer) -> bool:
    """Whether there is something to show."""
    return not same(theirs, ours) and meant(case, theirs, ours) is None


def shown(case: Case, theirs: Answer, ours: Answer) -> Iterator[str]:
    """A case for people to read."""
    how = f", {case['mode']}, signals {case['signals']}" if case["writes"] else ""
    yield f"seed {case['seed']}{how}"
    for step in case["steps"]:
        yield f"    {step!r}" if "\n" in step else f"    {step}"
    text, queries, control, statements = theirs[0]
    yield f"  Django, {queries} queries, {control} of transactions:"
    yield from _cut(text)
    told: set[str] = set()
    for way, our in zip(WAYS, ours, strict=False):
        if (our[0], our[1] > queries, our[2] > control) == (text, False, False):
            continue
        yield f"  Vivace, {our[1]} queries, {our[2]} of transactions ({way}):"
        if our[0] == text:
            yield "      the same"
        elif our[0] not in told:
            yield from _cut(our[0], text)
        told.add(our[0])
    yield from (f"  - {sql[:1500]}" for sql in statements)
    yield from (f"  + {sql[:1500]}" for sql in ours[0][3])


def _cut(text: str, other: str = "") -> Iterator[str]:
    """The text, or where it differs from the other."""
    lines = [f"      {line}" for line in text.split("\n")]
    if other:
        before = [f"      {line}" for line in other.split("\n")]
        lines = [
            line
            for line in difflib.unified_diff(before, lines, lineterm="", n=0)
            if not line.startswith(("---", "+++", "@@"))
        ]
    yield from (line if len(line) < 700 else f"{line[:700]}…" for line in lines[:30])


def _kind(theirs: Answer, ours: Answer) -> tuple[Any, ...]:
    """What is kept while a case is shrunk."""
    text = theirs[0][0]
    other = next((our for our in ours if our[0] != text), ours[0])
    ways = [our[0] == text for our in ours]
    return (re.findall(r"!! (\w+)", text)[-1:], re.findall(r"!! (\w+)", other[0])[-1:], any(ways))


def _looks(case: Case, theirs: Answer, ours: Answer) -> str:
    """What differences that look alike have in common."""
    text = theirs[0][0]
    errors = re.findall(r"!! (.{,25})", text + ours[0][0])
    names = sorted(set(re.findall(r"[.(](\w+)\(", " ".join(case["steps"]))))
    ways = [our[0] == text for our in ours]
    return f"{errors}{ways}{names}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--django", required=True, help="a Python that has Django 5.2")
    parser.add_argument("--cases", "--count", type=int, default=3000)
    parser.add_argument("--first", "--seed", type=int, default=0, help="seed of the first case")
    parser.add_argument("--all", action="store_true", help=f"{ALL} cases")
    parser.add_argument(
        "--show", type=int, default=20, help="how many differences to shrink and show"
    )
    options = parser.parse_args()
    count = ALL if options.all else options.cases
    failed = 0
    counted: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    seen: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        for profile in range(PROFILES):
            every = range(options.first, options.first + count)
            seeds = [seed for seed in every if seed % PROFILES == profile]
            # Not resolved: a virtual environment's Python is a link.
            pair = Pair(os.path.abspath(options.django), profile, folder)
            for start in range(0, len(seeds), AT_ONCE):
                for case, theirs, ours in pair.ask(
                    [make_case(s) for s in seeds[start : start + AT_ONCE]]
                ):
                    counted["writing" if case["writes"] else "reading"] += 1
                    counted["failing in Django"] += "!! " in theirs[0][0]
                    if same(theirs, ours):
                        continue
                    if (reason := meant(case, theirs, ours)) is not None:
                        reasons[reason] += 1
                        continue
                    failed += 1
                    if len(seen) < options.show:
                        kind = _kind(theirs, ours)
                        small = shrink(
                            case, lambda less, kind=kind, pair=pair: pair.differs(less, kind)
                        )
                        found = next(iter(pair.ask([{**small, "sql": True}])))
                        look = _looks(*found)
                        if look not in seen:
                            seen.add(look)
                            print("\n".join(shown(*found)), flush=True)
            pair.close()
    for reason, times in reasons.most_common():
        print(f"{times:6}  intended: {reason}")
    print("Cases:", ", ".join(f"{times} {kind}" for kind, times in sorted(counted.items())))
    print(f"{count} cases asked of both, {failed} differences.")
    too_many = reasons[EXCLUDING] * 1000 > EXCLUDING_PER_THOUSAND * max(count, 1000)
    return 1 if failed or too_many else 0


if __name__ == "__main__":
    sys.exit(main())
