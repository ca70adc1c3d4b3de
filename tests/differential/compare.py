"""Ask Django and Vivace the same, and tell where they disagree.

``python compare.py --django PYTHON [--cases N] [--seed TEXT] [--variant NAME] [--all]``. Exits with 1
if there is a difference that `intended` does not explain. The first differences of each kind are
shown; ``--show`` says how many.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import generate
import intended

HERE = Path(__file__).resolve().parent
VARIANTS = ("plain", "builtin", "foreign", "strict", "limits", "debug")
PROTOCOLS = ("wsgi", "asgi")

Answer = dict[str, Any]


@dataclass
class Outcome:
    """What came of a comparison."""

    asked: int = 0
    meant: Counter[str] = field(default_factory=Counter)
    differences: list[tuple[dict[str, Any], Answer, Answer]] = field(default_factory=list)


def normal(answer: Answer) -> Answer:
    """`answer` without what may differ from one answer of the same site to the next."""
    if "escaped" in answer:
        # Addresses in memory.
        text = re.sub(r" at 0x[0-9a-f]+", "", answer["escaped"])
        return {"escaped": text, "log": answer["log"]}
    # White space around a header's value is not part of it (RFC 9110, section 5.5).
    headers = sorted((name.lower(), value.strip(" \t")) for name, value in answer["headers"])
    body = answer["body"]
    if ("content-encoding", "gzip") in headers and body:
        # Compressed answers carry a random name against BREACH.
        body = gzip.decompress(body.encode("latin-1")).decode("latin-1")
        headers = [pair for pair in headers if pair[0] != "content-length"]
    log = [[re.sub(r" at 0x[0-9a-f]+", "", text) for text in record] for record in answer["log"]]
    return {**answer, "headers": headers, "body": re.sub(r" at 0x[0-9a-f]+", "", body), "log": log}


def answers(python: str, side: str, variant: str, requests: Path) -> list[Answer]:
    """What one side answers to the requests in a file."""
    out = requests.with_suffix(f".{side}")
    command = [python, str(HERE / "answer.py"), side, variant, str(requests), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{side} failed on {variant}:\n{done.stdout}\n{done.stderr}")
    return [json.loads(line) for line in out.read_text().splitlines()]


def compare(django: str, variant: str, cases: list[dict[str, Any]]) -> Outcome:
    """Ask both sides the same."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        requests = Path(folder) / "requests"
        requests.write_text("".join(json.dumps(case) + "\n" for case in cases))
        theirs = pool.submit(answers, django, "django", variant, requests)
        ours = pool.submit(answers, sys.executable, "vivace", variant, requests)
        asked = [
            {**case, "variant": variant, "protocol": each} for case in cases for each in PROTOCOLS
        ]
        for case, their, our in zip(asked, theirs.result(), ours.result(), strict=True):
            outcome.asked += 1
            judge(case, normal(their), normal(our), outcome)
    return outcome


def judge(case: dict[str, Any], theirs: Answer, ours: Answer, outcome: Outcome) -> None:
    """Add what there is to say about one case to `outcome`."""
    if theirs == ours:
        return
    for rule in intended.RULES:
        if rule.explains(case, theirs, ours):
            outcome.meant[rule.reason] += 1
            return
    outcome.differences.append((case, theirs, ours))


def shown(case: dict[str, Any], theirs: Answer, ours: Answer) -> Iterator[str]:
    """A difference for people to read: the request, and of each side what the other has not."""
    about = {key: value for key, value in case.items() if value and key != "family"}
    yield f"{case['family']}: {json.dumps(about)[:700]}"
    for key in sorted({*theirs, *ours}):
        one, other = theirs.get(key), ours.get(key)
        if one == other:
            continue
        if isinstance(one, list) and isinstance(other, list):
            one, other = [x for x in one if x not in other], [x for x in other if x not in one]
        elif isinstance(one, str) and isinstance(other, str):
            start = max(0, len(os.path.commonprefix([one, other])) - 30)
            one, other = one[start:], other[start:]
        yield f"    {key}: Django {str(one)[:300]!r}"
        yield f"    {' ' * len(key)}  Vivace {str(other)[:300]!r}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--django", required=True, help="a Python that has Django")
    parser.add_argument(
        "--cases", type=int, default=3000, help="how many requests, in all variants"
    )
    parser.add_argument("--seed", default="0")
    parser.add_argument("--variant", choices=VARIANTS)
    parser.add_argument("--all", action="store_true", help="ten times as many")
    parser.add_argument("--show", type=int, default=40, help="how many differences to show")
    options = parser.parse_args()
    variants = (options.variant,) if options.variant else VARIANTS
    count = options.cases * (10 if options.all else 1) // len(variants)
    total = Outcome()
    for variant in variants:
        found = compare(options.django, variant, generate.cases(variant, count, options.seed))
        total.asked += found.asked
        total.meant += found.meant
        total.differences += found.differences
    for difference in total.differences[: options.show]:
        print("\n".join(shown(*difference)))
    for reason, times in total.meant.most_common():
        print(f"{times:6}  intended: {reason}")
    print(f"{total.asked} requests asked of both, {len(total.differences)} differences.")
    return 1 if total.differences else 0


if __name__ == "__main__":
    sys.exit(main())
