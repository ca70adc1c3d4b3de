"""What a mistake in a template was probably meant to be; told in the notes of an exception.

The messages of syntax errors are part of the documented behaviour, so the hints stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

__all__ = ["hint", "place"]


def hint(kind: str, name: str, known: Iterable[str], libraries: dict[str, Any]) -> str | None:
    """A sentence about a tag or filter (`kind`) that is not known: where it is, or what is like it.

    `libraries` are those that ``{% load %}`` knows.
    """
    for library_name, library in libraries.items():
        if name in getattr(library, f"{kind}s"):
            return f"'{name}' is in the library '{library_name}': {{% load {library_name} %}}"
    close = get_close_matches(name, known, n=1)
    return f"Did you mean '{close[0]}'?" if close else None


def place(template_name: str, token: Any) -> str:
    """Which tag of which template an exception is about."""
    return f"(in the template {template_name!r}, line {token.lineno}: {token.contents!r})"
