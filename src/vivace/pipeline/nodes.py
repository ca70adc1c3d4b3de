"""A chain of middleware as data: what `build` makes and `compile` reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Chain", "Fused", "HeaderRule", "Layer", "Segment"]

Hook = Callable[..., Any]


@dataclass(frozen=True)
class HeaderRule:
    """What a built-in does to every plain response: headers set unless they are there.

    `secure` are set on HTTPS requests only. `length` asks for a ``Content-Length``. `slow_status` is
    a status for which the middleware's own hook must be asked instead.
    """

    defaults: tuple[tuple[str, str], ...] = ()
    secure: tuple[tuple[str, str], ...] = ()
    length: bool = False
    slow_status: int | None = None


@dataclass(frozen=True)
class Layer:
    """One middleware in a segment: the two hooks of an instance, and what is known of them.

    `calls_request` False says that the request hook has nothing to do. `host_only` says that all it
    does is to check the host. `rule` replaces the response hook for plain responses. `blocking` hooks
    are foreign and may do I/O: an asynchronous chain gives them a thread.
    """

    name: str
    on_request: Hook | None = None
    on_response: Hook | None = None
    host_only: bool = False
    rule: HeaderRule | None = None
    blocking: bool = True


@dataclass(frozen=True)
class Fused:
    """The hooks that run next to the view: they belong to the chain as a whole."""

    view: tuple[Hook, ...] = ()
    template_response: tuple[Hook, ...] = ()
    exception: tuple[Hook, ...] = ()


@dataclass(frozen=True)
class Segment:
    """Layers next to each other, from the outermost inwards, and what they stand around.

    `inner` is a callable that takes a request (a middleware that must be called as such), or None
    when it is the route and the view.
    """

    layers: tuple[Layer, ...] = ()
    inner: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Chain:
    """The outermost segment, and the hooks around the view."""

    outer: Segment
    hooks: Fused = field(default_factory=Fused)
