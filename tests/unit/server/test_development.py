"""The development server, over real sockets."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.core.servers import basehttp
from vivace.server.development import (
    ThreadedWSGIServer,
    WSGIRequestHandler,
    WSGIServer,
    get_internal_wsgi_application,
)

SEEN: list[dict[str, Any]] = []


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    SEEN.append(environ)
    path = environ["PATH_INFO"]
    if path == "/unread":
        body = b"unread"
    elif path == "/lines":
        body = b"|".join(environ["wsgi.input"])
    else:
        body = environ["wsgi.input"].read()
    status = {"/404": "404 Not Found", "/500": "500 Internal Server Error"}.get(path, "200 OK")
    headers = [("Content-Type", "text/plain")]
    if path == "/stream":
        start_response(status, headers)
        return [b"a", b"b"]
    start_response(status, [*headers, ("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture(params=[ThreadedWSGIServer, WSGIServer])
def server(request: pytest.FixtureRequest) -> Iterator[Any]:
    SEEN.clear()
    made = request.param(("127.0.0.1", 0), WSGIRequestHandler)
    made.set_app(echo)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def talk(server: Any, request: bytes) -> bytes:
    """Send `request`, then nothing more; everything that comes back."""
    with socket.create_connection(server.server_address, timeout=30) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        received = b""
        while data := client.recv(65536):
            received += data
        return received


def test_one_request(server: Any) -> None:
    answer = talk(server, b"POST /x?a=b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Length: 3" in head
    assert body == b"abc"
    assert SEEN[0]["QUERY_STRING"] == "a=b"
    assert SEEN[0]["REMOTE_ADDR"] == "127.0.0.1"


@pytest.mark.parametrize("server", [ThreadedWSGIServer], indirect=True)
@pytest.mark.parametrize("path", [b"/read", b"/unread", b"/lines"])
def test_connection_is_kept_for_the_next_request(server: Any, path: bytes) -> None:
    request = b"POST " + path + b" HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\na\nb\n"
    answer = talk(server, request + b"GET /second HTTP/1.1\r\nHost: h\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert [environ["PATH_INFO"] for environ in SEEN] == [path.decode(), "/second"]
    assert SEEN[0]["wsgi.multithread"] is True


@pytest.mark.parametrize("server", [WSGIServer], indirect=True)
def test_without_threads_each_connection_serves_one_request(server: Any) -> None:
    answer = talk(server, b"GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200 OK") == 1
    assert b"Connection: close" in answer
    assert SEEN[0]["wsgi.multithread"] is False


def test_response_of_unknown_length_ends_with_the_connection(server: Any) -> None:
    answer = talk(server, b"GET /stream HTTP/1.1\r\nHost: h\r\n\r\n")
    assert b"Connection: close" in answer
    assert answer.endswith(b"\r\n\r\nab")


def test_head_has_no_body(server: Any) -> None:
    answer = talk(server, b"HEAD /404 HTTP/1.1\r\nHost: h\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert answer.endswith(b"\r\n\r\n")


def test_cve_2015_0219_headers_with_underscores_are_dropped(server: Any) -> None:
    talk(server, b"GET / HTTP/1.1\r\nHost: h\r\nX_Auth: bad\r\nX-Auth-User: ok\r\n\r\n")
    assert "HTTP_X_AUTH" not in SEEN[0]
    assert SEEN[0]["HTTP_X_AUTH_USER"] == "ok"


def test_request_line_that_is_too_long(server: Any) -> None:
    answer = talk(server, b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n")
    assert b" 414 " in answer.split(b"\r\n")[0]
    assert SEEN == []


def test_transfer_codings_are_refused_and_nothing_is_smuggled(server: Any) -> None:
    answer = talk(
        server,
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n",
    )
    assert b" 501 " in answer.split(b"\r\n")[0]
    assert SEEN == []


@pytest.mark.parametrize("length", [b"-5", b"x", b"+3", b"1_0", b""])
def test_length_that_is_no_length_is_none(server: Any, length: bytes) -> None:
    answer = talk(server, b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"Content-Length: 0\r\n" in answer


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What the server logs."""
    logger = logging.getLogger("vivace.server")
    logger.addHandler(caplog.handler)
    level_before, logger.level = logger.level, logging.INFO
    yield caplog
    logger.removeHandler(caplog.handler)
    logger.level = level_before


@pytest.mark.parametrize(
    ("target", "level"),
    [(b"/", logging.INFO), (b"/404", logging.WARNING), (b"/500", logging.ERROR)],
)
@pytest.mark.parametrize("server", [ThreadedWSGIServer], indirect=True)
def test_requests_are_logged(
    server: Any, target: bytes, level: int, logged: pytest.LogCaptureFixture
) -> None:
    talk(server, b"GET " + target + b" HTTP/1.0\r\n\r\n")
    record = logged.records[0]
    assert record.levelno == level
    assert record.getMessage().startswith(f'"GET {target.decode()} HTTP/1.0" ')
    assert record.status_code in (200, 404, 500)  # type: ignore[attr-defined]
    assert record.server_time  # type: ignore[attr-defined]


@pytest.mark.parametrize("server", [ThreadedWSGIServer], indirect=True)
def test_a_request_cannot_steer_the_terminal(server: Any, logged: pytest.LogCaptureFixture) -> None:
    talk(server, b"GET /\x1b[31mred\x9b1m\x7f HTTP/1.0\r\n\r\n")
    assert logged.messages[0].startswith('"GET /\\x1b[31mred\\x9b1m\\x7f HTTP/1.0" ')


@pytest.mark.parametrize("server", [ThreadedWSGIServer], indirect=True)
def test_tls_is_told_in_words(server: Any, logged: pytest.LogCaptureFixture) -> None:
    talk(server, b"\x16\x03\x01\x02\x00\x01" + b"a" * 300)
    assert logged.messages == [
        "You're accessing the development server over HTTPS, but it only supports HTTP."
    ]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_a_wish_to_stop_is_no_error_of_the_application(error: type[BaseException]) -> None:
    def stop(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        raise error

    with WSGIServer(("127.0.0.1", 0), WSGIRequestHandler) as server:
        server.set_app(stop)
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=30) as client:
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            with pytest.raises(error):
                server.handle_request()


def test_internal_application(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "WSGI_APPLICATION", f"{__name__}.nope")
    with pytest.raises(
        ImproperlyConfigured,
        match=r"WSGI application '.*nope' could not be loaded; Error importing module\.",
    ):
        get_internal_wsgi_application()
    monkeypatch.setattr(settings, "WSGI_APPLICATION", "json.dumps")
    import json

    assert get_internal_wsgi_application() is json.dumps


def test_the_door_leads_here() -> None:
    assert basehttp.WSGIServer is WSGIServer
    assert basehttp.get_internal_wsgi_application is get_internal_wsgi_application
