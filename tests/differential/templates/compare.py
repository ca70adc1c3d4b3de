"""Render generated templates with Django and with Vivace, and tell where they disagree.

``python compare.py --django PYTHON [--cases N] [--first SEED] [--all]``. Exits with 1 if there is a
difference that `intended` does not explain. A case that differs is shrunk to a template as small as
can be; differences that look alike are shown once.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Behind this folder: some modules there go by the names of modules here.
sys.path.append(str(HERE.parent))

from comparison import Pair, Side, Subject, compare, options_of  # noqa: E402
from grammar import PROFILES, Case, make_case, source  # noqa: E402
from intended import reason_for  # noqa: E402
from shrink import DEFAULTS, shrink  # noqa: E402

# Vivace answers by its own name in this profile, in the others by Django's.
OWN_NAME = 2
WAYS = ("compiled", "from disk", "compiled when hot", "by its nodes")

Answer = list[str]


def begin(django: str, profile: int) -> Pair:
    """Both sides, with the settings of one profile."""

    def side(python: str, name: str) -> Side:
        command = [python, str(HERE / "answer.py"), name, str(profile)]
        return Side(command, HERE, died="!! the process died", sent=with_sources)

    ours = side(sys.executable, "vivace" if profile == OWN_NAME else "alias")
    return Pair(side(django, "django"), ours)


def with_sources(case: Case) -> Case:
    """`case` with the texts of its templates."""
    return {**case, "sources": {name: source(nodes) for name, nodes in case["templates"].items()}}


def same(theirs: Answer, ours: Answer) -> bool:
    """Whether every way renders what Django does."""
    return all(our == theirs[0] for our in ours)


def shown(case: Case, theirs: Answer, ours: Answer) -> Iterator[str]:
    """A case for people to read."""
    options = {key: value for key, value in case["options"].items() if value != DEFAULTS[key]}
    yield f"seed {case['seed']}, profile {PROFILES[case['profile']]}, {options}"
    for name, nodes in case["templates"].items():
        text = source(nodes)
        if text:
            yield f"    {name}: {text!r}"
    yield f"    with {case['context']}"
    yield f"    Django: {theirs[0]!r}"
    for way, our in zip(WAYS, ours, strict=False):
        if our != theirs[0]:
            yield f"    Vivace: {our!r} ({way})"


def _looks(case: Case, theirs: Answer, ours: Answer) -> str:
    """What differences that look alike have in common."""
    sources = " ".join(source(nodes) for nodes in case["templates"].values())
    tags = sorted(set(re.findall(r"{% (\w+)|\|(\w+)", sources)))
    error = next((each[:30] for each in (ours[0], theirs[0]) if each.startswith("!!")), "")
    ways = [our == theirs[0] for our in ours]
    return f"{tags}{error}{ways}"


def counted(case: Case, theirs: Answer) -> Iterator[str]:
    """The kind of Django's answer."""
    yield theirs[0].split(":")[0] if theirs[0].startswith("!!") else "text"


SUBJECT = Subject(
    profiles=len(PROFILES),
    all=60_000,
    make_case=make_case,
    begin=begin,
    same=same,
    reason=reason_for,
    shrink=shrink,
    kind=lambda theirs, ours: None,
    looks=_looks,
    shown=shown,
    counted=counted,
)


def main() -> int:
    outcome = compare(SUBJECT, options_of(__doc__, SUBJECT))
    kinds = outcome.counted.most_common()
    print("Django answered:", ", ".join(f"{kind} {times}" for kind, times in kinds))
    print(f"{outcome.asked} templates rendered by both, {outcome.failed} differences.")
    return 1 if outcome.failed else 0


if __name__ == "__main__":
    sys.exit(main())
