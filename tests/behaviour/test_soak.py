"""A short soak of the production server; ``scripts/soak`` is the long one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="looks at the memory of processes in /proc")
@pytest.mark.parametrize("more", [[], ["--asgi"]], ids=["wsgi", "asgi"])
def test_clients_of_every_kind_at_once(more: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load.soak", "--seconds", "6", *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " answered\n" in done.stdout
