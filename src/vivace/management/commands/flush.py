"""``flush``: remove all rows."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vivace.apps import apps
from vivace.db import DEFAULT_DB_ALIAS, connections
from vivace.management.base import BaseCommand
from vivace.management.color import no_style
from vivace.management.exceptions import CommandError
from vivace.management.sql import emit_post_migrate_signal, sql_flush
from vivace.management.terminal import folded
from vivace.utils.module_loading import module_has_submodule


class Command(BaseCommand):
    """Empty the tables of all models; receivers of ``post_migrate`` may fill some again."""

    help = (
        "Removes ALL DATA from the database, including data added during "
        'migrations. Does not achieve a "fresh install" state.'
    )
    stealth_options = ("reset_sequences", "allow_cascade", "inhibit_post_migrate")

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--noinput",
            "--no-input",
            action="store_false",
            dest="interactive",
            help="Don't ask for anything.",
        )
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help='The database to empty; "default" if not given.',
        )

    def handle(self, **options: Any) -> None:
        database = options["database"]
        connection = connections[database]
        # Receivers of post_migrate are often there.
        for app_config in apps.get_app_configs():
            module = app_config.module
            if module is not None and module_has_submodule(module, "management"):
                import_module(f"{app_config.name}.management")
        sql_list = sql_flush(
            no_style(),
            connection,
            reset_sequences=options.get("reset_sequences", True),
            allow_cascade=options.get("allow_cascade", False),
        )
        if options["interactive"] and not self._confirmed(connection):
            self.stdout.write("Flush cancelled.")
            return
        try:
            connection.ops.execute_sql_flush(sql_list)
        except Exception as error:
            raise CommandError(
                f"Database {connection.settings_dict['NAME']} couldn't be flushed. Possible "
                "reasons:\n"
                "  * The database isn't running or isn't configured correctly.\n"
                "  * At least one of the expected database tables doesn't exist.\n"
                "  * The SQL was invalid.\n"
                "Hint: Look at the output of 'django-admin sqlflush'. "
                "That's the SQL this command wasn't able to run."
            ) from error
        # Nothing was truncated where there are no tables; the receivers' rows are still missing.
        if sql_list and not options.get("inhibit_post_migrate", False):
            emit_post_migrate_signal(options["verbosity"], options["interactive"], database)

    def _confirmed(self, connection: Any) -> bool:
        name = connection.settings_dict["NAME"]
        text = (
            "You have requested a flush of the database.\n"
            f'This will IRREVERSIBLY DESTROY all data currently in the "{name}" database,\n'
            "and return each table to an empty state.\nAre you sure you want to do this?\n\n"
            "    Type 'yes' to continue, or 'no' to cancel: "
        )
        try:
            return input(folded(self.stdout, text)) == "yes"
        except EOFError as error:
            raise CommandError(
                "Nobody answers, so nothing was removed. With --noinput nobody is asked."
            ) from error
