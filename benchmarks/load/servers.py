"""The live servers: which contenders there are, and how one is started, asked, looked at and ended.

Each is a server with one worker on one processor, with the logging of requests switched off, and else
as it comes; what differs from that is said where it is.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.load.wrk import HOST, pinned

ROOT = Path(__file__).resolve().parents[2]
APPS = "benchmarks.load.apps"
DEADLINE = 60.0

# As many as a worker of vivace serve has if nobody says otherwise.
THREADS = 4


@dataclass(frozen=True)
class Contender:
    """An application on a server; ``PORT`` in the command stands for the port."""

    framework: str
    server: str
    # WSGI or ASGI, or "own" for a framework that is its own server.
    protocol: str
    command: tuple[str, ...]
    path: str = "/json"
    environ: Mapping[str, str] = field(default_factory=dict)
    # What has to be installed, beside Vivace.
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        host = f" on {self.server}" if self.server != self.framework else ""
        return f"{self.framework}{host}{', ASGI' if self.protocol == 'ASGI' else ''}"

    @property
    def missing(self) -> list[str]:
        """What it needs and is not there."""
        return [name for name in self.needs if not _installed(name)]


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _vivace_serve(protocol: str) -> tuple[str, ...]:
    return ("vivace", "serve", f"--{protocol.lower()}", "--workers", "1", "--port", "PORT")


def _granian(protocol: str, *options: str) -> tuple[str, ...]:
    return (
        "granian",
        "--interface",
        protocol.lower(),
        "--workers",
        "1",
        *options,
        "--port",
        "PORT",
    )


# Keep-alive is kept by its threaded workers only, which is what the clients here are about.
_GUNICORN = (
    "gunicorn", "--workers", "1", "--worker-class", "gthread", "--threads", str(THREADS),
    "--bind", "127.0.0.1:PORT",
)  # fmt: skip
_GUNICORN_SYNC = ("gunicorn", "--workers", "1", "--bind", "127.0.0.1:PORT")
_UVICORN = ("uvicorn", "--no-access-log", "--port", "PORT")
# What vivace serve asks of Granian, asked of Granian's own command.
_LIKE_OURS = ("--http", "1", "--runtime-mode", "mt")
_LIKE_OURS_WSGI = (*_LIKE_OURS, "--no-ws", "--blocking-threads", str(THREADS))


def _bare(server: str, protocol: str, command: tuple[str, ...]) -> Contender:
    target = f"{APPS}.bare:{protocol.lower()}"
    return Contender("Bare callable", server, protocol, (*command, target), needs=_needs(command))


def _project(
    root: str, server: str, protocol: str, command: tuple[str, ...], chain: str = "none"
) -> Contender:
    """Vivace or Django, without middleware or with the three stateless ones."""
    suffix = " with three middleware" if chain == "three" else ""
    return Contender(
        f"{root.title()}{suffix}",
        server,
        protocol,
        (*command, f"{APPS}.framework:application"),
        path="/json" if protocol == "WSGI" else "/ajson",
        environ={"BENCH_SITE": f"{root} {protocol.lower()} {chain}"},
        needs=(*_needs(command), *(["Django"] if root == "django" else [])),
    )


def _of(name: str, server: str, protocol: str, command: tuple[str, ...]) -> Contender:
    target = f"{APPS}.{name.lower()}_app:application"
    return Contender(name, server, protocol, (*command, target), needs=(*_needs(command), name))


def _needs(command: tuple[str, ...]) -> tuple[str, ...]:
    return () if command[0] == "vivace" else (command[0],)


def contenders() -> list[Contender]:
    """All of them, in the order of the tables."""
    wsgi, asgi = _granian("WSGI", *_LIKE_OURS_WSGI), _granian("ASGI", *_LIKE_OURS)
    return [
        _bare("vivace serve", "WSGI", _vivace_serve("WSGI")),
        _project("vivace", "vivace serve", "WSGI", _vivace_serve("WSGI")),
        _project("vivace", "vivace serve", "WSGI", _vivace_serve("WSGI"), "three"),
        _bare("Granian", "WSGI", wsgi),
        _project("vivace", "Granian", "WSGI", wsgi),
        _project("django", "Granian", "WSGI", wsgi),
        _project("django", "Granian", "WSGI", wsgi, "three"),
        _project("django", "Granian as it comes", "WSGI", _granian("WSGI")),
        _bare("gunicorn", "WSGI", _GUNICORN),
        _project("vivace", "gunicorn", "WSGI", _GUNICORN),
        _of("Falcon", "gunicorn", "WSGI", _GUNICORN),
        _of("Flask", "gunicorn", "WSGI", _GUNICORN),
        _project("django", "gunicorn", "WSGI", _GUNICORN),
        _project("django", "gunicorn", "WSGI", _GUNICORN, "three"),
        _project("django", "gunicorn as it comes", "WSGI", _GUNICORN_SYNC),
        _bare("vivace serve", "ASGI", _vivace_serve("ASGI")),
        _project("vivace", "vivace serve", "ASGI", _vivace_serve("ASGI")),
        _project("vivace", "vivace serve", "ASGI", _vivace_serve("ASGI"), "three"),
        _bare("uvicorn", "ASGI", _UVICORN),
        _project("vivace", "uvicorn", "ASGI", _UVICORN),
        _of("FastAPI", "uvicorn", "ASGI", _UVICORN),
        _of("Litestar", "Granian", "ASGI", asgi),
        _project("django", "Granian", "ASGI", asgi),
        _project("django", "Granian", "ASGI", asgi, "three"),
        Contender(
            "Robyn", "Robyn", "own",
            (f"{APPS}.robyn_app", "PORT", "--log-level", "WARN"), needs=("robyn",),
        ),
        Contender(
            "django-bolt", "django-bolt", "own",
            ("django", "runbolt", "--host", "127.0.0.1", "--port", "PORT"),
            environ={"DJANGO_SETTINGS_MODULE": f"{APPS}.bolt_app"}, needs=("django-bolt",),
        ),
    ]  # fmt: skip


class Server:
    """A contender's processes, which answer once this is made."""

    def __init__(self, contender: Contender, core: int | None) -> None:
        self.contender = contender
        self.port = _free_port()
        # Its directory: some leave files where they run.
        self._place = tempfile.TemporaryDirectory(prefix="bench-serve-")
        self._said = Path(self._place.name, "said")
        # Python's own switches aside: code that may not be kept compiled is compiled at each start.
        kept = {
            name: each
            for name, each in os.environ.items()
            if "SETTINGS_MODULE" not in name and not name.startswith("PYTHON")
        }
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        with self._said.open("wb") as said:
            self._popen = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    *(p.replace("PORT", str(self.port)) for p in contender.command),
                ],
                cwd=self._place.name,
                env={**kept, "PYTHONPATH": path, **contender.environ},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=pinned(core),
            )
        self.pid = self._popen.pid
        try:
            self.until(lambda: self.answers(), "it answers")
        except BaseException:
            self.end()
            raise

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.contender.path}"

    def get(self, path: str) -> tuple[int, str, bytes]:
        """Ask over a connection of its own: status, content type, body. Raises ``OSError``."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            client.request("GET", path, headers={"Host": HOST, "Connection": "close"})
            response = client.getresponse()
            return response.status, response.getheader("Content-Type", ""), response.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            client.close()

    def answers(self) -> bool:
        """Whether its view can be had."""
        if self._popen.poll() is not None:
            raise SystemExit(f"{self.contender.name} ended by itself:\n{self.said()}")
        try:
            return self.get(self.contender.path)[0] == 200
        except OSError:
            return False

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Ask until `condition` holds."""
        end = time.monotonic() + DEADLINE
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"{self.contender.name}: not in time: {what}.\n{self.said()}")
            time.sleep(0.002)

    def said(self) -> str:
        return self._said.read_text(errors="replace")

    def reload(self) -> None:
        """Tell it to load its code anew."""
        self._popen.send_signal(signal.SIGHUP)

    def processes(self) -> list[int]:
        """All its processes."""
        return sorted(each for each, state in _of_session(self.pid) if state != "Z")

    def processor_time(self) -> float:
        """The seconds that its processes have used so far, with those that have ended."""
        ticks = 0
        # One that has ended counts for itself until its parent looks, and for its parent then.
        for process, _ in _of_session(self.pid):
            with suppress(OSError):
                ticks += sum(map(int, _stat(process)[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> tuple[int, int]:
        """Bytes held by the process that does most of the work, and by all of them (PSS)."""
        held = {process: _proportional(process) for process in self.processes()}
        busiest = max(held, key=lambda process: sum(map(int, _stat(process)[11:13])))
        return held[busiest], sum(held.values())

    def end(self) -> None:
        """End it, at once if it does not end by itself."""
        self._popen.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(3)
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._popen.wait()
        self._place.cleanup()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _of_session(session: int) -> Iterator[tuple[int, str]]:
    """Processes and their states. Workers may be in groups of their own, but not in sessions."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _, _, found, *_ = _stat(int(entry.name))
            if int(found) == session:
                yield int(entry.name), state


def _stat(process: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on, the state."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _proportional(process: int) -> int:
    """What a process holds; of pages that it shares with others, its share (PSS)."""
    with suppress(OSError):
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
        if match := re.search(r"^Pss: +(\d+) kB", text, re.MULTILINE):
            return int(match[1]) * 1024
    return 0
