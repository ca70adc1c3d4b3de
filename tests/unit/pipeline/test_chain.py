"""Chains: what is compiled, when it is compiled anew, and what its source says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from inspect import iscoroutinefunction
from io import BytesIO
from typing import Any

import pytest

from vivace.conf import settings
from vivace.core.exceptions import DisallowedHost, ImproperlyConfigured, MiddlewareNotUsed
from vivace.http import HttpRequest, HttpResponse
from vivace.http.wsgi import WSGIRequest
from vivace.pipeline.asgi import ASGIHandler
from vivace.pipeline.handler import BaseHandler
from vivace.pipeline.wsgi import WSGIHandler
from vivace.test import override_settings
from vivace.urls import get_urlconf, path, reverse
from vivace.utils.decorators import sync_and_async_middleware
from vivace.utils.deprecation import MiddlewareMixin


def view(request: Any) -> HttpResponse:
    return HttpResponse("view")


async def aview(request: Any) -> HttpResponse:
    return HttpResponse("aview")


URLS = [path("", view, name="home"), path("a/", aview), path("x/<int:n>/", lambda r, n: view(r))]


@sync_and_async_middleware
def passing(get_response: Callable[..., Any]) -> Callable[..., Any]:
    if not iscoroutinefunction(get_response):
        return foreign(get_response)

    async def middleware(request: Any) -> Any:
        return await get_response(request)

    return middleware


def foreign(get_response: Callable[..., Any]) -> Callable[..., Any]:
    def middleware(request: Any) -> Any:
        return get_response(request)

    return middleware


class Foreign:
    def __init__(self, get_response: Callable[..., Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        response["X-Foreign"] = "1"
        return response


class Hooked(MiddlewareMixin):
    def process_response(self, request: Any, response: Any) -> Any:
        response["X-Hooked"] = "1"
        return response


def test_a_foreign_middleware_splits_the_chain_and_nothing_else(site: Callable[..., Any]) -> None:
    from vivace.middleware.clickjacking import XFrameOptionsMiddleware
    from vivace.middleware.common import CommonMiddleware
    from vivace.middleware.security import SecurityMiddleware

    made = site(
        URLS, middleware=[SecurityMiddleware, Foreign, CommonMiddleware, XFrameOptionsMiddleware]
    )
    response = made.ask("/")
    assert response.get("X-Foreign") == "1"
    source = made.application.source
    assert source.count("def serve(") == 1
    expected = 1 if made.colour == "wsgi" else 0
    assert source.count("\ndef handle(request):") + source.startswith("def handle") >= expected
    # The two within are one look-up.
    assert "# XFrameOptionsMiddleware, CommonMiddleware\n" in source


def test_middleware_of_hooks_needs_no_call_of_its_own(site: Callable[..., Any]) -> None:
    made = site(URLS, middleware=[Hooked])
    assert made.ask("/").get("X-Hooked") == "1"
    assert "inner(request)" not in made.application.source


def test_settings_that_the_chain_was_compiled_from_compile_it_anew(
    site: Callable[..., Any],
) -> None:
    made = site(URLS, middleware=["vivace.middleware.clickjacking.XFrameOptionsMiddleware"])
    assert made.ask("/").get("X-Frame-Options") == "DENY"
    with override_settings(X_FRAME_OPTIONS="SAMEORIGIN"):
        assert made.ask("/").get("X-Frame-Options") == "SAMEORIGIN"
    with override_settings(MIDDLEWARE=[]):
        assert "X-Frame-Options" not in made.ask("/")
    assert made.ask("/").get("X-Frame-Options") == "DENY"


def test_hosts_are_judged_by_the_settings_of_the_moment(site: Callable[..., Any]) -> None:
    made = site(URLS, middleware=["vivace.middleware.common.CommonMiddleware"])
    assert made.ask("/").status == 200
    with override_settings(ALLOWED_HOSTS=["elsewhere"]):
        assert made.ask("/").status == 400
    assert made.ask("/").status == 200


def renames(request: Any) -> None:
    if "rename" in request.META["QUERY_STRING"]:
        request.META["HTTP_HOST"] = "elsewhere"


class RenamingHook(MiddlewareMixin):
    def process_request(self, request: Any) -> None:
        renames(request)


@sync_and_async_middleware
def renaming(get_response: Callable[..., Any]) -> Callable[..., Any]:
    if not iscoroutinefunction(get_response):

        def middleware(request: Any) -> Any:
            renames(request)
            return get_response(request)

        return middleware

    async def amiddleware(request: Any) -> Any:
        renames(request)
        return await get_response(request)

    return amiddleware


@pytest.mark.parametrize("factory", [RenamingHook, renaming])
def test_a_host_that_a_middleware_gave_is_judged_too(
    site: Callable[..., Any], factory: Any
) -> None:
    made = site(URLS, middleware=[factory, "vivace.middleware.common.CommonMiddleware"])
    for _ in range(2):
        assert made.ask("/").status == 200
        assert made.ask("/?rename").status == 400


@pytest.mark.parametrize("factory", [Foreign, foreign, passing])
def test_hosts_are_judged_behind_a_foreign_middleware(
    site: Callable[..., Any], factory: Any
) -> None:
    made = site(URLS, middleware=[factory, "vivace.middleware.common.CommonMiddleware"])
    for _ in range(2):
        assert made.ask("/").status == 200
        assert made.ask("/", headers=[("Host", "elsewhere")]).status == 400
        two = [("Host", "testserver"), ("Host", "testserver")]
        assert made.ask("/", headers=two).status == 400


def test_a_request_of_ones_own_judges_hosts_itself(site: Callable[..., Any]) -> None:
    class Own(WSGIRequest):
        def get_host(self) -> str:
            raise DisallowedHost

    def exchange(get_response: Callable[..., Any]) -> Callable[..., Any]:
        return lambda request: get_response(Own(dict(request.META, **{"wsgi.input": BytesIO()})))

    made = site(URLS, middleware=[exchange, "vivace.middleware.common.CommonMiddleware"])
    assert made.ask("/").status == 400


def test_a_urlconf_set_by_a_middleware_serves_and_is_forgotten(site: Callable[..., Any]) -> None:
    other = [path("other/", lambda request: HttpResponse(reverse("other")), name="other")]

    def choose(get_response: Callable[..., Any]) -> Callable[..., Any]:
        def middleware(request: Any) -> Any:
            if request.path_info == "/other/":
                request.urlconf = tuple(other)
            return get_response(request)

        return middleware

    made = site(URLS, middleware=[choose])
    assert made.ask("/other/").body == b"/other/"
    assert made.ask("/").body == b"view"
    assert get_urlconf() is None


def test_a_path_rewritten_by_a_middleware_is_the_one_that_is_routed(
    site: Callable[..., Any],
) -> None:
    class Rewrite(MiddlewareMixin):
        def process_request(self, request: Any) -> None:
            request.path_info = "/a/"

    assert site(URLS, middleware=[Rewrite]).ask("/").body == b"aview"


def test_an_unknown_middleware_is_named_with_the_cure(colour: str) -> None:
    with (
        override_settings(MIDDLEWARE=["vivace.middleware.nosuch.Middleware"]),
        pytest.raises(ImportError, match="nosuch") as caught,
    ):
        WSGIHandler() if colour == "wsgi" else ASGIHandler()
    assert any("MIDDLEWARE" in note for note in caught.value.__notes__)


def test_a_factory_that_returns_nothing(site: Callable[..., Any]) -> None:
    with pytest.raises(
        ImproperlyConfigured, match=r"Middleware factory .* returned None\."
    ) as caught:
        site(URLS, middleware=[lambda get_response: None])
    assert "MiddlewareNotUsed" in caught.value.__notes__[0]


def test_a_middleware_that_is_not_used(site: Callable[..., Any]) -> None:
    def not_used(get_response: Callable[..., Any]) -> Any:
        raise MiddlewareNotUsed("not today")

    assert site(URLS, middleware=[not_used, Foreign]).ask("/").get("X-Foreign") == "1"


def test_a_middleware_without_a_colour(site: Callable[..., Any]) -> None:
    foreign_of_none = foreign
    foreign_of_none.sync_capable = False  # type: ignore[attr-defined]
    foreign_of_none.async_capable = False  # type: ignore[attr-defined]
    try:
        with pytest.raises(RuntimeError, match="at least one of sync_capable/async_capable"):
            site(URLS, middleware=[foreign_of_none])
    finally:
        del foreign_of_none.sync_capable, foreign_of_none.async_capable  # type: ignore[attr-defined]


def test_a_middleware_that_returns_no_response(site: Callable[..., Any]) -> None:
    def mute(get_response: Callable[..., Any]) -> Callable[..., Any]:
        return lambda request: None

    assert site(URLS, middleware=[Foreign, mute]).ask("/").status == 500


def test_a_handler_can_be_used_without_a_server() -> None:
    with override_settings(ROOT_URLCONF=tuple(URLS), MIDDLEWARE=[]):
        handler = BaseHandler()
        handler.load_middleware()
        request = HttpRequest()
        request.path = request.path_info = "/x/3/"
        request.method = "GET"
        response = handler.get_response(request)
        assert response.content == b"view"
        assert request.resolver_match.kwargs == {"n": 3}
        ahandler = BaseHandler()
        ahandler.load_middleware(is_async=True)
        assert asyncio.run(ahandler.get_response_async(request)).content == b"view"


def test_a_subclass_that_changes_a_step_is_obeyed() -> None:
    class Own(WSGIHandler):
        def get_response(self, request: Any) -> Any:
            response = super().get_response(request)
            response["X-Own"] = type(self).__name__
            return response

    with override_settings(ROOT_URLCONF=tuple(URLS), MIDDLEWARE=[]):
        started: list[Any] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
        }
        b"".join(Own()(environ, lambda *args: started.append(args)))
    assert ("X-Own", "Own") in started[0][1]


def test_handlers_are_instances_of_the_documented_classes() -> None:
    assert isinstance(WSGIHandler(), WSGIHandler)
    assert type(ASGIHandler()).__name__ == "ASGIHandler"
    assert settings.configured
