"""Pages, of both colours."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.core.paginator import (
    AsyncPaginator,
    EmptyPage,
    PageNotAnInteger,
    Paginator,
    UnorderedObjectListWarning,
)


@given(st.integers(0, 60), st.integers(1, 9), st.integers(0, 8))
def test_pages_hold_every_object_once(count: int, per_page: int, orphans: int) -> None:
    pages = list(Paginator(range(count), per_page, orphans))
    assert [number for page in pages for number in page] == list(range(count))
    assert all(len(page) == per_page for page in pages[:-1])
    if len(pages) > 1:
        assert orphans < len(pages[-1]) <= per_page + orphans
    for page in pages:
        if count:
            assert page.end_index() - page.start_index() + 1 == len(page)


@pytest.mark.parametrize(
    ("number", "kind", "message"),
    [
        ("x", PageNotAnInteger, "That page number is not an integer"),
        (None, PageNotAnInteger, "That page number is not an integer"),
        (1.5, PageNotAnInteger, "That page number is not an integer"),
        (0, EmptyPage, "That page number is less than 1"),
        (9, EmptyPage, "That page contains no results"),
    ],
)
def test_no_such_page(number: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        Paginator([1, 2, 3], 2).page(number)
    assert str(caught.value) == message
    own = dict.fromkeys(("invalid_page", "min_page", "no_results"), "own")
    with pytest.raises(kind, match=r"^own$"):
        Paginator([1, 2, 3], 2, error_messages=own).page(number)


def test_get_page_always_finds_one() -> None:
    paginator = Paginator([1, 2, 3], 2)
    assert [paginator.get_page(n).number for n in ("x", 0, -1, 2, 99, 1.0, "2")] == [
        *(1, 2, 2, 2, 2, 1, 2)
    ]


def test_first_page_may_be_empty() -> None:
    assert repr(Paginator([], 2).page(1)) == "<Page 1 of 1>"
    paginator = Paginator([], 2, allow_empty_first_page=False)
    assert (paginator.count, paginator.num_pages, list(paginator.page_range)) == (0, 0, [])
    with pytest.raises(EmptyPage):
        paginator.page(1)


def test_neighbours() -> None:
    first, last = Paginator(range(3), 2)
    assert (first.has_next(), first.has_previous(), first.has_other_pages()) == (True, False, True)
    assert (first.next_page_number(), last.previous_page_number()) == (2, 1)
    with pytest.raises(EmptyPage):
        last.next_page_number()
    with pytest.raises(TypeError, match=r"Page indices must be integers or slices, not str\."):
        first["a"]


def test_count_method_without_arguments_is_used() -> None:
    class Counted:
        def count(self) -> int:
            return 7

        def __getitem__(self, index: Any) -> Any:
            return list(range(7))[index]

    assert Paginator(Counted(), 2).num_pages == 4
    assert Paginator([1, 1, 1], 2).count == 3


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, "1 2 3 4 … 49 50"),
        (7, "1 2 3 4 5 6 7 8 9 10 … 49 50"),
        (8, "1 2 … 5 6 7 8 9 10 11 … 49 50"),
        (25, "1 2 … 22 23 24 25 26 27 28 … 49 50"),
        (50, "1 2 … 47 48 49 50"),
    ],
)
def test_elided_range(number: int, shown: str) -> None:
    paginator = Paginator(range(100), 2)
    assert " ".join(str(page) for page in paginator.get_elided_page_range(number)) == shown


def test_unordered_lists_are_warned_of_where_they_are_paginated() -> None:
    class Unordered(list[int]):
        ordered = False

    for kind in (Paginator, AsyncPaginator):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            kind(Unordered(), 2)
        assert caught[0].category is UnorderedObjectListWarning
        assert caught[0].filename == __file__
        assert str(caught[0].message) == (
            "Pagination may yield inconsistent results with an unordered object_list: []."
        )


class Asked:
    """Like a queryset: counted and iterated asynchronously, and slices are of its kind."""

    def __init__(self, items: list[int]) -> None:
        self.items = items
        self.counted = 0

    async def acount(self) -> int:
        self.counted += 1
        return len(self.items)

    def __getitem__(self, index: slice) -> Asked:
        return Asked(self.items[index])

    async def __aiter__(self) -> AsyncIterator[int]:
        for item in self.items:
            yield item


@pytest.mark.parametrize("wrap", [list, Asked])
def test_async_pages_say_what_sync_ones_say(wrap: Any) -> None:
    async def describe() -> list[Any]:
        paginator = AsyncPaginator(wrap(list(range(7))), 3)
        found: list[Any] = [await paginator.acount(), await paginator.anum_pages()]
        found.append([number async for number in paginator.apage_range()])
        async for page in paginator:
            found.append([item async for item in page])
            found.append(await page.aget_object_list())
            found.append((page[0], len(page), list(reversed(page))))
            found.append((await page.ahas_next(), await page.ahas_previous()))
            found.append((await page.astart_index(), await page.aend_index()))
            found.append(await page.ahas_other_pages())
        found.append((await paginator.aget_page("x")).number)
        found.append((await paginator.aget_page(99)).number)
        found.append([item async for item in paginator.aget_elided_page_range(2)])
        return found

    sync: Paginator = Paginator(list(range(7)), 3)
    expected: list[Any] = [7, 3, [1, 2, 3]]
    for page in sync:
        expected += [list(page), list(page), (page[0], len(page), list(reversed(page)))]
        expected += [(page.has_next(), page.has_previous())]
        expected += [(page.start_index(), page.end_index()), page.has_other_pages()]
    assert asyncio.run(describe()) == [*expected, 1, 3, [1, 2, 3]]


def test_async_page_is_a_sequence_only_after_it_was_fetched() -> None:
    async def use() -> None:
        paginator = AsyncPaginator(Asked([1, 2, 3]), 2)
        page = await paginator.apage(1)
        for operation in (len, reversed, lambda page: page[0]):
            with pytest.raises(TypeError, match=r"aget_object_list\(\) must be awaited"):
                list(operation(page))
        await page.aget_object_list()
        assert page[0] == 1
        assert await page.anext_page_number() == 2
        with pytest.raises(EmptyPage):
            await page.aprevious_page_number()
        with pytest.raises(PageNotAnInteger):
            await paginator.apage("x")
        assert paginator.object_list.counted == 1

    asyncio.run(use())
