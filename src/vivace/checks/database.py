"""Checks of the databases, each by its own backend; they run for those that are asked for."""

from collections.abc import Iterable
from typing import Any

from vivace.checks.messages import CheckMessage
from vivace.checks.registry import Tags, register
from vivace.utils.module_loading import import_string


@register(Tags.database)
def check_database_backends(
    databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """What the backends find wrong with their databases."""
    if databases is None:
        return []
    # A higher room, looked for when the check runs.
    connections = import_string("vivace.db.connections")
    return [issue for alias in databases for issue in connections[alias].validation.check(**kwargs)]
