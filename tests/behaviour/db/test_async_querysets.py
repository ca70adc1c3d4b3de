"""The asynchronous twins give what their synchronous methods give, and honour overrides of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from vivace.db import models


def run(operation: Callable[[], Awaitable[Any]]) -> Any:
    """Await `operation` on an event loop, whose database work happens in this thread."""

    async def main() -> Any:
        return await operation()

    return async_to_sync(main)()


def test_iteration(filled: SimpleNamespace) -> None:
    async def main() -> Any:
        return (
            [book async for book in filled.Book.objects.order_by("pk")],
            [pk async for pk in filled.Book.objects.order_by("pk").values_list("pk", flat=True)],
            [book async for book in filled.Book.objects.order_by("pk").aiterator(4)],
            [book async for book in filled.Book.objects.none()],
        )

    rows, keys, iterated, none = run(main)
    assert rows == iterated == filled.bs
    assert keys == [book.pk for book in filled.bs]
    assert none == []


def test_aiterator_prefetches_chunk_by_chunk(filled: SimpleNamespace) -> None:
    books = filled.Book.objects.order_by("pk").prefetch_related("authors")

    async def main() -> Any:
        return [list(book.authors.all()) async for book in books.aiterator(chunk_size=2)]

    assert run(main) == [filled.a[: number % 4] for number in range(6)]


def test_aiterator_refuses_a_chunk_of_nothing(filled: SimpleNamespace) -> None:
    async def main() -> Any:
        return [book async for book in filled.Book.objects.aiterator(chunk_size=0)]

    with pytest.raises(ValueError, match="Chunk size must be strictly positive"):
        run(main)


TWINS: list[tuple[str, Callable[[Any], Any], Callable[[Any], Awaitable[Any]]]] = [
    ("get", lambda b: b.get(pk=1), lambda b: b.aget(pk=1)),
    ("first", lambda b: b.first(), lambda b: b.afirst()),
    ("last", lambda b: b.last(), lambda b: b.alast()),
    ("earliest", lambda b: b.earliest("d"), lambda b: b.aearliest("d")),
    ("latest", lambda b: b.latest("d"), lambda b: b.alatest("d")),
    ("in_bulk", lambda b: b.in_bulk([1, 2]), lambda b: b.ain_bulk([1, 2])),
    ("slugs", lambda b: b.in_bulk(field_name="slug"), lambda b: b.ain_bulk(field_name="slug")),
    ("count", lambda b: b.count(), lambda b: b.acount()),
    ("exists", lambda b: b.exists(), lambda b: b.aexists()),
    (
        "aggregate",
        lambda b: b.aggregate(models.Max("pk")),
        lambda b: b.aaggregate(models.Max("pk")),
    ),
    ("explain", lambda b: b.all().explain(), lambda b: b.all().aexplain()),
]


@pytest.mark.parametrize(
    ("sync", "twin"), [row[1:] for row in TWINS], ids=[row[0] for row in TWINS]
)
def test_twins_agree(filled: SimpleNamespace, sync: Any, twin: Any) -> None:
    books = filled.Book.objects
    assert run(lambda: twin(books)) == sync(books)


def test_errors_are_the_same(filled: SimpleNamespace) -> None:
    with pytest.raises(filled.Book.DoesNotExist):
        run(lambda: filled.Book.objects.aget(pk=99))
    with pytest.raises(filled.Book.MultipleObjectsReturned):
        run(lambda: filled.Book.objects.aget())
    with pytest.raises(TypeError, match="must be a model instance"):
        run(lambda: filled.Book.objects.acontains(1))


def test_twins_call_what_a_class_overrides(filled: SimpleNamespace) -> None:
    class Shouting(models.QuerySet[Any]):
        def get(self, *args: Any, **kwargs: Any) -> Any:
            return "mine"

        def count(self) -> int:
            return -1

    books = Shouting(filled.Book)
    assert run(lambda: books.aget(pk=1)) == "mine"
    assert run(lambda: books.acount()) == -1
    assert run(lambda: books.aexists()) is True


def test_related_managers(filled: SimpleNamespace) -> None:
    book, publisher, authors = filled.b, filled.p1, filled.a

    async def many() -> Any:
        await book.authors.aadd(authors[0], authors[1].pk)
        await book.authors.aremove(authors[0])
        await book.authors.aset([authors[1], authors[2]])
        made = await book.authors.acreate(name="made")
        got, created = await book.authors.aget_or_create(name="made")
        changed, new = await book.authors.aupdate_or_create(name="made", defaults={"age": 7})
        names = [author.name async for author in book.authors.all()]
        number = await book.authors.acount(), await book.authors.aexists()
        await book.authors.aclear()
        return made == got == changed, created, new, names, number

    assert run(many) == (True, False, False, ["A1", "A2", "made"], (3, True))
    assert book.authors.count() == 0

    async def one() -> Any:
        await publisher.books.aadd(filled.bs[1])
        await publisher.books.aremove(filled.bs[0])
        made = await publisher.books.acreate(title="made", req=publisher)
        got, created = await publisher.books.aget_or_create(title="made")
        changed, new = await publisher.books.aupdate_or_create(
            title="made", defaults={"slug": "other"}
        )
        titles = [each.title async for each in publisher.books.order_by("pk")]
        await publisher.books.aset([filled.bs[2]])
        left = [each async for each in publisher.books.all()]
        await publisher.books.aclear()
        return made == got == changed, created, new, titles, left

    assert run(one) == (True, False, False, ["B1", "B3", "made"], [filled.bs[2]])
    assert not publisher.books.exists()


def test_aprefetch_related_objects(filled: SimpleNamespace) -> None:
    books = list(filled.Book.objects.order_by("pk"))
    run(lambda: models.aprefetch_related_objects(books, "authors", "pub"))
    assert list(books[3]._prefetched_objects_cache["authors"]) == filled.a[:3]
    run(lambda: models.aprefetch_related_objects([], "nowhere"))


def test_raw(filled: SimpleNamespace) -> None:
    async def main() -> Any:
        raw = filled.Book.objects.raw("SELECT * FROM golden_shelf_book ORDER BY id")
        return [book async for book in raw]

    assert run(main) == filled.bs


def test_many_operations_at_once(filled: SimpleNamespace) -> None:
    async def main() -> Any:
        return await asyncio.gather(*(filled.Book.objects.aget(pk=book.pk) for book in filled.bs))

    assert run(main) == filled.bs
