"""`BaseHandler`: a chain of middleware around the project's views, in one colour.

The chain is compiled when it is first used (``vivace.core.wsgi`` and ``asgi`` do it at start-up)
and again when a setting that it was compiled from changes.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from asgiref.sync import async_to_sync, iscoroutinefunction

from vivace.codegen import Bindings, LateFunction, source_of
from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.http.hosts import HOSTS
from vivace.http.request import FORWARDED
from vivace.http.wsgi import FORCED_SCRIPT_NAME
from vivace.pipeline import natives
from vivace.pipeline.atomic import atomic_views, make_view_atomic
from vivace.pipeline.build import Chain, adapt, build_chain
from vivace.pipeline.compile import Routes, write_segment
from vivace.pipeline.runtime import check_response, log_error, release
from vivace.pipeline.shells import Shell
from vivace.urls import get_resolver, get_urlconf, set_urlconf
from vivace.urls.resolvers import ROOT_URLCONF
from vivace.urls.router import router_for
from vivace.utils.bridge import sync_to_async

__all__ = ["BaseHandler"]

# The steps of a handler that a generated shell does itself.
_LEFT_OUT = (
    "__call__", "get_response", "get_response_async", "load_middleware", "request_class", "_finish",
)  # fmt: skip

_handlers: weakref.WeakSet[BaseHandler] = weakref.WeakSet()


def _unlink_all() -> None:
    for handler in list(_handlers):
        handler.unlink()


# Holds no value of its own: its name in the boot sequence, and the settings that chains depend on.
CHAINS: Frozen[None] = Frozen(
    "pipeline.chains",
    lambda: None,
    reads=("MIDDLEWARE", "ROOT_URLCONF", *natives.READS),
    after=(HOSTS, FORWARDED, FORCED_SCRIPT_NAME, ROOT_URLCONF),
    cleared=_unlink_all,
)


def _route(request: Any) -> Any:
    """The hit for a request: by its own URLconf if a middleware gave it one."""
    urlconf = None
    if not request._plain and "urlconf" in request.__dict__:
        urlconf = request.urlconf
        set_urlconf(urlconf)
    elif get_urlconf() is not None:
        # Left over from a request that was never closed.
        set_urlconf(None)
    router = router_for(urlconf)
    hit = router.find(request.path_info)
    if hit is None:
        raise router.miss(request.path_info)
    return hit


def make_routes(is_async: bool, wrap: Callable[[Any], Any] | None = None) -> Routes:
    """How chains of a colour find views in the root URLconf, and what `wrap` makes of each."""
    router = router_for()
    wrap = wrap or atomic_views()
    static: dict[str, Any] = (
        {}
        if wrap is not None
        else {
            # The hit's None for keyword arguments stands for a dict that nobody has asked for.
            path: ((leaf, (), None), leaf.callback)
            for path, leaf in router.static.items()
            if leaf.is_async == is_async and not leaf.defaults
        }
    )
    find, miss = router.find, router.miss

    def route(request: Any) -> Any:
        # PERF: the router is known, unless something was done about the URLconf.
        if not request._plain or get_urlconf() is not None:
            return _route(request)
        hit = find(request.path_info)
        if hit is None:
            raise miss(request.path_info)
        return hit

    return Routes(static.get, route, wrap)


def _steps_of(cls: type[BaseHandler]) -> dict[str, Any]:
    own = {name: getattr(cls, name) for name in _LEFT_OUT if name in vars(cls)}
    return {**cls._steps, **own}


class BaseHandler:
    """Takes requests to views and brings the responses back."""

    _is_async = False
    _chain: Chain | None = None
    _middleware_chain: Callable[..., Any] | None = None
    _handle: LateFunction
    # Set by `_fuse_shell`.
    _serve: LateFunction | None = None
    _sender: type | None = None
    # The steps that a generated shell does itself, as they were written.
    _steps: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, *, has_shell: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if has_shell:
            cls._steps = _steps_of(cls)

    def load_middleware(self, is_async: bool = False) -> None:
        """Make the middleware that ``MIDDLEWARE`` names, for a chain of this colour."""
        self._is_async = is_async
        wrap = self._wrap_views()
        self._chain = build_chain(is_async, lambda: make_routes(is_async, wrap))
        self._handle = self._chain.late(lambda: self._built.outer, self._chain.outer_is_async)
        self._middleware_chain = adapt(
            self._handle.function, self._chain.outer_is_async, wanted=is_async
        )
        _handlers.add(self)

    @property
    def _built(self) -> Chain:
        assert self._chain is not None, "load_middleware() was not called"
        return self._chain

    def link(self) -> None:
        """Compile the chain now: what is wrong with the settings or the URLconf is raised here."""
        self._chain_now()
        self._handle.link()
        if self._serve is not None:
            self._serve.link()

    def unlink(self) -> None:
        """Forget the chain; it is built anew, from the settings as they are then, when next used."""
        self._chain = None
        self._middleware_chain = None
        if self._serve is not None:
            self._serve.unlink()

    def _chain_now(self) -> Callable[..., Any]:
        if self._middleware_chain is None:
            self.load_middleware(self._is_async)
        assert self._middleware_chain is not None
        return self._middleware_chain

    @property
    def source(self) -> str:
        """The generated source, from the outside inwards, for `manage.py inspect pipeline`."""
        self._chain_now()
        functions = [self._serve or self._handle, *reversed(self._built.inner)]
        return "\n\n".join(source_of(function.link()) for function in functions)

    # --- the server's entry

    def _fuse_shell(self, shell: Shell) -> None:
        """Make calling this instance call a generated function: the shell and the chain in one.

        Each instance gets a class of its own for it, since Python looks up ``__call__`` there. A
        subclass that changes a step which the function would leave out keeps its own ``__call__``,
        and so does a class in which a tool (one that traces requests, say) replaced one.
        """
        cls = type(self)
        if any(getattr(cls, name) is not step for name, step in cls._steps.items()):
            return
        self._serve = LateFunction(
            "serve",
            shell.parameters,
            lambda: self._write_shell(shell),
            filename=f"pipeline {'asgi' if self._is_async else 'wsgi'}",
            is_async=self._is_async,
        )
        self._sender = cls
        members = {
            "__call__": staticmethod(self._serve.function),
            "__module__": cls.__module__,
            "__qualname__": cls.__qualname__,
            "__doc__": cls.__doc__,
        }
        self.__class__ = type(cls.__name__, (cls,), members)

    def _write_shell(self, shell: Shell) -> tuple[str, Bindings]:
        self._chain_now()
        chain = self._built
        if chain.outer_is_async != self._is_async or FORCED_SCRIPT_NAME.value is not None:
            # The outermost middleware has the other colour, so there is nothing to fuse the shell
            # with; or a forced prefix is part of every request's path, and set for all it reverses.
            start, wait = ("async def", "await ") if self._is_async else ("def", "")
            text = (
                f"{start} serve({shell.parameters}):\n    return {wait}slowly({shell.parameters})\n"
            )
            return text, Bindings(shell.names)
        return write_segment(
            chain.outer,
            chain.hooks,
            make_routes(self._is_async, self._wrap_views()),
            is_async=self._is_async,
            shell=shell,
        )

    @property
    def sender(self) -> type:
        """The class that signals of requests name as their sender."""
        return self._sender or type(self)

    # --- one request

    def get_response(self, request: Any) -> Any:
        """The response to `request`; never raises an `Exception` for what views do."""
        if get_urlconf() is not None:
            set_urlconf(None)
        response = self._chain_now()(request)
        return self._finish(request, response)

    async def get_response_async(self, request: Any) -> Any:
        """`get_response` for an asynchronous chain."""
        if get_urlconf() is not None:
            set_urlconf(None)
        response = await self._chain_now()(request)
        return self._finish(request, response)

    @staticmethod
    def _finish(request: Any, response: Any) -> Any:
        response._resource_closers.append(partial(release, request))
        if response.status_code >= 400:
            log_error(request, response)
        return response

    # --- for subclasses

    def make_view_atomic(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """`view` in the transactions that ``ATOMIC_REQUESTS`` asks for."""
        return make_view_atomic(view)

    _as_written = make_view_atomic

    def _wrap_views(self) -> Callable[[Any], Any] | None:
        """`make_view_atomic` where a subclass has its own, or a tool replaced it."""
        if type(self).make_view_atomic is BaseHandler._as_written:
            return None
        return self.make_view_atomic

    def adapt_method_mode(
        self,
        is_async: bool,
        method: Callable[..., Any],
        method_is_async: bool | None = None,
        debug: bool = False,
        name: str | None = None,
    ) -> Callable[..., Any]:
        """`method` in the colour `is_async`."""
        if method_is_async is None:
            method_is_async = iscoroutinefunction(method)
        if is_async == method_is_async:
            return method
        return sync_to_async(method, thread_sensitive=True) if is_async else async_to_sync(method)

    def resolve_request(self, request: Any) -> Any:
        """The `ResolverMatch` of `request`, which is also set on it."""
        if hasattr(request, "urlconf"):
            set_urlconf(request.urlconf)
            resolver = get_resolver(request.urlconf)
        else:
            resolver = get_resolver(settings.ROOT_URLCONF)
        request.resolver_match = resolver.resolve(request.path_info)
        return request.resolver_match

    def check_response(self, response: Any, callback: Any, name: str | None = None) -> None:
        """Raise `ValueError` unless `response` is a response."""
        check_response(response, callback, name)


BaseHandler._steps = _steps_of(BaseHandler)
