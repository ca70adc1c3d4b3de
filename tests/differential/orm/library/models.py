"""The models that both frameworks are asked about, made by the one that DIFFERENTIAL_ROOT names."""

from __future__ import annotations

import importlib
import os
import uuid
from typing import Any

ROOT = os.environ["DIFFERENTIAL_ROOT"]
models: Any = importlib.import_module(f"{ROOT}.db.models")
functions: Any = importlib.import_module(f"{ROOT}.db.models.functions")
fields: Any = importlib.import_module(f"{ROOT}.contrib.contenttypes.fields")
ContentType: Any = importlib.import_module(f"{ROOT}.contrib.contenttypes.models").ContentType

_made = 0


def next_uuid() -> uuid.UUID:
    """Keys that are the same in each run of a case."""
    global _made
    _made += 1
    return uuid.UUID(int=_made)


def start_over() -> None:
    """Begin again with the first of the keys."""
    global _made
    _made = 1000


class Kind(models.TextChoices):
    NOVEL = "novel", "A novel"
    ESSAY = "essay", "An essay"
    ATLAS = "atlas", "An atlas"


class Size(models.IntegerChoices):
    SMALL = 1
    LARGE = 2


class BookQuerySet(models.QuerySet):
    def cheap(self) -> Any:
        return self.filter(price__lt=20)

    def with_stars(self) -> Any:
        return self.annotate(stars=models.Avg("reviews__stars"))


class InPrint(models.Manager):
    def get_queryset(self) -> Any:
        return super().get_queryset().filter(in_print=True)

    def long(self) -> Any:
        return self.filter(pages__gte=300)


class Named(models.Model):
    name = models.CharField(max_length=40)

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return str(self.name)


class Country(Named):
    code = models.CharField(max_length=2, unique=True)
    people = models.BigIntegerField(null=True)


class Publisher(Named):
    country = models.ForeignKey(
        Country,
        models.SET_NULL,
        to_field="code",
        db_column="land",
        null=True,
        related_name="publishers",
    )
    founded = models.DateField(null=True)
    active = models.BooleanField(default=True)

    class Meta(Named.Meta):
        ordering = ["-founded", "name"]


class Person(Named):
    email = models.CharField(max_length=60, unique=True, null=True)
    born = models.DateField(null=True)
    score = models.IntegerField(default=0)
    height = models.FloatField(null=True)
    mentor = models.ForeignKey("self", models.SET_NULL, null=True, related_name="pupils")
    friends = models.ManyToManyField("self")
    follows = models.ManyToManyField("self", symmetrical=False, related_name="followers")
    home = models.ForeignKey(Country, models.PROTECT, null=True, related_name="people_of")


class Author(Person):
    pen_name = models.CharField(max_length=40, default="")
    royalty = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    agent = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="clients")

    class Meta:
        ordering = ["pen_name", "pk"]


class Profile(models.Model):
    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="profile")
    bio = models.TextField(default="")
    prefs = models.JSONField(null=True)


class Genre(Named):
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")


class Tag(models.Model):
    id = models.UUIDField(primary_key=True, default=next_uuid)
    slug = models.SlugField(unique=True)
    kind = models.ForeignKey(ContentType, models.CASCADE, null=True)
    number = models.PositiveIntegerField(null=True)
    thing = fields.GenericForeignKey("kind", "number")


class Book(models.Model):
    title = models.CharField(max_length=60)
    subtitle = models.CharField(max_length=60, null=True, blank=True)
    pages = models.PositiveIntegerField(default=100)
    price = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    rating = models.FloatField(null=True)
    published = models.DateField(null=True)
    released = models.DateTimeField(null=True)
    opens = models.TimeField(null=True)
    length = models.DurationField(null=True)
    isbn = models.UUIDField(null=True)
    in_print = models.BooleanField(default=True)
    available = models.BooleanField(null=True)
    data = models.JSONField(null=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.NOVEL)
    size = models.SmallIntegerField(choices=Size.choices, default=Size.SMALL, db_column="select")
    big = models.BigIntegerField(default=0)
    cover = models.BinaryField(null=True)
    publisher = models.ForeignKey(Publisher, models.SET_NULL, null=True, related_name="books")
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    editor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="edited")
    genres = models.ManyToManyField(Genre, related_name="books")
    contributors = models.ManyToManyField(
        Person, through="Contribution", related_name="contributed"
    )
    sequel_of = models.OneToOneField("self", models.SET_NULL, null=True, related_name="sequel")
    double = models.GeneratedField(
        expression=models.F("pages") * 2, output_field=models.IntegerField(), db_persist=True
    )
    lower = models.GeneratedField(
        expression=functions.Lower("title"),
        output_field=models.CharField(max_length=60),
        db_persist=False,
    )
    tags = fields.GenericRelation(
        Tag, content_type_field="kind", object_id_field="number", related_query_name="book"
    )

    objects = models.Manager.from_queryset(BookQuerySet)()
    printed = InPrint()

    class Meta:
        ordering = ["title", "-id"]
        get_latest_by = "published"
        constraints = [
            models.UniqueConstraint(fields=["title", "author"], name="title_of_author"),
            models.CheckConstraint(condition=models.Q(rating__lte=10), name="rating_to_ten"),
        ]

    def __str__(self) -> str:
        return str(self.title)


class ShortBook(Book):
    objects = InPrint()

    class Meta:
        proxy = True
        ordering = ["pages", "pk"]


class Contribution(models.Model):
    book = models.ForeignKey(Book, models.CASCADE, related_name="contributions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="contributions")
    role = models.CharField(max_length=10, default="text")
    share = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    since = models.DateField(null=True)

    class Meta:
        unique_together = [("book", "person", "role")]


class Review(models.Model):
    book = models.ForeignKey(
        Book, models.CASCADE, related_name="reviews", related_query_name="review"
    )
    reviewer = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    stars = models.SmallIntegerField(default=3)
    text = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        get_latest_by = ["created", "stars"]
        order_with_respect_to = "book"


class Shop(models.Model):
    key = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=30)
    stock = models.ManyToManyField(Book, related_name="shops")
    boss = models.OneToOneField(
        Person, models.SET_DEFAULT, null=True, default=None, related_name="runs"
    )

    class Meta:
        db_table = "shop of books"


class Sale(models.Model):
    pk = models.CompositePrimaryKey("shop_id", "number")
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="sales")
    number = models.IntegerField()
    book = models.ForeignKey(Book, models.RESTRICT, null=True, related_name="sales")
    amount = models.DecimalField(max_digits=7, decimal_places=2, default=1)
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["shop", "number"]


ALL = [
    Country, Publisher, Person, Author, Profile, Genre, Tag, Book, Contribution, Review, Shop, Sale,
]  # fmt: skip
