"""The rows of the list of vulnerabilities that concern middleware and views, over both protocols."""

from __future__ import annotations

import gzip
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vivace.http import Http404, HttpResponse, StreamingHttpResponse
from vivace.urls import path, re_path
from vivace.views.static import serve

Make = Callable[..., Any]

COMMON = "vivace.middleware.common.CommonMiddleware"
GZIP = "vivace.middleware.gzip.GZipMiddleware"
SECURITY = "vivace.middleware.security.SecurityMiddleware"
CSP = "vivace.middleware.csp.ContentSecurityPolicyMiddleware"
FRAME = "vivace.middleware.clickjacking.XFrameOptionsMiddleware"
CONDITIONAL = "vivace.middleware.http.ConditionalGetMiddleware"

HTML = ("Accept", "text/html")
LONG = b"the same line again and again\n" * 100


def page(request: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse(LONG)


async def async_page(request: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse(LONG)


@pytest.fixture(params=[page, async_page], ids=["sync view", "async view"])
def view(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_cve_2014_1418_vary_stays_for_every_browser(site: Make, view: Any) -> None:
    response = site([path("", view)], [GZIP]).ask(
        "/", headers=[("Accept-Encoding", "gzip"), ("User-Agent", "MSIE 8.0")]
    )
    assert response.get("Vary") == "Accept-Encoding"
    assert gzip.decompress(response.body) == LONG


def test_breach_two_answers_differ_in_length(site: Make, view: Any) -> None:
    made = site([path("", view)], [GZIP])
    bodies = [made.ask("/", headers=[("Accept-Encoding", "gzip")]).body for _ in range(30)]
    assert {gzip.decompress(body) for body in bodies} == {LONG}
    assert len({len(body) for body in bodies}) > 1


def test_cve_2018_14574_slash_redirect_stays_here(site: Make, view: Any) -> None:
    made = site([re_path(r"^(?P<rest>.+)/$", view)], [COMMON])
    response = made.ask("//evil.example/path")
    assert response.status == 301
    assert response.get("Location") == "/%2Fevil.example/path/"


def test_cve_2019_12781_https_redirect_does_not_trust_the_client(site: Make, view: Any) -> None:
    settings = {"SECURE_SSL_REDIRECT": True}
    made = site([path("", view)], [SECURITY], **settings)
    assert made.ask("/", headers=[("X-Forwarded-Proto", "https")]).status == 301


def failing(request: Any) -> HttpResponse:
    evil = request.GET["q"]
    raise ValueError(evil)


@pytest.mark.filterwarnings("ignore")
def test_cve_2017_12794_debug_page_escapes(site: Make) -> None:
    made = site([path("", failing)], DEBUG=True)
    response = made.ask("/?q=<script>alert(1)</script>", headers=[HTML])
    assert response.status == 500
    assert b"&lt;script&gt;alert(1)" in response.body
    assert b"<script>alert" not in response.body


def test_debug_page_is_text_for_a_client_without_html(site: Make) -> None:
    made = site([path("", failing)], DEBUG=True)
    response = made.ask("/?q=why", headers=[("Accept", "application/json")])
    assert (response.status, response.get("Content-Type")) == (500, "text/plain; charset=utf-8")
    assert response.body.startswith(b"ValueError at /\nwhy\n")


# Not as it is sent, since reports show these lines.
SECRET = "-".join(["kept", "from", "everybody"])


def crossed(request: Any) -> HttpResponse:
    raise ValueError("why")


def foreign(get_response: Any) -> Any:
    """A third-party middleware: the pipeline goes on in a second function."""
    return lambda request: get_response(request)


@pytest.mark.parametrize("middleware", [[], [COMMON], ["tests_foreign.foreign"]])
@pytest.mark.parametrize("accept", ["text/html", "text/plain"])
def test_reports_hold_nothing_of_what_the_server_gave(
    site: Make, accept: str, middleware: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = types.ModuleType("tests_foreign")
    vars(module).update(foreign=foreign)
    monkeypatch.setitem(sys.modules, "tests_foreign", module)
    made = site([path("", crossed)], middleware, DEBUG=True)
    headers = [
        ("Accept", accept),
        ("Authorization", f"Bearer {SECRET}"),
        ("Cookie", f"sessionid={SECRET}"),
        ("Content-Type", "text/plain"),
    ]
    response = made.ask("/", method="POST", headers=headers, body=SECRET.encode())
    assert response.status == 500
    assert b"ValueError" in response.body
    assert SECRET.encode() not in response.body


@pytest.mark.parametrize("debug", [False, True])
def test_cve_2019_3498_the_path_is_not_a_message(site: Make, view: Any, debug: bool) -> None:
    made = site([path("known/", view)], DEBUG=debug)
    response = made.ask("/<b>Buy%20at%20evil.example</b>", headers=[HTML])
    assert response.status == 404
    assert b"<b>Buy" not in response.body
    assert debug or b"evil.example" not in response.body


def gone(request: Any) -> HttpResponse:
    raise Http404("<b>it is gone</b>")


def test_debug_404_shows_why_the_view_raised_it(site: Make) -> None:
    response = site([path("", gone)], DEBUG=True).ask("/", headers=[HTML])
    assert response.status == 404
    assert b"&lt;b&gt;it is gone&lt;/b&gt;" in response.body


@pytest.fixture
def files(tmp_path: Path) -> Any:
    (tmp_path / "big.bin").write_bytes(b"x" * 1_000_000)
    return re_path(r"^static/(?P<path>.*)$", serve, {"document_root": tmp_path})


def test_cve_2017_7234_static_view_never_redirects(site: Make, files: Any) -> None:
    made = site([files])
    for target in ("/static//evil.example/", "/static/%2F%2Fevil.example/", "/static/..%2F..%2Fx"):
        response = made.ask(target)
        assert response.status in (400, 404)
        assert "Location" not in response


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_cve_2015_0221_static_view_streams_in_blocks(site: Make, files: Any) -> None:
    response = site([files]).ask("/static/big.bin")
    assert len(response.body) == 1_000_000
    assert max(map(len, response.chunks)) <= 65536


def test_stateless_middleware_together(site: Make, view: Any) -> None:
    made = site(
        [path("", view)],
        [SECURITY, CSP, GZIP, CONDITIONAL, COMMON, FRAME],
        SECURE_CSP={"default-src": ["'self'"]},
    )
    first = made.ask("/")
    assert first.get("X-Frame-Options") == "DENY"
    assert first.get("X-Content-Type-Options") == "nosniff"
    assert first.get("Content-Security-Policy") == "default-src 'self'"
    assert first.get("Content-Length") == str(len(LONG))
    etag = first.get("ETag")
    again = made.ask("/", headers=[("If-None-Match", etag)])
    assert (again.status, again.body) == (304, b"")


def streamed(request: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([LONG] * 3))


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_streams_are_compressed(site: Make) -> None:
    response = site([path("", streamed)], [GZIP]).ask("/", headers=[("Accept-Encoding", "gzip")])
    assert gzip.decompress(response.body) == LONG * 3
    assert "Content-Length" not in response
