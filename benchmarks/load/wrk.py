"""The load generator, wrk: keep-alive connections that ask again as soon as they are answered."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

# ALLOWED_HOSTS of the projects says so.
HOST = "bench.example"

_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_FAULT = re.compile(r"^  (Socket errors: .*|Non-2xx or 3xx responses: .*)$", re.MULTILINE)


@dataclass(frozen=True)
class Load:
    """What a turn of load came to; times are in seconds."""

    requests: int
    per_second: float
    p50: float
    p99: float
    # What went wrong, in wrk's words; nothing, if all was answered with a 2xx.
    fault: str = ""


def program() -> str:
    """Where wrk is. Ends the process with what to do if it is nowhere."""
    found = shutil.which("wrk")
    if found is None:
        sys.exit(
            "The load generator wrk is missing. Install it: apt-get install wrk (Debian, Ubuntu), "
            "brew install wrk (macOS)."
        )
    return found


def load(url: str, *, connections: int, seconds: int, core: int | None) -> Load:
    """Load `url` for that long over so many connections, from that processor alone."""
    command = [program(), "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    done = subprocess.run(
        [*command, "-H", f"Host: {HOST}", url],
        capture_output=True,
        text=True,
        preexec_fn=pinned(core),
    )
    if done.returncode:
        raise SystemExit(f"{url}: {done.stdout}{done.stderr}".strip())
    return parse(done.stdout)


def pinned(core: int | None) -> Callable[[], None]:
    """What a process does at its beginning to stay on `core`; None leaves it where it is."""

    def stay() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})

    return stay


def parse(said: str) -> Load:
    """What wrk printed. Raises ``ValueError`` if that is not what ``--latency`` prints."""
    requests = re.search(r"^ *(\d+) requests in ", said, re.MULTILINE)
    per_second = re.search(r"^Requests/sec: +([\d.]+)", said, re.MULTILINE)
    if requests is None or per_second is None:
        raise ValueError(f"not what wrk prints: {said!r}")
    fault = "; ".join(_FAULT.findall(said))
    return Load(
        int(requests[1]), float(per_second[1]), _latency(said, 50), _latency(said, 99), fault
    )


def _latency(said: str, percentile: int) -> float:
    found = re.search(rf"^ +{percentile}% +([\d.]+)(us|ms|s|m|h)$", said, re.MULTILINE)
    if found is None:
        raise ValueError(f"no latency at {percentile}% in {said!r}")
    return float(found[1]) * _UNITS[found[2]]
