"""What the pages for developers look like, on a phone and at a desk, by day and by night."""

from __future__ import annotations

from typing import Any

import pytest

from browsing import Served, look_at

PAGES = {
    "chain": ("order/?table=7&wishes=" + "more%20cake%20" * 30, 500),
    "template": ("cake/", 500),
    "no-template": ("tart/", 500),
    "group": ("everything/", 500),
    "from-none": ("leftovers/", 500),
    "unspeakable": ("smoke/", 500),
    "syntax": ("typo/", 500),
    "name": ("misspelt/", 500),
    "no-route": ("lost/", 500),
    "database": ("table/", 500),
    "no-answer": ("nothing/", 500),
    "async": ("slow/", 500),
    "404-routes": ("cellar/shelfs/12/loaves/rye/", 404),
    "404-view": ("breads/croissant/", 404),
}


@pytest.mark.parametrize("name", PAGES)
def test_error_page(name: str, bakery: Served, page: Any) -> None:
    path, status = PAGES[name]
    response = page.goto(f"{bakery.url}/{path}")
    assert response.status == status
    look_at(page, f"error-{name}")
