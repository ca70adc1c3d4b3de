"""Pages of whole sites kept in a cache, over both protocols."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vivace.core.cache import cache
from vivace.http import HttpResponse
from vivace.test import RequestFactory
from vivace.urls import path
from vivace.views.decorators.cache import cache_page

KEPT = [
    "vivace.middleware.cache.UpdateCacheMiddleware",
    "vivace.middleware.common.CommonMiddleware",
    "vivace.middleware.cache.FetchFromCacheMiddleware",
]


@pytest.fixture(autouse=True)
def _empty_cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000.0)
    cache.clear()
    yield
    cache.clear()


class Counting:
    """A view that answers how often it was called, with the headers and cookies given."""

    def __init__(self, cookie: str = "", **headers: str) -> None:
        self.numbers = itertools.count(1)
        self.cookie = cookie
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def __call__(self, request: Any) -> HttpResponse:
        response = HttpResponse(f"page {next(self.numbers)}", headers=self.headers)
        if self.cookie:
            response.set_cookie(self.cookie, "x")
        return response


def pages(site: Callable[..., Any], view: Any, *headers: Any) -> list[bytes]:
    made = site([path("", view)], middleware=KEPT)
    return [made.ask("/", headers=each).body for each in headers]


def test_a_page_is_made_once(site: Callable[..., Any]) -> None:
    made = site([path("", Counting())], middleware=KEPT)
    first, second, other = made.ask("/"), made.ask("/"), made.ask("/?q")
    assert (first.body, second.body, other.body) == (b"page 1", b"page 1", b"page 2")
    assert first.get("Cache-Control") == second.get("Cache-Control") == "max-age=600"
    assert first.get("Age") is None
    assert second.get("Age") == "0"
    assert made.ask("/", method="POST").body == b"page 3"


def test_head_is_answered_with_a_kept_page(site: Callable[..., Any]) -> None:
    made = site([path("", Counting())], middleware=KEPT)
    made.ask("/")
    assert made.ask("/", method="HEAD").get("Age") == "0"


def test_cve_2026_6907_varying_on_everything_is_not_kept(site: Callable[..., Any]) -> None:
    assert pages(site, Counting(Vary="X, *"), (), ()) == [b"page 1", b"page 2"]


@pytest.mark.parametrize("spelling", ["private", "Private", "PRIVATE, max-age=5", "No-Store"])
def test_cve_2026_8404_private_in_any_case_is_not_kept(
    site: Callable[..., Any], spelling: str
) -> None:
    assert pages(site, Counting(Cache_Control=spelling), (), ()) == [b"page 1", b"page 2"]


def test_cve_2026_35193_who_is_authorized_has_a_page_of_their_own(
    site: Callable[..., Any],
) -> None:
    one, two = [("Authorization", "one")], [("Authorization", "two")]
    assert pages(site, Counting(), one, two, one, ()) == [
        b"page 1",
        b"page 2",
        b"page 1",
        b"page 3",
    ]


def test_cve_2026_35193_public_pages_are_shared(site: Callable[..., Any]) -> None:
    one, two = [("Authorization", "one")], [("Authorization", "two")]
    assert pages(site, Counting(Cache_Control="public"), one, two) == [b"page 1", b"page 1"]


def test_cve_2026_48588_a_cookie_that_is_set_is_not_kept(site: Callable[..., Any]) -> None:
    unrelated = [("Cookie", "unrelated=1")]
    view = Counting(cookie="session", Vary="Cookie")
    assert pages(site, view, unrelated, unrelated, ()) == [b"page 1", b"page 2", b"page 3"]


def test_cve_2026_113593_missing_and_empty_headers_have_pages_of_their_own(
    site: Callable[..., Any],
) -> None:
    view = Counting(Vary="X-A")
    assert pages(site, view, (), [("X-A", "")]) == [b"page 1", b"page 2"]


def test_one_view_is_kept_under_its_own_timeout() -> None:
    view = cache_page(60, key_prefix="front")(Counting())
    first, second = (view(RequestFactory().get("/")) for _ in range(2))
    assert first.content == second.content == b"page 1"
    assert second["Cache-Control"] == "max-age=60"
    assert second["Age"] == "0"
