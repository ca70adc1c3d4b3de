"""Requests over ASGI: scopes of every kind."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.http import HttpResponse
from vivace.http.asgi import ASGIRequest
from vivace.pipeline.asgi import ASGIHandler
from vivace.test.utils import override_settings
from vivace.urls import path


def asgi(body: bytes = b"", **more: Any) -> ASGIRequest:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    return ASGIRequest({**scope, **more}, io.BytesIO(body))


class Unread:
    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked for")


def test_a_request_looks_at_no_header_by_itself() -> None:
    request = asgi(headers=Unread(), method="post")
    assert (request.path, request.method, request.resolver_match) == ("/", "POST", None)


@pytest.mark.parametrize(
    ("root", "path", "path_info"),
    [
        ("", "/a/", "/a/"),
        ("/s", "/s/a/", "/a/"),
        ("/s", "/a/", "/a/"),
        ("/s", "/sa/", "/sa/"),
        ("/s", "/s", ""),
        ("/s/", "/s/a", "/a"),
        ("/s/", "/sa", "/sa"),
        ("/", "/a", "/a"),
        ("/é", "/é/ü", "/ü"),
    ],
)
def test_prefixes(root: str, path: str, path_info: str) -> None:
    request = asgi(root_path=root, path=path)
    assert (request.path, request.path_info) == (path, path_info)
    assert request.META["SCRIPT_NAME"] == root


def test_the_prefix_may_be_forced() -> None:
    with override_settings(FORCE_SCRIPT_NAME="/f"):
        assert asgi(root_path="/s", path="/f/a").path_info == "/a"


NAMES = st.sampled_from([b"x-a", b"x_a", b"host", b"content-type", b"cookie", b"x-a_b", b"_"])
VALUES = st.binary(max_size=4)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=8))
def test_headers_are_folded_as_a_wsgi_server_does(headers: list[tuple[bytes, bytes]]) -> None:
    meta = asgi(headers=headers).META
    for name in {name for name, _ in headers}:
        key = name.decode().upper().replace("-", "_")
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        values = [value.decode("latin-1") for other, value in headers if other == name]
        if b"_" not in name:
            assert meta[key] == ("; " if name == b"cookie" else ",").join(values)
    assert "HTTP_X_A_B" not in meta
    assert "HTTP__" not in meta


def test_cve_2026_3902_an_underscore_stands_for_nothing() -> None:
    headers = [(b"x_forwarded_proto", b"https"), (b"content_length", b"5"), (b"content_type", b"x")]
    meta = asgi(headers=headers).META
    assert not {"HTTP_X_FORWARDED_PROTO", "CONTENT_LENGTH", "CONTENT_TYPE"} & meta.keys()


class Piece(bytes):
    """Header values that count how many bytes were copied in joining them."""

    decoded = 0

    def decode(self, *args: Any) -> str:  # type: ignore[override]
        Piece.decoded += 1
        return super().decode(*args)


def test_cve_2025_14550_repeated_headers_are_decoded_and_joined_once() -> None:
    for count in (10, 1000):
        Piece.decoded = 0
        meta = asgi(headers=[(b"x-a", Piece(b"v")) for _ in range(count)]).META
        assert meta["HTTP_X_A"] == ",".join("v" * count)
        assert Piece.decoded == count


def test_a_query_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        asgi(query_string=b"a=\xff")
    assert asgi(query_string="a=é").GET["a"] == "é"
    assert asgi(query_string=b"a=%ff").GET["a"] == "\ufffd"


def test_without_a_server_or_client() -> None:
    meta = asgi(server=None, client=None).META
    assert (meta["SERVER_NAME"], meta["SERVER_PORT"]) == ("unknown", "0")
    assert "REMOTE_ADDR" not in meta


def test_the_scheme() -> None:
    assert asgi(scheme="https").is_secure()
    assert asgi(scheme="").scheme == asgi().scheme == "http"


def test_closing_closes_the_body() -> None:
    body = io.BytesIO(b"abc")
    request = ASGIRequest(
        {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}, body
    )
    assert request.body == b"abc"
    request.close()
    assert body.closed


@pytest.mark.parametrize("query", [None, "", "a=1", b"a=1"])
def test_a_scope_with_a_query_of_text_or_none_is_served(query: Any) -> None:
    """The fused shell leaves to the other what is not bytes, and takes what is missing for empty."""

    async def view(request: Any) -> HttpResponse:
        return HttpResponse(request.GET.get("a", "none"))

    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": []}
    if query is not None:
        scope["query_string"] = query
    with override_settings(ROOT_URLCONF=(path("", view),), MIDDLEWARE=[]):
        asyncio.run(ASGIHandler()(scope, receive, send))
    assert sent[0]["status"] == 200
    assert sent[1]["body"] == (b"1" if query else b"none")
