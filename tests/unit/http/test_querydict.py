"""QueryDict: what the recorded query strings do not show."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.core.exceptions import TooManyFieldsSent
from vivace.http.querydict import QueryDict
from vivace.test.utils import override_settings

IMMUTABLE = "This QueryDict instance is immutable"


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("__setitem__", ("a", 1)),
        ("__delitem__", ("a",)),
        ("setlist", ("a", [1])),
        ("setlistdefault", ("a",)),
        ("appendlist", ("a", 1)),
        ("pop", ("a",)),
        ("popitem", ()),
        ("clear", ()),
        ("setdefault", ("a", 1)),
        ("update", ({"a": 1},)),
    ],
)
def test_is_immutable_unless_told_otherwise(method: str, arguments: tuple[Any, ...]) -> None:
    query = QueryDict("a=1")
    with pytest.raises(AttributeError, match=IMMUTABLE):
        getattr(query, method)(*arguments)
    getattr(QueryDict("a=1", mutable=True), method)(*arguments)


def test_bytes_are_decoded_when_written() -> None:
    query = QueryDict(mutable=True, encoding="latin-1")
    query[b"k\xe9"] = b"\xe9"
    query.appendlist("k\xe9", b"\xfc")
    query.setlist("l", [1, b"\xe9"])
    assert list(query.lists()) == [("k\xe9", ["\xe9", "\xfc"]), ("l", [1, "\xe9"])]


def test_copies_are_mutable_and_deep() -> None:
    query = QueryDict("a=1&a=2", encoding="latin-1")
    for other in (query.copy(), copy.copy(query), copy.deepcopy(query)):
        other.appendlist("a", "3")
        assert other.encoding == "latin-1"
        assert other.getlist("a") == ["1", "2", "3"]
    assert query.getlist("a") == ["1", "2"]


def test_pickle_keeps_all() -> None:
    query = pickle.loads(pickle.dumps(QueryDict("a=1&a=2", encoding="latin-1")))
    assert list(query.lists()) == [("a", ["1", "2"])]
    assert query.encoding == "latin-1"
    with pytest.raises(AttributeError, match=IMMUTABLE):
        query["a"] = "3"


def test_fromkeys_counts_repeated_keys() -> None:
    query = QueryDict.fromkeys(["a", "b", "a"], "v")
    assert list(query.lists()) == [("a", ["v", "v"]), ("b", ["v"])]
    assert not query._mutable
    assert QueryDict.fromkeys(["a"], mutable=True)._mutable


def test_urlencode_with_safe_characters_writes_blanks_as_percent_20() -> None:
    query = QueryDict(mutable=True)
    query["next"] = "/a b/"
    assert query.urlencode() == "next=%2Fa+b%2F"
    assert query.urlencode(safe="/") == "next=/a%20b/"


def test_limit_of_parameters_follows_the_setting() -> None:
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=2):
        assert len(QueryDict("a=1&b=2")) == 2
        with pytest.raises(TooManyFieldsSent, match="DATA_UPLOAD_MAX_NUMBER_FIELDS"):
            QueryDict("&&")
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=None):
        assert len(QueryDict("&".join(f"k{n}=1" for n in range(1500)))) == 1500


def test_default_encoding_follows_the_setting() -> None:
    with override_settings(DEFAULT_CHARSET="latin-1"):
        assert QueryDict("a=%e9")["a"] == "\xe9"
    assert QueryDict("a=%e9")["a"] == "\ufffd"


def test_cve_2021_23336_splits_on_ampersand_only() -> None:
    assert list(QueryDict("a=1;b=2&c=3").lists()) == [("a", ["1;b=2"]), ("c", ["3"])]


@given(st.dictionaries(st.text(min_size=1), st.lists(st.text(), min_size=1), max_size=5))
def test_what_is_encoded_is_parsed_again(values: dict[str, list[str]]) -> None:
    query = QueryDict(mutable=True)
    try:
        for key, texts in values.items():
            query.setlist(key, texts)
        encoded = query.urlencode()
    except UnicodeEncodeError:
        return
    assert dict(QueryDict(encoded).lists()) == values
