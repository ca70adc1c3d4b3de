"""Opening, closing, sharing and checking connections: the part of `BaseDatabaseWrapper` about its life.

Settings that matter: ``CONN_MAX_AGE``, ``CONN_HEALTH_CHECKS``, ``AUTOCOMMIT``, ``TIME_ZONE``
(ref/settings, ref/databases of the documentation).
"""

from __future__ import annotations

import _thread
import copy
import datetime
import time
import zoneinfo
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.db.backends.base.validation import BaseDatabaseValidation
from vivace.db.backends.signals import connection_created
from vivace.db.backends.watching import Flag, Patchable, Replaceable
from vivace.db.care import attend, dismiss
from vivace.db.utils import DEFAULT_DB_ALIAS, DatabaseError, DatabaseErrorWrapper, NotSupportedError
from vivace.utils.asyncio import async_unsafe
from vivace.utils.functional import cached_property

NO_DB_ALIAS = "__no_db__"
# Aliases whose server's version was found to be new enough.
RAN_DB_VERSION_CHECK: set[str] = set()


@lru_cache(maxsize=64)
def timezone_constructor(tzname: str) -> zoneinfo.ZoneInfo:
    """The zone of that name."""
    return zoneinfo.ZoneInfo(tzname)


class ConnectionLife(metaclass=Patchable):
    """What a connection is made of, and when it is open."""

    # Attributes that each backend gives.
    data_types: Any = {}
    data_types_suffix: Any = {}
    data_type_check_constraints: Any = {}
    vendor = "unknown"
    display_name = "unknown"
    SchemaEditorClass: Any = None
    client_class: Any = None
    creation_class: Any = None
    features_class: Any = None
    introspection_class: Any = None
    ops_class: Any = None
    validation_class: Any = BaseDatabaseValidation
    ops: Any = None
    Database: Any = None

    # The driver's connection; None while closed.
    connection: Any = Flag()
    closed_in_transaction: Any = Flag()

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        self.settings_dict = settings_dict
        self.alias = alias
        self._initialise_state()
        self._thread_sharing_lock = Lock()
        self._thread_sharing_count = 0
        self._thread_ident = _thread.get_ident()

        self.client = self.client_class(self)
        self.creation = self.creation_class(self)
        self.features = self.features_class(self)
        self.introspection = self.introspection_class(self)
        self.ops = self.ops_class(self)
        self.validation = self.validation_class(self)

    def _initialise_state(self) -> None:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} vendor={self.vendor!r} alias={self.alias!r}>"

    # --- what the backend gives

    def get_database_version(self) -> Any:
        """The server's version, as a tuple of numbers."""
        raise NotImplementedError(
            "subclasses of BaseDatabaseWrapper may require a get_database_version() method."
        )

    def get_connection_params(self) -> dict[str, Any]:
        """The arguments with which the driver connects."""
        raise NotImplementedError(
            "subclasses of BaseDatabaseWrapper may require a get_connection_params() method"
        )

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection of the driver."""
        raise NotImplementedError(
            "subclasses of BaseDatabaseWrapper may require a get_new_connection() method"
        )

    def is_usable(self) -> bool:
        """Whether the database answers; only asked while connected."""
        raise NotImplementedError(
            "subclasses of BaseDatabaseWrapper may require an is_usable() method"
        )

    # --- time zones

    def ensure_timezone(self) -> bool:
        """Set the zone of the database's session; whether that changed anything."""
        return False

    @cached_property
    def timezone(self) -> datetime.tzinfo | None:
        """The zone in which this database keeps times; None if they are naive (``USE_TZ = False``)."""
        if not settings.USE_TZ:
            return None
        if self.settings_dict["TIME_ZONE"] is None:
            return datetime.UTC
        return timezone_constructor(self.settings_dict["TIME_ZONE"])

    @cached_property
    def timezone_name(self) -> str:
        """The name of that zone; of the project's if times are naive."""
        if not settings.USE_TZ:
            return settings.TIME_ZONE  # type: ignore[no-any-return]
        if self.settings_dict["TIME_ZONE"] is None:
            return "UTC"
        return self.settings_dict["TIME_ZONE"]  # type: ignore[no-any-return]

    def check_settings(self) -> None:
        """ImproperlyConfigured for a ``TIME_ZONE`` while times are naive."""
        if self.settings_dict["TIME_ZONE"] is not None and not settings.USE_TZ:
            raise ImproperlyConfigured(
                f"Connection '{self.alias}' cannot set TIME_ZONE because USE_TZ is False."
            )

    # --- opening

    def init_connection_state(self) -> None:
        """Prepare a new connection; backends add what the session needs."""
        if self.alias not in RAN_DB_VERSION_CHECK:
            self.check_database_version_supported()
            RAN_DB_VERSION_CHECK.add(self.alias)

    def check_database_version_supported(self) -> None:
        """NotSupportedError if the server is older than what this backend needs."""
        least = self.features.minimum_database_version
        if least is not None and self.get_database_version() < least:
            version = ".".join(map(str, self.get_database_version()))
            raise NotSupportedError(
                f"{self.display_name} {'.'.join(map(str, least))} or later is required "
                f"(found {version})."
            )

    @async_unsafe
    def _connect(self) -> None:
        """Open a connection, with the state of one that just opened."""
        self.check_settings()
        self.in_atomic_block = False
        self.savepoint_ids: list[Any] = []
        self.atomic_blocks: list[Any] = []
        self.needs_rollback = False
        self.health_check_enabled = self.settings_dict["CONN_HEALTH_CHECKS"]
        max_age = self.settings_dict["CONN_MAX_AGE"]
        self.close_at = None if max_age is None else time.monotonic() + max_age
        self.closed_in_transaction = False
        self.errors_occurred = False
        # A new connection is as healthy as one can be.
        self.health_check_done = True
        self.connection = self.get_new_connection(self.get_connection_params())
        self.set_autocommit(self.settings_dict["AUTOCOMMIT"])  # type: ignore[attr-defined]
        self.init_connection_state()
        connection_created.send(sender=type(self), connection=self)
        self.run_on_commit: list[Any] = []
        self.choose_execute()
        if self.needs_care():
            attend(self)

    connect = Replaceable(_connect)

    @async_unsafe
    def _ensure_connection(self) -> None:
        """Open a connection unless there is one."""
        if self.connection is None:
            with self.wrap_database_errors:
                self.connect()

    ensure_connection = Replaceable(_ensure_connection)

    def choose_execute(self) -> None:
        raise NotImplementedError

    # --- closing

    def _close(self) -> None:
        if self.connection is not None:
            with self.wrap_database_errors:
                return self.connection.close()  # type: ignore[no-any-return]

    @async_unsafe
    def close(self) -> None:
        """Close the connection. Within `atomic` the block is spoilt: it can only be left."""
        self.validate_thread_sharing()
        self.run_on_commit = []
        # A second close within a block would make the first one's mark disappear.
        if self.closed_in_transaction or self.connection is None:
            return
        try:
            self._close()
        finally:
            if self.in_atomic_block:
                self.closed_in_transaction = True
                self.needs_rollback = True
            else:
                self.connection = None
                dismiss(self)

    def needs_care(self) -> bool:
        """Whether there is something to do for this connection as requests begin and end."""
        return self.connection is not None and bool(
            self.close_at is not None
            or self.health_check_enabled
            or self.errors_occurred
            or self.queries_logged  # type: ignore[attr-defined]
            or self.autocommit != self.settings_dict["AUTOCOMMIT"]  # type: ignore[attr-defined]
        )

    def close_if_health_check_failed(self) -> None:
        """Close a connection that does not answer, if health is checked and was not yet."""
        if self.connection is None or not self.health_check_enabled or self.health_check_done:
            return
        if not self.is_usable():
            self.close()
        self.health_check_done = True

    def close_if_unusable_or_obsolete(self) -> None:
        """Close a connection that failed or is too old. Nothing happens within `atomic`."""
        if self.connection is None:
            return
        self.health_check_done = False
        if self.in_atomic_block:
            return
        # The next user expects what the settings say.
        if self.get_autocommit() != self.settings_dict["AUTOCOMMIT"]:  # type: ignore[attr-defined]
            self.close()
            return
        if self.errors_occurred:
            if self.is_usable():
                self.errors_occurred = False
                self.health_check_done = True
            else:
                self.close()
                return
        if self.close_at is not None and time.monotonic() >= self.close_at:
            self.close()
        if not self.needs_care():
            dismiss(self)

    # --- threads

    @property
    def allow_thread_sharing(self) -> bool:
        """Whether other threads may use this connection."""
        with self._thread_sharing_lock:
            return self._thread_sharing_count > 0

    def inc_thread_sharing(self) -> None:
        """Let other threads use this connection, until `dec_thread_sharing` was called as often."""
        with self._thread_sharing_lock:
            self._thread_sharing_count += 1

    def dec_thread_sharing(self) -> None:
        """Undo `inc_thread_sharing` once."""
        with self._thread_sharing_lock:
            if self._thread_sharing_count <= 0:
                raise RuntimeError("Cannot decrement the thread sharing count below zero.")
            self._thread_sharing_count -= 1

    def validate_thread_sharing(self) -> None:
        """DatabaseError when called in a thread that must not use this connection."""
        # PERF: the lock is only asked for in other threads.
        if self._thread_ident != _thread.get_ident() and not self.allow_thread_sharing:
            raise DatabaseError(
                f"DatabaseWrapper objects created in a thread can only be used in that same thread. "
                f"The object with alias '{self.alias}' was created in thread id "
                f"{self._thread_ident} and this is thread id {_thread.get_ident()}."
            )

    # --- errors, and other connections to the same database

    def prepare_database(self) -> None:
        """What must be done in a database before its tables are made; nothing here."""

    @cached_property
    def wrap_database_errors(self) -> DatabaseErrorWrapper:
        """Context manager and decorator: the driver's errors leave as those of `vivace.db`."""
        return DatabaseErrorWrapper(self)

    def translated(self, exc: BaseException) -> BaseException:
        """The error of `vivace.db` for one of the driver's; any other exception is answered itself."""
        return self.wrap_database_errors.translated(exc)

    @contextmanager
    def temporary_connection(self) -> Generator[Any, None, None]:
        """A cursor; the connection is closed afterwards if it was closed before."""
        must_close = self.connection is None
        try:
            with self.cursor() as cursor:  # type: ignore[attr-defined]
                yield cursor
        finally:
            if must_close:
                self.close()

    @contextmanager
    def _nodb_cursor(self) -> Generator[Any, None, None]:
        """A cursor of a connection to no database in particular."""
        conn = type(self)({**self.settings_dict, "NAME": None}, alias=NO_DB_ALIAS)
        try:
            with conn.cursor() as cursor:  # type: ignore[attr-defined]
                yield cursor
        finally:
            conn.close()

    def schema_editor(self, *args: Any, **kwargs: Any) -> Any:
        """A new schema editor (ref/schema-editor); arguments `collect_sql` and `atomic`."""
        if self.SchemaEditorClass is None:
            raise NotImplementedError(
                "The SchemaEditorClass attribute of this database wrapper is still None"
            )
        return self.SchemaEditorClass(self, *args, **kwargs)

    def copy(self, alias: str | None = None) -> Any:
        """A new connection with the same settings, not yet opened."""
        settings_dict = copy.deepcopy(self.settings_dict)
        return type(self)(settings_dict, alias or self.alias)
