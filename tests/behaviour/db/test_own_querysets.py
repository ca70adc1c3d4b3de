"""A project's own querysets, managers and forms of rows take the compatible way, and are obeyed."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from vivace.db import connection, models
from vivace.db.models.query import ModelIterable, ValuesIterable
from vivace.db.models.sql import Query
from vivace.db.models.sql.compiler import SQLCompiler
from vivace.utils.functional import cached_property


class Counting(models.QuerySet[Any]):
    """Counts what was asked of it, on all its copies together."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: list[str] = []

    def _clone(self) -> Any:
        clone = super()._clone()
        clone.asked = self.asked
        return clone

    def _fetch_all(self) -> None:
        self.asked.append("fetch")
        super()._fetch_all()


class Telling(models.QuerySet[Any]):
    """Tells which of its methods others go through."""

    told: list[str] = []

    def get(self, *args: Any, **kwargs: Any) -> Any:
        self.told.append("get")
        return super().get(*args, **kwargs)

    def exists(self) -> bool:
        self.told.append("exists")
        return super().exists()

    def __iter__(self) -> Iterator[Any]:
        self.told.append("iter")
        return super().__iter__()


class Hiding(models.QuerySet[Any]):
    """Never shows the first book."""

    def _filter_or_exclude(self, negate: bool, args: Any, kwargs: Any) -> Any:
        return super()._filter_or_exclude(negate, (*args, ~models.Q(title="B0")), kwargs)


class Loud(ModelIterable):
    """Instances that shout."""

    def __iter__(self) -> Iterator[Any]:
        for book in super().__iter__():
            book.title = book.title + "!"
            yield book


class Pairs(ValuesIterable):
    """Rows as pairs."""

    def __iter__(self) -> Iterator[Any]:
        return (tuple(sorted(row.items())) for row in super().__iter__())


def test_copies_carry_what_a_class_adds(filled: SimpleNamespace) -> None:
    books = Counting(filled.Book)
    assert [*iter(books.filter(pk__lt=3).exclude(pk=1).order_by("pk")[:1])] == [filled.bs[1]]
    assert books.get(pk=2) == filled.bs[1]
    assert books.first() == filled.bs[0]
    assert books.asked == ["fetch"] * 3


def test_a_query_that_is_given_is_used(filled: SimpleNamespace) -> None:
    described = filled.Book.objects.filter(title="B1").query
    books = models.QuerySet(filled.Book, query=described, using="default")
    assert [book.title for book in books] == ["B1"]
    assert books.db == "default"
    books.query = filled.Book.objects.values("title").query
    assert books.order_by("pk")[0] == {"title": "B0"}


def test_an_overridden_filter_is_obeyed(filled: SimpleNamespace) -> None:
    books = Hiding(filled.Book)
    assert [book.title for book in books.filter(pk__lt=4).order_by("pk")] == ["B1", "B2"]
    assert not books.filter(pk=1).exists()
    with pytest.raises(filled.Book.DoesNotExist):
        books.get(pk=1)


def test_what_a_method_is_made_of_may_be_overridden(
    filled: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Telling, "told", [])
    books, book = Telling(filled.Book), filled.bs[0]
    operations: list[tuple[Callable[[], Any], list[str]]] = [
        (lambda: books.earliest("pk"), ["get"]),
        (lambda: books.latest("pk"), ["get"]),
        (lambda: book.refresh_from_db(from_queryset=books), ["get"]),
        (lambda: books.get_or_create(pk=book.pk), ["get"]),
        (lambda: books.contains(book), ["exists"]),
        (lambda: books.first(), ["iter"]),
        (lambda: books.order_by("title").last(), ["iter"]),
        (lambda: books.in_bulk([book.pk]), ["iter"]),
        (lambda: async_to_sync(books.alatest)("pk"), ["get"]),
        (lambda: async_to_sync(books.acontains)(book), ["exists"]),
        (lambda: async_to_sync(books.ain_bulk)(), ["iter"]),
        (lambda: async_to_sync(book.arefresh_from_db)(from_queryset=books), ["get"]),
    ]
    for operation, wanted in operations:
        Telling.told.clear()
        operation()
        assert Telling.told == wanted


def test_prefetching_loops_over_an_own_queryset(
    filled: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Telling, "told", [])
    lookup = models.Prefetch("books", queryset=Telling(filled.Book))
    assert filled.Publisher.objects.prefetch_related(lookup).get(name="P1").books.all()
    assert Telling.told[0] == "iter"


def test_an_own_form_of_rows(filled: SimpleNamespace) -> None:
    books = filled.Book.objects.order_by("pk")
    books._iterable_class = Loud
    assert [book.title for book in books[:2]] == ["B0!", "B1!"]
    assert books.get(pk=1).title == "B0!"
    assert books.first().title == "B0!"
    assert next(books.iterator(2)).title == "B0!"
    assert [len(book.authors.all()) for book in books.prefetch_related("authors")[:3]] == [0, 1, 2]


def test_an_own_form_of_values(filled: SimpleNamespace) -> None:
    rows = filled.Book.objects.order_by("pk").values("pk", "title")
    rows._iterable_class = Pairs
    assert rows[0] == (("pk", 1), ("title", "B0"))
    assert list(rows.filter(pk=2)) == [(("pk", 2), ("title", "B1"))]


def test_related_objects_in_an_own_form_know_their_instance(filled: SimpleNamespace) -> None:
    def loud(queryset: Any) -> Any:
        queryset._iterable_class = Loud
        return queryset

    books = loud(filled.Book.objects.order_by("pk"))
    lookup = models.Prefetch("books", queryset=books)
    publisher = filled.Publisher.objects.prefetch_related(lookup).get(name="P1")
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    try:
        assert [book.title for book in publisher.books.all()] == ["B0!", "B3!"]
        assert all(book.pub is publisher for book in publisher.books.all())
        assert not connection.queries_log
    finally:
        connection.force_debug_cursor = False


def test_methods_of_querysets_reach_managers(filled: SimpleNamespace) -> None:
    class Own(models.QuerySet[Any]):
        def big(self, number: int = 5) -> Any:
            return self.filter(n__gt=number)

        def count(self) -> int:
            return -1

    class Manager(models.Manager.from_queryset(Own)):  # type: ignore[misc]
        def get_queryset(self) -> Any:
            return super().get_queryset().order_by("-name")

    manager = Manager()
    manager.model = filled.Publisher
    assert [each.name for each in manager.all()] == ["P2", "P1"]
    assert [each.name for each in manager.big()] == ["P2"]
    assert [each.name for each in manager.big(number=0)] == ["P2", "P1"]
    assert manager.count() == -1
    assert manager.filter(n=1).count() == -1
    assert manager.using("other").db == "other"


def test_hints_travel_with_copies(filled: SimpleNamespace) -> None:
    books = models.QuerySet(filled.Book, hints={"instance": filled.p1})
    assert books.filter(pk=1)._hints == {"instance": filled.p1}
    books._add_hints(more=1)
    assert books.all()._hints == {"instance": filled.p1, "more": 1}


def test_copies_do_not_share_rows(filled: SimpleNamespace) -> None:
    books = filled.Book.objects.order_by("pk")
    assert len(books) == 6
    assert books.all()._result_cache is None
    assert copy.deepcopy(books)._result_cache is None
    assert copy.copy(books)._result_cache == filled.bs


def test_deep_copies_and_pickles_are_independent(filled: SimpleNamespace) -> None:
    books = filled.Book.objects.filter(pk__lt=3).select_related("pub")
    again = copy.deepcopy(books).filter(title="B1")
    assert [book.title for book in again] == ["B1"]
    assert [book.title for book in books.order_by("pk")] == ["B0", "B1"]
    query = pickle.loads(pickle.dumps(books.query))
    other = filled.Book.objects.all()
    other.query = query
    assert list(other.order_by("pk")) == filled.bs[:2]


def test_managers_and_their_methods_pickle(filled: SimpleNamespace) -> None:
    for _ in range(3):
        # What the fast road learns does not belong to the manager.
        filled.Book.objects.filter(pk=1).count()
    manager = pickle.loads(pickle.dumps(filled.Book.objects))
    assert manager == filled.Book.objects
    assert manager.get(pk=1) == copy.copy(manager).get(pk=1) == filled.bs[0]
    assert pickle.loads(pickle.dumps(filled.Book.objects.filter))(pk=1).get() == filled.bs[0]
    assert manager.db_manager("other").db == "other"


def test_a_pickle_of_values_is_read_as_values(filled: SimpleNamespace) -> None:
    rows = filled.Book.objects.order_by("pk").values("title")
    other = filled.Book.objects.all()
    other.query = pickle.loads(pickle.dumps(rows.query))
    assert other[0] == {"title": "B0"}


def test_from_db_is_called_for_every_row(
    filled: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    original = filled.Tag.from_db.__func__

    def from_db(cls: Any, db: Any, names: Any, values: Any) -> Any:
        seen.append((db, list(names), list(values)))
        return original(cls, db, names, values)

    monkeypatch.setattr(filled.Tag, "from_db", classmethod(from_db))
    list(filled.Tag.objects.defer("name"))
    list(filled.Tag.objects.raw("SELECT name, id FROM golden_shelf_tag"))
    assert seen == [
        ("default", ["id"], [filled.t.pk]),
        ("default", ["id", "name"], [filled.t.pk, "t"]),
    ]


def test_legacy_prefetchers_still_prefetch(
    filled: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Legacy:
        def is_cached(self, instance: Any) -> bool:
            return False

        def get_prefetch_queryset(self, instances: Any, queryset: Any = None) -> Any:
            found = filled.Author.objects.all() if queryset is None else queryset
            return found, lambda author: author.pk, lambda book: book.pk, True, "legacy", False

    monkeypatch.setattr(filled.Book, "legacy", Legacy(), raising=False)
    with pytest.warns(DeprecationWarning, match="Implement get_prefetch_querysets"):
        books = list(filled.Book.objects.order_by("pk").prefetch_related("legacy"))
    assert books[0]._state.fields_cache["legacy"] == filled.a[0]
    assert books[5]._state.fields_cache["legacy"] is None


def test_prefetching_does_not_ask_cached_properties(
    filled: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(self: Any) -> list[Any]:
        raise AssertionError("asked")

    known_authors = cached_property(asked)
    known_authors.__set_name__(filled.Book, "known_authors")
    monkeypatch.setattr(filled.Book, "known_authors", known_authors, raising=False)
    lookup = models.Prefetch("authors", to_attr="known_authors")
    books = filled.Book.objects.order_by("pk").prefetch_related(lookup)
    assert [len(book.known_authors) for book in books] == [0, 1, 2, 3, 0, 1]


def test_filters_that_wait_are_applied_when_the_query_is_read(filled: SimpleNamespace) -> None:
    books = filled.Publisher.objects.prefetch_related("books").get(name="P1").books.all()
    assert len(books) == 2
    assert books.filter(title="B3").count() == 1
    assert "pub_id" in str(books.query)


def test_chunks_of_an_iterator_may_be_larger_than_the_rows(filled: SimpleNamespace) -> None:
    books = filled.Book.objects.order_by("pk")
    assert list(books.iterator(chunk_size=100)) == filled.bs
    assert list(books.values_list("pk").iterator(chunk_size=5))[-1] == (filled.bs[-1].pk,)
    assert list(filled.Book.objects.none().iterator()) == []


def test_routers_are_told_the_instance(filled: SimpleNamespace) -> None:
    books = filled.p1.books.all()
    assert books._hints == {"instance": filled.p1}
    assert filled.bs[2].authors.filter(name="A0")._hints == {"instance": filled.bs[2]}


def test_what_is_set_on_one_queryset_is_not_for_its_copies(filled: SimpleNamespace) -> None:
    def refuse() -> None:
        raise AssertionError("evaluated")

    for books in (filled.Book.objects.all(), filled.Book.objects.annotate(n=models.F("pk"))):
        # Rest frameworks do so, to find views that share the rows of a queryset.
        books._fetch_all = refuse
        books.note = "mine"
        with pytest.raises(AssertionError, match="evaluated"):
            list(books)
        for copied in (books.all(), books.filter(pk=1), books.order_by("pk")):
            assert not hasattr(copied, "note")
            assert filled.bs[0] in list(copied)


def test_a_queryset_whose_class_is_replaced_is_obeyed(filled: SimpleNamespace) -> None:
    class Mixin:
        def filter(self, *args: Any, **kwargs: Any) -> Any:
            return super().filter(*args, **kwargs).exclude(title="B1")  # type: ignore[misc]

    class Mixed(Mixin, models.QuerySet[Any]):
        pass

    class Kept(Mixin, models.QuerySet[Any]):
        @property
        def _iterable_class(self) -> Any:
            return self.__dict__["_iterable_class"]

        @_iterable_class.setter
        def _iterable_class(self, value: Any) -> None:
            self.__dict__["_iterable_class"] = value

    books = filled.Book.objects
    for replacement in (Mixed, Kept):
        for described in (books.all(), books.order_by("title"), books.exclude(title="zzz")):
            before = list(described.all())
            titles = {book.title for book in before}
            described.__class__ = replacement
            assert described.__class__ is replacement
            assert set(described) == set(before)
            assert set(described.all()) == set(before)
            found = {book.title for book in described.filter(pk__gt=0)}
            assert found == titles - {"B1"}
            assert type(described.filter(pk__gt=0).order_by("pk")) is replacement


def test_an_annotation_may_count_its_column_from_the_end(filled: SimpleNamespace) -> None:
    class Compiler(SQLCompiler):
        def setup_query(self, with_col_aliases: bool = False) -> None:
            super().setup_query(with_col_aliases)
            self.annotation_col_map["last"] = -1

    class Asking(Query):
        def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
            compiler = super().get_compiler(*args, **kwargs)
            compiler.__class__ = Compiler
            return compiler

    for _ in range(3):
        books = filled.Book.objects.annotate(n=models.F("pk") + 1)
        books.query.__class__ = Asking
        assert all(book.last == book.n == book.pk + 1 for book in books)
