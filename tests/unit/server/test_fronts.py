"""What stands before the application in a worker, for both protocols asked the same."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from vivace.server import asgi_front, wsgi_front
from vivace.server.access import AccessLog
from vivace.server.options import Options
from vivace.server.patience import Patience
from vivace.server.request_ids import RequestIDFilter

PLAIN = Options(body_timeout=0.05)


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Request:
    method: str = "GET"
    path: str = "/"
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    # None stands for a client that sends nothing more.
    body: list[bytes | None] = field(default_factory=list)
    version: str = "1.1"


class Seen:
    """What the application saw, and what it is to answer."""

    def __init__(self) -> None:
        self.calls = 0
        self.body = b""
        self.request_id = ""
        self.record_id = ""
        self.failure = ""
        self.parts = [b"answer"]
        self.length = ""

    def note(self, request_id: str) -> None:
        self.calls += 1
        self.request_id = request_id
        record = logging.makeLogRecord({})
        assert RequestIDFilter().filter(record)
        self.record_id = record.request_id  # type: ignore[attr-defined]


Ask = Callable[..., Answer]


def ask_wsgi(seen: Seen, options: Options, log: AccessLog | None, request: Request) -> Answer:
    def application(environ: dict[str, Any], start_response: Any) -> Any:
        seen.note(environ.get("HTTP_X_REQUEST_ID", ""))
        try:
            seen.body = environ["wsgi.input"].read()
        except OSError as error:
            seen.failure = str(error)

        seen.length = environ.get("CONTENT_LENGTH", "")
        start_response("200 OK", [("Content-Type", "text/plain")])
        return seen.parts if len(seen.parts) == 1 else iter(seen.parts)

    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.input": io.BytesIO(b"".join(part for part in request.body if part)),
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"] = value
    answer = Answer()

    def start_response(status: str, headers: Any, *failure: Any) -> None:
        answer.status = int(status[:3])
        answer.headers = {name.lower(): value for name, value in headers}

    wrapped = wsgi_front.wrap(application, options, log, Patience(options.body_timeout, 0))
    parts = wrapped(environ, start_response)
    answer.body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return answer


def ask_asgi(seen: Seen, options: Options, log: AccessLog | None, request: Request) -> Answer:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        seen.note(headers.get(b"x-request-id", b"").decode())
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                seen.failure = "left"
                return
            seen.body += message["body"]
            more = message["more_body"]
        start = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": start})
        for part in seen.parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    scope = {
        "type": "http",
        "http_version": request.version,
        "method": request.method,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": request.query.encode(),
        "client": ("192.0.2.7", 1234),
        "headers": [(k.lower().encode(), v.encode()) for k, v in request.headers.items()],
    }
    answer = Answer()
    left = list(request.body)

    async def receive() -> Any:
        part = left.pop(0) if left else b""
        if part is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert not answer.status, "a response started twice"
            answer.status = message["status"]
            answer.headers = {k.decode().lower(): v.decode() for k, v in message["headers"]}
        else:
            answer.body += message["body"]

    asyncio.run(asgi_front.wrap(application, options, log)(scope, receive, send))
    return answer


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture(params=[ask_wsgi, ask_asgi], ids=["wsgi", "asgi"])
def ask(request: pytest.FixtureRequest, seen: Seen) -> Ask:
    def ask(options: Options = PLAIN, log: AccessLog | None = None, **about: Any) -> Answer:
        found: Answer = request.param(seen, options, log, Request(**about))
        return found

    return ask


def test_nothing_asked_for_changes_nothing(ask: Ask, seen: Seen) -> None:
    answer = ask()
    assert answer == Answer(200, {"content-type": "text/plain"}, b"answer")
    assert seen.request_id == seen.record_id == ""


def test_health_is_answered_without_the_application(ask: Ask, seen: Seen) -> None:
    options = replace(PLAIN, health="/up")
    answer = ask(options, path="/up", headers={"Host": "any.example"})
    assert (answer.status, answer.body) == (200, b"ok\n")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-length"] == "3"
    assert seen.calls == 0
    assert ask(options, path="/up/").body == b"answer"


def test_each_request_has_an_id_of_its_own(ask: Ask, seen: Seen) -> None:
    options = replace(PLAIN, request_id=True)
    first = ask(options).headers["x-request-id"]
    second = ask(options).headers["x-request-id"]
    assert first != second
    assert len(first) == 32
    assert seen.request_id == second
    assert seen.record_id == second


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abc-123", True),
        ("1-5759e988-bd862e3fe1be46a994272793", True),
        ("a" * 128, True),
        ("a" * 129, False),
        ("", False),
        ("a b", False),
        ("a\nb", False),
        ('"', False),
        ("é", False),
    ],
)
def test_an_id_that_is_harmless_is_kept(ask: Ask, seen: Seen, given: str, kept: bool) -> None:
    answer = ask(replace(PLAIN, request_id=True), headers={"X-Request-ID": given})
    assert (answer.headers["x-request-id"] == given) is kept
    assert seen.request_id == answer.headers["x-request-id"]


def test_bodies_up_to_the_limit(ask: Ask, seen: Seen) -> None:
    options = replace(PLAIN, max_body_size=10)
    assert ask(options, headers={"Content-Length": "10"}, body=[b"12345", b"67890"]).status == 200
    assert seen.body == b"1234567890"


def test_a_length_beyond_the_limit_is_refused_at_once(ask: Ask, seen: Seen) -> None:
    answer = ask(replace(PLAIN, max_body_size=10), headers={"Content-Length": "11"}, body=[None])
    assert answer.status == 413
    assert answer.headers["connection"] == "close"
    assert seen.calls == 0


def test_chunks_are_bodies_up_to_the_limit(ask: Ask, seen: Seen) -> None:
    options = replace(PLAIN, max_body_size=10)
    chunked = {"Transfer-Encoding": "chunked"}
    assert ask(options, headers=chunked, body=[b"12345", b"67890"]).body == b"answer"
    assert seen.body == b"1234567890"
    answer = ask(options, headers=chunked, body=[b"12345", b"678901"])
    assert answer.status == 413
    assert answer.body == b"The body of the request is too large.\n"


def test_chunks_have_a_length_for_wsgi_applications(seen: Seen) -> None:
    ask_wsgi(seen, PLAIN, None, Request(headers={"Transfer-Encoding": "chunked"}, body=[b"12345"]))
    assert (seen.body, seen.length) == (b"12345", "5")


def test_requests_are_logged(ask: Ask, seen: Seen, tmp_path: Path) -> None:
    log = AccessLog("json", str(tmp_path / "log"))
    options = replace(PLAIN, request_id=True, health="/up")
    seen.parts = [b"two ", b"parts"]
    ask(options, log, path="/a", query="b=c", headers={"User-Agent": "A", "X-Request-ID": "r"})
    ask(options, log, path="/up")
    seen.parts = [b"one"]
    ask(options, log, method="HEAD", headers={"Referer": "http://r/", "Host": "h"})
    first, second = map(json.loads, (tmp_path / "log").read_text().splitlines())
    assert (first["path"], first["size"], first["status"]) == ("/a?b=c", 9, 200)
    assert (first["address"], first["agent"], first["request_id"]) == ("192.0.2.7", "A", "r")
    assert first["duration"] >= 0
    assert (second["method"], second["size"], second["referrer"]) == ("HEAD", 0, "http://r/")
    assert (second["host"], second["protocol"]) == ("h", "HTTP/1.1")


def test_what_is_refused_is_logged(ask: Ask, tmp_path: Path) -> None:
    log = AccessLog("combined", str(tmp_path / "log"))
    options = replace(PLAIN, max_body_size=10)
    ask(options, log, method="POST", headers={"Content-Length": "99"})
    assert '"POST / HTTP/1.1" 413 ' in (tmp_path / "log").read_text()


def test_a_body_that_does_not_come(seen: Seen) -> None:
    request = Request("POST", headers={"Content-Length": "10"}, body=[b"123", None])
    answer = ask_asgi(seen, PLAIN, None, request)
    assert answer.status == 408
    assert answer.headers["connection"] == "close"
    assert seen.failure == "left"


def test_a_body_of_http_2_is_guarded_without_a_length(seen: Seen) -> None:
    request = Request("POST", body=[b"123", None], version="2")
    assert ask_asgi(seen, PLAIN, None, request).status == 408


def test_websockets_and_lifespan_pass() -> None:
    passed = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope["type"])

    log = AccessLog("combined", "/dev/null")
    options = Options(request_id=True, health="/up", max_body_size=1)
    wrapped = asgi_front.wrap(application, options, log)
    for kind in ("websocket", "lifespan"):
        scope = {"type": kind, "path": "/up", "headers": [(b"content-length", b"99")]}
        asyncio.run(wrapped(scope, None, None))
    assert passed == ["websocket", "lifespan"]


def test_a_request_without_a_body_does_not_wait_for_the_engine() -> None:
    heard: list[Any] = []
    engines = [
        {"type": "http.request", "body": b"", "more_body": False},
        {"type": "http.disconnect"},
        {"type": "http.disconnect"},
    ]

    async def application(scope: Any, receive: Any, send: Any) -> None:
        heard.append(await receive())
        heard.append(len(engines))
        heard.append(await receive())
        heard.append(await receive())

    async def receive() -> Any:
        return engines.pop(0)

    scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": "/", "headers": []}
    asyncio.run(asgi_front.wrap(application, PLAIN, None)(scope, receive, None))
    empty = {"type": "http.request", "body": b"", "more_body": False}
    assert heard == [empty, 3, {"type": "http.disconnect"}, {"type": "http.disconnect"}]


def test_a_body_that_http_2_does_not_announce_is_the_engines(seen: Seen) -> None:
    assert ask_asgi(seen, PLAIN, None, Request(body=[b"12", b"3"], version="2")).status == 200
    assert seen.body == b"123"
