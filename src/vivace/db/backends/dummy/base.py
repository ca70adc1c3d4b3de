"""The backend for ``DATABASES = {}``: everything that needs a database says what is missing."""

from __future__ import annotations

from typing import Any, NoReturn

from vivace.core.exceptions import ImproperlyConfigured
from vivace.db.backends.base.base import BaseDatabaseWrapper
from vivace.db.backends.base.client import BaseDatabaseClient
from vivace.db.backends.base.creation import BaseDatabaseCreation
from vivace.db.backends.base.introspection import BaseDatabaseIntrospection
from vivace.db.backends.base.operations import BaseDatabaseOperations
from vivace.db.backends.dummy.features import DummyDatabaseFeatures


def complain(*args: Any, **kwargs: Any) -> NoReturn:
    """ImproperlyConfigured: there is no ENGINE."""
    raise ImproperlyConfigured(
        "settings.DATABASES is improperly configured. "
        "Please supply the ENGINE value. Check "
        "settings documentation for more details."
    )


def ignore(*args: Any, **kwargs: Any) -> None:
    """Do nothing: there is nothing to close."""


class DatabaseOperations(BaseDatabaseOperations):
    quote_name: Any = complain


class DatabaseClient(BaseDatabaseClient):
    runshell: Any = complain


class DatabaseCreation(BaseDatabaseCreation):
    create_test_db: Any = ignore
    destroy_test_db: Any = ignore
    serialize_db_to_string: Any = ignore


class DatabaseIntrospection(BaseDatabaseIntrospection):
    get_table_list: Any = complain
    get_table_description: Any = complain
    get_relations: Any = complain
    get_indexes: Any = complain


class DatabaseWrapper(BaseDatabaseWrapper):
    """A connection to nothing."""

    operators: Any = {}
    ensure_connection: Any = complain
    _cursor: Any = complain
    _commit: Any = complain
    _rollback: Any = ignore
    _close: Any = ignore
    _savepoint: Any = ignore
    _savepoint_commit: Any = complain
    _savepoint_rollback: Any = complain
    _set_autocommit: Any = complain
    client_class = DatabaseClient
    creation_class = DatabaseCreation
    features_class = DummyDatabaseFeatures
    introspection_class = DatabaseIntrospection
    ops_class = DatabaseOperations

    def is_usable(self) -> bool:
        return True
