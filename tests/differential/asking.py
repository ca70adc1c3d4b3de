"""How the tests here ask a folder's ``compare.py``, and the modules that generate its cases.

In processes of their own, as modules of one folder go by the names of modules of another.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

__all__ = ["DJANGO", "HERE", "compared", "generated", "need_django"]

HERE = Path(__file__).resolve().parent
DJANGO = HERE.parents[1] / ".envs" / "django" / "bin" / "python"


def need_django() -> None:
    """Skip the test where there is no Django to ask; in CI there must be one."""
    if not DJANGO.exists():
        assert not os.environ.get("CI"), "scripts/test makes .envs/django; it is not there"
        pytest.skip("there is no .envs/django: scripts/test makes it")


def compared(folder: str, *options: str) -> str:
    """What the comparison in `folder` prints; it must not fail."""
    need_django()
    compare = str(HERE / folder / "compare.py")
    command = [sys.executable, compare, "--django", str(DJANGO), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def generated(folder: str, code: str) -> str:
    """What `code` prints among the modules of `folder`."""
    command = [sys.executable, "-c", code]
    cwd = HERE / folder
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=cwd).stdout
