"""Fetch modes: what happens when something is asked for that was not loaded (Django 6.1)."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from vivace.core.exceptions import FieldError, FieldFetchBlocked
from vivace.db import connection, models
from vivace.db.models.fetch_modes import FETCH_ONE, FETCH_PEERS, RAISE, FetchMode


def queries_of(operation: Callable[[], Any]) -> tuple[Any, int]:
    """What `operation` gives, and how many queries it takes."""
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    try:
        found = operation()
        return found, len(connection.queries_log)
    finally:
        connection.force_debug_cursor = False


def test_modes_are_published() -> None:
    assert (models.FETCH_ONE, models.FETCH_PEERS, models.RAISE) == (FETCH_ONE, FETCH_PEERS, RAISE)


@pytest.mark.parametrize("mode", [FETCH_ONE, FETCH_PEERS, RAISE])
def test_a_mode_pickles_and_copies_as_itself(mode: FetchMode) -> None:
    assert pickle.loads(pickle.dumps(mode)) is mode
    assert copy.deepcopy(mode) is mode


def test_fetch_one_is_the_default(filled: SimpleNamespace) -> None:
    books = list(filled.Book.objects.order_by("pk"))
    assert {book._state.fetch_mode for book in books} == {FETCH_ONE}
    assert queries_of(lambda: [book.req for book in books])[1] == 6


def test_peers_are_fetched_together(filled: SimpleNamespace) -> None:
    books = list(filled.Book.objects.fetch_mode(FETCH_PEERS).order_by("pk"))
    found, queries = queries_of(lambda: [book.pub for book in books])
    assert found == [filled.p1, filled.p2, None, filled.p1, filled.p2, None]
    assert queries == 1


def test_peers_load_a_deferred_field_together(filled: SimpleNamespace) -> None:
    books = list(filled.Book.objects.fetch_mode(FETCH_PEERS).defer("title").order_by("pk"))
    found, queries = queries_of(lambda: [book.title for book in books])
    assert found == [f"B{number}" for number in range(6)]
    assert queries == 1


def test_peers_load_the_reverse_of_a_one_to_one_together(filled: SimpleNamespace) -> None:
    books = list(filled.Book.objects.fetch_mode(FETCH_PEERS).order_by("pk"))
    found, queries = queries_of(lambda: [hasattr(book, "detail") for book in books])
    assert found == [True, True, True, False, False, False]
    assert queries == 1


def test_peers_that_are_gone_are_not_fetched_for(filled: SimpleNamespace) -> None:
    first = filled.Book.objects.fetch_mode(FETCH_PEERS).order_by("pk")[0:6][0:1].get()
    books = list(filled.Book.objects.fetch_mode(FETCH_PEERS).order_by("pk"))
    book = books[0]
    del books
    gc.collect()
    assert [peer() for peer in book._state.peers if peer() is not None] == [book]
    assert book.req == filled.p2
    assert first.req == filled.p2


def test_what_was_fetched_fetches_in_the_same_way(filled: SimpleNamespace) -> None:
    details = list(filled.Detail.objects.fetch_mode(FETCH_PEERS).order_by("pk"))
    found, queries = queries_of(lambda: [detail.book.req for detail in details])
    assert found == [filled.p2] * 3
    assert queries == 2


def test_joined_objects_are_each_others_peers(filled: SimpleNamespace) -> None:
    details = filled.Detail.objects.fetch_mode(FETCH_PEERS).select_related("book").order_by("pk")
    found, queries = queries_of(lambda: [detail.book.pub for detail in details])
    assert found == [filled.p1, filled.p2, None]
    assert queries == 2


def test_related_managers_hand_the_mode_on(filled: SimpleNamespace) -> None:
    publisher = filled.Publisher.objects.fetch_mode(FETCH_PEERS).get(pk=filled.p2.pk)
    found, queries = queries_of(lambda: [book.pub for book in publisher.reqs.order_by("pk")])
    assert found == [filled.p1, filled.p2, None, filled.p1, filled.p2, None]
    assert queries == 2
    assert {each._state.fetch_mode for each in publisher.reqs.get(pk=3).authors.all()} == {
        FETCH_PEERS
    }


@pytest.mark.parametrize("name", ["pub", "title", "detail"])
def test_raise_forbids_to_fetch(filled: SimpleNamespace, name: str) -> None:
    book = filled.Book.objects.fetch_mode(RAISE).defer("title").get(pk=filled.bs[0].pk)
    with pytest.raises(FieldFetchBlocked, match=rf"^Fetching of Book\.{name} blocked\.$") as caught:
        getattr(book, name)
    assert isinstance(caught.value, FieldError)
    assert caught.value.__cause__ is None


def test_raise_allows_what_is_loaded(filled: SimpleNamespace) -> None:
    books = filled.Book.objects.fetch_mode(RAISE).select_related("pub").prefetch_related("authors")
    book = books.get(pk=filled.bs[2].pk)
    assert (book.pub, book.title) == (None, "B2")
    assert list(book.authors.all()) == filled.a[:2]


def test_a_mode_survives_pickling_and_its_peers_do_not(filled: SimpleNamespace) -> None:
    books = list(filled.Book.objects.fetch_mode(FETCH_PEERS))
    book = pickle.loads(pickle.dumps(books[0]))
    assert book._state.fetch_mode is FETCH_PEERS
    assert not book._state.peers
    assert book.req == filled.p2


def test_fetch_mode_returns_a_copy(filled: SimpleNamespace) -> None:
    books = filled.Book.objects.all()
    peers = books.fetch_mode(FETCH_PEERS)
    assert books is not peers
    assert {book._state.fetch_mode for book in books} == {FETCH_ONE}
    assert {book._state.fetch_mode for book in peers.filter(pk__gt=1)} == {FETCH_PEERS}
    assert {book._state.fetch_mode for book in peers.fetch_mode(FETCH_ONE)} == {FETCH_ONE}


def test_iterator_marks_each_chunk(filled: SimpleNamespace) -> None:
    books = list(filled.Book.objects.fetch_mode(FETCH_PEERS).order_by("pk").iterator(2))
    assert [len(book._state.peers) for book in books] == [2] * 6
    assert queries_of(lambda: [book.req for book in books])[1] == 3


def test_the_base_mode_fetches_nothing() -> None:
    with pytest.raises(NotImplementedError):
        FetchMode().fetch(None, None)  # type: ignore[arg-type]
