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
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async

from vivace.http.content import HttpResponse
from vivace.pipeline.errors import response_for_exception
from vivace.pipeline.nodes import Fused, Layer

__all__ = ["AsyncWalk", "Walk", "check_response", "in_thread"]


async def in_thread(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run foreign synchronous code where it may block: in the request's own thread."""
    return await sync_to_async(function, thread_sensitive=True)(*args, **kwargs)


async def error_in_thread(request: Any, exc: Exception) -> Any:
    """`response_for_exception`, which may run the project's error views, for asynchronous chains."""
    return await sync_to_async(response_for_exception, thread_sensitive=False)(request, exc)


def _name_of(callback: Any) -> str:
    if hasattr(callback, "__name__"):
        return f"The view {callback.__module__}.{callback.__name__}"
    return f"The view {callback.__module__}.{callback.__class__.__name__}.__call__"


def check_response(response: Any, callback: Any, name: str | None = None) -> None:
    """Raise `ValueError` unless `response` is a response: neither None nor a coroutine."""
    if response is not None and not asyncio.iscoroutine(response):
        return
    if not name:
        name = _name_of(callback)
    if response is None:
        raise ValueError(
            f"{name} didn't return an HttpResponse object. It returned None instead."
        )
    response.close()
    raise ValueError(
        f"{name} didn't return an HttpResponse object. It returned an unawaited coroutine instead. "
        "You may need to add an 'await' into your view."
    )


def run_async_view(callback: Any, request: Any, args: Any, kwargs: Any) -> Any:
    """Call an asynchronous view from a synchronous chain."""
    return async_to_sync(callback)(request, *args, **kwargs)


def _no_template_response(hook: Any) -> str:
    return f"{hook.__self__.__class__.__name__}.process_template_response"


class Walk:
    """The out-of-the-ordinary half of one segment, synchronous."""

    def __init__(self, layers: Sequence[Layer], hooks: Fused) -> None:
        self.layers = layers
        self.hooks = hooks

    def ask(self, request: Any, index: int) -> Any:
        """Call one request hook; None, or the response with which the segment is done."""
        hook = self.layers[index].on_request
        assert hook is not None
        try:
            response = hook(request)
        except Exception as exc:
            return self.unwind(request, response_for_exception(request, exc), index)
        if response:
            return self.unwind(request, response, index + 1)
        return None

    def unwind(self, request: Any, response: Any, count: int) -> Any:
        """Run the response hooks of the outer `count` layers, from within."""
        return self.respond(request, response, 0, count)

    def respond(self, request: Any, response: Any, start: int, stop: int) -> Any:
        """Run the response hooks of the layers from `start` to before `stop`, from within."""
        for layer in reversed(self.layers[start:stop]):
            if layer.on_response is not None:
                try:
                    response = layer.on_response(request, response)
                except Exception as exc:
                    response = response_for_exception(request, exc)
        return response

    def failed(self, request: Any, exc: Exception) -> Any:
        """The response for what a view raised: by a middleware's process_exception, or an error."""
        try:
            for hook in self.hooks.exception:
                response = hook(request, exc)
                if response:
                    return self.viewed(request, response, None)
        except Exception as error:
            return response_for_exception(request, error)
        return response_for_exception(request, exc)

    def viewed(self, request: Any, response: Any, callback: Any) -> Any:
        """Check what a view returned and render it if it is to be rendered late."""
        try:
            if callback is not None:
                check_response(response, callback)
            if hasattr(response, "render") and callable(response.render):
                for hook in self.hooks.template_response:
                    response = hook(request, response)
                    check_response(response, hook, name=_no_template_response(hook))
                try:
                    return response.render()
                except Exception as exc:
                    return self.failed(request, exc)
            return response
        except Exception as exc:
            return response_for_exception(request, exc)


class AsyncWalk:
    """The out-of-the-ordinary half of one segment, asynchronous."""

    def __init__(self, layers: Sequence[Layer], hooks: Fused) -> None:
        self.layers = layers
        self.hooks = hooks

    async def ask(self, request: Any, index: int) -> Any:
        """Call one request hook; None, or the response with which the segment is done."""
        layer = self.layers[index]
        assert layer.on_request is not None
        try:
            if layer.blocking:
                response = await in_thread(layer.on_request, request)
            else:
                response = layer.on_request(request)
        except Exception as exc:
            return await self.unwind(request, await error_in_thread(request, exc), index)
        if response:
            return await self.unwind(request, response, index + 1)
        return None

    async def unwind(self, request: Any, response: Any, count: int) -> Any:
        """Run the response hooks of the outer `count` layers, from within."""
        return await self.respond(request, response, 0, count)

    async def respond(self, request: Any, response: Any, start: int, stop: int) -> Any:
        """Run the response hooks of the layers from `start` to before `stop`, from within."""
        for layer in reversed(self.layers[start:stop]):
            if layer.on_response is not None:
                try:
                    if layer.blocking:
                        response = await in_thread(layer.on_response, request, response)
                    else:
                        response = layer.on_response(request, response)
                except Exception as exc:
                    response = await error_in_thread(request, exc)
        return response

    async def failed(self, request: Any, exc: Exception) -> Any:
        """The response for what a view raised: by a middleware's process_exception, or an error."""
        try:
            for hook in self.hooks.exception:
                response = await hook(request, exc)
                if response:
                    return await self.viewed(request, response, None)
        except Exception as error:
            return await error_in_thread(request, error)
        return await error_in_thread(request, exc)

    async def viewed(self, request: Any, response: Any, callback: Any) -> Any:
        """Check what a view returned and render it if it is to be rendered late."""
        try:
            if callback is not None:
                check_response(response, callback)
            if hasattr(response, "render") and callable(response.render):
                for hook in self.hooks.template_response:
                    response = await hook(request, response)
                    check_response(response, hook, name=_no_template_response(hook))
                try:
                    if asyncio.iscoroutinefunction(response.render):
                        return await response.render()
                    return await in_thread(response.render)
                except Exception as exc:
                    return await self.failed(request, exc)
            return response
        except Exception as exc:
            return await error_in_thread(request, exc)


# The classes whose instances need no look at all after a view, as long as they are plain.
PLAIN_CLASSES = {HttpResponse}


def _collect(cls: type) -> None:
    for sub in cls.__subclasses__():
        if sub.__module__.startswith("vivace.http."):
            PLAIN_CLASSES.add(sub)
            _collect(sub)


_collect(HttpResponse)
