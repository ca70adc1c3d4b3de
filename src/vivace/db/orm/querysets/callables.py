"""Values that may be given as callables, as in ``defaults`` of ``get_or_create``."""

from collections.abc import Iterator, Mapping
from typing import Any

from vivace.utils.naming import publish

__all__ = ["resolve_callables"]


def resolve_callables(mapping: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The items of `mapping`, with what callables return in their place."""
    for name, value in mapping.items():
        yield name, value() if callable(value) else value


publish(__name__, "db.models.utils")
