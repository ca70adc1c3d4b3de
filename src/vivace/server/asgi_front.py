"""What stands before an ASGI application in a worker: health, access log, request IDs, limits.

Each is a coroutine function around the next, and only what is asked for is there. All concern
requests; websockets and the lifespan pass.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from vivace.server.access import AccessLog, Entry
from vivace.server.options import Options
from vivace.server.request_ids import HEADER, identify

Scope = dict[str, Any]
Application = Callable[[Scope, Any, Any], Any]

_ID_NAME = HEADER.lower().encode()
_HEALTHY = b"ok\n"
_REFUSALS = {
    400: b"The body of the request is malformed.\n",
    413: b"The body of the request is too large.\n",
    408: b"The body of the request did not come in time.\n",
}


def wrap(application: Application, options: Options, log: AccessLog | None) -> Application:
    """`application` behind what `options` ask for."""
    application = guarded(application, options.max_body_size, options.body_timeout)
    if options.request_id:
        application = identified(application)
    if log is not None:
        application = logged(application, log)
    if options.health:
        application = healthy(application, options.health)
    return application


def healthy(application: Application, path: str) -> Application:
    """Answer at `path` without asking the application, whatever the host's name."""

    async def health(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == path:
            await _answer(send, 200, _HEALTHY, (b"cache-control", b"no-store"))
        else:
            await application(scope, receive, send)

    return health


def identified(application: Application) -> Application:
    """Give requests an ID, and say it in the response."""

    async def identify_request(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        headers = scope["headers"]
        given = next((value for name, value in headers if name == _ID_NAME), None)
        chosen = identify(None if given is None else given.decode("latin-1")).encode()
        others = [pair for pair in headers if pair[0] != _ID_NAME]
        scope["headers"] = [*others, (_ID_NAME, chosen)]

        async def send_with_id(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (_ID_NAME, chosen)]}
            await send(message)

        await application(scope, receive, send_with_id)

    return identify_request


def guarded(application: Application, most: int, patience: float) -> Application:
    """Refuse bodies of more than `most` bytes (0: any), and clients silent for `patience` seconds.

    A request that was refused while its body was read ends for the application as one whose client
    left.
    """

    async def guard_body(scope: Scope, receive: Any, send: Any, length: int) -> None:
        if most and length > most:
            await _refuse(send, 413)
            return
        body = _Body(receive, send, most, patience)
        await application(scope, body.receive, body.send)
        if body.refused and not body.answered:
            await _refuse(send, body.refused)

    # PERF: no coroutine around the application's, where there is nothing to do after it.
    def guard(scope: Scope, receive: Any, send: Any) -> Any:
        if scope["type"] != "http":
            return application(scope, receive, send)
        length = _length(scope)
        if length:
            return guard_body(scope, receive, send, length)
        if scope["http_version"] != "2":
            receive = _nothing_from(receive)
        return application(scope, receive, send)

    return guard


def _nothing_from(receive: Any) -> Any:
    """`receive` for a request that has no body, as its headers say.

    PERF: to hear of the engine that the body is empty takes a turn of the event loop, and with it a
    third of what a small answer costs. Applications ask, because their protocol tells them so.
    """
    begun = False

    async def receive_nothing() -> Any:
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        message = await receive()
        # The engine has its own empty body still to give.
        return await receive() if message["type"] == "http.request" else message

    return receive_nothing


class _Body:
    """One request's body: counted, and waited for no longer than is right."""

    def __init__(self, receive: Any, send: Any, most: int, patience: float) -> None:
        self._receive = receive
        self._send = send
        self._most = most
        self._patience = patience
        self._read = 0
        self._complete = False
        self.refused = 0
        self.answered = False

    async def receive(self) -> Any:
        if self.refused:
            return {"type": "http.disconnect"}
        if self._complete:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._patience)
        except TimeoutError:
            return self._refuse(408)
        if message["type"] != "http.request":
            # The client has left, or what it sent is no body; who has left, hears no answer.
            return self._refuse(400)
        self._complete = not message.get("more_body", False)
        self._read += len(message.get("body", b""))
        if self._most and self._read > self._most:
            return self._refuse(413)
        return message

    async def send(self, message: Any) -> None:
        if self.refused and not self.answered:
            # Whatever the application thinks of it, it was refused.
            return
        self.answered = True
        await self._send(message)

    def _refuse(self, status: int) -> Any:
        self.refused = status
        return {"type": "http.disconnect"}


def _length(scope: Scope) -> int:
    """The length of the body as it is announced; -1 if there is one of unknown length."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else -1
        if name == b"transfer-encoding":
            return -1
    # HTTP/2 frames a body without announcing it.
    return -1 if scope["http_version"] == "2" and scope["method"] not in ("GET", "HEAD") else 0


async def _refuse(send: Any, status: int) -> None:
    await _answer(send, status, _REFUSALS[status], (b"connection", b"close"))


async def _answer(send: Any, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", str(len(body)).encode())
    start = [(b"content-type", b"text/plain"), length, *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


def logged(application: Application, log: AccessLog) -> Application:
    """Write a line for each request when its response is complete, or its client has left."""

    async def log_request(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        begun = time.perf_counter()
        status, size = 0, 0

        async def note(message: Any) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await application(scope, receive, note)
        finally:
            log.write(_entry(scope, status, size, time.perf_counter() - begun))

    return log_request


def _entry(scope: Scope, status: int, size: int, duration: float) -> Entry:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    path = scope["raw_path"] if scope.get("raw_path") else scope["path"].encode()
    query = scope["query_string"]
    client = scope.get("client")
    return Entry(
        address=client[0] if client else "",
        method=scope["method"],
        path=(path + b"?" + query if query else path).decode("latin-1"),
        protocol=f"HTTP/{scope['http_version']}",
        status=status,
        size=0 if scope["method"] == "HEAD" else size,
        duration=duration,
        referrer=headers.get(b"referer", ""),
        agent=headers.get(b"user-agent", ""),
        host=headers.get(b"host", ""),
        request_id=headers.get(_ID_NAME, ""),
    )
