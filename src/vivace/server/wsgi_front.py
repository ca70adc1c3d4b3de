"""What stands before a WSGI application in a worker: health, access log, request IDs, limits.

Each is a function around the next, and only what is asked for is there; an application of which
nothing is asked is served as it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import Any

from vivace.server.access import AccessLog, Entry
from vivace.server.body import Body
from vivace.server.options import Options
from vivace.server.patience import BLOCK, Patience
from vivace.server.request_ids import HEADER, identify

Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]

_ID_KEY = "HTTP_X_REQUEST_ID"
_TOO_LARGE = b"The body of the request is too large.\n"
_IN_MEMORY = 1 << 20
_GATHERED_AT_MOST = 64 << 20
_HEALTHY = b"ok\n"


def wrap(
    application: Application, options: Options, log: AccessLog | None, patience: Patience
) -> Application:
    """`application` behind what `options` ask for."""
    application = guarded(application, options.max_body_size, patience)
    if options.request_id:
        application = identified(application)
    if log is not None:
        application = logged(application, log)
    if options.health:
        application = healthy(application, options.health)
    return application


def healthy(application: Application, path: str) -> Application:
    """Answer at `path` without asking the application, whatever the host's name."""
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(_HEALTHY)))]

    def health(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != path:
            return application(environ, start_response)
        start_response("200 OK", [*headers, ("Cache-Control", "no-store")])
        return [_HEALTHY]

    return health


def identified(application: Application) -> Application:
    """Give requests an ID, and say it in the response."""

    def identify_request(environ: Environ, start_response: Any) -> Iterable[bytes]:
        chosen = environ[_ID_KEY] = identify(environ.get(_ID_KEY))

        def start(status: str, headers: Any, *failure: Any) -> Any:
            return start_response(status, [*headers, (HEADER, chosen)], *failure)

        return application(environ, start)

    return identify_request


def guarded(application: Application, most: int, patience: Patience) -> Application:
    """Give requests that have a body one that is as specified, watched, and limited to `most` bytes.

    Bodies that are too large (0: none is) are refused. One that comes in chunks is gathered first,
    because applications take a length that is not announced for none.
    """
    gathered_at_most = most or _GATHERED_AT_MOST

    def guard(environ: Environ, start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH")
        if length is None and "HTTP_TRANSFER_ENCODING" not in environ:
            return application(environ, start_response)
        stream = environ["wsgi.input"]
        address = environ.get("REMOTE_ADDR", "")
        if length is None or not length.isdigit():
            body = environ["wsgi.input"] = Body(stream, None, gathered_at_most, address, patience)
            return _gathered(application, environ, start_response, body)
        if most and int(length) > most:
            return _refuse(start_response)
        environ["wsgi.input"] = Body(stream, int(length), 0, address, patience)
        return application(environ, start_response)

    patience.at_work.add(guard.__code__)
    return guard


def _gathered(
    application: Application, environ: Environ, start_response: Any, body: Body
) -> Iterable[bytes]:
    """The answer to a request whose body is put into a file first."""
    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(max_size=_IN_MEMORY))
        try:
            while part := body.read(BLOCK):
                file.write(part)
        except OSError:
            return _refuse(start_response)
        environ["wsgi.input"] = file
        environ["CONTENT_LENGTH"] = str(file.tell())
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        file.seek(0)
        answer = application(environ, start_response)
        if type(answer) is list:
            return answer
        close = stack.pop_all().close
    return Parts(answer, lambda size: close())


def _refuse(start_response: Any) -> list[bytes]:
    start_response(
        "413 Content Too Large",
        [
            ("Content-Type", "text/plain"),
            ("Content-Length", str(len(_TOO_LARGE))),
            ("Connection", "close"),
        ],
    )
    return [_TOO_LARGE]


def logged(application: Application, log: AccessLog) -> Application:
    """Write a line for each request when its response is complete."""

    def log_request(environ: Environ, start_response: Any) -> Iterable[bytes]:
        begun = time.perf_counter()
        response: list[Any] = ["000", ()]

        def start(status: str, headers: Any, *failure: Any) -> Any:
            response[:] = status, headers
            return start_response(status, headers, *failure)

        def finish(size: int) -> None:
            log.write(_entry(environ, response, size, time.perf_counter() - begun))

        answer = application(environ, start)
        if type(answer) is list:
            # PERF: the server sends a list in one piece, and closes nothing.
            finish(sum(map(len, answer)))
            return answer
        return Parts(answer, finish)

    return log_request


class Parts:
    """A response in parts; when it is closed, `finish` is called with the bytes it had."""

    def __init__(self, parts: Iterable[bytes], finish: Callable[[int], None]) -> None:
        self._parts = parts
        self._iterator = iter(parts)
        self._finish = finish
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        part = next(self._iterator)
        self._size += len(part)
        return part

    def close(self) -> None:
        try:
            if hasattr(self._parts, "close"):
                self._parts.close()
        finally:
            self._finish(self._size)


def _entry(environ: Environ, response: list[Any], size: int, duration: float) -> Entry:
    path = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
    query = environ["QUERY_STRING"]
    if environ["REQUEST_METHOD"] == "HEAD":
        size = 0
    return Entry(
        address=environ.get("REMOTE_ADDR", ""),
        method=environ["REQUEST_METHOD"],
        path=f"{path}?{query}" if query else path,
        protocol=environ["SERVER_PROTOCOL"],
        status=int(response[0][:3]),
        size=size,
        duration=duration,
        referrer=environ.get("HTTP_REFERER", ""),
        agent=environ.get("HTTP_USER_AGENT", ""),
        host=environ.get("HTTP_HOST", ""),
        request_id=environ.get(_ID_KEY, ""),
    )
