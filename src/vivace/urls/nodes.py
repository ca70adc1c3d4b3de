"""The frozen form of a URLconf: a flat list of routes in their order.

Includes are gone: what they say is in each route. A route is of one of two kinds.

`Aligned` routes consist of whole segments, texts and parameters, so that a path split at its slashes
decides them. All others are `Open`: only the text they begin with is known, and what follows is left
to the patterns themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from vivace.urls.leaf import Leaf

__all__ = ["Aligned", "Defaults", "Found", "Open", "Parameter", "Step"]

Found = tuple[Leaf, tuple[Any, ...], dict[str, Any]]
Step = Callable[[list[str], str], Found | None]


class Parameter(NamedTuple):
    """A segment that is captured; `kind` is the name of the built-in converter."""

    name: str
    kind: str


class Defaults(NamedTuple):
    """Keyword arguments that the URLconf gives, at their place among the captured ones."""

    values: dict[str, Any]


@dataclass(slots=True)
class Aligned:
    """A route of whole segments. `keywords` tells the order in which arguments are put together."""

    index: int
    segments: tuple[str | Parameter, ...]
    keywords: tuple[Parameter | Defaults, ...]
    leaf: Leaf

    def text_at(self, position: int) -> str | None:
        """The text of a segment; None for a parameter."""
        segment = self.segments[position]
        return segment if isinstance(segment, str) else None


@dataclass(slots=True)
class Open:
    """A route that begins with the text `lead`; `match` decides.

    `is_pure` says that asking `match` has no effects, so that it may be asked ahead of a request.
    """

    index: int
    lead: str
    match: Callable[[str], Found | None]
    is_pure: bool

    @property
    def segments(self) -> list[str]:
        """The segments that `lead` completes."""
        return self.lead.split("/")[:-1]

    def text_at(self, position: int) -> str | None:
        """The text of a segment; None where the lead does not say."""
        segments = self.segments
        return segments[position] if position < len(segments) else None
