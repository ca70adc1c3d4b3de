"""Shared header sets: whatever is done to one response, it behaves like headers of its own."""

from __future__ import annotations

from email.header import decode_header
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growth import grows_linearly
from vivace.http import HttpResponse
from vivace.http import headers as module
from vivace.http.headers import (
    EMPTY,
    MAX_FIRST_SETS,
    MAX_TRANSITIONS,
    HeaderSet,
    ResponseHeaders,
    header_set,
)

NAMES = st.sampled_from(["X-A", "x-a", "Content-Type", "content-type", "Vary", "Content-Length"])
VALUES = st.sampled_from(["1", "a/b", "é", "€", 1, True, b"bytes", "a\nb", 1.0])
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["set", "default", "own"]), NAMES, VALUES),
        st.tuples(st.sampled_from(["delete", "get", "has", "item"]), NAMES, st.none()),
    ),
    max_size=12,
)


def act(target: Any, operation: str, name: str, value: Any) -> Any:
    """Do one thing to a response, or to plain headers; errors are answers too."""
    is_response = isinstance(target, HttpResponse)
    try:
        if operation == "set":
            target[name] = value
        elif operation == "default":
            target.setdefault(name, value)
        elif operation == "own":
            (target.headers if is_response else target)[name] = value
        elif operation == "delete":
            del target[name]
        elif operation == "get":
            return target.get(name)
        elif operation == "has":
            return name in target
        else:
            return target[name]
    except (ValueError, KeyError) as error:
        return type(error).__name__, str(error)
    return None


@given(OPERATIONS)
def test_a_response_behaves_like_headers_of_its_own(
    operations: list[tuple[str, str, Any]],
) -> None:
    response, neighbour = HttpResponse(), HttpResponse()
    plain = ResponseHeaders({"Content-Type": "text/html; charset=utf-8"})
    for operation, name, value in operations:
        assert act(response, operation, name, value) == act(plain, operation, name, value)
        assert list(response.items()) == list(plain.items())
    assert list(neighbour.items()) == [("Content-Type", "text/html; charset=utf-8")]
    assert list(HttpResponse().items()) == [("Content-Type", "text/html; charset=utf-8")]
    assert response.headers == plain


@given(OPERATIONS, OPERATIONS)
def test_two_responses_with_turns_between_them_do_not_meet(first: Any, second: Any) -> None:
    start = {"Content-Type": "text/html; charset=utf-8"}
    pairs = [(HttpResponse(), ResponseHeaders(start)) for _ in range(2)]
    for turns in zip(first, second, strict=False):
        for (response, plain), step in zip(pairs, turns, strict=True):
            act(response, *step)
            act(plain, *step)
    for response, plain in pairs:
        assert list(response.items()) == list(plain.items())


def test_the_forms_for_the_servers_say_what_the_headers_say() -> None:
    response = HttpResponse()
    # A set of its own: the default one may have as many followers as it can, by other tests.
    response._headers = HeaderSet({"content-type": ("Content-Type", "text/html")})
    response["X-A"] = "é"
    response["Content-Length"] = "5"
    headers: Any = response._headers
    assert isinstance(headers, HeaderSet)
    assert list(headers.pairs) == list(response.items())
    assert headers.raw == [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in response.items()
    ]
    assert headers.has_length
    del response["content-length"]
    assert not response._headers.has_length  # type: ignore[union-attr]


def test_equal_values_of_other_types_are_other_headers() -> None:
    for value, text in [("1", "1"), (1, "1"), (True, "True"), (1.0, "1.0"), (b"1", "1")]:
        response = HttpResponse()
        response["X"] = value
        assert response["X"] == text


def test_no_more_sets_follow_one_than_the_bound_says() -> None:
    start = HeaderSet({})
    for number in range(3 * MAX_TRANSITIONS):
        response = HttpResponse()
        response._headers = start
        response["X"] = str(number)
        assert response["X"] == str(number)
        assert len(start.after) <= MAX_TRANSITIONS
    names = HeaderSet({str(number): (str(number), "") for number in range(2 * MAX_TRANSITIONS)})
    for number in range(2 * MAX_TRANSITIONS):
        response = HttpResponse()
        response._headers = names
        del response[str(number)]
        assert str(number) not in response
        assert len(list(response.items())) == 2 * MAX_TRANSITIONS - 1
        assert len(names.after) <= MAX_TRANSITIONS


def test_values_that_differ_each_time_do_not_crowd_out_what_the_chain_does() -> None:
    start = HeaderSet({})
    for number in range(2 * MAX_TRANSITIONS):
        start.following(("X", str(number)), [("X", str(number))])
    for step in (object(), object()):
        found = start.following(step, [("Y", "1")])
        assert found is not None
        assert start.following(step, [("Y", "1")]) is found
        assert list(found.pairs) == [("Y", "1")]
        assert len(start.after) == MAX_TRANSITIONS


def test_no_more_first_sets_than_the_bound_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_first", {})
    for number in range(MAX_FIRST_SETS + 5):
        response = HttpResponse(content_type=f"a/{number}")
        assert response["Content-Type"] == f"a/{number}"
        assert list(response.items()) == [("Content-Type", f"a/{number}")]
    assert len(module._first) == MAX_FIRST_SETS


def test_what_was_not_shared_is_a_mapping_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_first", {})
    monkeypatch.setattr(module, "MAX_FIRST_SETS", 0)
    first, second = header_set("a/b"), header_set("a/b")
    assert isinstance(first, ResponseHeaders)
    first["X"] = "1"
    assert "X" not in second


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\r\nb", b"a\nb", "é\n", "€\r"])
@pytest.mark.parametrize("name", ["X-A", "Content-Type"])
def test_line_breaks_are_refused_however_they_come(name: str, value: Any) -> None:
    for response in (HttpResponse(), HttpResponse(headers={})):
        with pytest.raises(ValueError, match="Header values can't contain newlines"):
            response[name] = value
        with pytest.raises(ValueError, match="Header values can't contain newlines"):
            response.setdefault("X-Other", value)
        with pytest.raises(ValueError, match="Header values can't contain newlines"):
            response[value] = "x"
    with pytest.raises(ValueError, match="Header values can't contain newlines"):
        HttpResponse(headers={name: value})


@pytest.mark.parametrize("character", "\v\f\x1c\x1d\x1e\x85\u2028\u2029")
def test_a_header_beyond_latin_1_is_one_line(character: str) -> None:
    """Whatever a text takes for the end of a line: servers refuse values of several lines."""
    response = HttpResponse(headers={"X-A": f"€{character}Set-Cookie: a=b{character} c"})
    value = response["X-A"]
    assert "\n" not in value
    assert "\r" not in value
    [(text, charset)] = decode_header(value)
    assert text.decode(charset) == f"€{character}Set-Cookie: a=b{character} c"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=80))
def test_a_header_beyond_latin_1_is_one_encoded_word(text: str) -> None:
    value = HttpResponse(headers={"X-A": f"€{text}"})["X-A"]
    assert value.startswith("=?utf-8?")
    assert value.isascii()
    assert value.isprintable()
    [(read, charset)] = decode_header(value)
    assert read.decode(charset) == f"€{text}"


def test_a_long_header_beyond_latin_1_takes_time_in_proportion() -> None:
    assert grows_linearly(lambda n: HttpResponse(headers={"X-A": "€" * n}), 2000)
    assert grows_linearly(lambda n: HttpResponse(headers={"X-A": "€ a" * n}), 2000)


def test_nothing_was_written_into_the_first_set() -> None:
    assert EMPTY.index == {}
    assert list(EMPTY.pairs) == []


def test_items_is_a_view_that_can_be_asked_again() -> None:
    response = HttpResponse(headers={"X-A": "1"})
    for items in (HttpResponse().items(), response.items()):
        assert list(items) == list(items)
        assert ("Content-Type", "text/html; charset=utf-8") in items
    assert len(response.items()) == 2
