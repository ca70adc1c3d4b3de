"""Building HTML, beyond what the golden values cover."""

from __future__ import annotations

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.functional import Promise, lazystr
from vivace.utils.html import (
    Urlizer,
    conditional_escape,
    escape,
    format_html,
    format_html_join,
    html_safe,
    json_script,
    strip_tags,
    urlize,
)
from vivace.utils.safestring import SafeString, mark_safe


@given(st.text())
def test_escape_agrees_with_the_standard_library(text: str) -> None:
    assert escape(text) == html.escape(text)
    assert html.unescape(escape(text)) == html.unescape(html.escape(text))
    assert conditional_escape(mark_safe(text)) == text


def test_escape_keeps_promises() -> None:
    promise = escape(lazystr("<"))
    assert isinstance(promise, Promise)
    assert promise == "&lt;"
    assert type(conditional_escape(lazystr("<"))) is SafeString


@given(st.recursive(st.text() | st.integers() | st.none(), st.lists))
def test_json_script_holds_the_value_and_no_markup(value: object) -> None:
    script = json_script(value, "i<d")
    head, tail = '<script id="i&lt;d" type="application/json">', "</script>"
    assert script.startswith(head)
    body = script[len(head) : -len(tail)]
    assert not set("<>&") & set(body)
    assert json.loads(body) == value


def test_format_html_warns_without_arguments() -> None:
    with pytest.warns(RemovedInDjango60Warning, match="without passing args or kwargs") as caught:
        assert format_html("<b>") == "<b>"
    assert caught[0].filename == __file__


def test_format_html_join_takes_tuples_and_mappings() -> None:
    assert format_html_join("&", "{}={k}", []) == ""
    assert format_html_join("&", "{}", [("<",), ("b",)]) == "&lt;&amp;b"
    assert format_html_join(mark_safe("<br>"), "{k}", [{"k": 1}, {"k": 2}]) == "1<br>2"


def test_html_safe() -> None:
    @html_safe
    class Bold:
        def __str__(self) -> str:
            return "<b>"

    assert type(str(Bold())) is SafeString
    assert conditional_escape(Bold()) == "<b>"
    with pytest.raises(
        ValueError, match=r"can't apply @html_safe to Bold because it defines __html__"
    ):
        html_safe(Bold)
    with pytest.raises(ValueError, match=r"because it doesn't define __str__\(\)"):
        html_safe(type("Plain", (), {}))


@given(st.text(alphabet="<>/!-&;ab \"'#?=[]"))
def test_strip_tags_never_fails_and_is_stable(text: str) -> None:
    stripped = strip_tags(text)
    assert stripped.count("<") <= text.count("<")
    if "<" not in stripped:
        assert strip_tags(stripped) == stripped


@given(st.text(alphabet="ab.:/()[]<>&;!,@ \"'wht"))
def test_urlize_loses_nothing(text: str) -> None:
    linked = urlize(text, autoescape=True)
    assert html.unescape(strip_tags_of_links(linked)) == html.unescape(escape(text))


def strip_tags_of_links(text: str) -> str:
    while '<a href="' in text:
        before, _, rest = text.partition('<a href="')
        text = before + rest.partition(">")[2].replace("</a>", "", 1)
    return text


def test_urlizer_can_be_changed() -> None:
    class Curly(Urlizer):
        trailing_punctuation_chars = "~"
        wrapping_punctuation = [("{", "}")]
        url_template = "[{url}|{href}]"

    assert Curly()("{http://a.com/.}~") == "{[http://a.com/.|http://a.com/.]}~"
