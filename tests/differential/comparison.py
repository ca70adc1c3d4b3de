"""Generated cases asked of both frameworks, each in a process of its own, and what is told of them.

A folder that compares so (`orm`, `templates`) has an ``answer.py`` that reads a case per line and writes
an answer per line, and a `Subject`: how cases are made, and how answers are judged and shown. A case
that differs is shrunk to one as small as can be; differences that look alike are shown once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

__all__ = ["Case", "Outcome", "Pair", "Side", "Subject", "compare", "options_of", "smallest"]

Case = dict[str, Any]
Answer = list[Any]


class Side:
    """A process that answers cases, begun anew when it has died."""

    def __init__(
        self,
        command: list[str],
        folder: Path,
        died: Any,
        sent: Callable[[Case], Case] = lambda case: case,
    ) -> None:
        self.command = command
        self.folder = folder
        # The outcome of a case that ended the process.
        self.died = died
        # What a case is sent as.
        self.sent = sent
        self.process = self._begin()

    def _begin(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            # The order of sets is seen in messages.
            env={**os.environ, "PYTHONHASHSEED": "0"},
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
                    answers.append([self.died])
                    break
                answers.append(json.loads(line))
            feeder.join()
            if self.process.poll() is not None:
                self.process = self._begin()
        return answers

    def _feed(self, cases: list[Case]) -> None:
        try:
            for case in cases:
                self.process.stdin.write(json.dumps(self.sent(case)) + "\n")  # type: ignore[union-attr]
                self.process.stdin.flush()  # type: ignore[union-attr]
        except BrokenPipeError:
            pass

    def close(self) -> None:
        """End the process."""
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait()


@dataclass
class Pair:
    """Both sides, with the settings of one profile."""

    theirs: Side
    ours: Side

    def ask(self, cases: list[Case]) -> Iterable[tuple[Case, Answer, Answer]]:
        """Each of `cases` with the answers of both."""
        with ThreadPoolExecutor(2) as pool:
            theirs, ours = pool.map(lambda side: side.ask(cases), (self.theirs, self.ours))
        return zip(cases, theirs, ours, strict=True)

    def close(self) -> None:
        """End both processes."""
        self.theirs.close()
        self.ours.close()


@dataclass(frozen=True)
class Subject:
    """What is asked of both, and how their answers are judged and shown."""

    #: A case's profile is the remainder of its seed.
    profiles: int
    #: How many cases ``--all`` asks.
    all: int
    make_case: Callable[[int], Case]
    #: The sides of a profile; the first argument is a Python that has Django.
    begin: Callable[[str, int], Pair]
    same: Callable[[Answer, Answer], bool]
    #: Why the answers differ, if that is meant.
    reason: Callable[[Case, Answer, Answer], str | None]
    #: Cases that have a little less.
    shrink: Callable[[Case, Callable[[Case], bool]], Case]
    #: What must stay as it is while a case is shrunk.
    kind: Callable[[Answer, Answer], Any]
    #: What differences that look alike have in common.
    looks: Callable[[Case, Answer, Answer], str]
    #: A difference for people to read.
    shown: Callable[[Case, Answer, Answer], Iterator[str]]
    #: What is counted of the cases.
    counted: Callable[[Case, Answer], Iterable[str]]
    #: How many cases are asked at once.
    at_once: int = 500
    #: What is added to a case that is going to be shown.
    in_full: Case = field(default_factory=dict)

    def differs(self, case: Case, theirs: Answer, ours: Answer) -> bool:
        """Whether there is something to show."""
        return not self.same(theirs, ours) and self.reason(case, theirs, ours) is None


@dataclass
class Outcome:
    """What came of a comparison."""

    asked: int = 0
    failed: int = 0
    counted: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    #: How the differences look that were shown.
    seen: set[str] = field(default_factory=set)


def options_of(description: str | None, subject: Subject) -> argparse.Namespace:
    """The command line; `cases` has the number of them."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--django", required=True, help="a Python that has Django 5.2")
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument(
        "--first", type=int, default=0, metavar="SEED", help="seed of the first case"
    )
    parser.add_argument("--all", action="store_true", help=f"{subject.all} cases")
    parser.add_argument(
        "--show", type=int, default=20, help="how many differences to shrink and show"
    )
    options = parser.parse_args()
    if options.all:
        options.cases = subject.all
    # Not resolved: a virtual environment's Python is a link.
    options.django = os.path.abspath(options.django)
    return options


def compare(subject: Subject, options: argparse.Namespace) -> Outcome:
    """Ask both sides, print the differences that are not meant, and how often others were seen."""
    outcome = Outcome()
    every = range(options.first, options.first + options.cases)
    for profile in range(subject.profiles):
        seeds = [seed for seed in every if seed % subject.profiles == profile]
        pair = subject.begin(options.django, profile)
        for start in range(0, len(seeds), subject.at_once):
            cases = [subject.make_case(seed) for seed in seeds[start : start + subject.at_once]]
            for asked in pair.ask(cases):
                _judge(subject, pair, asked, outcome, options.show)
        pair.close()
    for reason, times in outcome.reasons.most_common():
        print(f"{times:6}  intended: {reason}")
    return outcome


def _judge(
    subject: Subject, pair: Pair, asked: tuple[Case, Answer, Answer], outcome: Outcome, show: int
) -> None:
    case, theirs, ours = asked
    outcome.asked += 1
    outcome.counted.update(subject.counted(case, theirs))
    if subject.same(theirs, ours):
        return
    if (reason := subject.reason(case, theirs, ours)) is not None:
        outcome.reasons[reason] += 1
        return
    outcome.failed += 1
    if len(outcome.seen) < show:
        found = _shrunk(subject, pair, asked)
        look = subject.looks(*found)
        if look not in outcome.seen:
            outcome.seen.add(look)
            print("\n".join(subject.shown(*found)), flush=True)


def _shrunk(
    subject: Subject, pair: Pair, asked: tuple[Case, Answer, Answer]
) -> tuple[Case, Answer, Answer]:
    """The smallest case with a difference of the same kind, and its answers."""
    case, theirs, ours = asked
    kind = subject.kind(theirs, ours)

    def differs(less: Case) -> bool:
        return any(
            subject.differs(*again) and subject.kind(again[1], again[2]) == kind
            for again in pair.ask([less])
        )

    small = subject.shrink(case, differs)
    return next(iter(pair.ask([{**small, **subject.in_full}])))


def smallest(
    case: Case, less: Callable[[Case], Iterator[Case]], differs: Callable[[Case], bool], most: int
) -> Case:
    """`case` with all dropped that is not needed for `differs`, in at most `most` questions.

    `less` gives cases that have a little less.
    """
    changed = True
    while changed:
        changed = False
        passed = 0
        # After a success it goes on where it was: what made no difference before seldom does now.
        while (smaller := next(islice(less(case), passed, None), None)) and most > 0:
            most -= 1
            if differs(smaller):
                case, changed = smaller, True
            else:
                passed += 1
    return case
