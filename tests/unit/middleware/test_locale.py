"""The language of a request, in both colours, over the wire; more in test_golden_locale."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vivace.conf.urls.i18n import i18n_patterns
from vivace.http import HttpResponse, HttpResponsePermanentRedirect
from vivace.middleware.locale import LocaleMiddleware
from vivace.pipeline import natives
from vivace.test import RequestFactory
from vivace.test.utils import override_settings
from vivace.urls import LocalePrefixPattern, Resolver404, get_resolver, path
from vivace.utils import translation

LOCALE = "vivace.middleware.locale.LocaleMiddleware"
LANGUAGES = [("en", "English"), ("de", "German"), ("fr", "French")]


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    yield
    translation.deactivate()


def spoken(request: Any) -> HttpResponse:
    return HttpResponse(f"{translation.get_language()} {request.LANGUAGE_CODE}")


async def spoken_later(request: Any) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse(translation.get_language())


def headers_of(response: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers}


@pytest.fixture
def made(site: Callable[..., Any]) -> Any:
    routes = i18n_patterns(path("page/", spoken), path("later/", spoken_later))
    return site([path("free/", spoken), *routes], middleware=[LOCALE], LANGUAGES=LANGUAGES)


def test_language_of_header(made: Any) -> None:
    response = made.ask("/free/", headers=[("Accept-Language", "fr,de;q=0.5")])
    assert response.body == b"fr fr"
    found = headers_of(response)
    assert (found["content-language"], found["vary"]) == ("fr", "Accept-Language")


def test_redirect_to_language(made: Any) -> None:
    response = made.ask("/page/?q=1", headers=[("Cookie", "django_language=de")])
    assert response.status == 302
    found = headers_of(response)
    assert found["location"] == "/de/page/?q=1"
    assert found["vary"] == "Accept-Language, Cookie"


def test_language_reaches_an_asynchronous_view(made: Any) -> None:
    assert made.ask("/fr/later/").body == b"fr"
    assert made.ask("/de/later/").body == b"de"


def test_without_translation_the_language_is_the_default(site: Callable[..., Any]) -> None:
    quiet = site(
        [path("free/", spoken)], middleware=[LOCALE], USE_I18N=False, LANGUAGE_CODE="pt-br"
    )
    response = quiet.ask("/free/", headers=[("Accept-Language", "fr")])
    assert response.body == b"pt-br pt-br"


def test_redirect_class_can_be_another(site: Callable[..., Any]) -> None:
    class Moved(LocaleMiddleware):
        response_redirect_class = HttpResponsePermanentRedirect

    moved = site(i18n_patterns(path("page/", spoken)), middleware=[Moved], LANGUAGES=LANGUAGES)
    assert moved.ask("/page/").status == 301


def test_hooks_by_themselves() -> None:
    request = RequestFactory().get("/", headers={"accept-language": "de"})
    middleware = LocaleMiddleware(lambda request: HttpResponse(translation.get_language()))
    with override_settings(LANGUAGES=LANGUAGES):
        response = middleware(request)
    assert response.content == b"de"
    assert response["Content-Language"] == "de"
    assert request.LANGUAGE_CODE == "de"


def test_cve_2022_41323_language_prefix_is_literal_text() -> None:
    pattern = LocalePrefixPattern()
    with translation.override("e.n"):
        assert pattern.match("e.n/page/") == ("page/", (), {})
        assert pattern.match("exn/page/") is None
    with translation.override("(a+)+"):
        assert pattern.match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!/") is None
        assert pattern.match("(a+)+/x") == ("x", (), {})
    with translation.override("[unclosed"):
        assert pattern.match("[unclosed/x") == ("x", (), {})
        resolver = get_resolver()
        with pytest.raises(Resolver404):
            resolver.resolve("/nowhere/")


def test_fused_in_the_chain_without_a_thread() -> None:
    layer = natives.layer_for(LocaleMiddleware(spoken))
    assert layer.on_request is not None
    assert layer.on_response is not None
    assert not layer.on_request.blocking
    assert not layer.on_response.blocking
