"""The ASGI shell (ASGI 3: HTTP and lifespan)."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing
from io import BytesIO
from typing import IO, Any

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core import signals
from vivace.core.exceptions import RequestAborted, RequestDataTooBig
from vivace.http import HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from vivace.http.asgi import ASGIRequest, get_script_prefix
from vivace.http.headers import HeaderSet, as_set, header_text
from vivace.pipeline import disconnect
from vivace.pipeline.errors import handle_uncaught_exception
from vivace.pipeline.handler import BaseHandler
from vivace.pipeline.runtime import KNOWN_CLASSES, closes_at_once
from vivace.pipeline.shells import AsgiShell
from vivace.urls import get_script_prefix as current_script_prefix
from vivace.urls import set_script_prefix
from vivace.utils.bridge import sync_to_async
from vivace.utils.naming import say
from vivace.utils.threads import ThreadOfRequest

__all__ = ["ASGIHandler"]

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SPOOL_SIZE: Frozen[int] = Frozen(
    "pipeline.spool_size",
    # To a spooled file 0 would mean that there is no limit.
    lambda: max(settings.FILE_UPLOAD_MAX_MEMORY_SIZE, 1),
    reads=("FILE_UPLOAD_MAX_MEMORY_SIZE",),
)


class ASGIHandler(BaseHandler, has_shell=True):
    """An ASGI application that serves the project."""

    request_class = ASGIRequest
    # Larger bodies are sent in pieces of this size, in bytes.
    chunk_size = 2**16

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=True)
        self._fuse_shell(AsgiShell(self._slowly, self._finish_shell, self._cancelled))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection of type ``http``, or follow the server's ``lifespan``."""
        await self._slowly(scope, receive, send)

    async def _slowly(
        self, scope: Scope, receive: Receive, send: Send, first: Message | None = None
    ) -> None:
        if scope["type"] == "http":
            # Synchronous code of one request shares a thread; different requests do not.
            with ThreadOfRequest():
                await self.handle(scope, receive, send, first)
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

    async def handle(
        self, scope: Scope, receive: Receive, send: Send, first: Message | None = None
    ) -> None:
        """Answer one HTTP request; `first` is its first message, if that was received already."""
        try:
            body_file = await self.read_body(receive, first)
        except RequestAborted:
            logging.getLogger(say("request")).info("Client left before its request was complete.")
            return
        prefix = get_script_prefix(scope)
        if prefix or current_script_prefix() != "/":
            set_script_prefix(prefix)
        if signals.request_started.receivers:
            await signals.request_started.asend(sender=self.sender, scope=scope)
        request, refusal = self.create_request(scope, body_file)
        if request is None:
            body_file.close()
            refusal._handler_class = self.sender
            await self.send_response(refusal, send)
            return
        request._receive = receive
        response = None
        disconnect.enter(request)
        try:
            response = await self.run_get_response(request)
            await self.send_response(response, send)
        except asyncio.CancelledError:
            if not await self._cancelled(request, response):
                raise
        finally:
            disconnect.leave(request)

    async def _cancelled(self, request: Any, response: Any) -> bool:
        """Clean up after a request that was cancelled; true if that was because its client left."""
        request.close()
        if response is None:
            if signals.request_finished.receivers:
                await signals.request_finished.asend(sender=self.sender)
        elif not response.__dict__.get("_closing"):
            response._handler_class = self.sender
            await asyncio.shield(sync_to_async(response.close, thread_sensitive=True)())
        if not disconnect.has_left(request):
            return False
        # Nobody is there to be answered, and whoever awaits this task must not be cancelled too.
        task = asyncio.current_task()
        assert task is not None
        task.uncancel()
        return True

    async def read_body(self, receive: Receive, first: Message | None = None) -> IO[bytes]:
        """The request's body as a file; in memory while it is small. Raises `RequestAborted`."""
        message = await receive() if first is None else first
        if message["type"] == "http.disconnect":
            raise RequestAborted
        if not message.get("more_body"):
            body = message.get("body", b"")
            if len(body) <= SPOOL_SIZE.value:
                return BytesIO(body)
        body_file = tempfile.SpooledTemporaryFile(max_size=SPOOL_SIZE.value, mode="w+b")  # noqa: SIM115
        try:
            await self._spool(body_file, message, receive)
        except BaseException:
            body_file.close()
            raise
        body_file.seek(0)
        return body_file

    async def _spool(
        self, body_file: tempfile.SpooledTemporaryFile[bytes], message: Message, receive: Receive
    ) -> None:
        while True:
            if message["type"] == "http.disconnect":
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
                return
            message = await receive()

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
        response._handler_class = self.sender
        return response

    async def _finish_shell(self, request: Any, response: Any, send: Send) -> None:
        response = self._finish(request, response)
        response._handler_class = self.sender
        # A file is read in larger pieces here: each costs a message.
        if hasattr(response, "file_to_stream"):
            response.block_size = self.chunk_size
        await self.send_response(response, send)

    async def send_response(self, response: Any, send: Send) -> None:
        """Send status, headers and body, then close the response, whatever happens meanwhile."""
        try:
            await self._send_all(response, send)
        except asyncio.CancelledError:
            # `_cancelled` closes the response.
            raise
        except BaseException:
            await self._close(response)
            raise
        await self._close(response)

    async def _send_all(self, response: Any, send: Send) -> None:
        known = type(response) in KNOWN_CLASSES
        own = response._headers if known else None
        # PERF: those of a set are ready to be sent.
        ready = own if type(own) is HeaderSet else as_set(own)
        if ready is not None:
            raw = [*ready.raw]
        else:
            raw = [
                (name.encode("latin-1").lower(), value.encode("latin-1"))
                for name, value in response.items()
            ]
        if "cookies" in response.__dict__:
            raw += [
                (b"set-cookie", header_text(morsel.OutputString(), "latin-1").encode("latin-1"))
                for morsel in response.cookies.values()
            ]
        status = int(response.status_code)
        await send({"type": "http.response.start", "status": status, "headers": raw})
        if response.streaming:
            # PERF: one generator less for each piece.
            content = response.streaming_content if known and response.is_async else aiter(response)
            await self._send_stream(response, content, send)
        else:
            for chunk, last in self.chunk_bytes(response.content):
                await send({"type": "http.response.body", "body": chunk, "more_body": not last})

    async def _send_stream(self, response: Any, content: AsyncIterator[bytes], send: Send) -> None:
        try:
            async with aclosing(content) as parts:  # type: ignore[type-var]
                async for part in parts:
                    if len(part) <= self.chunk_size:
                        await send({"type": "http.response.body", "body": part, "more_body": True})
                        continue
                    for chunk, _ in self.chunk_bytes(part):
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
        finally:
            # What a generator does at its end must not wait for the collector to find it.
            end = getattr(getattr(response, "_iterator", None), "aclose", None)
            if end is not None:
                await end()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _close(self, response: Any) -> None:
        response._closing = True
        # PERF: a thread takes longer than the rest of a short stream.
        if closes_at_once(response):
            response.close()
        elif response.__dict__.get("_resource_closers") or signals.request_finished.receivers:
            await sync_to_async(response.close, thread_sensitive=True)()

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
