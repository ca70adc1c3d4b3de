"""A part of what ``scripts/differential orm`` asks, with every run of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
DJANGO = HERE.parents[1] / ".envs" / "django" / "bin" / "python"
# Modules there go by the names of modules here, so that it is asked from outside.
COMPARE = [sys.executable, str(HERE / "orm" / "compare.py"), "--django", str(DJANGO)]
PARTS, CASES = 2, 1000


@pytest.mark.parametrize("part", range(PARTS))
def test_models_and_querysets_do_what_they_do_in_django(part: int) -> None:
    if not DJANGO.exists():
        assert not os.environ.get("CI"), "scripts/test makes .envs/django; it is not there"
        pytest.skip("there is no .envs/django: scripts/test makes it")
    first = ["--first", str(part * CASES), "--cases", str(CASES), "--show", "3"]
    done = subprocess.run([*COMPARE, *first], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{CASES} cases asked of both, 0 differences." in done.stdout


def _generated(code: str) -> str:
    command = [sys.executable, "-c", code]
    folder = HERE / "orm"
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout


def test_cases_are_the_same_each_time() -> None:
    code = "import cases, json; print(json.dumps([cases.make_case(s) for s in range({}, 50)]))"
    assert _generated(code.format(0)) == _generated(code.format(0))
    assert _generated(code.format(0)) != _generated(code.format(1))


def test_cases_can_be_read() -> None:
    code = (
        "import ast, cases\n"
        "for seed in range(500):\n"
        "    for step in cases.make_case(seed)['steps']:\n"
        "        ast.parse(step.removeprefix('exec ').split(' := ')[-1])"
    )
    assert _generated(code) == ""


PARTS_OF_CASES = (
    ".exclude(", ".annotate(", ".alias(", "Window(", "FilteredRelation(", "Exists(", ".union(",
    "Case(", "Subquery(", ".values_list(", "flat=True", "named=True", ".only(", ".defer(",
    ".select_related(", "Prefetch(", ".dates(", ".in_bulk(", ".earliest(", ".aggregate(",
    "distinct=True", ".bulk_create(", ".bulk_update(", ".update_or_create(",
    ".refresh_from_db(", "transaction.savepoint(", ".set([", ".full_clean(", "absent",
    "update_conflicts=True", "nulls_last=True", "data__", ".extra(", ".delete(",
    "keep_parents=True",
)  # fmt: skip


def test_everything_is_generated() -> None:
    code = "import cases; print([cases.make_case(seed)['steps'] for seed in range(2000)])"
    text = _generated(code)
    assert [part for part in PARTS_OF_CASES if part not in text] == []
