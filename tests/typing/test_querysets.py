"""What type checkers tell of querysets and managers. Read by mypy and pyright, never run as a test."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, assert_type

from vivace.db import models
from vivace.db.models import Manager, Prefetch, QuerySet
from vivace.db.models.query import RawQuerySet

if TYPE_CHECKING:
    from vivace.db.models.fields.related_descriptors import ManyRelatedManager, RelatedManager


class Author(models.Model):
    objects: ClassVar[Manager[Author]] = Manager()
    # What the other end of a relation gives is declared, where it is wanted.
    books: ManyRelatedManager[Book]
    edited: RelatedManager[Book]


class BookQuerySet(QuerySet["Book"]):
    def long(self) -> BookQuerySet:
        return self.filter(pages__gt=500)


class Book(models.Model):
    authors = models.ManyToManyField[Author](Author, related_name="books")
    editor = models.ForeignKey(Author, models.CASCADE, related_name="edited")
    objects: ClassVar[Manager[Book]] = Manager()
    shelf = BookQuerySet.as_manager()


# --- rows


def one_row() -> None:
    assert_type(Book.objects.get(pk=1), Book)
    assert_type(Book.objects.filter(pk=1).get(), Book)
    assert_type(Book.objects.first(), Book | None)
    assert_type(Book.objects.order_by("title").last(), Book | None)
    assert_type(Book.objects.latest("published"), Book)
    assert_type(Book.objects.all()[0], Book)
    assert_type(Book.objects.in_bulk([1]), dict[Any, Book])
    assert_type(Book.objects.create(title="A"), Book)
    assert_type(Book.objects.get_or_create(title="A"), tuple[Book, bool])


def many_rows() -> None:
    assert_type(list(Book.objects.all()), list[Book])
    assert_type(list(Book.objects.filter(title="A")), list[Book])
    assert_type(Book.objects.all()[:5], QuerySet[Book, Book])
    assert_type(next(Book.objects.iterator()), Book)
    assert_type(Book.objects.bulk_create([Book()]), list[Book])


async def without_blocking() -> None:
    assert_type(await Book.objects.aget(pk=1), Book)
    assert_type(await Book.objects.filter(pk=1).afirst(), Book | None)
    assert_type([book async for book in Book.objects.all()], list[Book])
    assert_type(await Book.objects.acount(), int)


# --- descriptions


def chains() -> None:
    books = Book.objects.filter(title="A").exclude(pk=1).order_by("-pk").distinct()
    assert_type(books, QuerySet[Book, Book])
    assert_type(books.annotate(n=models.Count("pk")).select_related("author"), QuerySet[Book, Book])
    assert_type(books.prefetch_related(Prefetch("authors")).only("title"), QuerySet[Book, Book])
    assert_type(books | books, QuerySet[Book, Book])
    assert_type(books.union(books).using("other"), QuerySet[Book, Book])
    assert_type(books.count(), int)
    assert_type(books.exists(), bool)
    assert_type(books.aggregate(models.Max("pk")), dict[str, Any])
    assert_type(books.update(title="B"), int)
    assert_type(books.delete(), tuple[int, dict[str, int]])


def other_rows() -> None:
    assert_type(Book.objects.values("title").first(), dict[str, Any] | None)
    assert_type(list(Book.objects.filter(pk=1).values()), list[dict[str, Any]])
    assert_type(Book.objects.values_list("pk", "title").get(), tuple[Any, ...])
    assert_type(Book.objects.all().values_list("pk", flat=True).get(), Any)
    assert_type(list(Book.objects.dates("published", "year")), list[date])
    assert_type(list(Book.objects.datetimes("published", "year")), list[datetime])
    assert_type(Book.objects.values("title").filter(pk=1).get(), dict[str, Any])
    assert_type(Book.objects.raw("SELECT 1"), RawQuerySet[Book])
    assert_type(Book.objects.raw("SELECT 1")[0], Book)


# --- querysets and managers of one's own


def own() -> None:
    assert_type(BookQuerySet(Book).filter(pk=1).long().get(), Book)
    assert_type(BookQuerySet(Book).filter(pk=1), BookQuerySet)
    assert_type(Book.shelf.filter(pk=1).long(), BookQuerySet)
    assert_type(Book.shelf.get(pk=1), Book)
    Book.shelf.long()


# --- related objects


async def related(book: Book, author: Author) -> None:
    assert_type(book.editor, Author)
    assert_type(book.authors.get(pk=1), Author)
    assert_type(book.authors.filter(pk=1).first(), Author | None)
    assert_type(book.authors.create(name="A"), Author)
    assert_type(await book.authors.acreate(name="A"), Author)
    book.authors.add(author, 3, through_defaults={"order": 1})
    book.authors.set([author], clear=True)
    assert_type(author.edited.all()[0], Book)
    assert_type(author.edited.create(title="A"), Book)
    author.edited.add(book, bulk=False)
    await author.edited.aset([book])
    assert_type([each async for each in author.books.all()], list[Book])
