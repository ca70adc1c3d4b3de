"""A worker process: loads the project, says whether it could, and serves until it is told to end.

It is a fresh interpreter, ``python -m vivace.server.worker DESCRIPTOR``, so that a reload runs the
code as it is on disk. The descriptor is its line to the supervisor. Over it come the job, as a line
of JSON, and "go"; back go what was loaded, or why nothing was. When the line breaks, the supervisor
is gone, and the worker ends too.
"""

from __future__ import annotations

import atexit
import json
import os
import resource
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

from vivace.utils.lasting import lasting
from vivace.utils.lazily import Later

# PERF: collecting garbage among what is imported takes a twentieth of the time that a worker takes
# to start.
with lasting():
    from vivace.conf import settings
    from vivace.management.utility import settings_variable
    from vivace.server import engine
    from vivace.server.access import AccessLog
    from vivace.server.findings import hostile_settings, static_files
    from vivace.server.options import Options
    from vivace.server.patience import AVAILABLE, Patience
    from vivace.server.project import Application, Interface, find_application, load

if TYPE_CHECKING:
    from vivace.management import faults
    from vivace.server import asgi_front, wsgi_front
else:
    faults = Later("vivace.management.faults", rare=True)
    # One of the two is needed.
    asgi_front = Later("vivace.server.asgi_front", rare=True)
    wsgi_front = Later("vivace.server.wsgi_front", rare=True)

# Seconds in which requests come over connections that were accepted last.
_LAST_REQUESTS = 0.25


def main(descriptor: int) -> None:
    """Do the job that comes over `descriptor`."""
    # Nothing has begun yet that would have to be finished.
    signal.signal(signal.SIGTERM, _leave)
    line = Line(socket.socket(fileno=descriptor))
    job = line.receive()
    if job is None:
        return
    sys.path[:] = job["path"]
    options = Options(**job["options"])
    try:
        found, application = project(job["word"], job["interface"], options)
        static = static_files() if options.static else None
        log = None if options.access_log == "off" else open_log(options)
        warnings = hostile_settings()
    except (Exception, SystemExit) as error:
        fault = faults.Fault(error, "serve", variable=settings_variable(), of_boot=True)
        way = "".join(traceback.format_exception(error))
        line.send({"failed": fault.message(), "traceback": way})
        sys.exit(1)
    line.send({"loaded": found.target, "interface": found.interface, "warnings": warnings})
    if line.receive() is None:
        return
    _allow_descriptors()
    signal.signal(signal.SIGHUP, _take_signals_once)
    Thread(target=_attend, args=(line, job["listening"], options.stop_timeout), daemon=True).start()
    listening = socket.socket(fileno=job["listening"])
    patience = _patience(listening, options)
    if found.interface == "asgi":
        application = asgi_front.wrap(application, options, log)
    else:
        application = wsgi_front.wrap(application, options, log, patience)
    engine.run(application, found.interface, listening, options, static)
    # What others have registered for the end runs. The interpreter itself is not taken down: the
    # engine's threads may still be there, and would fall into nothing.
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def project(
    word: str | None, interface: Interface | None, options: Options
) -> tuple[Application, Callable[..., Any]]:
    """Find and import the application, and what it would import with its first request."""
    if word is None and os.environ.get(settings_variable()):
        # They may say which application it is.
        settings.INSTALLED_APPS  # noqa: B018
    found = find_application(word, interface)
    return found, load(found)


def open_log(options: Options) -> AccessLog:
    """The access log. Raises ``OSError`` if its file cannot be written."""
    return AccessLog(options.access_log, options.access_log_file)


def _patience(listening: socket.socket, options: Options) -> Patience:
    """Who leaves silent clients, watching if that is possible here."""
    greeting = options.header_timeout if options.tls else None
    port = 0 if options.uds else listening.getsockname()[1]
    patience = Patience(options.body_timeout, port, greeting)
    if AVAILABLE and port:
        patience.start()
    return patience


class Line:
    """Messages to and from the supervisor, each a line of JSON."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._file = connected.makefile("rb")

    def receive(self) -> Any:
        """The next message; None when the supervisor is gone."""
        text = self._file.readline()
        return json.loads(text) if text.endswith(b"\n") else None

    def send(self, message: dict[str, Any]) -> None:
        # A supervisor that is gone needs no answer.
        with suppress(OSError):
            self._socket.sendall(json.dumps(message).encode() + b"\n")


def _leave(*_: Any) -> None:
    os._exit(0)


def _take_signals_once(*_: Any) -> None:
    """Let the engine have the first SIGTERM, and nobody the second.

    A process manager sends it to all processes of a group, and the supervisor sends it to its
    workers; the engine would take the second as a reason to hang.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    engines = signal.getsignal(signal.SIGTERM)

    def once(number: int, frame: Any) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if callable(engines):
            engines(number, frame)

    signal.signal(signal.SIGTERM, once)


def _attend(line: Line, listening: int, patience: float) -> None:
    """Watch over the signals and the supervisor, beside the main thread that serves."""
    while signal.getsignal(signal.SIGTERM) is _leave:
        time.sleep(0.005)
    # Handlers can be set in the main thread only, and run there.
    os.kill(os.getpid(), signal.SIGHUP)
    # Whatever comes, be it that the supervisor is gone, means the end.
    line.receive()
    _accept_no_more(listening)
    time.sleep(_LAST_REQUESTS)
    os.kill(os.getpid(), signal.SIGTERM)
    line.receive()
    time.sleep(patience)
    os._exit(1)


def _accept_no_more(listening: int) -> None:
    """Put a socket to which nobody connects in the place of the one that is listened at.

    A connection that was just accepted may have a request on its way. The engine, told to end, would
    close it; so for a moment it serves on without accepting.
    """
    # Only Linux gives it a name of its own that is no file.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as silent:
        silent.bind("")
        silent.listen()
        silent.setblocking(False)
        os.dup2(silent.fileno(), listening)


def _allow_descriptors() -> None:
    """Use as many descriptors as the system lets us: each connection is one."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main(int(sys.argv[1]))
