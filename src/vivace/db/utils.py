"""The errors of databases, and which connection serves what: settings, aliases, routers.

Defined by ref/exceptions ("Database exceptions") and topics/db/multi-db of the documentation.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.db.care import attend
from vivace.utils.connection import BaseConnectionHandler
from vivace.utils.connection import ConnectionDoesNotExist as ConnectionDoesNotExist
from vivace.utils.functional import cached_property
from vivace.utils.lazily import Later
from vivace.utils.module_loading import import_string
from vivace.utils.naming import say, to_home

if TYPE_CHECKING:
    import pathlib
    import pkgutil
else:
    pathlib = Later("pathlib")
    pkgutil = Later("pkgutil", rare=True)

P = ParamSpec("P")
R = TypeVar("R")

DEFAULT_DB_ALIAS = "default"
DJANGO_VERSION_PICKLE_KEY = "_django_version"


class Error(Exception):
    """Base of the errors of databases (PEP 249)."""


class InterfaceError(Error):
    """An error of the driver rather than the database."""


class DatabaseError(Error):
    """An error of the database."""


class DataError(DatabaseError):
    """A value that the database cannot work with: out of range, too long."""


class OperationalError(DatabaseError):
    """An error of the database's operation: it cannot be reached, is locked, has no room."""


class IntegrityError(DatabaseError):
    """A constraint would be violated."""


class InternalError(DatabaseError):
    """The database found an error within itself."""


class ProgrammingError(DatabaseError):
    """A mistake of the program: an unknown table, wrong SQL."""


class NotSupportedError(DatabaseError):
    """Something that the database does not do."""


# From the most special to the most general: the first that fits is taken.
_ERRORS: tuple[type[Error], ...] = (
    DataError,
    OperationalError,
    IntegrityError,
    InternalError,
    ProgrammingError,
    NotSupportedError,
    DatabaseError,
    InterfaceError,
    Error,
)

# After these the connection is as good as before.
_HARMLESS = (DataError, IntegrityError)


class DatabaseErrorWrapper:
    """Context manager and decorator: raise the errors of a driver as those of this module.

    `wrapper` is a connection; its ``Database`` is the driver's module (PEP 249).
    """

    def __init__(self, wrapper: Any) -> None:
        self.wrapper = wrapper

    def translated(self, exc: BaseException) -> BaseException:
        """The error of this module for `exc`; `exc` itself if it is not the driver's."""
        for ours in _ERRORS:
            theirs = getattr(self.wrapper.Database, ours.__name__)
            if isinstance(exc, theirs):
                error = ours(*exc.args)
                error.__cause__ = exc
                if ours not in _HARMLESS:
                    self.wrapper.errors_occurred = True
                    attend(self.wrapper)
                return error
        return exc

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_value is None:
            return
        error = self.translated(exc_value)
        if error is not exc_value:
            raise error.with_traceback(traceback) from exc_value

    def __call__(self, func: Callable[P, R]) -> Callable[P, R]:
        # PERF: this is called for every row that a cursor gives; no wraps(), as rows are many.
        def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            with self:
                return func(*args, **kwargs)

        return inner


def load_backend(backend_name: str) -> Any:
    """The module ``base`` of the backend that an ``ENGINE`` names.

    ImproperlyConfigured, with the names of the backends there are, if there is none of that name.
    """
    home = to_home(backend_name) if isinstance(backend_name, str) else backend_name
    try:
        return import_module(f"{home}.base")
    except ImportError as error:
        package = pathlib.Path(__file__).parent / "backends"
        names = sorted(
            name
            for _, name, is_package in pkgutil.iter_modules([str(package)])
            if is_package and name not in ("base", "dummy")
        )
        if backend_name not in [say(f"db.backends.{name}") for name in names] and (
            home not in [f"vivace.db.backends.{name}" for name in names]
        ):
            raise ImproperlyConfigured(
                f"{backend_name!r} isn't an available database backend or couldn't be imported. "
                f"Check the above exception. To use one of the built-in backends, use "
                f"{say('db.backends.XXX')!r}, where XXX is one of:\n"
                f"    {', '.join(map(repr, names))}"
            ) from error
        # The backend is there: what it needs is missing.
        raise


_UNLIMITED_NAMES = ("vivace.db.backends.sqlite3", "vivace.db.backends.dummy")


class ConnectionHandler(BaseConnectionHandler):
    """The connections by alias, one per thread."""

    settings_name = "DATABASES"
    # COMPAT: a connection belongs to its thread, also where a task goes on in another thread.
    thread_critical = True

    def configure_settings(self, databases: Any) -> Any:
        """The setting with every default filled in; ImproperlyConfigured without a default database."""
        databases = super().configure_settings(databases)
        if databases == {}:
            # Not into the setting: it may be the default that all settings share.
            databases = {DEFAULT_DB_ALIAS: {"ENGINE": say("db.backends.dummy")}}
        elif DEFAULT_DB_ALIAS not in databases:
            raise ImproperlyConfigured(f"You must define a '{DEFAULT_DB_ALIAS}' database.")
        elif databases[DEFAULT_DB_ALIAS] == {}:
            databases[DEFAULT_DB_ALIAS]["ENGINE"] = say("db.backends.dummy")
        for conn in databases.values():
            _fill_in(conn)
        return databases

    @property
    def databases(self) -> Any:
        """The configuration of all aliases."""
        return self.settings

    def max_name_length(self) -> int | None:
        """How long the names of tables may be in the default database; None for any length.

        PERF: asked for every model; a built-in backend whose names have no limit is not imported for
        that.
        """
        if to_home(self.settings[DEFAULT_DB_ALIAS]["ENGINE"]) in _UNLIMITED_NAMES:
            return None
        length: int | None = self[DEFAULT_DB_ALIAS].ops.max_name_length()
        return length

    def import_backends(self) -> None:
        """Import what connecting to the databases takes."""
        for configuration in self.settings.values():
            load_backend(configuration["ENGINE"])

    def create_connection(self, alias: str) -> Any:
        """A new connection for `alias`; it is opened when first used."""
        configuration = self.settings[alias]
        backend = load_backend(configuration["ENGINE"])
        return backend.DatabaseWrapper(configuration, alias)


def _fill_in(conn: dict[str, Any]) -> None:
    conn.setdefault("ATOMIC_REQUESTS", False)
    conn.setdefault("AUTOCOMMIT", True)
    conn.setdefault("ENGINE", say("db.backends.dummy"))
    if conn["ENGINE"] == "django.db.backends." or not conn["ENGINE"]:
        conn["ENGINE"] = say("db.backends.dummy")
    conn.setdefault("CONN_MAX_AGE", 0)
    conn.setdefault("CONN_HEALTH_CHECKS", False)
    conn.setdefault("OPTIONS", {})
    conn.setdefault("TIME_ZONE", None)
    for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
        conn.setdefault(name, "")
    tests = conn.setdefault("TEST", {})
    for name, value in (
        ("CHARSET", None),
        ("COLLATION", None),
        ("MIGRATE", True),
        ("MIRROR", None),
        ("NAME", None),
    ):
        tests.setdefault(name, value)


class ConnectionRouter:
    """Asks the routers of DATABASE_ROUTERS, one after the other; the first that has an opinion decides.

    `routers` is a list of routers or dotted names; None stands for the setting.
    """

    def __init__(self, routers: Any = None) -> None:
        self._routers = routers

    @cached_property
    def routers(self) -> list[Any]:
        """The routers, made of their classes where they were given by name."""
        # The setting is not kept: it may be overridden, and then this list is made anew.
        routers = settings.DATABASE_ROUTERS if self._routers is None else self._routers
        return [
            import_string(to_home(router))() if isinstance(router, str) else router
            for router in routers
        ]

    def _ask(self, action: str, *args: Any, **hints: Any) -> Any:
        """The first answer that is not None; None if no router has one."""
        for router in self.routers:
            method = getattr(router, action, None)
            if method is not None:
                answer = method(*args, **hints)
                if answer is not None:
                    return answer
        return None

    def _choose(self, action: str, model: Any, hints: dict[str, Any]) -> str:
        chosen = None
        for router in self.routers:
            method = getattr(router, action, None)
            if method is not None:
                chosen = method(model, **hints)
                if chosen:
                    return chosen  # type: ignore[no-any-return]
        instance = hints.get("instance")
        if instance is not None and instance._state.db:
            return instance._state.db  # type: ignore[no-any-return]
        return DEFAULT_DB_ALIAS

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """The alias of the database to read `model` from."""
        return self._choose("db_for_read", model, hints)

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """The alias of the database to write `model` to."""
        return self._choose("db_for_write", model, hints)

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        """Whether `obj1` and `obj2` may be related; without an opinion, if they are of one database."""
        allow = self._ask("allow_relation", obj1, obj2, **hints)
        if allow is not None:
            return allow  # type: ignore[no-any-return]
        return bool(obj1._state.db == obj2._state.db)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Whether the application's tables may be in the database `db`."""
        allow = self._ask("allow_migrate", db, app_label, **hints)
        return True if allow is None else allow

    def allow_migrate_model(self, db: str, model: Any) -> bool:
        """Whether the table of `model` may be in the database `db`."""
        return self.allow_migrate(
            db, model._meta.app_label, model_name=model._meta.model_name, model=model
        )

    def get_migratable_models(
        self, app_config: Any, db: str, include_auto_created: bool = False
    ) -> list[Any]:
        """The models of an application whose tables may be in the database `db`."""
        models = app_config.get_models(include_auto_created=include_auto_created)
        return [model for model in models if self.allow_migrate_model(db, model)]
