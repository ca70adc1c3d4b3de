"""What the compiler knows by heart about built-in middleware is what their own hooks do.

Each site is asked twice: with the built-in classes, which are fused, and with empty subclasses of
them, which are called hook by hook. The answers must be the same, header for header.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction, markcoroutinefunction

from vivace.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from vivace.middleware.clickjacking import XFrameOptionsMiddleware
from vivace.middleware.common import BrokenLinkEmailsMiddleware, CommonMiddleware
from vivace.middleware.csp import ContentSecurityPolicyMiddleware
from vivace.middleware.csrf import CsrfViewMiddleware, get_token
from vivace.middleware.gzip import GZipMiddleware
from vivace.middleware.http import ConditionalGetMiddleware
from vivace.middleware.locale import LocaleMiddleware
from vivace.middleware.security import SecurityMiddleware
from vivace.pipeline import natives
from vivace.template.response import TemplateResponse
from vivace.urls import path
from vivace.utils.decorators import sync_and_async_middleware
from vivace.utils.deprecation import MiddlewareMixin
from vivace.views.decorators.csrf import csrf_exempt

# A synchronous iterator under ASGI is consumed with a warning, as documented.
pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")

BUILT_IN: tuple[Any, ...] = (
    SecurityMiddleware,
    CommonMiddleware,
    CsrfViewMiddleware,
    XFrameOptionsMiddleware,
    BrokenLinkEmailsMiddleware,
    ConditionalGetMiddleware,
    ContentSecurityPolicyMiddleware,
    GZipMiddleware,
    LocaleMiddleware,
)
DOCUMENTED_ORDER: tuple[Any, ...] = BUILT_IN[:4]


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


def marked(request: Any) -> HttpResponse:
    return HttpResponse(repr(getattr(request, "csrf_processing_done", None)))


async def amarked(request: Any) -> HttpResponse:
    return marked(request)


@csrf_exempt
def unprotected(request: Any) -> HttpResponse:
    return marked(request)


def form(request: Any) -> HttpResponse:
    get_token(request)
    return marked(request)


def rendered(request: Any) -> TemplateResponse:
    get_token(request)
    return TemplateResponse(request, Rendered(), {})


class Rendered:
    def render(self, context: Any, request: Any) -> str:
        return "rendered"


VIEWS = (
    text, json, own_headers, exempt, cookie, written, stream, missing, gone, broken, marked, amarked,
    unprotected, form, rendered,
)  # fmt: skip
URLS = [path(f"{view.__name__}/", view) for view in VIEWS]
# A route with a parameter is not found by its whole path.
URLS.append(path("by/<name>/", lambda request, name: VIEWS_BY_NAME[name](request)))
VIEWS_BY_NAME = {"form": form, "marked": marked}
SECRET = "1bcdefghij2bcdefghij3bcdefghij4X"
WITH_COOKIE = [("Cookie", f"a=b; csrftoken={SECRET}")]
TARGETS = [f"/{view.__name__}/" for view in VIEWS] + ["/text", "/nowhere", "/text/?q=1", "//text"]


def unfused(cls: type) -> type:
    return type(cls.__name__, (cls,), {})


def known(value: str) -> str:
    """A header's value without a secret that chance has made, and the moment it ends at."""
    value = re.sub("expires=[^;]*", "expires", value)
    return re.sub("(own|csrftoken)=(?!1bc)[a-zA-Z0-9]{32};", "new", value)


def answers(site: Callable[..., Any], middleware: Any, requests: Any, **settings: Any) -> Any:
    made = site(URLS, middleware=middleware, **settings)
    found = []
    for target, options in requests:
        response = made.ask(target, **options)
        headers = sorted((name, known(value)) for name, value in response.headers)
        found.append((response.status, response.reason, headers, response.body))
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
        {"CSRF_USE_SESSIONS": True},
        {"CSRF_COOKIE_NAME": "own", "CSRF_TRUSTED_ORIGINS": ["https://evil.example"]},
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
            {"headers": WITH_COOKIE},
            {"method": "HEAD", "headers": [("Cookie", "csrftoken=short")]},
            {"method": "POST"},
            {"method": "POST", "headers": [*WITH_COOKIE, ("X-CSRFToken", SECRET)]},
            {"method": "DELETE", "headers": [*WITH_COOKIE, ("Origin", "https://evil.example")]},
            {"headers": [("Host", "localhost"), ("X-Forwarded-Host", "evil.example")]},
        )
    ]
    fused = answers(site, DOCUMENTED_ORDER, requests, **settings)
    walked = answers(site, map(unfused, DOCUMENTED_ORDER), requests, **settings)
    assert fused == walked


@pytest.mark.parametrize("order", list(itertools.permutations(DOCUMENTED_ORDER)))
def test_any_order_of_fused_middleware(site: Callable[..., Any], order: Any) -> None:
    requests = [
        (target, {"headers": headers}) for target in TARGETS for headers in ([], WITH_COOKIE)
    ]
    assert answers(site, order, requests) == answers(site, map(unfused, order), requests)


@pytest.mark.parametrize("other", BUILT_IN[4:])
@pytest.mark.parametrize("position", range(5))
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


class Asking:
    """A view hook of somebody else's."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
        if request.path == "/text/":
            return HttpResponse("asked")
        return None


def rewrite(request: Any) -> None:
    """Give requests cookies, another path and method, before the built-in ones see them."""
    if request.path_info == "/json/":
        request.COOKIES["csrftoken"] = SECRET
        request.path_info, request.method = "/marked/", "PUT"
    elif request.path_info == "/gone/":
        request.COOKIES["csrftoken"] = SECRET
        request.path_info = "/form/"


class Rewriting(MiddlewareMixin):
    """One whose hooks are called in the function of its neighbours."""

    def process_request(self, request: Any) -> None:
        rewrite(request)


def rewriting(get_response: Any) -> Any:
    """One that is called as it stands."""
    if iscoroutinefunction(get_response):

        async def amiddleware(request: Any) -> Any:
            rewrite(request)
            return await get_response(request)

        return amiddleware

    def middleware(request: Any) -> Any:
        rewrite(request)
        return get_response(request)

    return middleware


@pytest.mark.parametrize("other", [Asking, Rewriting, sync_and_async_middleware(rewriting)])
@pytest.mark.parametrize("position", range(5))
def test_foreign_middleware_between_them(
    site: Callable[..., Any], other: Any, position: int
) -> None:
    order: list[Any] = list(DOCUMENTED_ORDER)
    walked: list[Any] = list(map(unfused, DOCUMENTED_ORDER))
    order.insert(position, other)
    walked.insert(position, other)
    requests = [
        (target, {"method": method, "headers": headers})
        for target in [*TARGETS, "/by/form/", "/by/marked/"]
        for method in ("GET", "POST")
        for headers in ([], WITH_COOKIE, [*WITH_COOKIE, ("X-CSRFToken", SECRET)])
    ]
    assert answers(site, order, requests) == answers(site, walked, requests)


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
