"""A chain of middleware as data: what `build` makes and `compile` reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vivace.flow import Call

__all__ = ["HeaderRule", "Hook", "Layer", "SafeMark", "Segment", "ViewHooks"]


@dataclass(frozen=True)
class SafeMark:
    """All a view hook does for the safe methods of RFC 9110: it sets the request's `done` to True.

    And nothing at all if the view has a true `exempt`. `at_once`, called with a request of another
    method, may do the hook's work without waiting, and is true if it did.
    """

    done: str
    exempt: str
    at_once: Callable[[Any], bool]


@dataclass(frozen=True)
class Hook:
    """A method of a middleware that the chain calls, in the form that the chain's colour needs.

    `awaits` and `blocking` are for asynchronous chains: the hook returns an awaitable; it is foreign
    synchronous code, which may do I/O and so gets a thread. `safe` is known of a view hook.
    """

    function: Callable[..., Any]
    awaits: bool = False
    blocking: bool = False
    safe: SafeMark | None = None

    def call(self, *args: Any) -> Call:
        """The effect of calling the hook with `args`."""
        return Call(self.function, args, self.awaits, self.blocking)


@dataclass(frozen=True)
class HeaderRule:
    """What a built-in does to every plain response: headers set unless they are there.

    `secure` are set on HTTPS requests only. `length` asks for a ``Content-Length``. `asks`, called with
    the request when the status is 404, says whether the middleware's own hook must be asked instead;
    so it must whenever the request's ``META`` has something true called `unless`.
    """

    defaults: tuple[tuple[str, str], ...] = ()
    secure: tuple[tuple[str, str], ...] = ()
    length: bool = False
    asks: Callable[[Any], bool] | None = None
    unless: str | None = None


@dataclass(frozen=True)
class Layer:
    """One middleware in a segment: the two hooks of an instance, and what is known of them.

    `host_only` says that all the request hook does is to check the host, `cookie_only` that it does
    nothing for a request without cookies. `rule` replaces the response hook for plain responses, and
    `safe` the view hook for safe methods.
    """

    name: str
    on_request: Hook | None = None
    on_response: Hook | None = None
    host_only: bool = False
    cookie_only: bool = False
    rule: HeaderRule | None = None
    safe: SafeMark | None = None

    @property
    def may_rewrite(self) -> bool:
        """Whether the request hook may make another request of it, for all that is known."""
        return self.on_request is not None and not self.host_only and not self.cookie_only


@dataclass(frozen=True)
class ViewHooks:
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
