"""Cache headers, conditional requests and the keys of pages."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from settings_layer import changed
from vivace.core.cache.backends.locmem import LocMemCache
from vivace.http import HttpResponse, StreamingHttpResponse
from vivace.test import RequestFactory
from vivace.utils import timezone, translation
from vivace.utils.cache import (
    add_never_cache_headers,
    get_cache_key,
    get_conditional_response,
    get_max_age,
    has_vary_header,
    learn_cache_key,
    patch_cache_control,
    patch_response_headers,
    patch_vary_headers,
    set_response_etag,
)
from vivace.utils.http import http_date

NOW = 1_700_000_000
FACTORY = RequestFactory()


def response(**headers: Any) -> HttpResponse:
    return HttpResponse(
        b"x", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@pytest.mark.parametrize(
    ("before", "directives", "after"),
    [
        (None, {"private": True}, "private"),
        ("", {"no_cache": True}, "no-cache"),
        ("max-age=10", {"max_age": 5}, "max-age=5"),
        ("max-age=10", {"max_age": 20}, "max-age=10"),
        ("private", {"public": True}, "public"),
        ("public", {"private": True}, "private"),
        ("private, public", {"foo": "bar"}, "private, public, foo=bar"),
        ("no-cache=a", {"no_cache": "b"}, "no-cache=a, no-cache=b"),
        ("no-cache=a", {"no_cache": True}, "no-cache"),
        (
            "x",
            {"stale_while_revalidate": 3, "immutable": True},
            "x, stale-while-revalidate=3, immutable",
        ),
        ("Max-Age=10, Public", {"max_age": 3}, "max-age=3, public"),
        ("a=b=c", {}, "a=b=c"),
    ],
)
def test_patch_cache_control(before: Any, directives: Any, after: str) -> None:
    patched = response() if before is None else response(Cache_Control=before)
    patch_cache_control(patched, **directives)
    assert patched["Cache-Control"] == after


@pytest.mark.parametrize("spelling", ["PRIVATE", "Private", "pRiVaTe"])
def test_cve_2026_8404_directives_are_the_same_in_any_case(spelling: str) -> None:
    patched = response(Cache_Control=spelling)
    patch_cache_control(patched, public=True)
    assert patched["Cache-Control"] == "public"
    patched = response(Cache_Control=f"{spelling}, MAX-AGE=10")
    patch_cache_control(patched, max_age=20)
    assert patched["Cache-Control"] == "private, max-age=10"
    assert get_max_age(patched) == 10


@pytest.mark.parametrize(
    ("header", "age"),
    [
        (None, None),
        ("", None),
        ("max-age=5", 5),
        ("private, Max-Age=7", 7),
        ("max-age=x", None),
        ("no-cache", None),
    ],
)
def test_get_max_age(header: Any, age: int | None) -> None:
    assert get_max_age(response() if header is None else response(Cache_Control=header)) == age


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)


@pytest.mark.usefixtures("clock")
def test_patch_response_headers() -> None:
    patched = response()
    patch_response_headers(patched, 60)
    assert patched["Expires"] == http_date(NOW + 60)
    assert patched["Cache-Control"] == "max-age=60"
    patched = response(Expires="mine")
    with changed(CACHE_MIDDLEWARE_SECONDS=7):
        patch_response_headers(patched)
    assert (patched["Expires"], patched["Cache-Control"]) == ("mine", "max-age=7")


@pytest.mark.usefixtures("clock")
def test_add_never_cache_headers() -> None:
    patched = response()
    add_never_cache_headers(patched)
    assert patched["Expires"] == http_date(NOW)
    expected = "max-age=0, no-cache, no-store, must-revalidate, private"
    assert patched["Cache-Control"] == expected


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        (None, ["Accept-Encoding"], "Accept-Encoding"),
        ("Cookie", ["Accept-Encoding"], "Cookie, Accept-Encoding"),
        ("Cookie, Accept-Encoding", ["accept-encoding", "cookie"], "Cookie, Accept-Encoding"),
        ("cookie , accept-encoding", ["Cookie"], "cookie, accept-encoding"),
        ("*", ["Cookie"], "*"),
        ("Cookie", ["Accept", "*"], "*"),
    ],
)
def test_patch_vary_headers(before: Any, new: list[str], after: str) -> None:
    patched = response() if before is None else response(Vary=before)
    patch_vary_headers(patched, new)
    assert patched["Vary"] == after


@pytest.mark.parametrize("vary", [" *", "* ", "Cookie, * ", " Cookie , *", "\t*"])
def test_cve_2026_48587_padded_vary_does_not_hide_the_asterisk(vary: str) -> None:
    assert has_vary_header(response(Vary=vary), "*")
    assert not has_vary_header(response(Vary=vary), "Accept")
    patched = response(Vary=vary)
    patch_vary_headers(patched, ["Accept"])
    assert patched["Vary"] == "*"


def test_cve_2026_6907_asterisk_is_seen_and_stays() -> None:
    """Who stores pages asks with `has_vary_header`; no header added later may cover it."""
    patched = response(Vary="*")
    for header in ("Cookie", "Accept-Language", "Authorization"):
        patch_vary_headers(patched, [header])
        assert has_vary_header(patched, "*")


def test_has_vary_header() -> None:
    assert not has_vary_header(response(), "Cookie")
    assert has_vary_header(response(Vary="Accept, COOKIE"), "cookie")


def test_etags() -> None:
    assert set_response_etag(response())["ETag"] == '"9dd4e461268c8034f5c8564e155c67a6"'
    assert not set_response_etag(HttpResponse()).has_header("ETag")
    assert not set_response_etag(StreamingHttpResponse([b"x"])).has_header("ETag")


CONDITIONS: list[tuple[str, dict[str, str], str | None, int | None, int]] = [
    ("GET", {"If-None-Match": '"a"'}, '"a"', None, 304),
    ("HEAD", {"If-None-Match": 'W/"a"'}, '"a"', None, 304),
    ("GET", {"If-None-Match": '"b", "a"'}, 'W/"a"', None, 304),
    ("GET", {"If-None-Match": "*"}, '"a"', None, 304),
    ("GET", {"If-None-Match": "*"}, None, None, 200),
    ("GET", {"If-None-Match": "a"}, '"a"', None, 200),
    ("PUT", {"If-None-Match": '"a"'}, '"a"', None, 412),
    ("GET", {"If-Match": '"a"'}, '"a"', None, 200),
    ("GET", {"If-Match": "*"}, '"a"', None, 200),
    ("GET", {"If-Match": '"a"'}, 'W/"a"', None, 412),
    ("GET", {"If-Match": 'W/"a"'}, 'W/"a"', None, 412),
    ("POST", {"If-Match": '"b"'}, '"a"', None, 412),
    ("GET", {"If-Modified-Since": http_date(NOW)}, None, NOW, 304),
    ("GET", {"If-Modified-Since": http_date(NOW - 1)}, None, NOW, 200),
    ("POST", {"If-Modified-Since": http_date(NOW)}, None, NOW, 200),
    ("GET", {"If-Modified-Since": "junk"}, None, NOW, 200),
    ("GET", {"If-Unmodified-Since": http_date(NOW)}, None, NOW, 200),
    ("GET", {"If-Unmodified-Since": http_date(NOW - 1)}, None, NOW, 412),
    # An entity tag goes before a date.
    ("GET", {"If-None-Match": '"b"', "If-Modified-Since": http_date(NOW)}, '"a"', NOW, 200),
    ("GET", {"If-Match": '"a"', "If-Unmodified-Since": http_date(NOW - 1)}, '"a"', NOW, 200),
]


@pytest.mark.parametrize(("method", "headers", "etag", "modified", "status"), CONDITIONS)
def test_conditional_responses(
    method: str, headers: Any, etag: Any, modified: Any, status: int
) -> None:
    request = FACTORY.generic(method, "/", headers=headers)
    original = response(ETag="e", Expires="x", X_Other="o")
    original.set_cookie("a", "b")
    found = get_conditional_response(request, etag, modified, original)
    assert found.status_code == status
    if status == 200:
        assert found is original
    if status == 304:
        assert dict(found.headers) == {"ETag": "e", "Expires": "x"}
        assert found.cookies["a"].value == "b"
        assert found.content == b""


def test_conditions_are_ignored_for_failures() -> None:
    request = FACTORY.get("/", headers={"If-None-Match": '"a"'})
    failed = HttpResponse(status=404)
    assert get_conditional_response(request, '"a"', None, failed) is failed
    assert get_conditional_response(FACTORY.get("/"), '"a"', None) is None


@pytest.fixture
def pages() -> Iterator[LocMemCache]:
    cache = LocMemCache("pages", {})
    cache.clear()
    with changed(USE_TZ=False, USE_I18N=False):
        yield cache


URL = "b5268943f8305b7b1216f7b0efe65a96"
NOTHING = "d41d8cd98f00b204e9800998ecf8427e"


def test_keys_are_djangos(pages: LocMemCache) -> None:
    request = FACTORY.get("/")
    assert get_cache_key(request, "p", cache=pages) is None
    key = learn_cache_key(request, response(), 5, "p", pages)
    assert key == f"views.decorators.cache.cache_page.p.GET.{URL}.{NOTHING}"
    assert get_cache_key(request, "p", cache=pages) == key
    assert get_cache_key(request, "p", method="HEAD", cache=pages) == key.replace("GET", "HEAD")
    assert pages.get(f"views.decorators.cache.cache_header.p.{URL}") == []


def test_language_and_time_zone_are_in_the_key(pages: LocMemCache) -> None:
    request = FACTORY.get("/")
    with changed(USE_I18N=True, USE_TZ=True), timezone.override("Europe/Paris"):
        with translation.override("de"):
            vary = response(Vary="Accept-Language, Accept-Encoding")
            assert learn_cache_key(request, vary, 5, "p", pages).endswith(".de.Europe/Paris")
        name = f"views.decorators.cache.cache_header.p.{URL}.de.Europe/Paris"
        assert pages.get(name) == ["HTTP_ACCEPT_ENCODING"]


def test_pages_differ_by_the_headers_they_vary_on(pages: LocMemCache) -> None:
    varied = response(Vary=" Cookie ,Accept")
    first = FACTORY.get("/", headers={"Cookie": "a=1"})
    key = learn_cache_key(first, varied, 5, "p", pages)
    same = FACTORY.get("/", headers={"Cookie": "a=1", "User-Agent": "x"})
    assert get_cache_key(same, "p", cache=pages) == key
    other = FACTORY.get("/", headers={"Cookie": "a=2"})
    assert get_cache_key(other, "p", cache=pages) != key


@pytest.mark.parametrize(
    ("vary", "headers", "digest"),
    [
        ("X-A", {}, "4792b9bac48c3f0441b0d9b0d7af8f2c"),
        ("X-A", {"X-A": ""}, NOTHING),
        ("X-A", {"X-A": "x"}, "9dd4e461268c8034f5c8564e155c67a6"),
        ("X-A, X-B", {}, "ec4c0a214e3a9e5dc5c02968e891dbfb"),
    ],
)
def test_unmistakable_values_have_djangos_keys(
    pages: LocMemCache, vary: str, headers: Any, digest: str
) -> None:
    request = FACTORY.get("/", headers=headers)
    assert learn_cache_key(request, response(Vary=vary), 5, "p", pages).endswith("." + digest)


VALUES = [None, "", "a", "b", "ab", "-,", "-,a", "null", '"']


def test_cve_2026_113593_missing_and_empty_headers_have_keys_of_their_own(
    pages: LocMemCache,
) -> None:
    for names in (["X-A"], ["X-A", "X-B"]):
        varied = response(Vary=", ".join(names))
        combinations = list(itertools.product(VALUES, repeat=len(names)))
        keys = set()
        for values in combinations:
            present = zip(names, values, strict=True)
            headers = {name: value for name, value in present if value is not None}
            keys.add(learn_cache_key(FACTORY.get("/", headers=headers), varied, 5, "p", pages))
        assert len(keys) == len(combinations)
