"""``testserver``: the development server, with a test database that has the rows of fixtures."""

from __future__ import annotations

from typing import Any

from vivace.db import connection
from vivace.management.base import BaseCommand
from vivace.management.call import call_command


class Command(BaseCommand):
    """Make a test database, load fixtures into it, and serve the project with it."""

    help = "Runs a development server with data from the given fixture(s)."
    # The server checks what it serves.
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "args", metavar="fixture", nargs="*", help="Names or paths of fixtures to load first."
        )
        parser.add_argument(
            "--noinput",
            "--no-input",
            action="store_false",
            dest="interactive",
            help="Don't ask for anything.",
        )
        parser.add_argument(
            "--addrport", default="", help="The port, or the address and the port, to serve at."
        )
        parser.add_argument(
            "--ipv6", "-6", action="store_true", dest="use_ipv6", help="Use an IPv6 address."
        )

    def handle(self, *fixture_labels: str, **options: Any) -> None:
        verbosity = options["verbosity"]
        db_name = connection.creation.create_test_db(
            verbosity=verbosity, autoclobber=not options["interactive"], serialize=False
        )
        call_command("loaddata", *fixture_labels, verbosity=verbosity)
        call_command(
            "runserver",
            addrport=options["addrport"],
            shutdown_message=(
                f"\nServer stopped.\nNote that the test database, {db_name!r}, has not been "
                "deleted. You can explore it on your own."
            ),
            # Another process would not use the test database.
            use_reloader=False,
            use_ipv6=options["use_ipv6"],
            # A database in memory is its connection's, which one thread has.
            use_threading=connection.features.test_db_allows_multiple_connections,
        )
