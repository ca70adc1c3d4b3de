"""What the compiler knows by heart about built-in middleware is what their own hooks do.

Each site is asked twice: with the built-in classes, which are fused, and with empty subclasses of
them, which are called hook by hook. The answers must be the same, header for header.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from vivace.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from vivace.middleware.clickjacking import XFrameOptionsMiddleware
from vivace.middleware.common import BrokenLinkEmailsMiddleware, CommonMiddleware
from vivace.middleware.csp import ContentSecurityPolicyMiddleware
from vivace.middleware.gzip import GZipMiddleware
from vivace.middleware.http import ConditionalGetMiddleware
from vivace.middleware.locale import LocaleMiddleware
from vivace.middleware.security import SecurityMiddleware
from vivace.pipeline import natives
from vivace.urls import path

# A synchronous iterator under ASGI is consumed with a warning, as documented.
pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")

BUILT_IN: tuple[Any, ...] = (
    SecurityMiddleware,
    CommonMiddleware,
    XFrameOptionsMiddleware,
    BrokenLinkEmailsMiddleware,
    ConditionalGetMiddleware,
    ContentSecurityPolicyMiddleware,
    GZipMiddleware,
    LocaleMiddleware,
)
DOCUMENTED_ORDER: tuple[Any, ...] = BUILT_IN[:3]


def text(request: Any) -> HttpResponse:
    return HttpResponse("hello")


def json(request: Any) -> JsonResponse:
    return JsonResponse({"a": 1})


def own_headers(request: Any) -> HttpResponse:
    headers = {"X-Frame-Options": "ALLOW", "Referrer-Policy": "origin", "Content-Length": "2"}
    return HttpResponse("ok", headers=headers)


def exempt(request: Any) -> HttpResponse:
    response = HttpResponse("framed")
    response.xframe_options_exempt = True
    return response


def cookie(request: Any) -> HttpResponse:
    response = HttpResponse("cookie")
    response.set_cookie("a", "b")
    return response


def written(request: Any) -> HttpResponse:
    response = HttpResponse("a")
    response.write("b")
    response["X-Own"] = "1"
    del response["x-own"]
    return response


def stream(request: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"a", b"b"]))


def missing(request: Any) -> HttpResponse:
    raise Http404("nothing")


def gone(request: Any) -> HttpResponse:
    return HttpResponse("gone", status=410, reason="Vanished")


def broken(request: Any) -> HttpResponse:
    raise RuntimeError("broken")


VIEWS = (text, json, own_headers, exempt, cookie, written, stream, missing, gone, broken)
URLS = [path(f"{view.__name__}/", view) for view in VIEWS]
TARGETS = [f"/{view.__name__}/" for view in VIEWS] + ["/text", "/nowhere", "/text/?q=1", "//text"]


def unfused(cls: type) -> type:
    return type(cls.__name__, (cls,), {})


def answers(site: Callable[..., Any], middleware: Any, requests: Any, **settings: Any) -> Any:
    made = site(URLS, middleware=middleware, **settings)
    found = []
    for target, options in requests:
        response = made.ask(target, **options)
        found.append((response.status, response.reason, sorted(response.headers), response.body))
    return found


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"SECURE_HSTS_SECONDS": 60, "SECURE_HSTS_PRELOAD": True, "X_FRAME_OPTIONS": "sameorigin"},
        {"SECURE_SSL_REDIRECT": True, "SECURE_REDIRECT_EXEMPT": ["^json/"]},
        {"PREPEND_WWW": True, "ALLOWED_HOSTS": ["*"]},
        {"APPEND_SLASH": False, "SECURE_REFERRER_POLICY": None},
        {"ALLOWED_HOSTS": ["other.example"]},
        {"USE_X_FORWARDED_HOST": True},
    ],
    ids=lambda settings: ",".join(settings) or "defaults",
)
def test_fused_middleware_answer_as_their_hooks_do(
    site: Callable[..., Any], settings: dict[str, Any]
) -> None:
    requests = [
        (target, options)
        for target in TARGETS
        for options in (
            {},
            {"scheme": "https"},
            {"headers": [("Host", "localhost"), ("X-Forwarded-Host", "evil.example")]},
        )
    ]
    fused = answers(site, DOCUMENTED_ORDER, requests, **settings)
    walked = answers(site, map(unfused, DOCUMENTED_ORDER), requests, **settings)
    assert fused == walked


@pytest.mark.parametrize("order", list(itertools.permutations(DOCUMENTED_ORDER)))
def test_any_order_of_fused_middleware(site: Callable[..., Any], order: Any) -> None:
    requests = [(target, {}) for target in TARGETS]
    assert answers(site, order, requests) == answers(site, map(unfused, order), requests)


@pytest.mark.parametrize("other", BUILT_IN[3:])
@pytest.mark.parametrize("position", range(4))
def test_other_built_in_middleware_between_them(
    site: Callable[..., Any], other: type, position: int
) -> None:
    order: list[Any] = list(DOCUMENTED_ORDER)
    order.insert(position, other)
    headers = [("If-None-Match", "*"), ("Referer", "http://testserver/x/")]
    requests = [(target, {"headers": headers}) for target in TARGETS]
    fused = answers(site, order, requests, SECURE_CSP={"default-src": ["'self'"]})
    walked = answers(site, map(unfused, order), requests, SECURE_CSP={"default-src": ["'self'"]})
    assert fused == walked


def test_a_patched_class_is_called_as_it_stands(
    site: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def patched(self: Any, request: Any, response: Any) -> str:
        return "FROM-THE-PATCH"

    monkeypatch.setattr(XFrameOptionsMiddleware, "get_xframe_options_value", patched)
    response = site(URLS, middleware=DOCUMENTED_ORDER).ask("/text/")
    assert response.get("X-Frame-Options") == "FROM-THE-PATCH"


@pytest.mark.parametrize("cls", BUILT_IN)
def test_only_the_exact_class_has_a_recipe(cls: Any) -> None:
    def get_response(request: Any) -> None:
        return None

    kwargs: dict[str, Any] = {}
    assert natives.may_fuse(cls)
    assert natives.layer_for(cls(get_response)).on_response is not None
    assert natives.layer_for(unfused(cls)(get_response, **kwargs)).rule is None


def test_a_duplicate_host_header_is_refused_on_the_fused_road(site: Callable[..., Any]) -> None:
    made = site(URLS, middleware=DOCUMENTED_ORDER)
    assert made.ask("/text/").status == 200
    two = [("Host", "testserver"), ("Host", "testserver")]
    assert made.ask("/text/", headers=two).status == 400
