"""``sqlflush``: the SQL of ``flush``."""

from __future__ import annotations

from typing import Any

from vivace.db import DEFAULT_DB_ALIAS, connections
from vivace.management.base import BaseCommand
from vivace.management.sql import sql_flush


class Command(BaseCommand):
    """Print the statements that empty the tables of all models."""

    help = (
        "Returns a list of the SQL statements required to return all tables in "
        "the database to the state they were in just after they were installed."
    )
    output_transaction = True

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help='The database whose SQL to print; "default" if not given.',
        )

    def handle(self, **options: Any) -> str:
        sql_statements = sql_flush(self.style, connections[options["database"]])
        if not sql_statements and options["verbosity"] >= 1:
            self.stderr.write("No tables found.")
        return "\n".join(sql_statements)
