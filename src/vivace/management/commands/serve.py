"""``serve``: the production server."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.management.terminal import folded
from vivace.server.options import PREFIX, Options, gather
from vivace.server.production import check, serve
from vivace.server.supervisor import Job, Loaded


def _reader(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """`read` with errors as argparse wants them."""

    def type_(text: str) -> Any:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r}: {error}") from error

    return type_


class Command(BaseCommand):
    """Serve a project with worker processes, until told to stop."""

    help = (
        "Serves a project in production: Granian, with one worker for each processor. Each "
        f"option can also be set in the environment ({PREFIX}PORT=80) or in "
        "pyproject.toml ([tool.vivace.serve], port = 80); a flag counts before the "
        "environment, that before the file."
    )
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        # There are so many options that a list of them would push what is wrong off the screen.
        kwargs.setdefault("usage", "%(prog)s [options] [project]")
        return super().create_parser(prog_name, subcommand, **kwargs)

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
            "--check",
            action="store_true",
            help="Load the project, look at settings, certificate and address, and do not serve.",
        )
        for option in fields(Options):
            self._add(parser, option)

    def _add(self, parser: Any, option: Any) -> None:
        flag = "--" + option.name.replace("_", "-")
        about = option.metadata
        if option.type == "bool":
            parser.add_argument(
                flag, action=argparse.BooleanOptionalAction, default=None, help=about["help"] + "."
            )
            return
        parser.add_argument(
            flag,
            type=_reader(about["read"]),
            metavar=about["metavar"],
            # Without a word after it, an access log is in the usual format.
            **({"nargs": "?", "const": "combined"} if option.name == "access_log" else {}),
            help=f"{about['help']} (default: {_shown(option)}).",
        )

    def handle(self, **options: Any) -> None:
        word = options["project"]
        place = Path(word) if word is not None and Path(word).is_dir() else Path.cwd()
        chosen = gather(options, os.environ, place.resolve())
        job = Job(word, options["interface"], bool(options["traceback"]))
        if options["check"]:
            self._check(job, chosen)
        else:
            serve(
                job, chosen, lambda address, loaded: self._ready(address, loaded, chosen), self._say
            )

    def _check(self, job: Job, options: Options) -> None:
        loaded = check(job, options)
        for warning in loaded.warnings:
            self._say(f"Warning: {warning}")
        if loaded.warnings:
            raise CommandError("The settings are not fit for production, see above.")
        self.stdout.write(f"{loaded.target} ({loaded.interface.upper()}) can be served.")

    def _ready(self, address: str, loaded: Loaded, options: Options) -> None:
        workers = "1 worker" if options.workers == 1 else f"{options.workers} workers"
        text = (
            f"Serving {loaded.target} ({loaded.interface.upper()}) at "
            f"{self.style.SUCCESS(address)} with {workers}. Stop with CONTROL-C."
        )
        self.stdout.write(folded(self.stdout, text))
        self.stdout.flush()
        for warning in loaded.warnings:
            self._say(f"Warning: {warning}")

    def _say(self, text: str) -> None:
        self.stderr.write(folded(self.stderr, text), self.style.WARNING)
        self.stderr.flush()


def _shown(option: Any) -> str:
    """The default as help shows it."""
    if option.name == "workers":
        return "one for each processor"
    if option.name == "connections":
        return "as the limit of open files allows"
    if option.name == "uds_mode":
        return f"{option.default:o}"
    if option.name in ("max_header_size", "max_body_size"):
        return f"{option.default >> 10}K" if option.default else "no limit"
    if option.default is MISSING or option.default == "":
        return "none"
    return f"{option.default:g}" if isinstance(option.default, float) else str(option.default)
