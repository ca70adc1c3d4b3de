"""The ASGI shell (ASGI 3: HTTP and lifespan)."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing
from io import BytesIO
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core import signals
from vivace.core.exceptions import RequestAborted, RequestDataTooBig
from vivace.http import HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from vivace.http.asgi import ASGIRequest, get_script_prefix
from vivace.http.headers import HeaderSet
from vivace.pipeline.disconnect import watch
from vivace.pipeline.errors import handle_uncaught_exception
from vivace.pipeline.handler import BaseHandler
from vivace.urls import get_script_prefix as current_script_prefix
from vivace.urls import set_script_prefix
from vivace.utils.naming import say

__all__ = ["ASGIHandler"]

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

SPOOL_SIZE: Frozen[int] = Frozen(
    "pipeline.spool_size",
    lambda: settings.FILE_UPLOAD_MAX_MEMORY_SIZE,
    reads=("FILE_UPLOAD_MAX_MEMORY_SIZE",),
)


class ASGIHandler(BaseHandler):
    """An ASGI application that serves the project."""

    request_class = ASGIRequest
    # Larger bodies are sent in pieces of this size, in bytes.
    chunk_size = 2**16

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection of type ``http``, or follow the server's ``lifespan``."""
        if scope["type"] == "http":
            # Synchronous code of one request shares a thread; different requests do not.
            async with ThreadSensitiveContext():
                await self.handle(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            raise ValueError(f"Django can only handle ASGI/HTTP connections, not {scope['type']}.")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        try:
            body_file = await self.read_body(receive)
        except RequestAborted:
            return
        prefix = get_script_prefix(scope)
        if prefix or current_script_prefix() != "/":
            set_script_prefix(prefix)
        if signals.request_started.receivers:
            await signals.request_started.asend(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body_file)
        if request is None:
            body_file.close()
            await self.send_response(refusal, send)
            return
        watched = watch(receive)
        response = None
        try:
            response = await self.run_get_response(request)
            try:
                await self.send_response(response, send)
            except asyncio.CancelledError:
                # What the response holds must be closed all the same.
                await self._close(request, response)
                raise
        except asyncio.CancelledError:
            if not watched.disconnected:
                raise
            # Nobody is there to be answered; whoever awaits this task must not be cancelled too.
            watched.task.uncancel()
            if response is None and signals.request_finished.receivers:
                await signals.request_finished.asend(sender=type(self))
        finally:
            watched.done()
            if response is None:
                request.close()

    async def read_body(self, receive: Receive) -> IO[bytes]:
        """The request's body as a file; in memory while it is small. Raises `RequestAborted`."""
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestAborted
        if not message.get("more_body"):
            body = message.get("body", b"")
            if len(body) <= SPOOL_SIZE.value:
                return BytesIO(body)
        body_file = tempfile.SpooledTemporaryFile(max_size=SPOOL_SIZE.value, mode="w+b")  # noqa: SIM115
        while True:
            if message["type"] == "http.disconnect":
                body_file.close()
                raise RequestAborted
            # SECURITY: what came is counted, not what was declared (CVE-2026-5766).
            on_disk = getattr(body_file, "_rolled", False)
            if on_disk:
                await sync_to_async(body_file.write, thread_sensitive=False)(
                    message.get("body", b"")
                )
            else:
                body_file.write(message.get("body", b""))
            if not message.get("more_body"):
                break
            message = await receive()
        body_file.seek(0)
        return body_file

    def create_request(self, scope: Scope, body_file: IO[bytes]) -> tuple[Any, Any]:
        """A request and None, or None and the response that refuses it."""
        try:
            return self.request_class(scope, body_file), None
        except UnicodeDecodeError:
            logging.getLogger(say("request")).warning(
                "Bad Request (UnicodeDecodeError)", exc_info=True, extra={"status_code": 400}
            )
            return None, HttpResponseBadRequest()
        except RequestDataTooBig:
            return None, HttpResponse("413 Payload too large", status=413)

    async def run_get_response(self, request: Any) -> Any:
        """The response to `request`, made by the chain."""
        response = await self.get_response_async(request)
        response._handler_class = type(self)
        # A file is read in larger pieces here: each costs a message.
        if hasattr(response, "file_to_stream"):
            response.block_size = self.chunk_size
        return response

    def _finish(self, request: Any, response: Any) -> Any:  # type: ignore[override]
        # PERF: a plain exchange holds nothing that must be closed, and nobody waits to hear of it.
        if (
            response._plain
            and request._plain
            and response.status_code < 400
            and not signals.request_finished.receivers
        ):
            return response
        return super()._finish(request, response)

    async def send_response(self, response: Any, send: Send) -> None:
        """Send status, headers and body, then close the response."""
        plain = response._plain
        headers = response._headers
        if plain and headers.__class__ is HeaderSet:
            raw = [*headers.raw]
        else:
            raw = [
                (name.encode("latin-1").lower(), value.encode("latin-1"))
                for name, value in response.items()
            ]
            if "cookies" in response.__dict__:
                raw += [
                    (b"set-cookie", morsel.OutputString().encode("ascii").strip())
                    for morsel in response.cookies.values()
                ]
        status = int(response.status_code)
        await send({"type": "http.response.start", "status": status, "headers": raw})
        if response.streaming:
            await self._send_stream(response, send)
        elif plain and len(response.content) <= self.chunk_size:
            await send({"type": "http.response.body", "body": response.content})
        else:
            for chunk, last in self.chunk_bytes(response.content):
                await send({"type": "http.response.body", "body": chunk, "more_body": not last})
        if not plain or signals.request_finished.receivers:
            await sync_to_async(response.close, thread_sensitive=True)()

    async def _send_stream(self, response: Any, send: Send) -> None:
        content: AsyncIterator[bytes] = aiter(response)
        async with aclosing(content) as parts:  # type: ignore[type-var]
            async for part in parts:
                for chunk, _ in self.chunk_bytes(part):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _close(self, request: Any, response: Any) -> None:
        await asyncio.shield(sync_to_async(response.close, thread_sensitive=True)())

    @classmethod
    def chunk_bytes(cls, data: bytes) -> Iterator[tuple[bytes, bool]]:
        """`data` in pieces of at most `chunk_size` bytes; each with whether it is the last."""
        if not data:
            yield data, True
            return
        for position in range(0, len(data), cls.chunk_size):
            piece = data[position : position + cls.chunk_size]
            yield piece, position + cls.chunk_size >= len(data)

    def handle_uncaught_exception(self, request: Any, resolver: Any, exc_info: Any) -> Any:
        """The response to an exception that nothing expected; never raises."""
        try:
            return handle_uncaught_exception(request, resolver, exc_info)
        except Exception:
            return HttpResponseServerError("500 Internal Server Error", content_type="text/plain")
