"""A SQLite database for tests: its connections, an application, the tables of its models."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from asgiref.sync import SyncToAsync

from vivace.db import care, connections
from vivace.test.utils import override_settings


def application(name: str, place: Path) -> str:
    """An empty application that can be installed by its name."""
    if name not in sys.modules:
        module = types.ModuleType(name)
        module.__path__ = [str(place)]
        sys.modules[name] = module
    return name


@contextmanager
def sqlite(place: Path, aliases: Iterable[str] = ("default",), **settings: Any) -> Iterator[Any]:
    """Connections to one database file each, in the directory `place`; gives the default one."""
    known = connections.__dict__.get("settings")
    databases = {
        alias: {"ENGINE": "vivace.db.backends.sqlite3", "NAME": str(place / f"{alias}.sqlite3")}
        for alias in aliases
    }
    connections.settings = connections.configure_settings(databases)
    before = {alias: getattr(connections._connections, alias, None) for alias in connections}
    for alias in before:
        if hasattr(connections._connections, alias):
            del connections[alias]
    _forget_asynchronous()
    try:
        with override_settings(**settings):
            yield connections["default"]
    finally:
        connections.close_all()
        _forget_asynchronous()
        for left in list(care._due):
            # Of a thread that ended: requests of other tests need not look after it.
            care.dismiss(left)
        for alias, connection in before.items():
            if hasattr(connections._connections, alias):
                del connections[alias]
            if connection is not None:
                connections[alias] = connection
        del connections.settings
        if known is not None:
            connections.settings = known


def _forget_asynchronous() -> None:
    """Take away the connections of the thread in which coroutines use databases.

    It lives as long as the process, and keeps connections to what the last test called by those names.
    """

    def forget() -> None:
        for connection in connections.all(initialized_only=True):
            connection.close()
            del connections[connection.alias]

    SyncToAsync.single_thread_executor.submit(forget).result()


def create_tables(connection: Any, *models: Any) -> None:
    """Create the tables of `models`."""
    with connection.schema_editor() as editor:
        for model in models:
            editor.create_model(model)
