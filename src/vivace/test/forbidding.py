"""Keeping tests from databases that they did not ask for (``databases`` of a test case)."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any
from unittest import mock

from vivace.core.exceptions import ImproperlyConfigured
from vivace.db import connections
from vivace.db.backends.base.base import NO_DB_ALIAS, BaseDatabaseWrapper


class DatabaseOperationForbidden(AssertionError):
    """A test used a database that is not among its `databases`."""


class _DatabaseFailure:
    """Stands for a method of a connection; calling it fails the test."""

    def __init__(self, wrapped: Any, message: str) -> None:
        self.wrapped = wrapped
        self.message = message

    def __call__(self) -> Any:
        raise DatabaseOperationForbidden(self.message)


# Methods of a connection, and what a message says of them.
METHODS = [
    ("connect", "connections"),
    ("temporary_connection", "connections"),
    ("cursor", "queries"),
    ("chunked_cursor", "queries"),
]


def validate(test_case: type[Any]) -> frozenset[str]:
    """The aliases that `test_case` may use; ImproperlyConfigured for one that there is not."""
    if test_case.databases == "__all__":
        return frozenset(connections)
    for alias in test_case.databases:
        if alias not in connections:
            message = (
                f"{test_case.__module__}.{test_case.__qualname__}.databases refers to {alias!r} "
                "which is not defined in settings.DATABASES."
            )
            close_matches = get_close_matches(alias, list(connections))
            if close_matches:
                message += f" Did you mean {close_matches[0]!r}?"
            raise ImproperlyConfigured(message)
    return frozenset(test_case.databases)


def forbid(test_case: type[Any]) -> None:
    """Let the other databases' connections fail, until `allow`."""
    for alias in connections:
        if alias in test_case.databases:
            continue
        connection = connections[alias]
        for name, operation in METHODS:
            message = test_case._disallowed_database_msg % {
                "test": f"{test_case.__module__}.{test_case.__qualname__}",
                "alias": alias,
                "operation": operation,
            }
            method = getattr(connection, name)
            setattr(connection, name, _DatabaseFailure(method, message))


def allow(test_case: type[Any]) -> None:
    """Undo `forbid`."""
    for alias in connections:
        if alias in test_case.databases:
            continue
        connection = connections[alias]
        for name, _ in METHODS:
            method = getattr(connection, name)
            if isinstance(method, _DatabaseFailure):
                delattr(connection, name)


def ensure_connection_patch(test_case: type[Any]) -> Callable[..., None]:
    """An ``ensure_connection`` that refuses the connections of other threads too."""
    original = BaseDatabaseWrapper.ensure_connection

    def patched_ensure_connection(self: Any, *args: Any, **kwargs: Any) -> None:
        if (
            self.connection is None
            and self.alias not in test_case.databases
            and self.alias != NO_DB_ALIAS
            # A test that makes a connection of its own knows what it does.
            and self.alias in connections
        ):
            test_case._add_databases_failures()
            message = test_case._disallowed_database_msg % {
                "test": f"{test_case.__module__}.{test_case.__qualname__}",
                "alias": self.alias,
                "operation": "threads",
            }
            return _DatabaseFailure(self.ensure_connection, message)()  # type: ignore[no-any-return]
        original(self, *args, **kwargs)

    return patched_ensure_connection


def patched(test_case: type[Any]) -> Any:
    """A context in which `ensure_connection_patch` holds, for all connections there will be."""
    return mock.patch.object(
        BaseDatabaseWrapper,
        "ensure_connection",
        new=test_case.ensure_connection_patch_method(),
    )
