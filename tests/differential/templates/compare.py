"""Render generated templates with Django and with Vivace, and tell where they disagree.

``python compare.py --django PYTHON [--cases N] [--first SEED] [--all]``. Exits with 1 if there is a
difference that `intended` does not explain. A case that differs is shrunk to a template as small as
can be; differences that look alike are shown once.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grammar import PROFILES, Case, make_case, source
from intended import reason_for
from shrink import DEFAULTS, shrink

HERE = Path(__file__).resolve().parent
ALL = 60_000
# Vivace answers by its own name in this profile, in the others by Django's.
OWN_NAME = 2
WAYS = ("compiled", "from disk", "compiled when hot", "by its nodes")

Answer = list[str]


class Side:
    """A process that answers cases, begun anew when it has died."""

    def __init__(self, python: str, side: str, profile: int) -> None:
        self.command = [python, str(HERE / "answer.py"), side, str(profile)]
        self.process = self._begin()

    def _begin(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE
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
                    answers.append(["!! the process died"])
                    break
                answers.append(json.loads(line))
            feeder.join()
            if self.process.poll() is not None:
                self.process = self._begin()
        return answers

    def _feed(self, cases: list[Case]) -> None:
        try:
            for case in cases:
                sources = {name: source(nodes) for name, nodes in case["templates"].items()}
                self.process.stdin.write(json.dumps({**case, "sources": sources}) + "\n")  # type: ignore[union-attr]
                self.process.stdin.flush()  # type: ignore[union-attr]
        except BrokenPipeError:
            pass

    def close(self) -> None:
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait()


class Pair:
    """Both sides, with the settings of one profile."""

    def __init__(self, django: str, profile: int) -> None:
        self.django = Side(django, "django", profile)
        self.vivace = Side(sys.executable, "vivace" if profile == OWN_NAME else "alias", profile)

    def ask(self, cases: list[Case]) -> Iterable[tuple[Case, Answer, Answer]]:
        with ThreadPoolExecutor(2) as pool:
            theirs, ours = pool.map(lambda side: side.ask(cases), (self.django, self.vivace))
        return zip(cases, theirs, ours, strict=True)

    def differs(self, case: Case) -> bool:
        return any(different(*asked) for asked in self.ask([case]))

    def close(self) -> None:
        self.django.close()
        self.vivace.close()


def different(case: Case, theirs: Answer, ours: Answer) -> bool:
    """Whether there is something to show."""
    if all(our == theirs[0] for our in ours):
        return False
    return reason_for(case, theirs, ours) is None


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
    source_of = " ".join(source(nodes) for nodes in case["templates"].values())
    tags = sorted(set(re.findall(r"{% (\w+)|\|(\w+)", source_of)))
    error = (
        ours[0][:30]
        if ours[0].startswith("!!")
        else theirs[0][:30]
        if theirs[0][:2] == "!!"
        else ""
    )
    ways = [our == theirs[0] for our in ours]
    return f"{tags}{error}{ways}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--django", required=True, help="a Python that has Django 5.2")
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument(
        "--first", type=int, default=0, metavar="SEED", help="seed of the first case"
    )
    parser.add_argument("--all", action="store_true", help=f"{ALL} cases")
    parser.add_argument(
        "--show", type=int, default=20, help="how many differences to shrink and show"
    )
    options = parser.parse_args()
    count = ALL if options.all else options.cases
    asked, failed = 0, 0
    meant: Counter[str] = Counter()
    seen: set[str] = set()
    kinds: Counter[str] = Counter()
    for profile in range(len(PROFILES)):
        seeds = [
            s for s in range(options.first, options.first + count) if s % len(PROFILES) == profile
        ]
        # Not resolved: a virtual environment's Python is a link.
        pair = Pair(os.path.abspath(options.django), profile)
        for start in range(0, len(seeds), 500):
            for case, theirs, ours in pair.ask([make_case(s) for s in seeds[start : start + 500]]):
                asked += 1
                kinds[theirs[0].split(":")[0] if theirs[0].startswith("!!") else "text"] += 1
                if (reason := reason_for(case, theirs, ours)) is not None:
                    meant[reason] += 1
                elif different(case, theirs, ours):
                    failed += 1
                    if len(seen) < options.show:
                        small = shrink(case, pair.differs)
                        found = next(iter(pair.ask([small])))
                        look = _looks(*found)
                        if look not in seen:
                            seen.add(look)
                            print("\n".join(shown(*found)), flush=True)
        pair.close()
    for reason, times in meant.most_common():
        print(f"{times:6}  intended: {reason}")
    print("Django answered:", ", ".join(f"{kind} {times}" for kind, times in kinds.most_common()))
    print(f"{asked} templates rendered by both, {failed} differences.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
