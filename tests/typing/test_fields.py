"""What type checkers tell users of models' fields. Read by mypy and pyright, never run as a test."""

from __future__ import annotations

import datetime
import decimal
import uuid
from typing import Any, assert_type

from vivace.db import models
from vivace.db.models.fields.files import FieldFile


class Colour(models.TextChoices):
    RED = "r", "Red"
    BLUE = "b", "Blue"


class Size(models.IntegerChoices):
    SMALL = 1
    LARGE = 2


class Author(models.Model):
    name = models.CharField(max_length=100)
    nick = models.CharField(max_length=100, null=True, blank=True)


class Upper(models.CharField):
    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value).upper()


class Money(models.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=10, decimal_places=2, **kwargs)


class Typed(models.Field[complex]):
    pass


class Book(models.Model):
    title = models.CharField("the title", max_length=100, choices=Colour)
    subtitle = models.CharField(max_length=100, null=True)
    text = models.TextField()
    note = models.TextField(null=True, help_text="what else")
    slug = models.SlugField(allow_unicode=True)
    email = models.EmailField(null=True)
    mail = models.EmailField()
    url = models.URLField()
    pages = models.IntegerField(default=0)
    count = models.PositiveIntegerField(null=True)
    big = models.BigIntegerField()
    ratio = models.FloatField()
    price = models.DecimalField(max_digits=5, decimal_places=2)
    rebate = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    cost = Money()
    code = Upper()
    odd = Typed()
    published = models.DateField()
    made = models.DateTimeField(auto_now_add=True)
    ended = models.DateTimeField(null=True)
    opens = models.TimeField()
    length = models.DurationField()
    lent = models.BooleanField(default=False)
    known = models.BooleanField(null=True)
    key = models.UUIDField(default=uuid.uuid4)
    other_key = models.UUIDField(null=True)
    data = models.BinaryField()
    address = models.GenericIPAddressField(protocol="IPv4")
    extra = models.JSONField(default=dict)
    cover = models.FileField(upload_to="covers/")
    picture = models.ImageField()
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    editor = models.ForeignKey(Author, models.SET_NULL, null=True, related_name="edited")
    twin = models.OneToOneField(Author, models.CASCADE, related_name="twin")
    named = models.ForeignKey("Book", on_delete=models.CASCADE)
    annotated: models.ForeignKey[Author] = models.ForeignKey("Author", on_delete=models.CASCADE)


def values(book: Book) -> None:
    assert_type(book.title, str)
    assert_type(book.subtitle, str | None)
    assert_type(book.text, str)
    assert_type(book.note, str | None)
    assert_type(book.slug, str)
    assert_type(book.email, str | None)
    assert_type(book.mail, str)
    assert_type(book.url, str)
    assert_type(book.pages, int)
    assert_type(book.count, int | None)
    assert_type(book.big, int)
    assert_type(book.ratio, float)
    assert_type(book.price, decimal.Decimal)
    assert_type(book.rebate, decimal.Decimal | None)
    assert_type(book.cost, decimal.Decimal)
    assert_type(book.code, str)
    assert_type(book.odd, complex)
    assert_type(book.published, datetime.date)
    assert_type(book.made, datetime.datetime)
    assert_type(book.ended, datetime.datetime | None)
    assert_type(book.opens, datetime.time)
    assert_type(book.length, datetime.timedelta)
    assert_type(book.lent, bool)
    assert_type(book.known, bool | None)
    assert_type(book.key, uuid.UUID)
    assert_type(book.other_key, uuid.UUID | None)
    assert_type(book.data, bytes)
    assert_type(book.address, str)
    assert_type(book.extra, Any)
    assert_type(book.cover, FieldFile)
    assert_type(book.author, Author)
    assert_type(book.author.name, str)
    assert_type(book.editor, Author | None)
    assert_type(book.twin, Author)
    assert_type(book.named, Any)
    assert_type(book.annotated, Author)
    assert_type(book.cover.url, str)
    assert_type(book.picture.width, int | None)


def assignments(book: Book) -> None:
    book.title = "x"
    book.subtitle = None
    book.pages = models.F("pages") + 1
    book.price = "1.20"
    book.author = Author()
    book.editor = None
    book.cover = "covers/1.png"
    book.title = 3  # type: ignore[assignment] # pyright: ignore[reportAttributeAccessIssue]
    book.text = None  # type: ignore[assignment] # pyright: ignore[reportAttributeAccessIssue]


def classes() -> None:
    assert_type(Book.title, models.CharField[str])
    assert_type(Colour.RED.label, Any)
    assert_type(Colour.choices, list[tuple[Any, Any]])
    assert_type(Colour.RED.value, str)
    assert_type(Size.values, list[Any])
    assert_type(Size.SMALL + 1, int)
