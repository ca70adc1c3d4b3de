"""Hashable stand-ins for values that may contain lists, sets and dicts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["make_hashable"]


def make_hashable(value: Any) -> Any:
    """Answer `value` if it can be hashed, else a tuple that holds the same, made hashable inside.

    A dict becomes its items sorted by key, so that equal dicts give equal tuples. Raises TypeError
    for what can neither be hashed nor iterated.
    """
    if isinstance(value, dict):
        return tuple([(key, make_hashable(item)) for key, item in sorted(value.items())])
    try:
        hash(value)
    except TypeError:
        if isinstance(value, Iterable):
            return tuple(map(make_hashable, value))
        raise
    return value
