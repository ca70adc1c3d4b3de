"""Speak WSGI and ASGI as a strict server does: requests to environs and scopes, answers to responses.

Knows no framework, so that any can be asked. What breaks PEP 3333 or the HTTP connection scope of
ASGI 3 is a `ProtocolError`.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

Header = tuple[bytes, bytes]


@dataclass
class Response:
    """What a client received."""

    status: int
    reason: str | None
    headers: list[tuple[str, str]]
    chunks: list[bytes] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)

    def get(self, name: str, default: str | None = None) -> str | None:
        """The one header called `name`; it is an error when there are several."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} was sent {len(values)} times"
        return values[0] if values else default

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def __contains__(self, name: str) -> bool:
        return bool(self.all(name))


@dataclass(frozen=True)
class Request:
    """What a client sends: `target` as it stands on the request line, `headers` in order."""

    method: str = "GET"
    target: bytes = b"/"
    headers: tuple[Header, ...] = ()
    chunks: tuple[bytes, ...] = ()
    scheme: str = "http"
    root_path: str = ""
    # None: as long as the chunks are; a client may lie.
    content_length: str | None = None
    # Whether the client goes away after the last chunk instead of ending the body.
    disconnects: bool = False


def latin1(value: bytes) -> str:
    return value.decode("latin-1")


class ProtocolError(AssertionError):
    """The application broke its protocol."""


def demand(condition: Any, message: str) -> None:
    if not condition:
        raise ProtocolError(message)


class Input:
    """``wsgi.input``: like a file, waiting for as much as is asked for (PEP 3333)."""

    def __init__(self, request: Request) -> None:
        self.chunks = list(request.chunks)
        self.disconnects = request.disconnects

    def _next(self) -> bytes:
        if self.chunks:
            return self.chunks.pop(0)
        if self.disconnects:
            raise ConnectionResetError("the client went away")
        return b""

    def read(self, size: int = -1) -> bytes:
        found = b""
        while size < 0 or len(found) < size:
            chunk = self._next()
            if not chunk:
                break
            found += chunk
        if 0 <= size < len(found):
            self.chunks.insert(0, found[size:])
            found = found[:size]
        return found

    def readline(self, size: int | None = -1) -> bytes:
        limit = sys.maxsize if size is None or size < 0 else size
        line = b""
        while len(line) < limit and not line.endswith(b"\n"):
            byte = self.read(1)
            if not byte:
                break
            line += byte
        return line


def environ_for(request: Request) -> dict[str, Any]:
    """The environ that a server makes of `request` (PEP 3333, RFC 3875)."""
    path, _, query = request.target.partition(b"?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": request.root_path,
        "PATH_INFO": latin1(unquote_to_bytes(path)),
        "QUERY_STRING": latin1(query),
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "443" if request.scheme == "https" else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": Input(request),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in wire_headers(request):
        key = latin1(name).upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            # Servers drop names with underscores, which would be taken for others.
            if b"_" in name:
                continue
            key = f"HTTP_{key}"
        text = latin1(value)
        if key in environ:
            text = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + text
        environ[key] = text
    return environ


def scope_for(request: Request) -> dict[str, Any]:
    """The scope that a server makes of `request` (ASGI, HTTP connection scope)."""
    path, _, query = request.target.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.root_path + unquote_to_bytes(path).decode("utf-8", "surrogateescape"),
        "raw_path": path,
        "query_string": query,
        "root_path": request.root_path,
        "headers": [(name.lower(), value) for name, value in wire_headers(request)],
        "client": ("127.0.0.1", 50000),
        "server": ("testserver", 443 if request.scheme == "https" else 80),
    }


def wire_headers(request: Request) -> Iterator[Header]:
    names = {name.lower() for name, _ in request.headers}
    if b"host" not in names:
        yield b"Host", b"testserver"
    yield from request.headers
    length = request.content_length
    if length is None and request.chunks and b"transfer-encoding" not in names:
        length = str(sum(map(len, request.chunks)))
    if length is not None and b"content-length" not in names:
        yield b"Content-Length", length.encode("ascii")


def call_wsgi(application: Any, request: Request) -> Response:
    """Call a WSGI application as a server does, and check what it does in return."""
    started: list[Response] = []

    def start_response(status: Any, headers: Any, exc_info: Any = None) -> Any:
        demand(not started or exc_info, "start_response() was called twice")
        demand(type(status) is str, f"the status is {type(status)}")
        demand(type(headers) is list, f"the headers are {type(headers)}")
        code, space, reason = status.partition(" ")
        demand(len(code) == 3 and code.isdigit() and space, f"the status is {status!r}")
        demand(not set(status) & set("\r\n\0"), f"the status is {status!r}")
        for item in headers:
            demand(type(item) is tuple and len(item) == 2, f"a header is {item!r}")
            name, value = item
            demand(type(name) is str and type(value) is str, f"a header is {item!r}")
            demand(not set(name + value) & set("\r\n\0"), f"a header is {item!r}")
            demand(name and name.strip() == name and ":" not in name, f"a header is {item!r}")
            (name + value).encode("latin-1")
        started.append(Response(int(code), reason, list(headers)))
        return None

    result = application(environ_for(request), start_response)
    chunks: list[bytes] = []
    try:
        for chunk in result:
            demand(started, "a chunk came before start_response()")
            demand(type(chunk) is bytes, f"a chunk is {type(chunk)}")
            chunks.append(chunk)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()
    demand(started, "start_response() was not called")
    started[-1].chunks = [chunk for chunk in chunks if chunk]
    return started[-1]


@dataclass
class Conversation:
    """What an ASGI application sent, checked message by message."""

    response: Response | None = None
    complete: bool = False

    def hear(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        demand(not self.complete, f"{kind} came after the end")
        if kind == "http.response.start":
            demand(self.response is None, "http.response.start was sent twice")
            demand(type(message["status"]) is int, f"the status is {message['status']!r}")
            headers = list(message.get("headers", ()))
            for name, value in headers:
                demand(type(name) is bytes and type(value) is bytes, f"header {name!r}: {value!r}")
                demand(name == name.lower(), f"the header {name!r} is not in lower case")
                demand(not set(name + value) & set(b"\r\n\0"), f"header {name!r}: {value!r}")
            pairs = [(latin1(name), latin1(value)) for name, value in headers]
            self.response = Response(message["status"], None, pairs)
        else:
            demand(kind == "http.response.body", f"an HTTP response has no {kind}")
            demand(self.response is not None, "a body came before http.response.start")
            body = message.get("body", b"")
            demand(type(body) is bytes, f"a body is {type(body)}")
            if body and self.response is not None:
                self.response.chunks.append(body)
            self.complete = not message.get("more_body", False)


async def acall_asgi(application: Any, request: Request) -> Response:
    """Call an ASGI application as a server does, and check what it does in return."""
    messages: list[dict[str, Any]] = []
    for index, chunk in enumerate(request.chunks):
        more = request.disconnects or index + 1 < len(request.chunks)
        messages.append({"type": "http.request", "body": chunk, "more_body": more})
    if not messages and not request.disconnects:
        messages.append({"type": "http.request", "body": b"", "more_body": False})
    conversation = Conversation()
    answered = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        if not request.disconnects:
            # A client that has sent all waits for the answer.
            await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        conversation.hear(message)
        if conversation.complete:
            answered.set()

    await application(scope_for(request), receive, send)
    if request.disconnects and conversation.response is None:
        return Response(0, None, [])
    demand(conversation.response is not None, "http.response.start was not sent")
    demand(conversation.complete or request.disconnects, "the body was not ended")
    assert conversation.response is not None
    return conversation.response


def as_header(pair: Sequence[Any]) -> Header:
    name, value = (part if isinstance(part, bytes) else part.encode("latin-1") for part in pair)
    return name, value
