"""``serve``: the production server."""

from __future__ import annotations

import argparse
from typing import Any

from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.server.production import THREADS_PER_WORKER, Options, processors, serve
from vivace.server.project import find_application

_HIGHEST_PORT = 65535


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a port: give a number from 0 to {_HIGHEST_PORT}"
        )
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


class Command(BaseCommand):
    """Serve a project with worker processes, until told to stop."""

    help = "Serves a project in production: Granian, with one worker for each processor."
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "project",
            nargs="?",
            help="A project's package or directory, or an application as module:attribute; "
            "default: the project here.",
        )
        protocol = parser.add_mutually_exclusive_group()
        for name in ("wsgi", "asgi"):
            protocol.add_argument(
                f"--{name}",
                action="store_const",
                const=name,
                dest="interface",
                help=f"Serve the project's {name}.py (default: wsgi.py if there is one).",
            )
        parser.add_argument(
            "--host", default="127.0.0.1", help="The address to listen at (default: 127.0.0.1)."
        )
        parser.add_argument(
            "--port",
            type=_port,
            default=8000,
            help="The port to listen at (default: 8000); 0 for any that is free.",
        )
        parser.add_argument(
            "--workers", type=_count, help="Worker processes (default: one for each processor)."
        )
        parser.add_argument(
            "--threads",
            type=_count,
            default=THREADS_PER_WORKER,
            help=f"Threads in each worker, under WSGI (default: {THREADS_PER_WORKER}).",
        )
        parser.add_argument("--access-log", action="store_true", help="Log each request.")
        parser.add_argument(
            "--log-level",
            choices=("debug", "info", "warning", "error", "critical"),
            default="warning",
            help="From which level on the server's own messages are shown (default: warning).",
        )

    def handle(self, **options: Any) -> None:
        try:
            application = find_application(options["project"], options["interface"])
        except ImportError as error:
            if options["traceback"]:
                raise
            raise CommandError(
                f"The project cannot be loaded: {type(error).__name__}: {error}. Install or mend "
                "that module; --traceback shows who imports it."
            ) from error
        chosen = Options(
            host=options["host"],
            port=options["port"],
            workers=options["workers"] or processors(),
            threads=options["threads"],
            access_log=options["access_log"],
            log_level="info" if options["access_log"] else options["log_level"],
        )
        workers = "1 worker" if chosen.workers == 1 else f"{chosen.workers} workers"

        def ready(address: str) -> None:
            kind = application.interface.upper()
            self.stdout.write(
                f"Serving {application.target} ({kind}) at {self.style.SUCCESS(address)} "
                f"with {workers}. Stop with CONTROL-C."
            )
            self.stdout.flush()

        serve(application, chosen, ready)
