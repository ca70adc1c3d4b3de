"""A part of what ``scripts/differential queries`` asks, with every run of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
DJANGO = HERE.parents[1] / ".envs" / "django" / "bin" / "python"
COMPARE = [sys.executable, str(HERE / "queries" / "compare.py"), "--django", str(DJANGO)]
CASES = 1500


def test_querysets_find_what_they_find_in_django() -> None:
    if not DJANGO.exists():
        assert not os.environ.get("CI"), "scripts/test makes .envs/django; it is not there"
        pytest.skip("there is no .envs/django: scripts/test makes it")
    done = subprocess.run(
        [*COMPARE, "--cases", str(CASES)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "     0  differences that are not meant" in done.stdout


def _generated(seed: int) -> str:
    code = f"import generate; print('\\n'.join(generate.cases({seed}, 300)))"
    command = [sys.executable, "-c", code]
    folder = HERE / "queries"
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout


def test_querysets_are_the_same_each_time() -> None:
    assert _generated(0) == _generated(0)
    assert _generated(0) != _generated(1)


def test_every_kind_of_step_is_generated() -> None:
    text = _generated(2) + _generated(3)
    for part in (".exclude(", ".annotate(", "Window(", "FilteredRelation(", "Exists(", ".union("):
        assert part in text
