"""The development server: one thread per connection, on the standard library's HTTP server.

It runs the application in this very process, so that breakpoints, prints and tracebacks appear in
the terminal, and logs each request to the ``server`` logger as documented under "django.server".
Not for production: `vivace.server.production` is.
"""

from __future__ import annotations

import io
import logging
import socket
import socketserver
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from typing import Any, cast
from wsgiref import simple_server
from wsgiref.headers import Headers

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.db import connections
from vivace.server import live
from vivace.utils.module_loading import import_string
from vivace.utils.naming import say

_MAX_LINE = 65536
_DRAINED_AT_MOST = 1 << 20
# A page that listens for changes is no request of the developer's.
_UNLOGGED = (live.EVENTS, live.SCRIPT)
_TLS_HELLO = "\x16\x03"
# SECURITY: what a client sends must not steer the terminal, nor begin a line of the log.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}

logger = logging.getLogger(say("server"))


def get_internal_wsgi_application() -> Any:
    """The application that WSGI_APPLICATION names; the framework's own handler if it is None.

    Raises `ImproperlyConfigured` if it cannot be loaded.
    """
    path = settings.WSGI_APPLICATION
    if path is None:
        return import_module("vivace.core.wsgi").get_wsgi_application()
    try:
        return import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(
            f"WSGI application '{path}' could not be loaded; Error importing module."
        ) from error


def is_broken_pipe_error() -> bool:
    """Whether the exception being handled only says that the client left."""
    kind = sys.exc_info()[0]
    return kind is not None and issubclass(
        kind, BrokenPipeError | ConnectionAbortedError | ConnectionResetError
    )


class WSGIServer(simple_server.WSGIServer):
    """Answers one connection after another on `server_address`."""

    request_queue_size = 10

    def __init__(
        self, *args: Any, ipv6: bool = False, allow_reuse_address: bool = True, **kwargs: Any
    ) -> None:
        if ipv6:
            self.address_family = socket.AF_INET6
        self.allow_reuse_address = allow_reuse_address
        super().__init__(*args, **kwargs)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left is a line in the log, anything else a traceback."""
        if is_broken_pipe_error():
            logger.info("- Broken pipe from %s", client_address)
        else:
            super().handle_error(request, client_address)


class ThreadedWSGIServer(socketserver.ThreadingMixIn, WSGIServer):
    """Answers each connection in a thread of its own."""

    daemon_threads = True

    def __init__(self, *args: Any, connections_override: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.connections_override = connections_override


class _Body(io.BufferedIOBase):
    """The part of the connection that is one request's body: it ends where the length says."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream = stream
        self._left = length

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        return self._took(self._stream.read(wanted) if wanted else b"")

    read1 = read

    def readline(self, size: int | None = -1, /) -> bytes:
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        return self._took(self._stream.readline(wanted) if wanted else b"")

    def drain(self) -> bool:
        """Read what is left, if it is little; whether the next request starts here."""
        if self._left > _DRAINED_AT_MOST:
            return False
        self.read()
        return self._left == 0

    def _took(self, data: bytes) -> bytes:
        self._left -= len(data)
        return data


class ServerHandler(simple_server.ServerHandler):
    """Answers one request, with no more of the body than was announced, and speaks HTTP/1.1."""

    http_version = "1.1"
    request_handler: WSGIRequestHandler
    environ: dict[str, Any]
    headers: Headers
    headers_sent: bool
    status: str | None
    result: Iterable[bytes]

    def __init__(
        self, stdin: Any, stdout: Any, stderr: Any, environ: dict[str, Any], **kwargs: Any
    ) -> None:
        length = environ.get("CONTENT_LENGTH") or ""
        self._body = _Body(stdin, int(length) if length.isascii() and length.isdigit() else 0)
        super().__init__(cast(Any, self._body), stdout, stderr, environ, **kwargs)

    def cleanup_headers(self) -> None:
        """Say how the response ends: after its length, or with the connection."""
        headers = self.headers
        if self.environ["REQUEST_METHOD"] != "HEAD":
            super().cleanup_headers()
        threaded = isinstance(self.request_handler.server, socketserver.ThreadingMixIn)
        if "Content-Length" not in headers or not threaded:
            # Without threads, a connection that stays open would keep all others waiting.
            headers["Connection"] = "close"
        if headers.get("Connection") == "close":
            self.request_handler.close_connection = True

    def finish_response(self) -> None:
        """Send the body, but none in answer to HEAD."""
        if self.environ["REQUEST_METHOD"] != "HEAD":
            super().finish_response()
            return
        try:
            for _ in self.result:
                # What the application does while it is iterated is to happen all the same.
                pass
            if not self.headers_sent:
                self.send_headers()
        finally:
            self.close()

    def handle_error(self) -> None:
        """Answer 500 for what went wrong; that a person wants to stop is nothing wrong."""
        if isinstance(sys.exc_info()[1], KeyboardInterrupt | SystemExit):
            raise
        super().handle_error()

    def close(self) -> None:
        """Leave the connection where the next request starts, or end it."""
        if self.status is None:
            # The application never answered; the log says so.
            self.status = "-"
        if not self._body.drain():
            self.request_handler.close_connection = True
        super().close()


class WSGIRequestHandler(simple_server.WSGIRequestHandler):
    """Reads the requests of one connection."""

    protocol_version = "HTTP/1.1"
    # When the current request was there, as `time.perf_counter` tells.
    _begun: float | None = None

    def address_string(self) -> str:
        """The client's address, without asking a name server whose it is."""
        return str(self.client_address[0])

    def log_message(self, format: str, *args: Any) -> None:
        """Log a request at the level of its status, or whatever else the server says."""
        status = str(args[1]) if len(args) > 1 else ""
        extra: dict[str, Any] = {
            "request": self.request,
            "server_time": self.log_date_time_string(),
            **self._cost(),
        }
        if getattr(self, "path", "").startswith(_UNLOGGED):
            return
        level = logging.INFO
        if len(status) == 3 and status.isdigit():
            extra["status_code"] = int(status)
            if status[0] == "4" and str(args[0]).startswith(_TLS_HELLO):
                logger.error(
                    "You're accessing the development server over HTTPS, but it only supports "
                    "HTTP.",
                    extra=extra,
                )
                return
            level = {"4": logging.WARNING, "5": logging.ERROR}.get(status[0], logging.INFO)
        shown = (arg.translate(_CONTROLS) if isinstance(arg, str) else arg for arg in args)
        logger.log(level, format, *shown, extra=extra)

    def log_error(self, format: str, *args: Any) -> None:
        """Log what is wrong with a request, unless its own line says that better."""
        if not getattr(self, "requestline", "").startswith(_TLS_HELLO):
            super().log_error(format, *args)

    def _cost(self) -> dict[str, Any]:
        """What the request took: seconds, and queries where they are counted (in DEBUG)."""
        if self._begun is None:
            return {}
        took = time.perf_counter() - self._begun
        # The settings may be what is broken.
        opened = connections.all(initialized_only=True) if settings.configured else ()
        return {"took": took, "queries": sum(len(each.queries_log) for each in opened)}

    def get_environ(self) -> dict[str, Any]:
        # SECURITY: X_Y and X-Y are the same key in the environ; only one of them passes proxies.
        for name in list(self.headers):
            if "_" in name:
                del self.headers[name]
        return super().get_environ()

    def handle(self) -> None:
        """Answer one request after another, as long as the connection lasts."""
        self.close_connection = True
        self.handle_one_request()
        while not self.close_connection:
            self.handle_one_request()
        with suppress(AttributeError, OSError):
            self.connection.shutdown(socket.SHUT_WR)

    def handle_one_request(self) -> None:
        """Read a request and let the application answer it."""
        self._begun = None
        self.raw_requestline = self.rfile.readline(_MAX_LINE + 1)
        self._begun = time.perf_counter()
        if len(self.raw_requestline) > _MAX_LINE:
            self.requestline = self.request_version = self.command = ""
            self.close_connection = True
            self.send_error(414)
            return
        if not self.parse_request():
            return
        if "Transfer-Encoding" in self.headers:
            # SECURITY: what cannot be decoded must not be read as the next request.
            self.close_connection = True
            self.send_error(501, "Transfer codings are not supported by the development server")
            return
        server = cast(WSGIServer, self.server)
        handler = ServerHandler(
            self.rfile,
            self.wfile,
            self.get_stderr(),
            self.get_environ(),
            multithread=isinstance(server, socketserver.ThreadingMixIn),
        )
        handler.request_handler = self
        handler.run(cast(Any, server.get_app()))


def run(
    addr: str,
    port: int,
    wsgi_handler: Any,
    ipv6: bool = False,
    threading: bool = False,
    on_bind: Callable[[int], Any] | None = None,
    server_cls: type[WSGIServer] = WSGIServer,
) -> None:
    """Serve `wsgi_handler` until the process ends.

    `on_bind` is called with the port once the server listens; with port 0 the system chooses one.
    Raises ``OSError`` if the address cannot be bound.
    """
    if threading:
        server_cls = type("WSGIServer", (socketserver.ThreadingMixIn, server_cls), {})
    server = server_cls((addr, port), WSGIRequestHandler, ipv6=ipv6)
    if on_bind is not None:
        on_bind(server.server_port)
    if threading:
        # A request that never ends must not keep the reloader waiting.
        server.daemon_threads = True  # type: ignore[attr-defined]
    server.set_app(wsgi_handler)
    server.serve_forever()
