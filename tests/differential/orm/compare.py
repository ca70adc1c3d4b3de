"""Ask Django and Vivace the same of their ORMs, over the same rows, and tell where they disagree.

``python compare.py --django PYTHON [--cases N] [--first SEED] [--all]``. Exits with 1 if there is a
difference that `intended` does not explain: other rows, another order, another error, other tables
afterwards, more queries. A case that differs is shrunk; differences that look alike are shown once.
"""

from __future__ import annotations

import difflib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# Behind this folder: some modules there go by the names of modules here.
sys.path.append(str(HERE.parent))

from cases import PROFILES, Case, make_case  # noqa: E402
from comparison import Pair, Side, Subject, compare, options_of  # noqa: E402
from intended import EXCLUDING, EXCLUDING_PER_THOUSAND, reason_for  # noqa: E402
from shrink import shrink  # noqa: E402

# By whom the rows are written, and what Vivace goes by, in each profile.
WRITERS = ("django", "vivace")
OURS = ("alias", "vivace")
WAYS = ("first", "second", "third", "query looked at", "road closed")

# What came of it, queries, statements of transactions, SQL: of each way.
Answer = list[tuple[str, int, int, list[str]]]


def begin(folder: str, django: str, profile: int) -> Pair:
    """Both sides, each with a copy of the same rows."""

    def side(name: str, file: str) -> Side:
        python = django if name == "django" else sys.executable
        command = [python, str(HERE / "answer.py"), name, str(profile), file]
        return Side(command, HERE, died=("!! the process died", 0, 0, []))

    rows = f"{folder}/{profile}.sqlite3"
    writer = side(WRITERS[profile], rows)
    writer.ask([{"seed": 0, "writes": False, "steps": []}])
    writer.close()
    names = ("django", OURS[profile])
    files = [shutil.copy(rows, f"{folder}/{profile}-{name}.sqlite3") for name in names]
    return Pair(*map(side, names, files))


def same(theirs: Answer, ours: Answer) -> bool:
    """Whether the same came of it, with no more queries."""
    text, queries, control, _ = theirs[0]
    return all(our[0] == text and our[1] <= queries and our[2] <= control for our in ours)


def meant(case: Case, theirs: Answer, ours: Answer) -> str | None:
    """The reason for a difference."""
    return reason_for(case, theirs[0][0], [our[0] for our in ours])


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


def counted(case: Case, theirs: Answer) -> Iterator[str]:
    """What is counted of the cases."""
    yield "writing" if case["writes"] else "reading"
    if "!! " in theirs[0][0]:
        yield "failing in Django"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        subject = Subject(
            profiles=PROFILES,
            all=40_000,
            at_once=250,
            make_case=make_case,
            begin=partial(begin, folder),
            same=same,
            reason=meant,
            shrink=shrink,
            kind=_kind,
            looks=_looks,
            shown=shown,
            counted=counted,
            in_full={"sql": True},
        )
        options = options_of(__doc__, subject)
        outcome = compare(subject, options)
    kinds = sorted(outcome.counted.items())
    print("Cases:", ", ".join(f"{times} {kind}" for kind, times in kinds))
    print(f"{outcome.asked} cases asked of both, {outcome.failed} differences.")
    allowed = EXCLUDING_PER_THOUSAND * max(outcome.asked, 1000)
    return 1 if outcome.failed or outcome.reasons[EXCLUDING] * 1000 > allowed else 0


if __name__ == "__main__":
    sys.exit(main())
