"""Connections by alias, made on first use, one per thread or task."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NoReturn

from vivace.conf import settings as django_settings
from vivace.utils.functional import cached_property

__all__ = [
    "BaseConnectionHandler",
    "ConnectionDoesNotExist",
    "ConnectionProxy",
    "cached_property",
    "django_settings",
]


class ConnectionDoesNotExist(Exception):
    """No connection is configured under this alias."""


class ConnectionProxy:
    """Stands for one alias of a handler, whichever connection that is in the current thread."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, connections: Any, alias: str) -> None:
        self.__dict__["_connections"] = connections
        self.__dict__["_alias"] = alias

    def __getattr__(self, item: str) -> Any:
        return getattr(self._connections[self._alias], item)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._connections[self._alias], name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._connections[self._alias], name)

    def __contains__(self, key: Any) -> bool:
        return key in self._connections[self._alias]

    def __eq__(self, other: object) -> bool:
        return bool(self._connections[self._alias] == other)


class BaseConnectionHandler:
    """A mapping of aliases to connections; subclasses name the setting and make a connection."""

    settings_name: str | None = None
    exception_class: type[Exception] = ConnectionDoesNotExist
    thread_critical = False

    def __init__(self, settings: Any = None) -> None:
        self._settings = settings
        if self.thread_critical:
            # PERF: what belongs to one thread needs none of the care that is taken of tasks.
            self._connections = threading.local()

    @cached_property
    def _connections(self) -> Any:
        # PERF: imported when the first such connection is asked for. All threads get the first's.
        return self.__dict__.setdefault("_connections", import_module("asgiref.local").Local())

    @cached_property
    def settings(self) -> Any:
        """The configuration of all aliases."""
        self._settings = self.configure_settings(self._settings)
        return self._settings

    def configure_settings(self, settings: Any) -> Any:
        """`settings`, or the setting called `settings_name` if that is None."""
        if settings is None:
            assert self.settings_name is not None
            settings = getattr(django_settings, self.settings_name)
        return settings

    def create_connection(self, alias: str) -> Any:
        """A new connection for `alias`."""
        raise NotImplementedError("Subclasses must implement create_connection().")

    def __getitem__(self, alias: str) -> Any:
        try:
            return getattr(self._connections, alias)
        except AttributeError:
            if alias not in self.settings:
                self._unknown(alias)
        connection = self.create_connection(alias)
        setattr(self._connections, alias, connection)
        return connection

    def _unknown(self, alias: str) -> NoReturn:
        raise self.exception_class(f"The connection '{alias}' doesn't exist.")

    def __setitem__(self, key: str, value: Any) -> None:
        setattr(self._connections, key, value)

    def __delitem__(self, key: str) -> None:
        delattr(self._connections, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.settings)

    def all(self, initialized_only: bool = False) -> list[Any]:
        """The connections of all aliases; with `initialized_only`, of those used so far here."""
        return [
            self[alias]
            for alias in self
            # A missing attribute means that this alias was not used in this thread.
            if not initialized_only or hasattr(self._connections, alias)
        ]

    def close_all(self) -> None:
        """Close the connections used so far in this thread."""
        for connection in self.all(initialized_only=True):
            connection.close()
