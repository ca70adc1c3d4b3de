"""Filters where no recorded answer serves: chance, the clock, flags, attacks and growth."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import growth
from vivace.core.exceptions import SuspiciousOperation
from vivace.template import defaultfilters
from vivace.template.defaultfilters import register, stringfilter
from vivace.template.library import Library
from vivace.test.utils import override_settings
from vivace.utils.safestring import SafeString, mark_safe
from vivace.utils.timesince import timesince, timeuntil

# What each filter says of itself: s(afe), a(utoescape wanted), l(ocal time expected).
FLAGS = {
    "addslashes": "s", "capfirst": "s", "center": "s", "date": "l", "escape": "s", "escapeseq": "s",
    "filesizeformat": "s", "floatformat": "s", "force_escape": "s", "iriencode": "s", "join": "sa",
    "json_script": "s", "last": "s", "linebreaks": "sa", "linebreaksbr": "sa", "linenumbers": "sa",
    "ljust": "s", "lower": "s", "phone2numeric": "s", "pprint": "s", "random": "s", "rjust": "s",
    "safe": "s", "safeseq": "s", "slice": "s", "slugify": "s", "stringformat": "s", "striptags": "s",
    "time": "l", "title": "s", "truncatechars": "s", "truncatechars_html": "s",
    "truncatewords": "s", "truncatewords_html": "s", "unordered_list": "sa", "urlize": "sa",
    "urlizetrunc": "sa", "wordwrap": "s",
}  # fmt: skip
PLAIN = {
    "add", "cut", "default", "default_if_none", "dictsort", "dictsortreversed", "divisibleby",
    "escapejs", "first", "get_digit", "length", "make_list", "pluralize", "timesince", "timeuntil",
    "upper", "urlencode", "wordcount", "yesno",
}  # fmt: skip


def test_every_documented_filter_is_there_with_its_flags() -> None:
    seen = {}
    for name, function in register.filters.items():
        flags = ("is_safe", "s"), ("needs_autoescape", "a"), ("expects_localtime", "l")
        seen[name] = "".join(letter for flag, letter in flags if getattr(function, flag, False))
    assert seen == FLAGS | dict.fromkeys(PLAIN, "")


def test_random_takes_one_of_the_items() -> None:
    random.seed(3)
    assert {defaultfilters.random(["a", "b"]) for _ in range(50)} == {"a", "b"}
    assert defaultfilters.random([]) == ""


def test_since_and_until_now() -> None:
    now = datetime.datetime.now()
    assert defaultfilters.timesince_filter(now - datetime.timedelta(hours=3)) == "3\xa0hours"
    later = now + datetime.timedelta(days=8, minutes=5)
    assert defaultfilters.timeuntil_filter(later).startswith("1\xa0week, 1\xa0day")
    aware = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=3)
    assert timesince(aware) == "3\xa0hours"
    assert timeuntil(aware) == "0\xa0minutes"
    assert timesince(now.date() - datetime.timedelta(days=1)) != "0\xa0minutes"


def test_depth_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^depth must be greater than 0\.$"):
        timesince(datetime.date(2020, 1, 1), depth=0)


class TestStringfilter:
    def test_converts_the_value_only(self) -> None:
        @stringfilter
        def double(value: str, arg: Any = None) -> Any:
            return (value * 2, arg)

        assert double(12, 3) == ("1212", 3)
        assert double.__name__ == "double"

    def test_keeps_safe_text_safe_if_the_filter_says_so(self) -> None:
        library = Library()

        @library.filter(is_safe=True)
        @stringfilter
        def same(value: str) -> str:
            return str.__str__(value) + ""

        @library.filter
        @stringfilter
        def other(value: str) -> str:
            return str.__str__(value) + ""

        assert isinstance(same(mark_safe("<x>")), SafeString)
        assert not isinstance(same("<x>"), SafeString)
        assert not isinstance(other(mark_safe("<x>")), SafeString)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4), st.integers(0, 3))
def test_floatformat_rounds_half_up(number: Decimal, places: int) -> None:
    shown = Decimal(str(defaultfilters.floatformat(number, places)))
    assert abs(shown - number) <= Decimal("0.5").scaleb(-places)


@given(st.text())
def test_escape_and_striptags_leave_nothing_to_run(text: str) -> None:
    escaped = defaultfilters.force_escape(text)
    assert not set(escaped) & set("<>\"'")


# --- past vulnerabilities ------------------------------------------------------------------------


@override_settings(SECRET_KEY="the secret of this site")
def test_cve_2015_8213_a_format_is_no_setting() -> None:
    day = datetime.datetime(2024, 5, 6)
    assert "secret" not in defaultfilters.date(day, "SECRET_KEY")
    assert "secret" not in defaultfilters.time(datetime.time(1), "SECRET_KEY")


class Account:
    def __init__(self, password: str) -> None:
        self._password = password
        self.called = 0

    def delete(self) -> int:
        self.called += 1
        return self.called


@pytest.mark.parametrize("arg", ["_password", "x._password", "__class__", "delete.__self__"])
def test_cve_2021_45116_dictsort_looks_at_nothing_private(arg: str) -> None:
    accounts = [Account("b"), Account("a")]
    assert defaultfilters.dictsort(accounts, arg) == ""
    assert defaultfilters.dictsortreversed(accounts, arg) == ""


def test_cve_2021_45116_dictsort_calls_nothing() -> None:
    accounts = [Account("b"), Account("a")]
    assert defaultfilters.dictsort(accounts, "delete") == ""
    assert [account.called for account in accounts] == [0, 0]


@pytest.mark.parametrize(
    "number", ["1e1000000", "1e-1000000", Decimal("1e201"), "9" * 201, 10**300]
)
def test_cve_2019_6975_and_2024_41989_huge_numbers_are_not_written_out(number: Any) -> None:
    for arg in (0, 2, -3, "2g"):
        assert defaultfilters.floatformat(number, arg) == str(number)


@pytest.mark.parametrize(
    "text", ["<" * 50 + "a" * 2000, "&" * 3000, "<sc" * 60 + "ript>" * 60, "<![" * 3000]
)
def test_cve_2015_2316_and_later_striptags_ends(text: str) -> None:
    try:
        assert isinstance(defaultfilters.striptags(text), str)
    except SuspiciousOperation:
        pass


# --- growth --------------------------------------------------------------------------------------

HOSTILE = ["a ", "x", "<", "<a ", "<p>a ", "</p>", "&", "&a;", "a.b.", "@a", "(", ")]", "http://", "\n",
           "\r\n", "é", "e\u0301", "-_", "'S", "1A", "\\'", ";", "a@b.c!", "www.a,"]  # fmt: skip
OF_TEXT: dict[str, tuple[Any, ...]] = dict.fromkeys(
    (
        "addslashes", "capfirst", "escape", "escapejs", "force_escape", "iriencode", "linebreaks",
        "linebreaksbr", "linenumbers", "lower", "make_list", "phone2numeric", "slugify", "striptags",
        "title", "upper", "urlencode", "urlize", "wordcount", "json_script", "pprint", "floatformat",
        "filesizeformat", "pluralize",
    ),
    (),
)  # fmt: skip
OF_TEXT |= {
    "cut": ("a",), "truncatechars": (1000,), "truncatechars_html": (1000,), "truncatewords": (1000,),
    "truncatewords_html": (1000,), "urlizetrunc": (10,), "wordwrap": (20,), "slice": ("::2",),
    "ljust": (10,), "rjust": (10,), "center": (10,), "yesno": ("a,b",), "stringformat": ("s",),
}  # fmt: skip


def is_linear(call: Callable[[int], Any], size: int) -> bool:
    """Whether `call` grows linearly; asked again, as a busy machine may be the reason it did not."""
    return any(growth.grows_linearly(call, size) for _ in range(3))


@pytest.mark.parametrize("name", sorted(OF_TEXT))
def test_no_text_makes_a_filter_slow(name: str) -> None:
    function, args = register.filters[name], OF_TEXT[name]
    slow = [
        text
        for text in HOSTILE
        if not is_linear(lambda size, text=text: function(text * size, *args), 500)
    ]
    assert slow == []


def test_arguments_that_are_long_cost_no_more() -> None:
    moment = datetime.datetime(2024, 1, 1)
    assert is_linear(lambda size: defaultfilters.date(moment, "Y-" * size), 500)
    assert is_linear(lambda size: defaultfilters.yesno(True, "a," * size), 2000)
    assert is_linear(lambda size: defaultfilters.join(["<"] * size, "&"), 2000)
    assert is_linear(lambda size: defaultfilters.unordered_list(["<"] * size), 2000)
