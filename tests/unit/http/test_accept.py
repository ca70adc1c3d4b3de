"""Which media types a client wants: properties that hold for any header."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.http import HttpRequest, HttpResponse
from vivace.http.accept import MediaType
from vivace.urls import path

TYPES = st.sampled_from(["text/html", "text/plain", "application/json", "image/png"])
RANGES = st.sampled_from(["text/html", "text/*", "*/*", "application/json", "text/html;level=1"])
QUALITIES = st.sampled_from(["", ";q=0", ";q=0.5", ";q=1", ";q=x", ";q=0.001"])
HEADERS = st.lists(st.tuples(RANGES, QUALITIES).map("".join), max_size=5).map(", ".join)


def asking(header: str) -> HttpRequest:
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = header
    return request


@given(HEADERS, st.lists(TYPES, max_size=4))
def test_the_preferred_type_is_one_that_is_accepted(header: str, offered: list[str]) -> None:
    request = asking(header)
    preferred = request.get_preferred_type(offered)
    accepted = [each for each in offered if request.accepts(each)]
    assert (preferred is None) == (not accepted)
    if preferred is not None:
        assert preferred in accepted
        best = max(request.accepted_type(each).quality for each in accepted)  # type: ignore[union-attr]
        assert request.accepted_type(preferred).quality == best  # type: ignore[union-attr]


@given(st.text(max_size=30))
def test_any_text_is_a_header(header: str) -> None:
    request = asking(header)
    request.accepts("text/html")
    assert request.get_preferred_type(["a/b"]) in ("a/b", None)


@given(st.text(alphabet="a/*;=q. ,'%", max_size=30))
def test_a_media_type_is_what_it_says(line: str) -> None:
    media_type = MediaType(line)
    assert str(media_type).startswith(media_type.main_type)
    assert 0 <= media_type.quality <= 1
    assert media_type.specificity in range(4)


def test_the_narrowest_range_decides() -> None:
    request = asking("text/*;q=0.9, text/html;q=0.1, */*;q=0.5")
    assert request.accepted_type("text/html").quality == 0.1  # type: ignore[union-attr]
    assert request.accepted_type("text/plain").quality == 0.9  # type: ignore[union-attr]
    assert request.get_preferred_type(["text/html", "image/png"]) == "image/png"


def test_without_the_header_anything_goes() -> None:
    assert HttpRequest().accepts("x/y")
    assert HttpRequest().get_preferred_type(["x/y", "a/b"]) == "x/y"


def test_what_cannot_be_read_asks_for_nothing(site: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(request.get_preferred_type(["text/html", "a/b"])))

    web = site([path("", view)])
    header = "text/html; n*=nope''x, a/b"
    assert web.ask(headers=[("Accept", header)]).body == b"a/b"


def test_refused_types() -> None:
    assert not asking("text/html;q=0").accepts("text/html")
    assert asking("text/html;q=0, */*").accepts("text/plain")


@pytest.mark.parametrize("wanted", ["", "x", "/", "*"])
def test_half_a_type_matches_nothing(wanted: str) -> None:
    assert not asking("text/html, */*").accepts(wanted)
