"""``dbshell``: the database's own command line."""

from __future__ import annotations

import subprocess
from typing import Any

from vivace.db import DEFAULT_DB_ALIAS, connections
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError


class Command(BaseCommand):
    """Run the client of a database; arguments after ``--`` are for it."""

    help = (
        "Runs the command-line client for specified database, or the "
        "default database if none is provided."
    )
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help='The database to open; "default" if not given.',
        )
        parameters = parser.add_argument_group("parameters")
        parameters.add_argument("parameters", nargs="*")

    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        try:
            connection.client.runshell(options["parameters"])
        except FileNotFoundError:
            # Not of the database: of the program.
            raise CommandError(
                f"You appear not to have the {connection.client.executable_name!r} program "
                "installed or on your path."
            )
        except subprocess.CalledProcessError as error:
            raise CommandError(
                f'"{" ".join(map(str, error.cmd))}" returned non-zero exit status '
                f"{error.returncode}.",
                returncode=error.returncode,
            )
