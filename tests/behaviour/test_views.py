"""What a view may answer, and what becomes of what it may not, over WSGI and ASGI."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from vivace.core.exceptions import PermissionDenied, SuspiciousOperation
from vivace.http import (
    Http404,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from vivace.urls import include, path, re_path


def nothing(request: Any) -> None:
    return None


async def anothing(request: Any) -> None:
    return None


def forgets_to_await(request: Any) -> Any:
    async def answer() -> HttpResponse:
        return HttpResponse("never")

    return answer()


class Callable:
    def __call__(self, request: Any) -> None:
        return None


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (nothing, "nothing didn't return an HttpResponse object. It returned None instead."),
        (anothing, "anothing didn't return an HttpResponse object. It returned None instead."),
        (
            forgets_to_await,
            "forgets_to_await didn't return an HttpResponse object. It returned an unawaited "
            "coroutine instead. You may need to add an 'await' into your view.",
        ),
        (
            Callable(),
            "Callable.__call__ didn't return an HttpResponse object. It returned None instead.",
        ),
    ],
    ids=["None", "async None", "coroutine", "callable"],
)
def test_a_view_must_answer_a_response(
    site: Any, exceptions: list[Any], view: Any, message: str
) -> None:
    response = site([path("", view)]).ask()
    assert response.status == 500
    assert b"Traceback" not in response.body
    (exception,) = exceptions
    assert isinstance(exception, ValueError)
    assert str(exception).startswith("The view ")
    assert str(exception).endswith(message)


def test_a_missing_page(site: Any) -> None:
    response = site([]).ask("/none/<b>/")
    assert (response.status, response.reason or "Not Found") == (404, "Not Found")
    assert response.get("Content-Type") == "text/html; charset=utf-8"
    assert b"<h1>Not Found</h1>" in response.body
    assert b"<b>" not in response.body


@pytest.mark.parametrize(
    ("exception", "status", "title"),
    [
        (Http404(), 404, b"Not Found"),
        (PermissionDenied(), 403, b"403 Forbidden"),
        (SuspiciousOperation(), 400, b"Bad Request (400)"),
        (ValueError(), 500, b"Server Error (500)"),
    ],
)
def test_error_pages_tell_nothing(site: Any, exception: Any, status: int, title: bytes) -> None:
    exception.args = ("secret <b>",)

    def view(request: Any) -> None:
        raise exception

    response = site([path("", view)]).ask()
    assert response.status == status
    assert b"<title>" + title + b"</title>" in response.body
    assert b"secret" not in response.body


def answering(status: int) -> Any:
    def handler(request: Any, exception: Any = None) -> HttpResponse:
        return HttpResponse(f"own {status} {exception!r}", status=status)

    return handler


@pytest.mark.parametrize(
    ("exception", "status", "shown"),
    [
        (SuspiciousOperation("s"), 400, b"own 400 SuspiciousOperation('s')"),
        (PermissionDenied("p"), 403, b"own 403 PermissionDenied('p')"),
        (Http404("h"), 404, b"own 404 Http404('h')"),
        (ValueError("v"), 500, b"own 500 None"),
    ],
)
def test_own_error_views(site: Any, exception: Any, status: int, shown: bytes) -> None:
    def view(request: Any) -> None:
        raise exception

    handlers = {f"handler{code}": answering(code) for code in (400, 403, 404, 500)}
    response = site([path("", view)], handlers=handlers).ask()
    assert (response.status, response.body) == (status, shown)


def test_an_own_error_view_that_fails_is_a_500(site: Any) -> None:
    def handler(request: Any, exception: Any) -> HttpResponse:
        raise RuntimeError

    response = site([], handlers={"handler404": handler}).ask("/x/")
    assert response.status == 500
    assert b"Server Error (500)" in response.body


def test_system_exit_is_not_an_answer(site: Any) -> None:
    def view(request: Any) -> HttpResponse:
        sys.exit(3)

    with pytest.raises(SystemExit):
        site([path("", view)]).ask()


def test_debug_pages(site: Any) -> None:
    def broken(request: Any) -> HttpResponse:
        raise ValueError("the reason <b>")

    asked = site([path("broken/", broken), path("other/", nothing)], DEBUG=True)
    page = asked.ask("/broken/")
    assert page.status == 500
    assert b"ValueError" in page.body
    assert b"the reason &lt;b&gt;" in page.body
    missing = asked.ask("/none/")
    assert missing.status == 404
    assert b"other/" in missing.body


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO"]
)
def test_methods_reach_the_view(site: Any, method: str) -> None:
    def view(request: Any) -> HttpResponse:
        response = HttpResponse()
        response["X-Method"] = request.method
        return response

    assert site([path("", view)]).ask(method=method).get("X-Method") == method


def test_captured_values_and_defaults(site: Any) -> None:
    def view(request: Any, *args: Any, **kwargs: Any) -> JsonResponse:
        return JsonResponse({"args": args, "kwargs": kwargs})

    routes = [
        path("n/<int:n>/<slug:s>/", view, {"d": 1}),
        re_path(r"^r/(\d+)/(\w+)/$", view),
        re_path(r"^named/(?P<year>\d{4})/$", view),
        path("sub/<str:a>/", include([path("<str:b>/", view)])),
    ]
    asked = site(routes)
    assert asked.ask("/n/7/a-b/").body == b'{"args": [], "kwargs": {"n": 7, "s": "a-b", "d": 1}}'
    assert asked.ask("/r/12/ab/").body == b'{"args": ["12", "ab"], "kwargs": {}}'
    assert asked.ask("/named/2024/").body == b'{"args": [], "kwargs": {"year": "2024"}}'
    assert asked.ask("/sub/x/y/").body == b'{"args": [], "kwargs": {"a": "x", "b": "y"}}'
    assert asked.ask("/n/x/a/").status == 404


def test_headers_and_cookies_go_out(site: Any) -> None:
    def view(request: Any) -> HttpResponse:
        response = HttpResponse("é", content_type="text/plain", status=207, reason="So So")
        response["X-One"] = "1"
        response.headers["X-Two"] = "é"
        response["X-Three"] = "€"
        response.set_cookie("a", "1", httponly=True)
        response.set_cookie("b", "2", samesite="Lax")
        return response

    response = site([path("", view)]).ask()
    assert response.status == 207
    assert response.reason in (None, "So So")
    assert response.body == "é".encode()
    assert response.get("Content-Type") == "text/plain"
    assert response.get("X-One") == "1"
    assert response.get("X-Two") == "é"
    assert response.get("X-Three") == "=?utf-8?b?4oKs?="
    cookies = sorted(value.strip() for value in response.all("Set-Cookie"))
    assert cookies == ["a=1; HttpOnly; Path=/", "b=2; Path=/; SameSite=Lax"]


def test_a_response_without_a_body(site: Any) -> None:
    response = site([path("", lambda request: HttpResponseNotModified())]).ask()
    assert (response.status, response.body) == (304, b"")
    assert "Content-Type" not in response


def test_a_redirect(site: Any) -> None:
    response = site([path("", lambda request: HttpResponseRedirect("/é/?q=ü"))]).ask()
    assert response.status == 302
    assert response.get("Location") == "/%C3%A9/?q=%C3%BC"


async def acount(log: list[str]) -> Any:
    try:
        for number in range(3):
            yield str(number).encode()
    finally:
        log.append("closed")


def count(log: list[str]) -> Any:
    try:
        for number in range(3):
            yield str(number)
    finally:
        log.append("closed")


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume:Warning")
@pytest.mark.parametrize("make", [count, acount], ids=["sync", "async"])
def test_streams_come_in_their_parts(site: Any, make: Any) -> None:
    log: list[str] = []
    response = site([path("", lambda request: StreamingHttpResponse(make(log)))]).ask()
    assert response.chunks == [b"0", b"1", b"2"]
    assert "Content-Length" not in response
    assert log == ["closed"]


def test_a_response_is_closed_when_it_was_sent(site: Any) -> None:
    closed: list[str] = []

    class Closing(HttpResponse):
        def close(self) -> None:
            super().close()
            closed.append("closed")

    assert site([path("", lambda request: Closing("x"))]).ask().body == b"x"
    assert closed == ["closed"]
