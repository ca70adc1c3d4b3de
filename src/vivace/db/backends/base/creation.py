"""Databases for tests: created before they run, cloned for each process, destroyed afterwards.

See "Advanced testing topics" of the documentation, ``TEST`` of ref/settings.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from io import StringIO
from typing import Any

from vivace.apps import apps
from vivace.conf import settings
from vivace.db.transaction import atomic
from vivace.utils.module_loading import cached_import, import_string

TEST_DATABASE_PREFIX = "test_"


def _call_command(name: str, *args: Any, **options: Any) -> Any:
    # By name: commands are a room above this one, and replaceable by applications.
    return cached_import("vivace.core.management", "call_command")(name, *args, **options)


class BaseDatabaseCreation:
    """Creates and destroys test databases; `connection` is whose they are."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def _nodb_cursor(self) -> Any:
        return self.connection._nodb_cursor()

    def log(self, msg: str) -> None:
        """Tell `msg` on standard error."""
        sys.stderr.write(msg + os.linesep)

    # --- creating

    def create_test_db(
        self,
        verbosity: int = 1,
        autoclobber: bool = False,
        serialize: bool = True,
        keepdb: bool = False,
    ) -> str:
        """Create the test database with all tables, let the connection use it, and return its name.

        `autoclobber` destroys an old one without asking; `keepdb` uses it.
        """
        name = self._get_test_db_name()
        if verbosity >= 1:
            action = "Using existing" if keepdb else "Creating"
            display = self._get_database_display_str(verbosity, name)
            self.log(f"{action} test database for alias {display}...")
        # It may be there already: then it is as if just created.
        self._create_test_db(verbosity, autoclobber, keepdb)
        self.connection.close()
        settings.DATABASES[self.connection.alias]["NAME"] = name
        self.connection.settings_dict["NAME"] = name
        self._make_tables(verbosity)
        _call_command("createcachetable", database=self.connection.alias)
        if serialize:
            self.connection._test_serialized_contents = self.serialize_db_to_string()
        # What comes with the first connection is not the tests' business.
        self.connection.ensure_connection()
        if os.environ.get("RUNNING_DJANGOS_TEST_SUITE") == "true":
            self.mark_expected_failures_and_skips()
        return name

    def _make_tables(self, verbosity: int) -> None:
        """Let ``migrate`` make the tables; without ``TEST["MIGRATE"]`` straight from the models."""
        modules = settings.MIGRATION_MODULES
        try:
            if self.connection.settings_dict["TEST"]["MIGRATE"] is False:
                # An application whose module is None has no migrations.
                settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
            _call_command(
                "migrate",
                verbosity=max(verbosity - 1, 0),
                interactive=False,
                database=self.connection.alias,
                run_syncdb=True,
            )
        finally:
            if self.connection.settings_dict["TEST"]["MIGRATE"] is False:
                settings.MIGRATION_MODULES = modules

    def set_as_test_mirror(self, primary_settings_dict: dict[str, Any]) -> None:
        """Let the connection use another alias's test database."""
        self.connection.settings_dict["NAME"] = primary_settings_dict["NAME"]

    def _get_database_display_str(self, verbosity: int, database_name: str) -> str:
        shown = f" ('{database_name}')" if verbosity >= 2 else ""
        return f"'{self.connection.alias}'{shown}"

    def _get_test_db_name(self) -> str:
        """``TEST["NAME"]``, or the name with a prefix."""
        own = self.connection.settings_dict["TEST"]["NAME"]
        return own or f"{TEST_DATABASE_PREFIX}{self.connection.settings_dict['NAME']}"

    def _execute_create_test_db(
        self, cursor: Any, parameters: dict[str, Any], keepdb: bool = False
    ) -> None:
        cursor.execute("CREATE DATABASE {dbname} {suffix}".format(**parameters))

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name = self._get_test_db_name()
        parameters = {
            "dbname": self.connection.ops.quote_name(name),
            "suffix": self.sql_table_creation_suffix(),
        }
        with self._nodb_cursor() as cursor:
            try:
                self._execute_create_test_db(cursor, parameters, keepdb)
            except Exception as exc:
                if keepdb:
                    return name
                self.log(f"Got an error creating the test database: {exc}")
                if not autoclobber and not _confirmed(name):
                    self.log("Tests cancelled.")
                    sys.exit(1)
                self._recreate(cursor, name, parameters, verbosity, keepdb)
        return name

    def _recreate(
        self, cursor: Any, name: str, parameters: dict[str, Any], verbosity: int, keepdb: bool
    ) -> None:
        try:
            if verbosity >= 1:
                display = self._get_database_display_str(verbosity, name)
                self.log(f"Destroying old test database for alias {display}...")
            cursor.execute("DROP DATABASE {dbname}".format(**parameters))
            self._execute_create_test_db(cursor, parameters, keepdb)
        except Exception as exc:
            self.log(f"Got an error recreating the test database: {exc}")
            sys.exit(2)

    # Rows, kept as text: for ``serialized_rollback``.

    def serialize_db_to_string(self) -> str:
        """All rows of all models with a table here, as JSON."""
        out = StringIO()
        _serializers().serialize("json", self._all_rows(), indent=None, stream=out)
        return out.getvalue()

    def _all_rows(self) -> Any:
        router = cached_import("vivace.db", "router")
        skipped = settings.TEST_NON_SERIALIZED_APPS
        for app_config in apps.get_app_configs():
            if app_config.models_module is None or app_config.name in skipped:
                continue
            for model in app_config.get_models():
                if model._meta.can_migrate(self.connection) and router.allow_migrate_model(
                    self.connection.alias, model
                ):
                    manager = model._base_manager.using(self.connection.alias)
                    yield from manager.order_by(model._meta.pk.name).iterator(chunk_size=2000)

    def deserialize_db_from_string(self, data: str) -> None:
        """Put the rows of `serialize_db_to_string` back."""
        tables = set()
        with atomic(using=self.connection.alias):
            # Rows may refer to later ones.
            with self.connection.constraint_checks_disabled():
                for obj in _serializers().deserialize(
                    "json", StringIO(data), using=self.connection.alias
                ):
                    obj.save(using=self.connection.alias)
                    tables.add(obj.object.__class__._meta.db_table)
            self.connection.check_constraints(table_names=tables)

    # --- clones

    def clone_test_db(
        self, suffix: str, verbosity: int = 1, autoclobber: bool = False, keepdb: bool = False
    ) -> None:
        """Copy the test database, for the process that `suffix` stands for."""
        if verbosity >= 1:
            action = "Using existing clone" if keepdb else "Cloning test database"
            name = self.connection.settings_dict["NAME"]
            self.log(f"{action} for alias {self._get_database_display_str(verbosity, name)}...")
        self._clone_test_db(suffix, verbosity, keepdb)

    def get_test_db_clone_settings(self, suffix: str) -> dict[str, Any]:
        """The connection's settings with the clone's name."""
        settings_dict = self.connection.settings_dict
        return {**settings_dict, "NAME": f"{settings_dict['NAME']}_{suffix}"}

    def _clone_test_db(self, suffix: str, verbosity: int, keepdb: bool = False) -> None:
        raise NotImplementedError(
            "The database backend doesn't support cloning databases. "
            "Disable the option to run tests in parallel processes."
        )

    def setup_worker_connection(self, _worker_id: Any) -> None:
        """Let the connection use the clone of the process it is in."""
        settings_dict = self.get_test_db_clone_settings(str(_worker_id))
        # The settings may be shared: they are changed, not replaced.
        self.connection.settings_dict.update(settings_dict)
        self.connection.close()

    # --- destroying

    def destroy_test_db(
        self,
        old_database_name: str | None = None,
        verbosity: int = 1,
        keepdb: bool = False,
        suffix: str | None = None,
    ) -> None:
        """Destroy the test database, or its clone; the connection uses `old_database_name` again."""
        self.connection.close()
        if suffix is None:
            name = self.connection.settings_dict["NAME"]
        else:
            name = self.get_test_db_clone_settings(suffix)["NAME"]
        if verbosity >= 1:
            action = "Preserving" if keepdb else "Destroying"
            display = self._get_database_display_str(verbosity, name)
            self.log(f"{action} test database for alias {display}...")
        if not keepdb:
            self._destroy_test_db(name, verbosity)
        if old_database_name is not None:
            settings.DATABASES[self.connection.alias]["NAME"] = old_database_name
            self.connection.settings_dict["NAME"] = old_database_name

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        with self._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(test_database_name)}")

    # --- what the test runner asks of a backend

    def mark_expected_failures_and_skips(self) -> None:
        """Mark tests that this database cannot pass, as its features list them."""
        features = self.connection.features
        for name in features.django_test_expected_failures:
            _mark(name, lambda test: setattr(test, "__unittest_expecting_failure__", True))
        for reason, names in features.django_test_skips.items():
            for name in names:
                _mark(name, lambda test, reason=reason: _skip(test, reason))

    def sql_table_creation_suffix(self) -> str:
        """What CREATE DATABASE says after the name."""
        return ""

    def test_db_signature(self) -> tuple[Any, ...]:
        """What tells databases apart: aliases with the same one share a test database."""
        settings_dict = self.connection.settings_dict
        return (
            settings_dict["HOST"],
            settings_dict["PORT"],
            settings_dict["ENGINE"],
            self._get_test_db_name(),
        )


def _confirmed(name: str) -> bool:
    answer = input(
        f"Type 'yes' if you would like to try deleting the test database '{name}', or 'no' to cancel: "
    )
    return answer == "yes"


def _serializers() -> Any:
    """The module of serializers."""
    # By name: it is a room above this one.
    return import_module("vivace.core.serializers")


def _mark(name: str, mark: Any) -> None:
    class_path, _, method = name.rpartition(".")
    module = class_path.partition(".")[0]
    # Tests of applications that are not there need no mark.
    if module in {app.name.rpartition(".")[2] for app in apps.get_app_configs()}:
        mark(getattr(import_string(class_path), method))


def _skip(test: Any, reason: str) -> None:
    test.__unittest_skip__ = True
    test.__unittest_skip_why__ = reason
