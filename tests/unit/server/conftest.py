"""Servers for tests: started on a free port, waited for by asking them, and ended for certain."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import waiting
from waiting import DEADLINE


class Process:
    """``python -m vivace ...`` with what it printed so far."""

    def __init__(self, directory: Path, *argv: str, **environ: str) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.endswith("SETTINGS_MODULE")}
        self.output = ""
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "vivace", *argv],
            cwd=directory,
            env={
                **kept,
                "PYTHONPATH": str(directory),
                # The reloader starts a process of its own, which must not keep back what it prints.
                "PYTHONUNBUFFERED": "1",
                "COLUMNS": "80",
                **environ,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait_for(self, text: str, times: int = 1) -> str:
        """Read what it prints until `text` was there so many times; all of it so far."""
        assert self.popen.stdout is not None
        end = time.monotonic() + DEADLINE
        while self.output.count(text) < times:
            left = end - time.monotonic()
            assert left > 0, f"no {text!r} in: {self.output}"
            if select.select([self.popen.stdout], [], [], min(left, 0.5))[0]:
                data = os.read(self.popen.stdout.fileno(), 65536)
                assert data, f"ended without {text!r}: {self.output}"
                self.output += data.decode()
        return self.output

    def end(self, number: int) -> int:
        """Send a signal and wait for the exit status."""
        self.popen.send_signal(number)
        rest, _ = self.popen.communicate(timeout=DEADLINE)
        self.output += rest.decode()
        return self.popen.returncode

    def kill(self) -> None:
        """End it and everything it started."""
        try:
            os.killpg(self.popen.pid, 9)
        except ProcessLookupError:
            pass
        self.popen.communicate()


@pytest.fixture(scope="session", autouse=True)
def interrupts() -> None:
    """A shell lets what it starts in the background ignore interrupts, and children inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Start ``python -m vivace`` in a temporary directory."""
    processes: list[Process] = []

    def make(*argv: str, **environ: str) -> Process:
        processes.append(Process(tmp_path, *argv, **environ))
        return processes[-1]

    yield make
    for process in processes:
        process.kill()


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens at just now."""
    return waiting.free_port()


APPLICATIONS = """
import os

def application(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Worker", str(os.getpid()))])
    return [b"wsgi " + body]

async def asgi(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": kind + ".complete"})
            if kind == "lifespan.shutdown":
                return
    worker = str(os.getpid()).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"x-worker", worker)]}
    )
    await send({"type": "http.response.body", "body": b"asgi"})

class Asgi:
    async def __call__(self, scope, receive, send):
        await asgi(scope, receive, send)

instance = Asgi()
not_callable = 3
"""


@pytest.fixture
def applications(tmp_path: Path) -> Path:
    """A directory with the module ``site_apps``, which has an application of each kind."""
    (tmp_path / "site_apps.py").write_text(APPLICATIONS)
    (tmp_path / "site_settings.py").write_text(
        'SECRET_KEY = "x" * 60\nDEBUG = True\nALLOWED_HOSTS = []\n'
        'WSGI_APPLICATION = "site_apps.application"\nROOT_URLCONF = "site_urls"\n'
    )
    (tmp_path / "site_urls.py").write_text("urlpatterns = []\n")
    return tmp_path
