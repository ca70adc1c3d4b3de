"""What type checkers tell users of the public names. Read by mypy and pyright, never run as a test."""

from __future__ import annotations

from collections.abc import ItemsView
from datetime import datetime
from typing import Any, assert_type

from vivace.apps import AppConfig, apps
from vivace.conf import settings
from vivace.core.asgi import get_asgi_application
from vivace.core.cache import caches
from vivace.core.mail import EmailMessage, send_mail
from vivace.core.paginator import Page, Paginator
from vivace.core.signing import Signer, dumps
from vivace.core.wsgi import get_wsgi_application
from vivace.dispatch import Signal, receiver
from vivace.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
    StreamingHttpResponse,
)
from vivace.http.headers import HttpHeaders, ResponseHeaders
from vivace.shortcuts import redirect
from vivace.test import (
    AsyncClient,
    Client,
    RequestFactory,
    SimpleTestCase,
    modify_settings,
    override_settings,
)
from vivace.urls import (
    ResolverMatch,
    URLPattern,
    URLResolver,
    include,
    path,
    re_path,
    resolve,
    reverse,
)
from vivace.utils import timezone
from vivace.utils.datastructures import MultiValueDict
from vivace.utils.decorators import method_decorator
from vivace.utils.functional import cached_property
from vivace.utils.html import format_html
from vivace.utils.safestring import SafeString, mark_safe
from vivace.utils.translation import gettext, ngettext
from vivace.views import View
from vivace.views.decorators.cache import cache_control, never_cache
from vivace.views.decorators.gzip import gzip_page
from vivace.views.decorators.http import condition, require_http_methods, require_POST
from vivace.views.decorators.vary import vary_on_headers
from vivace.views.generic import RedirectView

# --- requests


def a_request(request: HttpRequest) -> None:
    assert_type(request.GET, QueryDict)
    assert_type(request.POST, QueryDict)
    assert_type(request.GET["page"], str)
    assert_type(request.GET.get("page"), str | None)
    assert_type(request.GET.get("page", 1), str | int)
    assert_type(request.GET.getlist("tag"), list[str])
    assert_type(request.GET.urlencode(), str)
    assert_type(request.GET.copy(), QueryDict)
    assert_type(request.FILES, MultiValueDict)
    assert_type(request.COOKIES, dict[str, str])
    assert_type(request.COOKIES.get("seen"), str | None)
    assert_type(request.META, dict[str, Any])
    assert_type(request.headers, HttpHeaders)
    assert_type(request.headers["Accept"], str)
    assert_type(request.headers.get("Accept"), str | None)
    assert_type(request.method, str | None)
    assert_type(request.scheme, str)
    assert_type(request.path, str)
    assert_type(request.path_info, str)
    assert_type(request.body, bytes)
    assert_type(request.encoding, str | None)
    assert_type(request.content_type, str | None)
    assert_type(request.resolver_match, ResolverMatch | None)
    assert_type(request.get_host(), str)
    assert_type(request.get_port(), str)
    assert_type(request.get_full_path(), str)
    assert_type(request.build_absolute_uri("/news/"), str)
    assert_type(request.is_secure(), bool)
    assert_type(request.accepts("text/html"), bool)
    assert_type(request.get_preferred_type(["text/html", "application/json"]), str | None)
    assert_type(request.read(10), bytes)
    assert_type(request.readlines(), list[bytes])


# --- responses


def responses() -> None:
    response = HttpResponse("text", status=201, headers={"Age": 120})
    assert_type(response.headers, ResponseHeaders)
    assert_type(response.headers["Age"], str)
    assert_type(response["Age"], str)
    assert_type(response.has_header("Age"), bool)
    assert_type(response.items(), ItemsView[str, str])
    assert_type(response.status_code, int)
    assert_type(response.reason_phrase, str)
    assert_type(response.content, bytes)
    assert_type(response.text, str)
    assert_type(response.charset, str)
    assert_type(response.closed, bool)
    assert_type(response.streaming, bool)
    # Whatever can be turned into a body may be set as one.
    response.content = "text"
    response["Age"] = 12
    response.set_cookie("seen", "1", max_age=60, samesite="Lax")
    response.delete_cookie("seen")

    assert_type(JsonResponse({"a": 1}).content, bytes)
    assert_type(JsonResponse([1], safe=False, json_dumps_params={"indent": 2}), JsonResponse)
    assert_type(HttpResponseRedirect("/").url, str)
    assert_type(StreamingHttpResponse(iter([b""])).getvalue(), bytes)
    with open(__file__, "rb") as file:
        assert_type(FileResponse(file, as_attachment=True), FileResponse)


# --- routing


def news(request: HttpRequest, year: int) -> HttpResponse:
    if year < 1900:
        raise Http404("No news of that time.")
    return HttpResponse(str(year))


async def anews(request: HttpRequest, year: int) -> JsonResponse:
    return JsonResponse({"year": year})


class NewsView(View):
    page_size = 10

    def get(self, request: HttpRequest, year: int) -> HttpResponse:
        assert_type(self.request, HttpRequest)
        assert_type(self.args, tuple[Any, ...])
        assert_type(self.kwargs, dict[str, Any])
        return HttpResponse()


def routes() -> None:
    assert_type(path("news/<int:year>/", news, name="news"), URLPattern)
    assert_type(path("news/<int:year>/", anews, {"year": 2}), URLPattern)
    assert_type(path("news/", NewsView.as_view(page_size=3)), URLPattern)
    assert_type(path("old/", RedirectView.as_view(url="/")), URLPattern)
    assert_type(path("shop/", include("shop.urls")), URLResolver)
    assert_type(path("shop/", include(([path("", news)], "shop"), namespace="a")), URLResolver)
    assert_type(re_path(r"^news/(?P<year>[0-9]{4})/$", news), URLPattern)

    assert_type(reverse("news", kwargs={"year": 3}, query={"a": 1}, fragment="top"), str)
    match = resolve("/news/3/")
    assert_type(match, ResolverMatch)
    assert_type(match.args, tuple[Any, ...])
    assert_type(match.kwargs, dict[str, Any])
    assert_type(match.url_name, str | None)
    assert_type(match.view_name, str)
    assert_type(match.namespaces, list[str])
    assert_type(redirect("news", 3), HttpResponseRedirect)


# --- decorators keep the signature of what they decorate


@require_POST
@never_cache
@cache_control(max_age=60)
@gzip_page
@vary_on_headers("Accept-Language")
@condition(etag_func=lambda request: "x")
def decorated(request: HttpRequest, pk: int) -> JsonResponse:
    return JsonResponse({"pk": pk})


@require_http_methods(["GET"])
async def adecorated(request: HttpRequest, pk: int) -> JsonResponse:
    return JsonResponse({"pk": pk})


@method_decorator(never_cache, name="dispatch")
class DecoratedView(View):
    @method_decorator([never_cache, gzip_page])
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponse()


async def what_is_decorated(request: HttpRequest) -> None:
    assert_type(decorated(request, pk=1), JsonResponse)
    assert_type(await adecorated(request, pk=1), JsonResponse)
    assert_type(DecoratedView(), DecoratedView)
    assert_type(DecoratedView().get(request, 1), HttpResponse)


# --- signals, settings, applications

order_paid = Signal()


@receiver(order_paid)
def on_payment(sender: object, **kwargs: Any) -> int:
    return 1


async def signals() -> None:
    assert_type(on_payment(None), int)
    assert_type(order_paid.has_listeners(), bool)
    assert_type(order_paid.disconnect(on_payment), bool)
    for listener, answer in order_paid.send(sender=None, order=3):
        assert_type(listener(None), Any)
        assert_type(answer, Any)
    for _, answer in await order_paid.asend_robust(sender=None):
        assert_type(answer, Any)


def ground() -> None:
    assert_type(settings.configured, bool)
    settings.configure(DEBUG=True)
    assert_type(apps.get_app_config("shop"), AppConfig)
    assert_type(apps.is_installed("shop"), bool)
    assert_type(timezone.now(), datetime)
    assert_type(gettext("Yes"), str)
    assert_type(ngettext("day", "days", 2), str)


# --- utilities and services


class Lazy:
    @cached_property
    def answer(self) -> int:
        return 42


def services() -> None:
    assert_type(Lazy().answer, int)
    assert_type(mark_safe("<b>"), SafeString)
    assert_type(format_html("<b>{}</b>", "a"), SafeString)
    assert_type(Signer().sign("a"), str)
    assert_type(dumps({"a": 1}), str)
    assert_type(send_mail("subject", "body", None, ["you@example.com"]), int)
    assert_type(EmailMessage("subject", "body").send(), int)
    page = Paginator([1, 2, 3], 2).get_page(1)
    assert_type(page, Page)
    assert_type(page.has_next(), bool)
    caches["default"].set("a", 1, timeout=60)
    get_wsgi_application()({}, print)
    get_asgi_application()


# --- tests of a site


@override_settings(DEBUG=True)
class SiteTests(SimpleTestCase):
    @modify_settings(MIDDLEWARE={"append": "shop.middleware.Basket"})
    def test_page(self) -> None:
        response = self.client.get("/", {"page": 2}, headers={"accept": "text/html"})
        assert_type(response.status_code, int)
        assert_type(response.content, bytes)
        assert_type(response.headers, ResponseHeaders)
        assert_type(response["Content-Type"], str)
        assert_type(response.json(), Any)
        assert_type(response.resolver_match, ResolverMatch)
        self.assertContains(response, "jazz", count=1, status_code=200)
        self.assertRedirects(response, "/login/")
        with self.settings(DEBUG=False):
            pass

    async def test_page_of_an_async_client(self) -> None:
        response = await self.async_client.post("/", {"a": 1}, follow=True)
        assert_type(response.status_code, int)
        assert_type(response.redirect_chain, list[tuple[str, int]])


@override_settings(DEBUG=True)
def a_test_function() -> int:
    return 1


async def clients() -> None:
    assert_type(a_test_function(), int)
    assert_type(SiteTests(), SiteTests)
    assert_type(Client().get("/").status_code, int)
    assert_type((await AsyncClient().get("/")).text, str)
    assert_type(RequestFactory().post("/", {"a": 1}), HttpRequest)
