"""``createcachetable``: the tables of the caches that are kept in a database."""

from __future__ import annotations

from typing import Any

from vivace.conf import settings
from vivace.core.cache import caches
from vivace.core.cache.backends.db import BaseDatabaseCache
from vivace.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models, router, transaction
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError


class Command(BaseCommand):
    """Make the tables that CACHES names, or those named on the command line."""

    help = "Creates the tables needed to use the SQL cache backend."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "args",
            metavar="table_name",
            nargs="*",
            help="Tables to make; without one, those that CACHES names.",
        )
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help='The database to make them in; "default" if not given.',
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Print the SQL instead of executing it.",
        )

    def handle(self, *tablenames: str, **options: Any) -> None:
        self.verbosity = options["verbosity"]
        database, dry_run = options["database"], options["dry_run"]
        if tablenames:
            named: list[Any] = [BaseDatabaseCache(name, {}) for name in tablenames]
        else:
            named = [caches[alias] for alias in settings.CACHES]
        for cache in named:
            if isinstance(cache, BaseDatabaseCache):
                self.create_table(database, cache, dry_run)

    def create_table(self, database: str, cache: BaseDatabaseCache, dry_run: bool) -> None:
        """Make the table of `cache`, if it may be there and is not."""
        if not router.allow_migrate_model(database, cache.cache_model_class):
            return
        connection, name = connections[database], cache._table
        if name in connection.introspection.table_names():
            if self.verbosity > 0:
                self.stdout.write(f"Cache table '{name}' already exists.")
            return
        statements = _statements(connection, name)
        if dry_run:
            for statement in statements:
                self.stdout.write(statement)
            return
        try:
            with transaction.atomic(using=database, savepoint=connection.features.can_rollback_ddl):
                with connection.cursor() as cursor:
                    for statement in statements:
                        cursor.execute(statement)
        except DatabaseError as error:
            raise CommandError(
                f"Cache table '{name}' could not be created.\nThe error was: {error}."
            )
        if self.verbosity > 1:
            self.stdout.write(f"Cache table '{name}' created.")


def _statements(connection: Any, table: str) -> list[str]:
    """The SQL that makes the table, and the index by which entries that expired are found."""
    quote = connection.ops.quote_name
    fields: dict[str, Any] = {
        "cache_key": models.CharField(max_length=255, unique=True, primary_key=True),
        "value": models.TextField(),
        "expires": models.DateTimeField(db_index=True),
    }
    columns = [
        f"    {quote(name)} {field.db_type(connection)} NOT NULL"
        + (" PRIMARY KEY" if field.primary_key else "")
        for name, field in fields.items()
    ]
    return [
        f"CREATE TABLE {quote(table)} (\n" + ",\n".join(columns) + "\n);",
        f"CREATE INDEX {quote(f'{table}_expires')} ON {quote(table)} ({quote('expires')});",
    ]
