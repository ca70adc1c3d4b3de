"""The request cycle as the test clients enter it: real middleware and views, no server.

Published in ``vivace.test.client``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from asgiref.sync import sync_to_async

from vivace.core.signals import request_finished, request_started
from vivace.db import close_old_connections
from vivace.http.asgi import ASGIRequest
from vivace.http.limited import LimitedStream
from vivace.http.wsgi import WSGIRequest
from vivace.pipeline.handler import BaseHandler
from vivace.test.encoding import FakePayload


@contextmanager
def keeping_connections(signal: Any) -> Generator[None, None, None]:
    """Let `signal` not close connections within: they are the test's, with its transaction."""
    connected = signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        if connected:
            signal.connect(close_old_connections)


def closing_iterator_wrapper(
    iterable: Iterable[bytes], close: Callable[[], Any]
) -> Iterator[bytes]:
    """The parts of `iterable`; `close` is called when they end or are given up."""
    try:
        yield from iterable
    finally:
        with keeping_connections(request_finished):
            close()


async def aclosing_iterator_wrapper(
    iterable: AsyncIterator[bytes], close: Callable[[], Any]
) -> AsyncIterator[bytes]:
    """The same for an asynchronous iterator."""
    try:
        async for part in iterable:
            yield part
    finally:
        with keeping_connections(request_finished):
            close()


def conditional_content_removal(request: Any, response: Any) -> Any:
    """Take the body off a response that has none on the wire (RFC 9110, 6.4.1), as servers do."""
    if 100 <= response.status_code < 200 or response.status_code in (204, 304):
        bodiless = True
    else:
        bodiless = request.method == "HEAD"
    if bodiless:
        if response.streaming:
            response.streaming_content = []
        else:
            response.content = b""
    return response


class ClientHandler(BaseHandler):
    """Called with a WSGI environ, answers the response object itself."""

    def __init__(self, enforce_csrf_checks: bool = True, *args: Any, **kwargs: Any) -> None:
        self.enforce_csrf_checks = enforce_csrf_checks
        super().__init__(*args, **kwargs)

    def __call__(self, environ: dict[str, Any]) -> Any:
        # Settings may be overridden up to the first request.
        if self._middleware_chain is None:
            self.load_middleware()
        with keeping_connections(request_started):
            request_started.send(sender=self.__class__, environ=environ)
        request: Any = WSGIRequest(environ)
        # Tests need not fetch a form to be allowed to post it; CsrfViewMiddleware reads this.
        request._dont_enforce_csrf_checks = not self.enforce_csrf_checks
        response: Any = self.get_response(request)
        conditional_content_removal(request, response)
        response.wsgi_request = request
        if response.streaming:
            response.streaming_content = closing_iterator_wrapper(
                response.streaming_content, response.close
            )
        else:
            with keeping_connections(request_finished):
                response.close()
        return response


class AsyncClientHandler(BaseHandler):
    """Called with an ASGI scope, answers the response object itself."""

    def __init__(self, enforce_csrf_checks: bool = True, *args: Any, **kwargs: Any) -> None:
        self.enforce_csrf_checks = enforce_csrf_checks
        super().__init__(*args, **kwargs)

    async def __call__(self, scope: dict[str, Any]) -> Any:
        if self._middleware_chain is None:
            self.load_middleware(is_async=True)
        body = scope.pop("_body_file", None) or FakePayload("")
        with keeping_connections(request_started):
            await request_started.asend(sender=self.__class__, scope=scope)
        stream: Any = LimitedStream(body, len(body))
        request: Any = ASGIRequest(scope, stream)
        request._dont_enforce_csrf_checks = not self.enforce_csrf_checks
        response: Any = await self.get_response_async(request)
        conditional_content_removal(request, response)
        response.asgi_request = request
        if not response.streaming:
            with keeping_connections(request_finished):
                await sync_to_async(response.close, thread_sensitive=True)()
        elif response.is_async:
            response.streaming_content = aclosing_iterator_wrapper(
                response.streaming_content, response.close
            )
        else:
            response.streaming_content = closing_iterator_wrapper(
                response.streaming_content, response.close
            )
        return response
