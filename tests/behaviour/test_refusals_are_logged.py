"""Every refusal leaves one line in the log, under the documented logger, on both protocols."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from vivace.core.exceptions import PermissionDenied, SuspiciousOperation
from vivace.http import HttpRequest, HttpResponse, HttpResponseRedirect
from vivace.urls import path, re_path

FORM = ("Content-Type", "application/x-www-form-urlencoded")
NO_BOUNDARY = ("Content-Type", "multipart/form-data")
LATIN = (FORM[0], f"{FORM[1]}; charset=latin-1")
MULTIPART = ("Content-Type", "multipart/form-data; boundary=X")


def part(head: str, value: bytes = b"1") -> bytes:
    return f"--X\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.POST) + len(request.FILES)))


def host(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.get_host())


def query(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.GET)))


def away(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("javascript:x")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("secret")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("odd")


def nothing(request: HttpRequest) -> Any:
    return None


def echo(request: HttpRequest, rest: str) -> HttpResponse:
    return HttpResponse(f"{request.get_full_path()} {request!r}")


ROUTES = [
    path("form/", form),
    path("host/", host),
    path("query/", query),
    path("away/", away),
    path("forbidden/", forbidden),
    path("suspicious/", suspicious),
    path("nothing/", nothing),
    re_path(r"^any/(.*)$", echo),
]
MANY = b"".join(part(f'name="f{n}"') for n in range(9)) + b"--X--\r\n"
FILES = b"".join(part(f'name="f{n}"; filename="n"') for n in range(5)) + b"--X--\r\n"

# What is asked, the status, and (logger, level, start of the message).
CASES: dict[str, tuple[dict[str, Any], int, tuple[str, str, str]]] = {
    "host": (
        {"target": "/host/", "headers": [("Host", "evil.example")]}, 400,
        ("security.DisallowedHost", "ERROR", "Invalid HTTP_HOST header: 'evil.example'. You may need"),
    ),
    "host grammar": (
        {"target": "/host/", "headers": [("Host", "a b")]}, 400,
        ("security.DisallowedHost", "ERROR", "Invalid HTTP_HOST header: 'a b'. The domain name"),
    ),
    "fields": (
        {"target": "/form/", "method": "POST", "headers": [FORM], "body": b"a&" * 9}, 400,
        ("security.TooManyFieldsSent", "ERROR", "The number of GET/POST parameters exceeded"),
    ),
    "query fields": (
        {"target": "/query/?" + "a&" * 9}, 400,
        ("security.TooManyFieldsSent", "ERROR", "The number of GET/POST parameters exceeded"),
    ),
    "parts": (
        {"target": "/form/", "method": "POST", "headers": [MULTIPART], "body": MANY}, 400,
        ("security.TooManyFieldsSent", "ERROR", "The number of GET/POST parameters exceeded"),
    ),
    "files": (
        {"target": "/form/", "method": "POST", "headers": [MULTIPART], "body": FILES}, 400,
        ("security.TooManyFilesSent", "ERROR", "The number of files exceeded"),
    ),
    "size": (
        {"target": "/form/", "method": "POST", "headers": [FORM], "body": b"a=" + b"x" * 2000}, 400,
        ("security.RequestDataTooBig", "ERROR", "Request body exceeded settings.DATA_UPLOAD"),
    ),
    "multipart": (
        {"target": "/form/", "method": "POST", "headers": [NO_BOUNDARY], "body": b"x"}, 400,
        ("request", "WARNING", "Bad request (Unable to parse request body): /form/"),
    ),
    "charset": (
        {"target": "/form/", "method": "POST", "headers": [LATIN], "body": b"a"}, 400,
        ("request", "WARNING", "HTTP requests with the 'application/x-www-form-urlencoded'"),
    ),
    "redirect": (
        {"target": "/away/"}, 400,
        ("security.DisallowedRedirect", "ERROR", "Unsafe redirect to URL with protocol 'javascript'"),
    ),
    "forbidden": (
        {"target": "/forbidden/"}, 403,
        ("request", "WARNING", "Forbidden (Permission denied): /forbidden/"),
    ),
    "suspicious": (
        {"target": "/suspicious/"}, 400, ("security.SuspiciousOperation", "ERROR", "odd"),
    ),
    "unknown": ({"target": "/none/%0A"}, 404, ("request", "WARNING", "Not Found: /none/\\n")),
    "nothing": ({"target": "/nothing/"}, 500, ("request", "ERROR", "Internal Server Error: /nothing/")),
}  # fmt: skip


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    found: list[logging.LogRecord] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record)

    handler = Handler()
    logger = logging.getLogger("vivace")
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_one_line(site: Any, records: list[logging.LogRecord], name: str, debug: bool) -> None:
    asked, status, (logger, level, message) = CASES[name]
    web = site(
        ROUTES,
        ["vivace.middleware.common.CommonMiddleware"] if name.startswith("host") else [],
        DEBUG=debug,
        DATA_UPLOAD_MAX_MEMORY_SIZE=1000,
        DATA_UPLOAD_MAX_NUMBER_FIELDS=4,
        DATA_UPLOAD_MAX_NUMBER_FILES=3,
    )
    response = web.ask(**asked)
    assert response.status == status
    if not debug:
        assert b"Traceback" not in response.body
        assert b"secret" not in response.body
    assert [(record.name, record.levelname) for record in records] == [(f"vivace.{logger}", level)]
    assert records[0].getMessage().startswith(message)
    assert records[0].status_code == status  # type: ignore[attr-defined]


@pytest.mark.parametrize("debug", [False, True])
def test_a_query_that_is_not_utf8(site: Any, records: list[logging.LogRecord], debug: bool) -> None:
    web = site(ROUTES, DEBUG=debug)
    response = web.ask(b"/query/?a=\xff")
    if web.colour == "wsgi":
        assert response.status == 200
        assert records == []
        return
    assert response.status == 400
    (record,) = records
    assert (record.name, record.levelname) == ("vivace.request", "WARNING")
    assert record.getMessage() == "Bad Request (UnicodeDecodeError)"


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("target", ["/any/%FF", "/none/%FF", "/any/%C3/x"])
def test_a_path_that_is_not_utf8(site: Any, target: str, debug: bool) -> None:
    response = site(ROUTES, DEBUG=debug).ask(target)
    assert response.status == (404 if target.startswith("/none/") else 200)
    if response.status == 200:
        # What the server hands over as octets, in whatever way, is percent-encoded again.
        assert target[5:].encode() in response.body.replace(b"%25", b"%")
