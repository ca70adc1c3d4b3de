"""Lazy values and properties."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from vivace.utils.functional import (
    LazyObject,
    Promise,
    SimpleLazyObject,
    cached_property,
    classproperty,
    keep_lazy,
    keep_lazy_text,
    lazy,
    lazystr,
    new_method_proxy,
    partition,
)
from vivace.utils.safestring import SafeString, mark_safe


class Counter:
    """Counts how often its property is computed."""

    def __init__(self) -> None:
        self.calls = 0

    @cached_property
    def value(self) -> int:
        """The value."""
        self.calls += 1
        return self.calls


def test_cached_property_is_computed_once_until_deleted() -> None:
    counter = Counter()
    assert (counter.value, counter.value, counter.calls) == (1, 1, 1)
    assert counter.__dict__["value"] == 1
    del counter.value
    assert counter.value == 2
    assert Counter.value.__doc__ == "The value."


def test_cached_property_needs_one_name() -> None:
    class Nameless:
        pass

    Nameless.late = cached_property(lambda self: 1)  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="without calling __set_name__"):
        Nameless().late  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises((TypeError, RuntimeError)) as error:

        class Twice:
            @cached_property
            def a(self) -> int:
                return 1

            b = a

    cause = error.value.__cause__ or error.value
    assert str(cause) == (
        "Cannot assign the same cached_property to two different names ('a' and 'b')."
    )


def test_classproperty_reads_from_class_and_instance() -> None:
    class Named:
        @classproperty
        def label(cls: Any) -> Any:
            return cls.__name__.lower()

        other = classproperty()

        @other.getter
        def other(cls: Any) -> int:
            return 5

    assert (Named.label, Named().label, Named.other) == ("named", "named", 5)


def test_promise_is_evaluated_at_each_use() -> None:
    values = iter("abc")
    promise = lazy(lambda: next(values), str)()
    assert isinstance(promise, Promise)
    assert (str(promise), promise.upper(), f"{promise:>3}") == ("a", "B", "  c")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (lazystr("b") + "c", "bc"),
        ("a" + lazystr("b"), "ab"),
        (lazystr("b") + lazystr("c"), "bc"),
        (lazystr("b") * 2, "bb"),
        (2 * lazystr("b"), "bb"),
        (lazystr("%s!") % "x", "x!"),
        (lazystr("b")[0], "b"),
        (len(lazystr("abc")), 3),
        (lazy(lambda n: n, int)(4) - 1, 3),
        (-lazy(lambda n: n, int)(4), -4),
        (mark_safe("a") + mark_safe(lazystr("b")), "ab"),
    ],
)
def test_promises_compute_like_their_values(left: Any, right: Any) -> None:
    assert left == right


def test_promises_compare_and_hash_like_their_values() -> None:
    a, b = lazystr("a"), lazystr("b")
    assert a < b <= lazystr("b")
    assert b > "a"
    assert a != b
    assert {a: 1}["a"] == 1
    assert sorted([b, a]) == ["a", "b"]
    assert "a" in lazystr("cab")


def test_promises_copy_and_pickle() -> None:
    promise = lazy(len, int)("abc")
    assert copy.deepcopy(promise) is promise
    restored = pickle.loads(pickle.dumps(promise))
    assert isinstance(restored, Promise)
    assert restored == 3


def test_keep_lazy_waits_only_for_promises() -> None:
    @keep_lazy(str)
    def joined(a: Any, b: Any = "") -> str:
        return f"{a}{b}"

    assert type(joined(1)) is str
    assert isinstance(joined(lazystr("a")), Promise)
    assert isinstance(joined("a", b=lazystr("b")), Promise)
    assert joined("a", b=lazystr("b")) == "ab"
    assert keep_lazy_text(lambda x: x)("a") == "a"
    with pytest.raises(TypeError, match="at least one argument to keep_lazy"):
        keep_lazy()


class Person:
    """Something to stand in for."""

    def __init__(self) -> None:
        self.name = "Ada"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Person)

    __hash__ = None  # type: ignore[assignment]


def test_simple_lazy_object_is_set_up_once_and_forwards() -> None:
    calls = []

    def build() -> Person:
        calls.append(1)
        return Person()

    person = SimpleLazyObject(build)
    assert "function" in repr(person)
    assert not calls
    assert person.name == "Ada"
    person.age = 36
    assert isinstance(person, Person)
    assert person == Person()
    assert vars(person._wrapped) == {"name": "Ada", "age": 36}
    del person.age
    assert not hasattr(person, "age")
    assert len(calls) == 1
    assert repr(person).startswith("<SimpleLazyObject: <")
    with pytest.raises(TypeError, match="can't delete _wrapped"):
        del person._wrapped


def test_simple_lazy_object_as_container_and_number() -> None:
    numbers = SimpleLazyObject(lambda: [3, 1])
    numbers[0] = 5
    assert numbers + [2] == [5, 1, 2]
    assert [0] + numbers == [0, 5, 1]
    assert (len(numbers), list(numbers), 1 in numbers, bool(numbers)) == (2, [5, 1], True, True)
    del numbers[0]
    assert numbers == [1]
    assert hash(SimpleLazyObject(lambda: "a")) == hash("a")
    assert dir(numbers) == dir([])


def test_lazy_object_does_not_pretend_to_have_what_it_only_forwards() -> None:
    number = SimpleLazyObject(lambda: 5)
    assert not hasattr(number, "__len__")
    assert not hasattr(number, "__iter__")
    assert hasattr(SimpleLazyObject(list), "__iter__")


def test_lazy_object_copies_before_and_after_setup() -> None:
    lazy_list = SimpleLazyObject(lambda: [[1]])
    assert type(copy.copy(lazy_list)) is SimpleLazyObject
    assert type(copy.deepcopy(lazy_list)) is SimpleLazyObject
    assert len(lazy_list) == 1
    shallow, deep = copy.copy(lazy_list), copy.deepcopy(lazy_list)
    assert type(shallow) is list
    assert shallow[0] is lazy_list[0]
    assert deep[0] is not lazy_list[0]
    assert pickle.loads(pickle.dumps(lazy_list)) == [[1]]


def test_lazy_object_reads_its_own_class_before_what_it_wraps() -> None:
    class Polite(SimpleLazyObject):
        greeting = "hello"

        @property
        def name(self) -> str:
            return f"Dame {self._wrapped.name}" if self._wrapped else "nobody"

    polite = Polite(Person)
    assert bool(polite)
    assert (polite.greeting, polite.name) == ("hello", "Dame Ada")
    Polite.added = "later"  # type: ignore[attr-defined]
    assert polite.added == "later"
    with pytest.raises(AttributeError, match="'Person' object has no attribute 'nothing'"):
        polite.nothing  # noqa: B018

    class Answering(SimpleLazyObject):
        def __getattr__(self, name: str) -> str:
            return f"<{name}>"

    answering = Answering(Person)
    assert bool(answering)
    assert answering.name == "<name>"


def test_lazy_object_needs_setup() -> None:
    with pytest.raises(NotImplementedError, match=r"must provide a _setup\(\) method"):
        LazyObject().anything  # noqa: B018


def test_new_method_proxy_sets_up() -> None:
    class Lengthy(SimpleLazyObject):
        size = new_method_proxy(len)

    assert Lengthy(lambda: "abcd").__class__ is str
    assert len(Lengthy(lambda: "abcd")) == 4


def test_partition() -> None:
    assert partition(lambda n: n > 2, range(5)) == ([0, 1, 2], [3, 4])


def test_safe_text_stays_safe_only_with_safe_text() -> None:
    assert type(mark_safe("a") + mark_safe("b")) is SafeString
    assert type(mark_safe("a") + "b") is str
    assert type(mark_safe(str)("<")) is SafeString
    assert type(str(mark_safe("a"))) is SafeString
    assert isinstance(mark_safe(lazystr("a")), Promise)
    already = mark_safe("a")
    assert mark_safe(already) is already
    assert type(pickle.loads(pickle.dumps(already))) is SafeString
