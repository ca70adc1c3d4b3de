"""Databases: the connections that DATABASES configures, the router, and the errors of drivers.

``connections["alias"]`` is made on first use, one per thread; `connection` stands for the default
one. Defined by topics/db/multi-db and ref/exceptions of the documentation.
"""

from __future__ import annotations

from typing import Any

from vivace.db import care
from vivace.db.utils import (
    DEFAULT_DB_ALIAS,
    DJANGO_VERSION_PICKLE_KEY,
    ConnectionHandler,
    ConnectionRouter,
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from vivace.utils.connection import ConnectionProxy
from vivace.utils.lazily import awaited, lazily

__all__ = [
    "DEFAULT_DB_ALIAS",
    "DJANGO_VERSION_PICKLE_KEY",
    "DataError",
    "DatabaseError",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "close_old_connections",
    "connection",
    "connections",
    "reset_queries",
    "router",
]

connections = ConnectionHandler()

router = ConnectionRouter()

connection: Any = ConnectionProxy(connections, DEFAULT_DB_ALIAS)


_submodule, _ = lazily(__name__, {})


def __getattr__(name: str) -> Any:
    # PERF: every app has a module that imports it, and many an app has no model.
    if name == "models":
        globals()[name] = module = awaited(f"{__name__}.models")
        return module
    return _submodule(name)


def reset_queries(**kwargs: Any) -> None:
    """Forget the queries that were logged; done as each request starts."""
    for conn in connections.all(initialized_only=True):
        conn.queries_log.clear()


def close_old_connections(**kwargs: Any) -> None:
    """Close this thread's connections that are unusable or older than their ``CONN_MAX_AGE``."""
    for conn in connections.all(initialized_only=True):
        conn.close_if_unusable_or_obsolete()
    care.settle()
