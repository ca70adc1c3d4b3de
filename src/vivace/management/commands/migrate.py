"""``migrate``: make the tables of the applications' models."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from vivace.apps import apps
from vivace.db import DEFAULT_DB_ALIAS, connections, router
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from vivace.management.terminal import folded


class Command(BaseCommand):
    """Make the tables that are missing, straight from the models."""

    help = "Updates database schema. Manages both apps with migrations and those without."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "app_label", nargs="?", help="The label of the only application to look at."
        )
        parser.add_argument("migration_name", nargs="?", help="The state to go to.")
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
            help='The database to change; "default" if not given.',
        )
        parser.add_argument(
            "--fake", action="store_true", help="Mark migrations as run without running them."
        )
        parser.add_argument(
            "--fake-initial",
            action="store_true",
            help="Mark initial migrations as run if their tables are there.",
        )
        parser.add_argument(
            "--plan", action="store_true", help="Show what would be done, and do nothing."
        )
        parser.add_argument(
            "--run-syncdb",
            action="store_true",
            help="Create tables for apps without migrations.",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            dest="check_unapplied",
            help="Exit with a non-zero status if there is something to do, and do nothing.",
        )
        parser.add_argument(
            "--prune", action="store_true", help="Forget migrations that are no longer there."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.verbosity = options["verbosity"]
        connection = connections[options["database"]]
        connection.prepare_database()
        labels = self._labels(options["app_label"])
        if options["migration_name"]:
            raise CommandError(f"App '{options['app_label']}' does not have migrations.")
        if options["plan"] or options["check_unapplied"]:
            self._tell_plan(self.missing_models(connection, labels), options)
            return
        if self.verbosity >= 1:
            self.stdout.write(self.style.MIGRATE_HEADING("Operations to perform:"))
            named = ", ".join(sorted(labels))
            text = self.style.MIGRATE_LABEL("  Synchronize unmigrated apps: ") + (named or "(none)")
            self.stdout.write(folded(self.stdout, text))
        told = {
            "stdout": self.stdout,
            "apps": apps,
            "plan": [],
        }
        emit_pre_migrate_signal(self.verbosity, options["interactive"], connection.alias, **told)
        if self.verbosity >= 1:
            self.stdout.write(self.style.MIGRATE_HEADING("Synchronizing apps without migrations:"))
        self.sync_apps(connection, labels)
        emit_post_migrate_signal(self.verbosity, options["interactive"], connection.alias, **told)

    def _labels(self, app_label: str | None) -> set[str]:
        if app_label is None:
            return {app_config.label for app_config in apps.get_app_configs()}
        try:
            apps.get_app_config(app_label)
        except LookupError as error:
            raise CommandError(str(error))
        return {app_label}

    def _tell_plan(self, models: list[Any], options: dict[str, Any]) -> None:
        if self.verbosity >= 1:
            self.stdout.write(self.style.MIGRATE_HEADING("Planned operations:"))
            for model in models:
                self.stdout.write(f"    Create table {model._meta.db_table}")
            if not models:
                self.stdout.write("  No planned migration operations.")
        if models and options["check_unapplied"]:
            sys.exit(1)

    def missing_models(self, connection: Any, app_labels: set[str]) -> list[Any]:
        """The models of these applications whose tables are not there."""
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
        converter: Callable[[str], str] = connection.introspection.identifier_converter
        existing = set(map(converter, tables))

        def missing(model: Any) -> bool:
            meta = model._meta
            return bool(
                meta.can_migrate(connection)
                and converter(meta.db_table) not in existing
                and not (
                    meta.auto_created and converter(meta.auto_created._meta.db_table) in existing
                )
            )

        return [
            model
            for app_config in apps.get_app_configs()
            if app_config.models_module is not None and app_config.label in app_labels
            for model in router.get_migratable_models(app_config, connection.alias)
            if missing(model)
        ]

    def sync_apps(self, connection: Any, app_labels: set[str]) -> None:
        """Make the tables of these applications that are not there."""
        models = self.missing_models(connection, app_labels)
        if self.verbosity >= 1:
            self.stdout.write("  Creating tables...")
        with connection.schema_editor() as editor:
            for model in models:
                if self.verbosity >= 3:
                    self.stdout.write(f"    Processing {model._meta.label} model")
                if self.verbosity >= 1:
                    self.stdout.write(f"    Creating table {model._meta.db_table}")
                editor.create_model(model)
            if self.verbosity >= 1:
                self.stdout.write("    Running deferred SQL...")
