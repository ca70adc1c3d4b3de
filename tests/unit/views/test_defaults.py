from __future__ import annotations

import pytest

from vivace.http import Http404
from vivace.test import RequestFactory
from vivace.views import defaults


@pytest.mark.parametrize("view", ["page_not_found", "bad_request", "permission_denied"])
def test_cve_2019_3498_pages_show_nothing_of_the_request(view: str) -> None:
    bait = "Click-here-evil.example"
    request = RequestFactory().get(f"/{bait}/")
    content = getattr(defaults, view)(request, Http404(bait)).content.decode()
    assert bait not in content
    assert content.startswith("\n<!doctype html>\n")
