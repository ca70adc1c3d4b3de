"""Exceptions become responses: which one, who hears of it, and what happens when a handler fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from vivace.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from vivace.core.signals import got_request_exception
from vivace.http import Http404, HttpRequest, HttpResponse, JsonResponse
from vivace.http.multipartparser import MultiPartParserError
from vivace.pipeline.errors import convert_exception_to_response, response_for_exception
from vivace.test.utils import override_settings
from vivace.urls import path


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    log: list[Any] = []

    def receiver(sender: Any, request: Any, **kwargs: Any) -> None:
        log.append((sender, request.path))

    got_request_exception.connect(receiver)
    yield log
    got_request_exception.disconnect(receiver)


ERRORS = [
    (Http404("x"), 404, 0),
    (PermissionDenied("x"), 403, 0),
    (BadRequest("x"), 400, 0),
    (SuspiciousOperation("x"), 400, 0),
    (MultiPartParserError("x"), 400, 0),
    (ValueError("x"), 500, 1),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), 500, 1),
]


def raising(error: Exception) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(
    ("error", "status", "signals"), ERRORS, ids=lambda each: type(each).__name__
)
def test_statuses(
    site: Any, heard: list[Any], error: Exception, status: int, signals: int, debug: bool
) -> None:
    assert site([path("", raising(error))], DEBUG=debug).ask().status == status
    assert heard == [(None, "/")] * signals


@pytest.mark.parametrize("status", [400, 403, 404])
def test_handlers_get_the_exception(site: Any, status: int) -> None:
    seen: list[Any] = []

    def handler(request: HttpRequest, exception: Exception) -> HttpResponse:
        seen.append(exception)
        return HttpResponse("own", status=status)

    error = {400: SuspiciousOperation("x"), 403: PermissionDenied("x"), 404: Http404("x")}[status]
    web = site([path("", raising(error))], handlers={f"handler{status}": handler})
    response = web.ask()
    assert (response.status, response.body) == (status, b"own")
    assert seen == [error]


def test_a_handler_that_fails(site: Any, heard: list[Any]) -> None:
    def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
        raise ValueError("the handler's own")

    def handler500(request: HttpRequest) -> HttpResponse:
        return HttpResponse("last", status=500)

    web = site([], handlers={"handler404": handler404, "handler500": handler500})
    response = web.ask("/none/")
    assert (response.status, response.body) == (500, b"last")
    assert heard == [(None, "/none/")]


def test_a_handler_whose_answer_is_rendered_late(site: Any) -> None:
    class Late(HttpResponse):
        is_rendered = False

        def render(self) -> Late:
            self.content = b"rendered"
            self.is_rendered = True
            return self

    def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
        return Late(status=404)

    response = site([], handlers={"handler404": handler404}).ask("/none/")
    assert (response.status, response.body) == (404, b"rendered")


def test_exceptions_may_be_passed_on(site: Any) -> None:
    web = site([path("", raising(ValueError("on purpose")))], DEBUG_PROPAGATE_EXCEPTIONS=True)
    with pytest.raises(ValueError, match="on purpose"):
        web.ask()


def plain_middleware(get_response: Any) -> Any:
    return lambda request: get_response(request)


@pytest.mark.parametrize(
    "middleware",
    [
        ["vivace.middleware.security.SecurityMiddleware"],
        ["vivace.middleware.csrf.CsrfViewMiddleware", plain_middleware],
        [plain_middleware, "vivace.middleware.common.CommonMiddleware"],
    ],
)
@pytest.mark.parametrize("answer", ["hello", {"a": 1}])
def test_a_view_that_returns_no_response_is_told_what_to_return(
    site: Any, heard: list[Any], middleware: list[Any], answer: Any
) -> None:
    web = site([path("", lambda request: answer)], middleware, DEBUG=True, ALLOWED_HOSTS=["*"])
    response = web.ask()
    assert (response.status, len(heard)) == (500, 1)
    kind = type(answer).__name__.encode()
    assert b"&#x27;%s&#x27; object has no attribute &#x27;headers&#x27;" % kind in response.body
    assert b"or a middleware returned is no response, but of type %s" % kind in response.body
    assert b"test_errors" in response.body


def test_a_middleware_may_make_a_response_of_what_a_view_returned(site: Any) -> None:
    def translating(get_response: Any) -> Any:
        return lambda request: JsonResponse(get_response(request))

    common = "vivace.middleware.common.CommonMiddleware"
    response = site([path("", lambda request: {"a": 1})], [common, translating]).ask()
    assert (response.status, response.body) == (200, b'{"a": 1}')


def test_any_callable_can_be_wrapped() -> None:
    request = HttpRequest()
    request.path = request.path_info = "/"

    def inner(request: HttpRequest) -> HttpResponse:
        raise Http404

    async def ainner(request: HttpRequest) -> HttpResponse:
        raise PermissionDenied

    wrapped = convert_exception_to_response(inner)
    assert wrapped(request).status_code == 404
    assert wrapped.__name__ == "inner"
    assert asyncio.run(convert_exception_to_response(ainner)(request)).status_code == 403


def test_what_is_no_exception_passes() -> None:
    def inner(request: HttpRequest) -> HttpResponse:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert_exception_to_response(inner)(HttpRequest())


def test_each_kind_of_suspicion_has_a_logger(caplog: pytest.LogCaptureFixture) -> None:
    class Odd(SuspiciousOperation):
        pass

    request = HttpRequest()
    logger = logging.getLogger("vivace.security.Odd")
    logger.addHandler(caplog.handler)
    try:
        with override_settings(DEBUG=False):
            assert response_for_exception(request, Odd("very")).status_code == 400
    finally:
        logger.removeHandler(caplog.handler)
    record = next(record for record in caplog.records if record.name == "vivace.security.Odd")
    assert record.getMessage() == "very"
    assert record.request is request  # type: ignore[attr-defined]
    assert record.exc_info is not None
