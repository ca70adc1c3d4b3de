"""What names mean at one place of a template while it is compiled, and what it is compiled for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Loop", "Options", "Scope"]


@dataclass(frozen=True)
class Options:
    """What a function is compiled for."""

    autoescape: bool = True
    hot: bool = False
    string_if_invalid: str = ""
    plain_integers: bool = True
    # Called with each template that is rendered as part of another, and the context.
    watch: Callable[[Any, Any], None] | None = None


@dataclass
class Loop:
    """A loop whose counters are locals; `uses` are the attributes of ``forloop`` that are read."""

    index: str
    length: str
    uses: frozenset[str]
    parent: Loop | None


@dataclass
class Scope:
    """What the names mean at one place.

    `own` are names with a local that is the truth (no context knows it); `loaded` are names of the
    context with a local that holds what was read. `frame` is the expression of the innermost real
    frame, `loop` the innermost loop with counters in locals. `kinds` are the locals that hold the kind
    of another local.
    """

    own: dict[str, str] = field(default_factory=dict)
    loaded: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    context: str = "context"
    frame: str = "top"
    loop: Loop | None = None
    real: bool = True
    autoescape: bool = True
    in_loop: bool = False
    only: bool = False

    def child(self, **changes: Any) -> Scope:
        values = {
            name: getattr(self, name)
            for name in ("context", "frame", "loop", "real", "autoescape", "in_loop", "only")
        }
        copies = {name: dict(getattr(self, name)) for name in ("own", "loaded", "kinds")}
        return Scope(**{**copies, **values, **changes})
