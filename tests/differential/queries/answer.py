"""Answer cases, one per line of standard input, as lines of JSON: the answer, the number of queries.

``python answer.py django|vivace``: run by the Python that has the framework.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "golden" / "planner.py"


def main(root: str) -> None:
    spec = importlib.util.spec_from_file_location("planner", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    planner = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(planner)
    for _, answer, queries in planner.main(root, sys.stdin.read().splitlines()):
        print(json.dumps([answer, queries]))


if __name__ == "__main__":
    main(sys.argv[1])
