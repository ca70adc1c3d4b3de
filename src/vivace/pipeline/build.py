"""``MIDDLEWARE`` becomes segments: the factories are called, innermost first, as documented.

A middleware whose two hooks are all there is to it joins the segment that is being gathered; any
other ends it, gets the segment's function as its ``get_response``, and is what the next segment stands
around. Functions exist before their code (`LateFunction`), because the hooks that run next to the
view are known only when the outermost middleware was made.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction

from vivace.codegen import Bindings, LateFunction
from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from vivace.pipeline.compile import Routes, write_segment
from vivace.pipeline.natives import layer_for, may_fuse
from vivace.pipeline.nodes import Hook, Layer, SafeMark, Segment, ViewHooks
from vivace.pipeline.runtime import in_thread
from vivace.pipeline.shells import Shell
from vivace.utils.module_loading import import_string
from vivace.utils.naming import say

__all__ = ["Chain", "adapt", "build_chain"]


def adapt(function: Callable[..., Any], is_async: bool, wanted: bool) -> Callable[..., Any]:
    """`function`, which is asynchronous or not, in the colour that is wanted."""
    if is_async == wanted:
        return function
    if wanted:

        async def adapted(*args: Any, **kwargs: Any) -> Any:
            return await in_thread(function, *args, **kwargs)

        return adapted
    return async_to_sync(function)


@dataclass
class Chain:
    """A chain that was built: its segments' functions, and the hooks around its view."""

    is_async: bool
    routes: Callable[[], Routes]
    outer: Segment = field(default_factory=Segment)
    outer_is_async: bool = False
    view: list[Hook] = field(default_factory=list)
    template_response: list[Hook] = field(default_factory=list)
    exception: list[Hook] = field(default_factory=list)
    # What the middleware within got as their ``get_response``, innermost first.
    inner: list[LateFunction] = field(default_factory=list)

    @property
    def hooks(self) -> ViewHooks:
        """The hooks around the view, as the compiler takes them."""
        return ViewHooks(tuple(self.view), tuple(self.template_response), tuple(self.exception))

    def late(
        self, segment: Callable[[], Segment], is_async: bool, shell: Shell | None = None
    ) -> LateFunction:
        """The function of a segment, compiled when first called."""

        def link() -> tuple[str, Bindings]:
            return write_segment(
                segment(), self.hooks, self.routes(), is_async=is_async, shell=shell
            )

        name, parameters = ("handle", "request") if shell is None else ("serve", shell.parameters)
        kind = f"pipeline {'asgi' if is_async else 'wsgi'}"
        return LateFunction(name, parameters, link, filename=kind, is_async=is_async)

    def add_hooks(self, middleware: Any, safe: SafeMark | None = None) -> None:
        """Take note of the view, exception and template response hooks of a middleware."""
        if hasattr(middleware, "process_view"):
            self.view.insert(0, replace(self._hook(middleware.process_view), safe=safe))
        if hasattr(middleware, "process_template_response"):
            self.template_response.append(self._hook(middleware.process_template_response))
        if hasattr(middleware, "process_exception"):
            self.exception.append(self._hook(middleware.process_exception))

    def _hook(self, method: Callable[..., Any]) -> Hook:
        awaits = iscoroutinefunction(method)
        if self.is_async:
            return Hook(method, awaits=awaits, blocking=not awaits)
        return Hook(adapt(method, awaits, wanted=False))


class _Gathering:
    """The segment that is being gathered, from the inside outwards."""

    def __init__(self, is_async: bool, inner: Callable[[Any], Any] | None = None) -> None:
        self.is_async = is_async
        self.inner = inner
        self.layers: list[Layer] = []

    def segment(self) -> Segment:
        return Segment(tuple(reversed(self.layers)), self.inner)


def _colour(path: str, factory: Any, handler_is_async: bool) -> bool:
    """Whether the middleware is to be made asynchronous, next to a handler of that colour."""
    can_sync = getattr(factory, "sync_capable", True)
    can_async = getattr(factory, "async_capable", False)
    if not can_sync and not can_async:
        raise RuntimeError(
            f"Middleware {path} must have at least one of sync_capable/async_capable set to True."
        )
    if not handler_is_async and can_sync:
        return False
    return bool(can_async)


def _import(path: str) -> Any:
    # COMPAT: tools that trace requests put a function of theirs at this address, to be given the
    # middleware and to answer with what wraps it.
    patched = sys.modules.get("vivace.core.handlers.base")
    try:
        return (patched.import_string if patched else import_string)(path)
    except ImportError as error:
        error.add_note(
            f"The MIDDLEWARE setting names {path!r}, which cannot be imported. Correct the name "
            "there, or install the package that it belongs to."
        )
        raise


def _make(path: str, factory: Any, get_response: Callable[..., Any]) -> Any:
    """Call a middleware factory; None when the middleware does not want to be used."""
    try:
        middleware = factory(get_response)
    except MiddlewareNotUsed as reason:
        if settings.DEBUG:
            logger = logging.getLogger(say("request"))
            if str(reason):
                logger.debug("MiddlewareNotUsed(%r): %s", path, reason)
            else:
                logger.debug("MiddlewareNotUsed: %r", path)
        return None
    if middleware is None:
        error = ImproperlyConfigured(f"Middleware factory {path} returned None.")
        # COMPAT: a note leaves the message as it is.
        error.add_note(
            "Let it return the middleware, or raise MiddlewareNotUsed if it wants none in this project."
        )
        raise error
    return middleware


def build_chain(is_async: bool, routes: Callable[[], Routes]) -> Chain:
    """Make all middleware of ``MIDDLEWARE``; `routes` is asked when code is compiled."""
    chain = Chain(is_async, routes)
    gathering = _Gathering(is_async)
    for path in reversed(settings.MIDDLEWARE):
        factory = _import(path)
        if may_fuse(factory):
            # What lies within this layer only; compiled if the middleware calls it itself.
            within = gathering.segment()
            rest = chain.late(lambda within=within: within, gathering.is_async)  # type: ignore[misc]
            middleware = _make(path, factory, rest.function)
            if middleware is not None:
                layer = layer_for(middleware)
                gathering.layers.append(layer)
                chain.add_hooks(middleware, layer.safe)
            continue
        middleware_is_async = _colour(path, factory, gathering.is_async)
        inner = chain.late(gathering.segment, gathering.is_async)
        get_response = adapt(inner.function, gathering.is_async, middleware_is_async)
        middleware = _make(path, factory, get_response)
        if middleware is not None:
            chain.inner.append(inner)
            chain.add_hooks(middleware)
            gathering = _Gathering(middleware_is_async, middleware)
    chain.outer = gathering.segment()
    chain.outer_is_async = gathering.is_async
    return chain
