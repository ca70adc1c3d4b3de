"""``sqlsequencereset``: the SQL that lets the keys of applications go on after the largest."""

from __future__ import annotations

from typing import Any

from vivace.db import DEFAULT_DB_ALIAS, connections
from vivace.management.base import AppCommand


class Command(AppCommand):
    """Print the statements that reset the sequences of applications."""

    help = "Prints the SQL statements for resetting sequences for the given app name(s)."
    output_transaction = True

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help='The database whose SQL to print; "default" if not given.',
        )

    def handle_app_config(self, app_config: Any, **options: Any) -> str | None:
        if app_config.models_module is None:
            return None
        connection = connections[options["database"]]
        models = app_config.get_models(include_auto_created=True)
        statements = connection.ops.sequence_reset_sql(self.style, models)
        if not statements and options["verbosity"] >= 1:
            self.stderr.write("No sequences found.")
        return "\n".join(statements)
