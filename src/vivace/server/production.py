"""``vivace serve``: an application on Granian, with worker processes."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from typing import Any

from vivace.management.exceptions import CommandError
from vivace.server import certificates, listener
from vivace.server.options import Options
from vivace.server.supervisor import Job, Loaded, Supervisor, late, loaded_from, spawn


def serve(
    job: Job,
    options: Options,
    ready: Callable[[str, Loaded], Any],
    say: Callable[[str], Any],
) -> None:
    """Serve until SIGTERM or SIGINT.

    `ready` is called with the address once all workers serve; `say` with what an operator should
    know. Raises `CommandError` if it cannot be begun.
    """
    _bound_to_posix()
    certificates.verify(options)
    with listener.bind(options) as bound:
        address = listener.address(bound, options)
        try:
            Supervisor(job, options, bound, lambda loaded: ready(address, loaded), say).run()
        finally:
            listener.remove(options)


def check(job: Job, options: Options) -> Loaded:
    """Load the project in a process of its own and try the address, without serving.

    Raises `CommandError` with what is wrong.
    """
    _bound_to_posix()
    certificates.verify(options)
    with listener.bind(options) as bound:
        try:
            return _try(job, options, bound)
        finally:
            listener.remove(options)


def _try(job: Job, options: Options, bound: socket.socket) -> Loaded:
    process, line = spawn(job, options, bound)
    with line, line.makefile("rb") as messages:
        try:
            line.settimeout(options.start_timeout)
            text = messages.readline()
        except TimeoutError as error:
            raise CommandError(late(options)) from error
        finally:
            process.terminate()
            process.wait()
    message = json.loads(text) if text else {"failed": "The worker ended without a word."}
    if "failed" in message:
        if job.traceback:
            sys.stderr.write(message.get("traceback", ""))
        raise CommandError(message["failed"])
    return loaded_from(message)


def _bound_to_posix() -> None:
    if sys.platform == "win32":
        raise CommandError(
            "serve needs a POSIX system. On Windows, run the application with granian itself: "
            "granian --interface wsgi mysite.wsgi:application"
        )
