"""The contenders of `benchmarks.micro.orm_wide`: a library, in Vivace and in Django.

Both have the same rows in a database in memory, and the source of models and work is the same, imported
under two roots. Each method is a piece of work; those that end in ``_of`` make one. What a piece of
work answers is plain, and both must agree on it.
"""

from __future__ import annotations

import importlib
import pickle
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

BOOKS = 1000
PAGES = 5000

MODELS = """
from ROOT.db import models
from ROOT.db.models.signals import post_save


class Country(models.Model):
    name = models.CharField(max_length=50, unique=True)

class Publisher(models.Model):
    name = models.CharField(max_length=50)
    country = models.ForeignKey(Country, models.CASCADE)

class Tag(models.Model):
    name = models.CharField(max_length=50, unique=True)

class Book(models.Model):
    title = models.CharField(max_length=100)
    rating = models.IntegerField()
    pages = models.IntegerField(null=True)
    price = models.FloatField(default=1.0)
    sold = models.BooleanField(default=False)
    publisher = models.ForeignKey(Publisher, models.CASCADE, related_name="books")
    tags = models.ManyToManyField(Tag, related_name="books")

class Page(models.Model):
    number = models.IntegerField()
    text = models.CharField(max_length=50)
    book = models.ForeignKey(Book, models.CASCADE, related_name="leaves")

class Note(models.Model):
    text = models.CharField(max_length=50)

class Heard(models.Model):
    text = models.CharField(max_length=50)

class Place(models.Model):
    name = models.CharField(max_length=50)

class Shop(Place):
    area = models.IntegerField()

def hear(sender, instance, **kwargs):
    pass

post_save.connect(hear, sender=Heard)
"""


def plain(found: Any) -> Any:
    """Instances as their primary keys, containers as lists; anything else as it is."""
    if isinstance(found, dict):
        return {plain(key): plain(value) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [plain(each) for each in found]
    return found.pk if hasattr(found, "_meta") else found


class Library:
    """What is asked of one of the two: `root` is its package."""

    def __init__(self, folder: Path, root: str) -> None:
        self.root, self.name = root, {"vivace": "Vivace", "django": "Django"}[root]
        self._configure(folder)
        self.m = importlib.import_module(f"{root}.db.models")
        self.of = importlib.import_module(f"wide_{root}.models")
        self.connection = importlib.import_module(f"{root}.db").connection
        self._numbers: Iterator[int] = count()
        self._fill()

    def _configure(self, folder: Path) -> None:
        root = self.root
        package = folder / f"wide_{root}"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "models.py").write_text(MODELS.replace("ROOT", root))
        importlib.import_module(f"{root}.conf").settings.configure(
            DATABASES={"default": {"ENGINE": f"{root}.db.backends.sqlite3", "NAME": ":memory:"}},
            INSTALLED_APPS=[package.name],
            USE_TZ=True,
            DEFAULT_AUTO_FIELD=f"{root}.db.models.BigAutoField",
        )
        importlib.import_module(root).setup()

    def _fill(self) -> None:
        of = self.of
        names = ("Country", "Publisher", "Tag", "Book", "Page", "Note", "Heard", "Place", "Shop")
        with self.connection.schema_editor() as editor:
            for name in names:
                editor.create_model(getattr(of, name))
        of.Country.objects.bulk_create([of.Country(name=f"Country {n}") for n in range(5)])
        publishers = [of.Publisher(name=f"House {n}", country_id=n % 5 + 1) for n in range(10)]
        of.Publisher.objects.bulk_create(publishers)
        of.Tag.objects.bulk_create([of.Tag(name=f"tag {n}") for n in range(20)])
        of.Book.objects.bulk_create(
            [
                of.Book(
                    title=f"Title {n:04}",
                    rating=n % 7,
                    pages=n * 7919 % 500 if n % 3 else None,
                    publisher_id=n % 10 + 1,
                )
                for n in range(BOOKS)
            ]
        )
        pages = [of.Page(number=n, text=f"Page {n}", book_id=n % BOOKS + 1) for n in range(PAGES)]
        of.Page.objects.bulk_create(pages)
        through = of.Book.tags.through
        links = [
            through(book_id=n % BOOKS + 1, tag_id=(n * 7 + n // BOOKS) % 20 + 1)
            for n in range(2 * BOOKS)
        ]
        through.objects.bulk_create(links)

    # Reading

    def many_conditions_of(self) -> Callable[[], Any]:
        Q, Book = self.m.Q, self.of.Book

        def work() -> Any:
            either = Q(rating=3, pages__gt=100) | Q(title__startswith="Title 00", sold=False)
            chosen = either & ~Q(pages__in=[1, 2, 3]) & (Q(price__lt=5) | Q(pages__isnull=True))
            return list(Book.objects.filter(chosen, rating__lte=5)[:5])

        return work

    def two_deep(self) -> Any:
        return list(self.of.Book.objects.filter(publisher__country__name="Country 2")[:5])

    def exclude_many(self) -> Any:
        return list(self.of.Publisher.objects.exclude(books__title="Title 0005"))

    def annotate_count(self) -> Any:
        found = self.of.Publisher.objects.annotate(n=self.m.Count("books")).filter(n__gt=5)
        return [(each.pk, each.n) for each in found]

    def grouped(self) -> Any:
        m = self.m
        books = self.of.Book.objects.values("rating").annotate(n=m.Count("id"), p=m.Avg("price"))
        return list(books.order_by("rating"))

    def aggregate(self) -> Any:
        m = self.m
        return self.of.Tag.objects.aggregate(m.Count("id"), top=m.Max("name"))

    def aggregate_around(self) -> Any:
        m = self.m
        few = self.of.Publisher.objects.annotate(n=m.Count("country"))[:3]
        return few.aggregate(most=m.Max("n"))

    def subquery(self) -> Any:
        m, of = self.m, self.of
        first = of.Book.objects.filter(publisher=m.OuterRef("pk")).order_by("id").values("title")
        found = of.Publisher.objects.annotate(first=m.Subquery(first[:1]))
        return [(each.pk, each.first) for each in found]

    def exists(self) -> Any:
        m, of = self.m, self.of
        books = of.Book.objects.filter(publisher=m.OuterRef("pk"), rating=3)
        return list(of.Publisher.objects.filter(m.Exists(books)))

    def case_when(self) -> Any:
        m = self.m
        kind = m.Case(
            m.When(rating__gt=4, then=m.Value("good")),
            m.When(rating=0, then=m.Value("bad")),
            default=m.Value("fair"),
        )
        return [(each.pk, each.kind) for each in self.of.Book.objects.annotate(kind=kind)[:5]]

    def f_expressions(self) -> Any:
        F = self.m.F
        found = self.of.Book.objects.filter(pages__gt=F("rating") * 2 + 1)
        return list(found.annotate(double=F("rating") + F("rating")).order_by(F("id").asc())[:5])

    def distinct(self) -> Any:
        return list(self.of.Book.objects.filter(tags__name="tag 3").distinct()[:5])

    def union(self) -> Any:
        books = self.of.Book.objects
        return list(books.filter(rating=1, pages__lt=9).union(books.filter(rating=2, pages__lt=9)))

    def only_defer(self) -> Any:
        books = self.of.Book.objects
        return [list(books.only("title")[:5]), list(books.defer("title", "pages")[:5])]

    def select_related_two(self) -> Any:
        return list(self.of.Book.objects.select_related("publisher__country")[:50])

    def prefetch_reverse(self) -> Any:
        found = self.of.Publisher.objects.prefetch_related("books")
        return [list(each.books.all()) for each in found]

    def prefetch_m2m(self) -> Any:
        found = self.of.Book.objects.prefetch_related("tags")[:200]
        return [list(each.tags.all()) for each in found]

    def in_bulk(self) -> Any:
        return self.of.Book.objects.in_bulk([1, 5, 9, 13])

    def in_subquery(self) -> Any:
        of = self.of
        some = of.Publisher.objects.filter(country__name="Country 1")
        return list(of.Book.objects.filter(publisher__in=some)[:5])

    def iterator(self) -> Any:
        return sum(1 for _ in self.of.Page.objects.iterator())

    def raw(self) -> Any:
        table = self.of.Tag._meta.db_table
        return list(self.of.Tag.objects.raw(f"SELECT * FROM {table} WHERE id < %s", [6]))

    def extra(self) -> Any:
        found = self.of.Tag.objects.extra(select={"twice": "id * 2"}, where=["id < %s"], params=[5])
        return [(each.pk, each.twice) for each in found]

    def nothing(self) -> Any:
        return list(self.of.Book.objects.none())

    def refresh_of(self) -> Callable[[], Any]:
        return self.of.Book.objects.get(pk=5).refresh_from_db  # type: ignore[no-any-return]

    def related_read(self) -> Any:
        return list(self.of.Publisher(pk=3).books.filter(rating=3, tags__name="tag 3")[:5])

    # Writing

    def get_or_create_got(self) -> Any:
        return self.of.Tag.objects.get_or_create(name="tag 3")

    def get_or_create_new(self) -> Any:
        name = f"new {next(self._numbers)}"
        return self.of.Note.objects.get_or_create(text=name)[1]

    def update_or_create(self) -> Any:
        defaults = {"rating": 3, "pages": None}
        return self.of.Book.objects.update_or_create(title="Title 0003", defaults=defaults)

    def create_and_delete(self) -> Any:
        return self.of.Note.objects.create(text="gone").delete()[0]

    def delete_cascade(self) -> Any:
        of = self.of
        book = of.Book.objects.create(title="gone", rating=1, publisher_id=1)
        of.Page.objects.create(number=1, text="gone", book=book)
        return book.delete()[0]

    def delete_none(self) -> Any:
        return self.of.Note.objects.filter(text="nothing").delete()[0]

    def delete_none_cascade(self) -> Any:
        return self.of.Book.objects.filter(title="nothing").delete()[0]

    def update_none(self) -> Any:
        F = self.m.F
        nothing = self.of.Book.objects.filter(publisher__name="nothing", title__contains="x")
        return nothing.update(pages=F("pages") + 1)

    def bulk_update_of(self) -> Callable[[], Any]:
        books = list(self.of.Book.objects.all()[:100])
        return lambda: self.of.Book.objects.bulk_update(books, ["title", "rating"])

    def save_heard_of(self) -> Callable[[], Any]:
        return self.of.Heard.objects.create(text="heard").save  # type: ignore[no-any-return]

    def save_fields_of(self) -> Callable[[], Any]:
        book = self.of.Book.objects.get(pk=7)
        return lambda: book.save(update_fields=["rating"])

    def save_child_of(self) -> Callable[[], Any]:
        return self.of.Shop.objects.create(name="corner", area=5).save  # type: ignore[no-any-return]

    def create_child(self) -> Any:
        self.of.Shop.objects.create(name="corner", area=5)

    def create_with_instance_of(self) -> Callable[[], Any]:
        of = self.of
        book = of.Book.objects.get(pk=1000)

        def work() -> Any:
            of.Page.objects.create(number=1, text="more", book=book)

        return work

    def tags_add_remove_of(self) -> Callable[[], Any]:
        book, tags = self.of.Book.objects.get(pk=9), list(self.of.Tag.objects.all()[15:18])

        def work() -> Any:
            book.tags.add(*tags)
            book.tags.remove(*tags)

        return work

    def tags_set_of(self) -> Callable[[], Any]:
        book, tags = self.of.Book.objects.get(pk=10), list(self.of.Tag.objects.all())
        turns = count()

        def work() -> Any:
            start = next(turns) % 10
            book.tags.set(tags[start : start + 4])

        return work

    # Without a database

    def build_of(self) -> Callable[[], Any]:
        Q, Book = self.m.Q, self.of.Book

        def work() -> Any:
            either = Q(rating=3) | Q(pages__gt=F("rating"))
            Book.objects.filter(either, publisher__name="x").exclude(tags=3).order_by("-id")[:9]

        F = self.m.F
        return work

    def text_of_query(self) -> Any:
        found = self.of.Book.objects.filter(rating=3, publisher__name="x").order_by("title")
        return len(str(found.query)) > 0

    def cold_of(self) -> Callable[[], Any]:
        """Each time a shape that was not seen: a condition on another number of values."""
        m, Book = self.m, self.of.Book
        aliases = count()

        def work() -> Any:
            name = f"a{next(aliases)}"
            found = Book.objects.annotate(**{name: m.F("rating") + 1}).filter(**{f"{name}__gt": 3})
            return len(found.order_by("title")[:5])

        return work

    def new_instance(self) -> Any:
        self.of.Book(title="x", rating=1, pages=3, price=2.0, sold=True, publisher_id=3)

    def new_with_relation_of(self) -> Callable[[], Any]:
        of = self.of
        publisher = of.Publisher.objects.get(pk=3)
        return lambda: of.Book(title="x", rating=1, publisher=publisher).publisher and None

    def full_clean_of(self) -> Callable[[], Any]:
        return self.of.Book.objects.get(pk=3).full_clean  # type: ignore[no-any-return]

    def full_clean_unique_of(self) -> Callable[[], Any]:
        return self.of.Tag.objects.get(pk=3).full_clean  # type: ignore[no-any-return]

    def pickle_instance_of(self) -> Callable[[], Any]:
        book = self.of.Book.objects.get(pk=3)
        return lambda: pickle.loads(pickle.dumps(book))

    def pickle_query_of(self) -> Callable[[], Any]:
        query = self.of.Book.objects.filter(rating=3, publisher__name="x").query
        return lambda: pickle.loads(pickle.dumps(query)) and None

    def define_of(self) -> Callable[[], Any]:
        """A model's class; the registry forgets it at once."""
        m, label = self.m, f"wide_{self.root}"
        registry = importlib.import_module(f"{self.root}.apps").apps

        def work() -> None:
            meta = type("Meta", (), {"app_label": label})
            body = {
                "__module__": self.of.__name__,
                "Meta": meta,
                "title": m.CharField(max_length=50),
                "number": m.IntegerField(default=3),
                "at": m.DateTimeField(null=True),
                "open": m.BooleanField(default=True),
            }
            type(m.Model)("Fleeting", (m.Model,), body)
            del registry.all_models[label]["fleeting"]
            registry.clear_cache()

        return work
