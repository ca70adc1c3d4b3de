"""The source that a server's protocol adds around the outermost segment, for WSGI and for ASGI.

A shell makes the request before the chain's code and sends a plain response after it; everything else
goes through functions of the handler, which the generated code knows as ``slowly`` (the whole request
by the unfused way) and ``finish`` (send any response).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http.client import responses
from typing import Protocol

from asgiref.sync import SyncToAsync

from vivace.codegen import Source
from vivace.core import signals
from vivace.http.asgi import ASGIRequest
from vivace.http.request import HttpRequest
from vivace.http.wsgi import WSGIRequest
from vivace.pipeline import disconnect
from vivace.utils.threads import give_back

__all__ = ["STATUS_LINES", "AsgiShell", "Shell", "WsgiShell"]

STATUS_LINES = {int(code): f"{int(code)} {phrase}" for code, phrase in responses.items()}

# PERF: the header for short bodies, made once.
_SHORT = 2048
_LENGTHS = tuple(("Content-Length", str(size)) for size in range(_SHORT))
_RAW_LENGTHS = tuple((b"content-length", b"%d" % size) for size in range(_SHORT))


class Shell(Protocol):
    """What the compiler asks of a shell."""

    parameters: str
    names: Mapping[str, object]
    # The requests that the shell makes.
    request_class: type[HttpRequest]
    # An expression that is true unless the request's host is one that was accepted before; and the
    # same where there is nothing but a request of the shell's class.
    host_is_new: str
    host_is_new_within: str
    # The same two for a request that brings cookies.
    has_cookies: str
    has_cookies_within: str

    def write(self, out: Source, write_body: Callable[[], None]) -> None:
        """Write how the request is made, and `write_body` where the chain's code belongs."""

    def finish(self, expression: str) -> str:
        """An expression that sends any response and is what the function returns."""

    def write_emission(self, out: Source, sets_length: bool) -> None:
        """Write how a plain response is sent, of the locals `status`, `headers` and `body`."""


class WsgiShell:
    """``serve(environ, start_response)``."""

    parameters = "environ, start_response"
    request_class: type[HttpRequest] = WSGIRequest
    host_is_new = 'environ.get("HTTP_HOST") not in HOSTS.known'
    host_is_new_within = 'request.META.get("HTTP_HOST") not in HOSTS.known'
    has_cookies = '"HTTP_COOKIE" in environ'
    has_cookies_within = '"COOKIES" in request.__dict__ or "HTTP_COOKIE" in request.META'

    def __init__(self, slowly: Callable[..., object], finish: Callable[..., object]) -> None:
        self.names: Mapping[str, object] = {
            "LENGTHS": _LENGTHS,
            "STATUS": STATUS_LINES,
            "WSGIRequest": WSGIRequest,
            "finish": finish,
            "new": object.__new__,
            "slowly": slowly,
            "started": signals.request_started,
        }

    def write(self, out: Source, write_body: Callable[[], None]) -> None:
        out.lines(
            """
            path = environ.get("PATH_INFO", "")
            if (
                not path
                or path[0] != "/"
                or not path.isascii()
                or environ.setdefault("SCRIPT_NAME", "")
                or "SCRIPT_URL" in environ
                or "REDIRECT_URL" in environ
                or started.receivers
            ):
                return slowly(environ, start_response)
            request = new(WSGIRequest)
            request.environ = request.META = environ
            request.path = request.path_info = path
            request.method = environ["REQUEST_METHOD"].upper()
            request._plain = True
            """
        )
        write_body()

    def finish(self, expression: str) -> str:
        return f"finish(request, {expression}, environ, start_response)"

    def write_emission(self, out: Source, sets_length: bool) -> None:
        out.line("line = STATUS.get(status)")
        with out.block("if line is not None:"):
            with out.block("if status >= 400:"):
                out.line("log(request, response)")
            if sets_length:
                with out.block("if not headers.has_length:"):
                    out.line("size = len(body)")
                    out.line(
                        f"length = LENGTHS[size] if size < {_SHORT} else "
                        '("Content-Length", str(size))'
                    )
                    out.line("start_response(line, [*headers.pairs, length])")
                    out.line("return [body]")
            out.line("start_response(line, [*headers.pairs])")
            out.line("return [body]")


class AsgiShell:
    """``serve(scope, receive, send)``.

    The request itself stands in for asgiref's `ThreadSensitiveContext`, whose making costs as much as
    the route: synchronous code that belongs to one request shares a thread, made when needed.
    """

    parameters = "scope, receive, send"
    request_class: type[HttpRequest] = ASGIRequest
    # SECURITY: all headers are looked at, for two hosts are as wrong as a foreign one.
    host_is_new = (
        '[value for name, value in scope["headers"] if name == b"host"] not in HOSTS.known_raw'
    )
    # Variables that somebody asked for may have been changed since.
    host_is_new_within = '"META" in request.__dict__ or ' + host_is_new.replace(
        "scope", "request.scope"
    )
    has_cookies = 'b"cookie" in dict(scope["headers"])'
    has_cookies_within = (
        '"COOKIES" in request.__dict__ or "META" in request.__dict__ or '
        'b"cookie" in dict(request.scope["headers"])'
    )

    def __init__(
        self,
        slowly: Callable[..., object],
        finish: Callable[..., object],
        cancelled: Callable[..., object],
    ) -> None:
        self.names: Mapping[str, object] = {
            "ASGIRequest": ASGIRequest,
            "CancelledError": asyncio.CancelledError,
            "LENGTHS": _RAW_LENGTHS,
            "active": disconnect.active,
            "cancelled": cancelled,
            "give_back": give_back,
            "finish": finish,
            "listeners": disconnect.listeners,
            "loops": disconnect.loops,
            "new": object.__new__,
            "own_thread": SyncToAsync.thread_sensitive_context,
            "running_loop": asyncio.get_running_loop,
            "slowly": slowly,
            "started": signals.request_started,
            "stop_listening": disconnect.stop_listening,
            "task_of": disconnect.task_of,
            "threads": SyncToAsync.context_to_thread_executor,
            "watch": disconnect.watch,
        }

    def write(self, out: Source, write_body: Callable[[], None]) -> None:
        out.lines(
            """
            if scope["type"] != "http" or scope.get("root_path") or started.receivers:
                return await slowly(scope, receive, send)
            message = await receive()
            query = scope.get("query_string")
            try:
                received = message["body"]
                usual = not message["more_body"]
            except KeyError:
                usual = False
            plain_query = not query or (type(query) is bytes and query.isascii())
            if not usual or len(received) > 65536 or not plain_query:
                return await slowly(scope, receive, send, message)
            request = new(ASGIRequest)
            request.scope = scope
            request.path = request.path_info = path = scope["path"]
            request.method = scope["method"].upper()
            if query:
                request._query_string = query.decode()
            if received:
                request._received = received
            request._receive = receive
            request._plain = True
            response = None
            loop = running_loop()
            active[request] = task_of(loop)
            if loop not in loops:
                watch()
            token = own_thread.set(request)
            """
        )
        with out.block("try:"):
            write_body()
        with out.block("except CancelledError:"):
            with out.block("if not await cancelled(request, response):"):
                out.line("raise")
        with out.block("finally:"):
            out.line("own_thread.reset(token)")
            with out.block("if threads.data:"):
                out.line("give_back(request)")
            out.line("del active[request]")
            with out.block("if listeners:"):
                out.line("stop_listening(request)")

    def finish(self, expression: str) -> str:
        return f"await finish(request, {expression}, send)"

    def write_emission(self, out: Source, sets_length: bool) -> None:
        start = '{"type": "http.response.start", "status": status, "headers": [*headers.raw%s]}'
        body = 'await send({"type": "http.response.body", "body": body})'
        with out.block("if status >= 400:"):
            out.line("log(request, response)")
        if sets_length:
            with out.block("if not headers.has_length:"):
                out.line("size = len(body)")
                out.line(
                    f"length = LENGTHS[size] if size < {_SHORT} else "
                    '(b"content-length", b"%d" % size)'
                )
                out.line(f"await send({start % ', length'})")
                out.line(body)
                out.line("return")
        out.line(f"await send({start % ''})")
        out.line(body)
        out.line("return")
