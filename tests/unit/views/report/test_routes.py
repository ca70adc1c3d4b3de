"""The page for a path that no route matches: what it proposes."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest

from vivace.conf.urls.static import static
from vivace.http import Http404
from vivace.test import Client
from vivace.test.utils import override_settings
from vivace.urls import path


def missing(request: Any) -> None:
    raise Http404


class Routes:
    urlpatterns = [path("gigs/", missing), path("static/there/", missing)]


def page(address: str) -> str:
    found = Client().get(address, headers={"accept": "text/html"}).content.decode()
    return html.unescape(re.sub("<[^>]+>", "", found.partition("</style>")[2]))


@override_settings(ROOT_URLCONF=Routes, DEBUG=True, ALLOWED_HOSTS=["*"], STATIC_URL="static/")
def test_a_static_file_that_nothing_serves() -> None:
    assert "no route serves files there" in page("/static/style.css")
    assert "urlpatterns += static(settings.STATIC_URL, document_root=" in page("/static/x/y.css")
    for address in ("/statics/style.css", "/nothing/", "/static/there/", "/gigs/"):
        assert "no route serves files there" not in page(address)


@pytest.mark.parametrize("url", [None, "/", "https://files.example.com/static/"])
def test_static_files_elsewhere_or_nowhere(url: str | None) -> None:
    with override_settings(ROOT_URLCONF=Routes, DEBUG=True, ALLOWED_HOSTS=["*"], STATIC_URL=url):
        assert "no route serves files there" not in page("/static/style.css")


def test_what_is_proposed_serves_them(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("a {}")
    with override_settings(DEBUG=True, ALLOWED_HOSTS=["*"], STATIC_URL="static/"):

        class Served:
            urlpatterns = static("/static/", document_root=tmp_path)

        with override_settings(ROOT_URLCONF=Served):
            response: Any = Client().get("/static/style.css")
            assert response.getvalue() == b"a {}"
            # It is the folder that lacks it, which the page says.
            assert "no route serves files there" not in page("/static/none.css")
