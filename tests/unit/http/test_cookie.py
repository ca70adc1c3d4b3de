"""parse_cookie: what the recorded headers do not show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growth import grows_linearly
from vivace.http.cookie import SimpleCookie, parse_cookie


def test_last_cookie_of_a_name_counts() -> None:
    assert parse_cookie("a=1; b=2; a=3") == {"a": "3", "b": "2"}


def test_a_bad_cookie_does_not_hide_the_others() -> None:
    assert parse_cookie("a=1; b[x]=2; \x00=3; c=4")["c"] == "4"


@pytest.mark.parametrize(
    "tracked",
    ["x=1, csrftoken=evil", 'x="1\\"]csrftoken=evil', "x=[csrftoken=evil]", "x=a csrftoken=evil"],
)
def test_cve_2016_7401_only_a_semicolon_ends_a_cookie(tracked: str) -> None:
    assert "csrftoken" not in parse_cookie(tracked)
    assert parse_cookie(f"{tracked}; csrftoken=mine")["csrftoken"] == "mine"


@given(st.text(alphabet=st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=20))
def test_reads_what_the_standard_library_writes(value: str) -> None:
    cookies = SimpleCookie()
    cookies["name"] = value
    header = cookies["name"].OutputString()
    assert parse_cookie(header)["name"] == (value if '"' in header else value.strip())


@pytest.mark.parametrize("text", ["\\", '\\"', "\\0", "a;", "="])
def test_time_grows_with_the_length_only(text: str) -> None:
    assert grows_linearly(lambda size: parse_cookie('a="' + text * size + '"'))
