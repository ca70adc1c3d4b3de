"""What stands before a WSGI application in a worker: health, access log, request IDs, limits.

Each is a function around the next, and only what is asked for is there; an application of which
nothing is asked is served as it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from vivace.server.access import AccessLog, Entry
from vivace.server.body import Body
from vivace.server.options import Options
from vivace.server.patience import Patience
from vivace.server.request_ids import HEADER, identify

Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]

_ID_KEY = "HTTP_X_REQUEST_ID"
_TOO_LARGE = b"The body of the request is too large.\n"
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

    Bodies that are too large (0: none is) are refused at once by their length, else when they are.
    """

    def guard(environ: Environ, start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH")
        if length is None and "HTTP_TRANSFER_ENCODING" not in environ:
            return application(environ, start_response)
        announced = int(length) if length and length.isdigit() else None
        if most and announced is not None and announced > most:
            return _refuse(start_response)
        stream = environ["wsgi.input"]
        address = environ.get("REMOTE_ADDR", "")
        body = environ["wsgi.input"] = Body(stream, announced, most, address, patience)
        if announced is not None or not most:
            return application(environ, start_response)
        return _refuse_if_exceeded(application, environ, start_response, body)

    patience.at_work.add(guard.__code__)
    return guard


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


def _refuse_if_exceeded(
    application: Application, environ: Environ, start_response: Any, body: Body
) -> Iterable[bytes]:
    """The application's answer, unless the body turned out too large while it was read for it."""
    kept: list[Any] = []

    def start(*arguments: Any) -> None:
        kept[:] = [arguments]

    answer = application(environ, start)
    if body.exceeded:
        if hasattr(answer, "close"):
            answer.close()
        return _refuse(start_response)
    if kept:
        start_response(*kept[0])
        return answer
    return _started_late(answer, kept, start_response)


def _started_late(answer: Iterable[bytes], kept: list[Any], start_response: Any) -> Iterator[bytes]:
    """The parts of an application that starts its response only when it is iterated."""
    try:
        for part in answer:
            if kept:
                start_response(*kept.pop())
            yield part
    finally:
        if hasattr(answer, "close"):
            answer.close()


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
        return LoggedParts(answer, finish)

    return log_request


class LoggedParts:
    """A response in parts that says how long it was when it is closed."""

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
