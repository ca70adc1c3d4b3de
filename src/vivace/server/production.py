"""``vivace serve``: an application on Granian, with one worker process per processor."""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from vivace.management.exceptions import CommandError
from vivace.server.project import Application

# Enough for a few requests that wait for a database, few enough not to fight for the interpreter.
THREADS_PER_WORKER = 4

# Seconds that requests which have begun get to end; then, a worker that hangs is killed.
STOP_WITHIN = 30

_REASONS = {
    errno.EADDRINUSE: "the port is taken. Stop the program that uses it, or choose another --port",
    errno.EACCES: "that needs more rights. Choose a --port from 1024 on",
    errno.EADDRNOTAVAIL: "this machine has no such address. Choose another --host",
}


@dataclass(frozen=True)
class Options:
    """Where and how to serve; `workers` and `threads` are per machine and per worker."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    threads: int = THREADS_PER_WORKER
    access_log: bool = False
    log_level: str = "warning"


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def free_port(host: str, port: int) -> int:
    """`port` on `host`, made sure of; any free one if it is 0. Raises `CommandError` if not ours."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, proto) as probe:
            # Granian shares a port with whoever lets it; that must not happen by accident.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            bound: int = probe.getsockname()[1]
            return bound
    except socket.gaierror as error:
        raise CommandError(
            f"Cannot serve at {host}:{port}: there is no host of that name ({error.strerror}). "
            "Choose another --host."
        ) from error
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, str(error))
        raise CommandError(f"Cannot serve at {host}:{port}: {reason}.") from error


def serve(application: Application, options: Options, ready: Callable[[str], Any]) -> None:
    """Serve until SIGTERM or SIGINT; requests that have begun get `STOP_WITHIN` seconds then.

    `ready` is called with the address once connections are accepted. Raises `CommandError` if the
    address cannot be had.
    """
    port = free_port(options.host, options.port)
    asgi = application.interface == "asgi"
    server = Granian(
        application.target,
        address=options.host,
        port=port,
        interface=Interfaces.ASGI if asgi else Interfaces.WSGI,
        workers=options.workers,
        # An event loop's work is in one thread; more of them would only take turns.
        blocking_threads=1 if asgi else options.threads,
        websockets=asgi,
        log_level=LogLevels(options.log_level),
        log_access=options.access_log,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN,
    )
    shown = f"[{options.host}]" if ":" in options.host else options.host

    # Granian's own hook runs before there are workers; who reads "ready" may ask at once.
    def announce() -> None:
        _wait_until_up(options.host, port)
        ready(f"http://{shown}:{port}")

    server.on_startup(Thread(target=announce, daemon=True).start)
    server.serve()


def _wait_until_up(host: str, port: int) -> None:
    """Return once a worker accepts a connection, however long that takes."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    pause = 0.01
    while True:
        try:
            socket.create_connection((here, port), timeout=1).close()
        except OSError:
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)
        else:
            return
