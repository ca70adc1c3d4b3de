"""In which order tests run, and which of them: shuffling, grouping, tags.

Published in ``vivace.test.runner``.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar
from unittest import TestCase, TestSuite

from vivace.test.utils import iter_test_cases
from vivace.utils.datastructures import OrderedSet

T = TypeVar("T")


class Shuffler:
    """Shuffle so that the same seed gives the same order, also of any subset of the items.

    Items are sorted by a hash of the seed and their key, so that leaving some out does not change
    the order of the others.
    """

    hash_algorithm = "md5"

    @classmethod
    def _hash_text(cls, text: str) -> str:
        digest = hashlib.new(cls.hash_algorithm, usedforsecurity=False)
        digest.update(text.encode("utf-8"))
        return digest.hexdigest()

    def __init__(self, seed: int | None = None) -> None:
        if seed is None:
            # Ten digits: long enough to differ, short enough to type.
            seed = random.randint(0, 10**10 - 1)
            self.seed_source = "generated"
        else:
            self.seed_source = "given"
        self.seed = seed

    @property
    def seed_display(self) -> str:
        return f"{self.seed!r} ({self.seed_source})"

    def _hash_item(self, item: T, key: Callable[[T], str]) -> str:
        return self._hash_text(f"{self.seed}{key(item)}")

    def shuffle(self, items: Iterable[T], key: Callable[[T], str]) -> list[T]:
        """`items` in the order of the seed; `key` names each, and names must differ."""
        hashes: dict[str, T] = {}
        for item in items:
            hashed = self._hash_item(item, key)
            if hashed in hashes:
                raise RuntimeError(
                    f"item {item!r} has same hash {hashed!r} as item {hashes[hashed]!r}"
                )
            hashes[hashed] = item
        return [hashes[hashed] for hashed in sorted(hashes)]


def _class_shuffle_key(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def shuffle_tests(tests: Iterable[TestCase], shuffler: Shuffler) -> Iterator[TestCase]:
    """`tests` with their classes shuffled, and within each class its methods."""
    tests_by_type: dict[type, list[TestCase]] = defaultdict(list)
    for test in tests:
        tests_by_type[type(test)].append(test)
    for test_class in shuffler.shuffle(tests_by_type, key=_class_shuffle_key):
        yield from shuffler.shuffle(tests_by_type[test_class], key=lambda test: test.id())


def reorder_test_bin(
    tests: Iterable[TestCase], shuffler: Shuffler | None = None, reverse: bool = False
) -> Iterator[TestCase]:
    """`tests` by class, in the order in which they came, were shuffled, or the reverse of it."""
    if shuffler is not None:
        if not reverse:
            return shuffle_tests(tests, shuffler)
        return iter(list(shuffle_tests(tests, shuffler))[::-1])
    return iter(list(tests)[::-1]) if reverse else iter(tests)


def reorder_tests(
    tests: Iterable[TestCase],
    classes: Sequence[type],
    reverse: bool = False,
    shuffler: Shuffler | None = None,
) -> Iterator[TestCase]:
    """`tests` without duplicates: those of `classes` first, in this order, then all others."""
    bins: list[OrderedSet[TestCase]] = [OrderedSet() for _ in range(len(classes) + 1)]
    for test in tests:
        for place, test_class in zip(bins, classes, strict=False):
            if isinstance(test, test_class):
                place.add(test)
                break
        else:
            bins[-1].add(test)
    for place in bins:
        by_class: dict[type, list[TestCase]] = defaultdict(list)
        for test in place:
            by_class[type(test)].append(test)
        grouped = [test for tests in by_class.values() for test in tests]
        yield from reorder_test_bin(grouped, shuffler=shuffler, reverse=reverse)


def partition_suite_by_case(suite: Iterable[Any]) -> list[TestSuite]:
    """Suites of neighbouring tests of one class, in order."""
    suites: list[TestSuite] = []
    last: type | None = None
    for test in iter_test_cases(suite):
        if type(test) is not last:
            suites.append(type(suite)() if isinstance(suite, TestSuite) else TestSuite())
            last = type(test)
        suites[-1].addTest(test)
    return suites


def test_match_tags(test: Any, tags: set[str], exclude_tags: set[str]) -> bool:
    """Whether the tags of `test`, its own and its class's, let it run."""
    # What could not be loaded is run, so that the error is seen.
    if type(test).__name__ == "_FailedTest":
        return True
    test_tags = set(getattr(test, "tags", ()))
    method = getattr(test, getattr(test, "_testMethodName", ""), test)
    test_tags.update(getattr(method, "tags", ()))
    if test_tags & exclude_tags:
        return False
    return not tags or bool(test_tags & tags)


# The name says `test` to the reader; a collector of tests is not to.
test_match_tags.__test__ = False  # type: ignore[attr-defined]


def filter_tests_by_tags(
    tests: Iterable[TestCase], tags: Iterable[str], exclude_tags: Iterable[str]
) -> Iterator[TestCase]:
    """The tests that have one of `tags`, if any are given, and none of `exclude_tags`."""
    wanted, unwanted = set(tags), set(exclude_tags)
    return (test for test in tests if test_match_tags(test, wanted, unwanted))
