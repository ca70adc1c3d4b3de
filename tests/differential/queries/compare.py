"""Ask Django and Vivace the same querysets over the same rows, and tell where they disagree.

``python compare.py --django PYTHON [--cases N] [--first SEED] [--all]``. Exits with 1 if there is a
difference that `intended` does not explain: other rows, another order, another error, more queries.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from generate import cases
from intended import EXCLUDING, EXCLUDING_PER_THOUSAND, reason_for

HERE = Path(__file__).resolve().parent
AT_ONCE = 500
ALL = 20_000


def ask(python: str, root: str, texts: list[str]) -> list[tuple[str, int]]:
    """The answers of one framework."""
    command = [python, str(HERE / "answer.py"), root]
    done = subprocess.run(
        command, input="\n".join(texts), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--django", required=True, help="a Python that has Django")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--all", action="store_true", help=f"{ALL} cases")
    options = parser.parse_args()
    wanted = ALL if options.all else options.cases
    told: Counter[str] = Counter()
    wrong = 0
    with ThreadPoolExecutor(2) as pool:
        for seed in range(options.first, options.first + -(-wanted // AT_ONCE)):
            texts = list(cases(seed, min(AT_ONCE, wanted)))
            sides = pool.map(
                ask, [options.django, sys.executable], ["django", "vivace"], [texts] * 2
            )
            for text, theirs, ours in zip(texts, *sides, strict=True):
                if theirs[0] == ours[0] and ours[1] <= theirs[1]:
                    told["alike"] += 1
                elif reason := reason_for(text, theirs[0], ours[0]):
                    told[reason] += 1
                else:
                    wrong += 1
                    print(f"{text}\n    Django:  {theirs}\n    Vivace:  {ours}")
    for reason, count in told.most_common():
        print(f"{count:6d}  {reason}")
    print(f"{wrong:6d}  differences that are not meant")
    too_many = told[EXCLUDING] * 1000 > EXCLUDING_PER_THOUSAND * max(wanted, 1000)
    return 1 if wrong or too_many else 0


if __name__ == "__main__":
    raise SystemExit(main())
