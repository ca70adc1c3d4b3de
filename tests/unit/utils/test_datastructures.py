"""Dicts with several values per key, ordered sets, immutable lists."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from vivace.utils.choices import BaseChoiceIterator, BlankChoiceIterator, CallableChoiceIterator
from vivace.utils.datastructures import (
    CaseInsensitiveMapping,
    DictWrapper,
    ImmutableList,
    MultiValueDict,
    MultiValueDictKeyError,
    OrderedSet,
)
from vivace.utils.tree import Node


@pytest.fixture
def values() -> MultiValueDict:
    return MultiValueDict({"a": ["1", "2"], "b": []})


def test_multi_value_dict_answers_the_last_value(values: MultiValueDict) -> None:
    assert values["a"] == "2"
    assert values["b"] == []
    assert (values.get("b"), values.get("b", 3), values.get("c", 4)) == (None, 3, 4)
    with pytest.raises(MultiValueDictKeyError) as error:
        values["c"]
    assert str(error.value) == "'c'"
    assert isinstance(error.value, KeyError)
    assert repr(values) == "<MultiValueDict: {'a': ['1', '2'], 'b': []}>"


def test_multi_value_dict_lists(values: MultiValueDict) -> None:
    assert values.getlist("a") == ["1", "2"]
    values.getlist("a").append("lost")
    assert values.getlist("a") == ["1", "2"]
    assert values.getlist("c") == []
    assert values.getlist("c", None) == []
    assert values.getlist("c", ["d"]) == ["d"]
    assert list(values.lists()) == [("a", ["1", "2"]), ("b", [])]
    assert list(values.items()) == [("a", "2"), ("b", [])]
    assert list(values.values()) == ["2", []]
    assert values.dict() == {"a": "2", "b": []}


def test_multi_value_dict_grows(values: MultiValueDict) -> None:
    values["c"] = "x"
    values.appendlist("c", "y")
    values.update({"c": "z"}, d="1")
    values.update(MultiValueDict({"d": ["2", "3"]}))
    values.update([("d", "4")])
    assert values.getlist("c") == ["x", "y", "z"]
    assert values.getlist("d") == ["1", "2", "3", "4"]
    assert (values.setdefault("e"), values.getlist("e")) == (None, [None])
    assert values.setdefault("a", "no") == "2"
    assert values.setlistdefault("f") is values.setlistdefault("f")
    values.setlist("a", ["n"])
    assert values.pop("a") == ["n"]
    with pytest.raises(TypeError, match="at most 1 argument, got 2"):
        values.update({}, {})


def test_multi_value_dict_copies(values: MultiValueDict) -> None:
    for other in (values.copy(), copy.copy(values), copy.deepcopy(values)):
        assert other == values
        other.appendlist("a", "3")
        assert values.getlist("a") == ["1", "2"]
    restored = pickle.loads(pickle.dumps(values))
    assert restored == values
    assert type(restored) is MultiValueDict
    nested = MultiValueDict({"a": [[1]]})
    assert copy.copy(nested)["a"] is nested["a"]
    assert copy.deepcopy(nested)["a"] is not nested["a"]


def test_ordered_set() -> None:
    letters = OrderedSet("cab")
    letters.add("a")
    letters.discard("x")
    letters.remove("c")
    assert (list(letters), list(reversed(letters)), len(letters)) == (["a", "b"], ["b", "a"], 2)
    assert "a" in letters
    assert not OrderedSet()
    assert repr(letters) == "OrderedSet(['a', 'b'])"
    with pytest.raises(KeyError):
        letters.remove("c")


@pytest.mark.parametrize("name", ["append", "extend", "insert", "pop", "remove", "sort", "reverse"])
def test_immutable_list_complains(name: str) -> None:
    items = ImmutableList([1, 2], warning="Not so.")
    with pytest.raises(AttributeError, match=r"^Not so\.$"):
        getattr(items, name)(1)
    with pytest.raises(AttributeError, match="ImmutableList object is immutable"):
        ImmutableList([1])[0] = 2  # type: ignore[index]
    assert items[1] == 2


def test_dict_wrapper() -> None:
    wrapped = DictWrapper({"a": "x"}, lambda value: f"<{value}>", "q.")
    assert "%(a)s %(q.a)s" % wrapped == "x <x>"  # noqa: UP031


def test_case_insensitive_mapping() -> None:
    headers: CaseInsensitiveMapping[int] = CaseInsensitiveMapping({"Accept": 1})
    assert headers["aCCEPT"] == 1
    assert "ACCEPT" in headers
    assert list(headers) == ["Accept"]
    assert headers == {"accept": 1}
    assert headers.copy() is headers
    assert repr(headers) == "{'Accept': 1}"
    assert pickle.loads(pickle.dumps(headers)) == headers
    with pytest.raises(ValueError, match="element #0 has length 3; 2 is required"):
        CaseInsensitiveMapping([("a", "b", "c")])
    with pytest.raises(ValueError, match="Element key 1 invalid, only strings are allowed"):
        CaseInsensitiveMapping([(1, 2)])
    with pytest.raises(TypeError):
        headers["x"] = 1  # type: ignore[index]


@pytest.mark.parametrize(
    ("data", "connector", "children"),
    [
        (2, "AND", [1, 2]),
        (Node([2, 3], "AND"), "AND", [1, 2, 3]),
        (Node([2], "OR"), "AND", [1, 2]),
        (Node([2, 3], "OR"), "AND", [1, Node([2, 3], "OR")]),
        (Node([2], "AND", True), "AND", [1, Node([2], "AND", True)]),
        (2, "OR", [Node([1], "AND"), 2]),
    ],
)
def test_node_add(data: Any, connector: str, children: list[Any]) -> None:
    node = Node([1], "AND")
    node.add(data, connector)
    assert (node.children, node.connector) == (children, connector)


def test_node_basics() -> None:
    node = Node([1, [2]], negated=True)
    assert str(node) == "(NOT (DEFAULT: 1, [2]))"
    assert repr(Node([1], "AND")) == "<Node: (AND: 1)>"
    assert hash(node) == hash(copy.deepcopy(node))
    assert node == copy.copy(node) != Node([1])
    assert (len(node), 1 in node, bool(Node())) == (2, True, False)
    node.negate()
    assert not node.negated

    class Special(Node):
        def __init__(self) -> None:
            raise AssertionError("not called")

    assert type(Special.create([1], "X")) is Special


def test_choice_iterators() -> None:
    calls: list[int] = []

    def choices() -> dict[str, str]:
        calls.append(1)
        return {"a": "A", "b": "B"}

    lazily = CallableChoiceIterator(choices)
    assert not calls
    assert lazily == [("a", "A"), ("b", "B")]
    assert lazily != [("a", "A")]
    assert (lazily[0], lazily[-1], lazily[:1]) == (("a", "A"), ("b", "B"), [("a", "A")])
    with pytest.raises(IndexError, match="index out of range"):
        lazily[2]
    blank = [("", "---")]
    assert list(BlankChoiceIterator(lazily, blank)) == [*blank, *lazily]
    assert list(BlankChoiceIterator([("", "none")], blank)) == [("", "none")]
    assert list(BlankChoiceIterator([("g", [(None, "n")])], blank)) == [("g", [(None, "n")])]
    with pytest.raises(NotImplementedError, match=r"must implement __iter__\(\)"):
        iter(BaseChoiceIterator())
