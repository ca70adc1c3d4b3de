"""The grammar of HTTP: round trips and times, beyond what the golden values cover."""

from __future__ import annotations

from urllib.parse import parse_qsl
from urllib.parse import urlencode as standard_urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.utils.datastructures import MultiValueDict
from vivace.utils.encoding import (
    DjangoUnicodeDecodeError,
    escape_uri_path,
    force_bytes,
    force_str,
    iri_to_uri,
    uri_to_iri,
)
from vivace.utils.http import (
    base36_to_int,
    http_date,
    int_to_base36,
    parse_header_parameters,
    parse_http_date,
    parse_http_date_safe,
    urlencode,
    urlsafe_base64_decode,
    urlsafe_base64_encode,
)

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(texts, texts | st.integers() | st.floats())))
def test_urlencode_agrees_with_the_standard_library(pairs: list[tuple[str, object]]) -> None:
    assert urlencode(pairs) == standard_urlencode(pairs)


@given(st.lists(st.tuples(texts, texts)))
def test_urlencode_round_trip(pairs: list[tuple[str, str]]) -> None:
    assert parse_qsl(urlencode(pairs), keep_blank_values=True) == pairs


def test_urlencode_lists_and_none() -> None:
    values = MultiValueDict({"a": [1, "b c"]})
    assert urlencode(values, doseq=True) == "a=1&a=b+c"
    for query, doseq in (({"a": None}, False), ({"a": ["b", None]}, True)):
        with pytest.raises(TypeError, match="Cannot encode None for key 'a' in a query string"):
            urlencode(query, doseq)


@given(st.integers(0, 253402300799))
def test_dates_round_trip(seconds: int) -> None:
    text = http_date(seconds)
    assert len(text) == 29
    if seconds < 253402300799 - 86400 * 366 * 8000:
        assert parse_http_date(text) == seconds


def test_dates_in_all_forms() -> None:
    for text in (
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ):
        assert parse_http_date(text) == 784111777
    with pytest.raises(ValueError, match="'x' is not in a valid HTTP date format"):
        parse_http_date("x")
    with pytest.raises(ValueError, match="is not a valid date"):
        parse_http_date("Sun, 32 Nov 1994 08:49:37 GMT")
    assert parse_http_date_safe(None) is None


@given(st.integers(0, 2**64))
def test_base36_round_trip(number: int) -> None:
    assert base36_to_int(int_to_base36(number)) == number


def test_base36_bounds() -> None:
    with pytest.raises(ValueError, match="Base36 input too large"):
        base36_to_int("1" * 14)
    with pytest.raises(ValueError, match=r"Negative base36 conversion input\."):
        int_to_base36(-1)


@given(st.binary())
def test_base64_round_trip(data: bytes) -> None:
    text = urlsafe_base64_encode(data)
    assert "=" not in text
    assert urlsafe_base64_decode(text) == data


@given(st.text())
def test_header_parameters_never_fail_on_plain_text(text: str) -> None:
    line = "a; b=" + text.replace("*", "")
    assert parse_header_parameters(line)[0] == "a"


def test_header_parameters_in_pieces() -> None:
    line = "form-data; filename*0*=utf-8''%c3%bc; filename*1=b; name=\"x;y\""
    assert parse_header_parameters(line) == ("form-data", {"name": "x;y", "filename": "üb"})
    with pytest.raises(ValueError, match="Invalid encoding 'none' for RFC 2231 param"):
        parse_header_parameters("a; b*=none''x")


@given(texts)
def test_iri_round_trip(text: str) -> None:
    uri = iri_to_uri(text)
    assert uri.isascii()
    assert iri_to_uri(uri) == uri
    assert iri_to_uri(uri_to_iri(uri)) == iri_to_uri(uri_to_iri(iri_to_uri(uri_to_iri(uri))))
    assert escape_uri_path(text).isascii()


def test_text_and_bytes() -> None:
    assert force_bytes("ü", "latin-1") == b"\xfc"
    assert force_bytes(b"\xc3\xbc", "latin-1") == b"\xfc"
    assert force_str(memoryview(b"a").tobytes()) == "a"
    with pytest.raises(DjangoUnicodeDecodeError) as error:
        force_str(b"\xff")
    assert str(error.value).endswith(r"You passed in b'\xff' (<class 'bytes'>)")
