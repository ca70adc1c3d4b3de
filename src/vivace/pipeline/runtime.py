"""What generated chains call when something is out of the ordinary.

The generated code holds the usual way of a request; every departure from it (a middleware answers
itself, a hook raises, a response is not plain) leads here, to code that walks the layers one by one
with the guarantees of the documented protocol:

* what a layer raises becomes a response before the next outer layer sees it, and skips that layer's
  own response hook;
* a layer that answers in its request hook still gets its own response hook called.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction

from vivace.core.signals import request_finished
from vivace.flow import Call, Flow
from vivace.http.base import HttpResponseBase
from vivace.http.content import HttpResponse
from vivace.http.jsoncontent import JsonResponse
from vivace.http.streaming import FileResponse, StreamingHttpResponse
from vivace.pipeline.errors import response_for_exception
from vivace.pipeline.nodes import Layer, ViewHooks
from vivace.urls import set_urlconf
from vivace.utils.bridge import sync_to_async
from vivace.utils.log import log_response
from vivace.utils.naming import to_home

__all__ = [
    "KNOWN_CLASSES",
    "Walk",
    "check_middleware",
    "check_response",
    "closes_at_once",
    "in_thread",
    "log_error",
    "release",
    "run_async_view",
    "set_length",
]


async def in_thread(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run foreign synchronous code where it may block: in the request's own thread."""
    return await sync_to_async(function, thread_sensitive=True)(*args, **kwargs)


def _name_of(callback: Any) -> str:
    if hasattr(callback, "__name__"):
        return f"The view {callback.__module__}.{callback.__name__}"
    return f"The view {callback.__module__}.{callback.__class__.__name__}.__call__"


def check_response(response: Any, callback: Any, name: str | None = None) -> None:
    """Raise `ValueError` unless `response` is a response: neither None nor a coroutine."""
    if isinstance(response, HttpResponseBase):
        return
    if response is not None and not asyncio.iscoroutine(response):
        return
    if not name:
        name = _name_of(callback)
    if response is None:
        raise ValueError(f"{name} didn't return an HttpResponse object. It returned None instead.")
    response.close()
    raise ValueError(
        f"{name} didn't return an HttpResponse object. It returned an unawaited coroutine instead. "
        "You may need to add an 'await' into your view."
    )


def check_middleware(response: Any, middleware: Any) -> None:
    """Raise `ValueError` for a middleware that returned no response."""
    if response is None:
        name = getattr(middleware, "__qualname__", type(middleware).__qualname__)
        raise ValueError(
            f"The middleware {name} didn't return an HttpResponse object. It returned None instead."
        )


def run_async_view(callback: Any, request: Any, args: Any, kwargs: Any) -> Any:
    """Call an asynchronous view from a synchronous chain."""
    return async_to_sync(callback)(request, *args, **kwargs)


def _name_of_method(method: Any) -> str:
    # What adapts a method to the chain's colour has no name of its own.
    method = getattr(method, "awaitable", None) or getattr(method, "func", method)
    return f"{method.__self__.__class__.__name__}.{method.__name__}"


class Walk:
    """The out-of-the-ordinary half of one segment, for both colours (see `vivace.flow`)."""

    def __init__(self, layers: Sequence[Layer], hooks: ViewHooks) -> None:
        self.layers = layers
        self.hooks = hooks

    def ask(self, request: Any, index: int) -> Flow[Any]:
        """Call one request hook; None, or the response with which the segment is done."""
        hook = self.layers[index].on_request
        assert hook is not None
        try:
            response = yield hook.call(request)
        except Exception as exc:
            response = yield _error(request, exc)
            return (yield from self.respond(request, response, 0, index))
        if response:
            return (yield from self.respond(request, response, 0, index + 1))
        return None

    def respond(self, request: Any, response: Any, start: int, stop: int) -> Flow[Any]:
        """Run the response hooks of the layers from `start` to before `stop`, from within."""
        for layer in reversed(self.layers[start:stop]):
            if layer.on_response is not None:
                try:
                    response = yield layer.on_response.call(request, response)
                except Exception as exc:
                    response = yield _error(request, exc)
        return response

    def error(self, request: Any, exc: Exception) -> Flow[Any]:
        """The response for what was raised outside of a view."""
        return (yield _error(request, exc))

    def failed(self, request: Any, exc: Exception) -> Flow[Any]:
        """The response for what a view raised: by a middleware's process_exception, or an error."""
        try:
            for hook in self.hooks.exception:
                response = yield hook.call(request, exc)
                if response:
                    return (yield from self.viewed(request, response, None))
        except Exception as error:
            return (yield _error(request, error))
        return (yield _error(request, exc))

    def viewed(self, request: Any, response: Any, callback: Any) -> Flow[Any]:
        """Check what a view returned and render it if it is to be rendered late."""
        try:
            if callback is not None:
                check_response(response, callback)
            if not callable(getattr(response, "render", None)):
                return response
            for hook in self.hooks.template_response:
                response = yield hook.call(request, response)
                check_response(response, hook, name=_name_of_method(hook.function))
            try:
                render = response.render
                awaits = iscoroutinefunction(render)
                return (yield Call(render, awaits=awaits, blocking=not awaits))
            except Exception as exc:
                return (yield from self.failed(request, exc))
        except Exception as exc:
            return (yield _error(request, exc))


def _handling(request: Any, exc: Exception) -> Any:
    """`response_for_exception` while `exc` is being handled, as its receivers may expect."""
    traceback = exc.__traceback__
    try:
        raise exc
    except Exception:
        # Raising it here is no part of its history.
        exc.__traceback__ = traceback
        return response_for_exception(request, exc)


def _error(request: Any, exc: Exception) -> Call:
    # The project's error views are synchronous; no state of the request's thread is needed.
    return Call(_handling, (request, exc), blocking=True, own_thread=True)


# PERF: the header for short bodies, made once; the object is the key of its transition, too.
LENGTH_PAIRS = {size: ("Content-Length", str(size)) for size in range(2048)}


def set_length(response: Any) -> None:
    """Set the length of a response for the first time that its headers get this length."""
    pair = LENGTH_PAIRS.get(len(response.content))
    if pair is None:
        response["Content-Length"] = str(len(response.content))
    else:
        response[pair[0]] = pair[1]


def closes_at_once(response: Any) -> bool:
    """Whether there is nothing to close of which we do not know that it does not block."""
    return (
        type(response) in KNOWN_CLASSES
        and "close" not in response.__dict__
        and not request_finished.receivers
        and all(
            type(closer) is partial and closer.func is release
            for closer in response.__dict__.get("_resource_closers", ())
        )
    )


def release(request: Any) -> None:
    """Close what a request holds, and forget the URLconf that it had of its own."""
    request.close()
    if "urlconf" in request.__dict__:
        # The next request of this thread has the project's URLconf again.
        set_urlconf(None)


def log_error(request: Any, response: Any) -> None:
    """Log a response that tells of an error, unless that was done where the error was."""
    log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request)


# The classes whose instances need no look at all after a view: they are responses, and not rendered
# late. Their bodies and headers are written by our own code alone.
KNOWN_CLASSES: set[type] = {HttpResponse, JsonResponse, StreamingHttpResponse, FileResponse}


def _collect(cls: type) -> None:
    sub: type
    for sub in cls.__subclasses__():
        if to_home(sub.__module__).startswith("vivace.http."):
            KNOWN_CLASSES.add(sub)
            _collect(sub)


_collect(HttpResponseBase)
