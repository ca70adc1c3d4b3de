"""Values of all kinds, usual and not: the road gives what the compatible way gives, or leaves it to it."""

# ruff: noqa: E501 - values stand beside each other

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from road_cases import outcome, same
from vivace.db import transaction
from vivace.db.models import F, IntegerChoices, TextChoices, Value
from vivace.db.orm.road.slots import KINDS, mark
from vivace.test.utils import override_settings
from vivace.utils.functional import lazystr
from vivace.utils.safestring import mark_safe

THOROUGH = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Text(str):
    pass


class Number(int):
    pass


class Colour(TextChoices):
    RED = "b2"


class Size(IntegerChoices):
    BIG = 30


class Plain(enum.Enum):
    ONE = 1


EDGES = [
    edge + around
    for edge in (0, 127, 2**15, 2**31, 2**32, 2**53, 2**63, 2**64, 2**70)
    for around in (-1, 0, 1)
]
NUMBERS = st.one_of(
    st.sampled_from(EDGES), st.sampled_from([-each for each in EDGES]), st.integers(-5, 60),
    st.sampled_from([mark(int, n) for n in range(4)]),
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from([
        "", "b2", "B1%_", "%", "_", "\\", "'", '"', "\0", "a\0b", "\udc00", "%s", "%%", "?", ":a", "{}",
        "b2\u0301", "\u2063", *[mark(str, n) for n in range(4)], "x" * 5000, "null", "1",
    ]),
    st.text(max_size=4),
)  # fmt: skip
FLOATS = st.one_of(
    st.floats(), st.sampled_from([0.0, -0.0, 1 / 3, 1.0, *[mark(float, n) for n in range(4)]])
)
DECIMALS = st.one_of(
    st.sampled_from([
        decimal.Decimal(each)
        for each in ("0.75", "0.750", "0.7501", "-0", "0E+3", "1E+2", "99999.99", "99999.999", "1E+30",
                     "NaN", "sNaN", "Infinity", "-Infinity", "1E-30", "0.005", "0.015")
    ]),
    st.sampled_from([mark(decimal.Decimal, n) for n in range(4)]),
    st.decimals(-1000, 1000, places=3),
)  # fmt: skip
DAYS = st.one_of(
    st.dates(datetime.date(2019, 12, 30), datetime.date(2020, 1, 9)),
    st.sampled_from([datetime.date.min, datetime.date.max, *[mark(datetime.date, n) for n in range(4)]]),
)  # fmt: skip
NAIVE = st.one_of(
    st.datetimes(datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 8)),
    st.sampled_from([
        datetime.datetime(2020, 1, 2, 3, 4, 5, 6), datetime.datetime.min, datetime.datetime.max,
        datetime.datetime(2020, 1, 3, 3, 4, 5), datetime.datetime(1871, 3, 1, 4, 5, 6, 7),
    ]),
)  # fmt: skip
ZONES = [datetime.UTC, datetime.timezone(datetime.timedelta(hours=5, minutes=30))]
AWARE = st.builds(lambda moment, zone: moment.replace(tzinfo=zone), NAIVE, st.sampled_from(ZONES))
KEYS = st.one_of(st.builds(lambda n: uuid.UUID(int=n), st.integers(0, 6)), st.uuids())
FOREIGN = st.sampled_from([
    None, True, False, Text("b2"), Number(30), Colour.RED, Size.BIG, Plain.ONE, mark_safe("b2"), lazystr("b2"),
    b"b2", bytearray(b"1"), [], [1, 2], (3,), {4}, {}, frozenset([5]), range(3), 1j, object, F("votes"), Value(30),
    datetime.time(1, 2), datetime.timedelta(1), "30", "x", 30.0, 2.5, memoryview(b"1"), "2020-01-02",
    "True", "0.75", NotImplemented,
])  # fmt: skip
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "pk": NUMBERS, "pages": NUMBERS, "rank": NUMBERS, "votes": NUMBERS, "copies": NUMBERS, "author": NUMBERS,
    "title": TEXTS, "slug": TEXTS, "text": TEXTS, "rating": FLOATS, "price": DECIMALS, "out": st.booleans(),
    "day": DAYS, "moment": st.one_of(NAIVE, AWARE), "key": KEYS,
}  # fmt: skip
LOOKUPS = ["", "__exact", "__gt", "__gte", "__lt", "__lte", "__in", "__range"]
PATTERNS = [
    "__contains",
    "__icontains",
    "__startswith",
    "__istartswith",
    "__endswith",
    "__iendswith",
    "__iexact",
]


def conditions() -> st.SearchStrategy[Any]:
    """Lists of (field, lookup, value): plans are made for one and used for the next."""

    def of_field(name: str) -> st.SearchStrategy[Any]:
        lookups = LOOKUPS + (PATTERNS if name in ("title", "slug", "text") else [])
        value = st.one_of(FIELDS[name], FIELDS[name], FOREIGN)
        one = st.tuples(st.just(name), st.sampled_from(lookups), value)
        several = st.tuples(st.just(name), st.just("__in"), st.lists(FIELDS[name], max_size=4))
        return st.lists(st.one_of(one, one, several), min_size=1, max_size=8)

    return st.sampled_from(sorted(FIELDS)).flatmap(of_field)


def asked(books: Any, given_conditions: list[Any]) -> list[Any]:
    """What each condition finds, in five ways."""
    found = []
    for name, lookup, value in given_conditions:
        kwargs = {name + lookup: value}
        found += [
            outcome(
                lambda kwargs=kwargs: list(books.filter(**kwargs).values_list("pk", flat=True))
            ),
            outcome(lambda kwargs=kwargs: books.exclude(**kwargs).count()),
            outcome(lambda kwargs=kwargs: books.get(**kwargs).pk),
            outcome(lambda kwargs=kwargs: books.filter(**kwargs, pk__gt=1).exists()),
        ]
    return found


@THOROUGH
@given(conditions())
def test_values_of_conditions_answer_alike(
    shelves: SimpleNamespace, given_conditions: list[Any]
) -> None:
    same(lambda: asked(shelves.Book.objects, given_conditions), warm=False)


@THOROUGH
@given(
    st.lists(st.tuples(st.sampled_from(LOOKUPS), st.one_of(NAIVE, AWARE)), min_size=1, max_size=6)
)
def test_moments_where_aware_ones_are_used(shelves: SimpleNamespace, moments: list[Any]) -> None:
    with override_settings(USE_TZ=True, TIME_ZONE="Europe/Berlin"):
        asking = [("moment", lookup, moment) for lookup, moment in moments]
        same(lambda: asked(shelves.Book.objects, asking), warm=False)
        rows = same(lambda: shelves.Book.objects.get(pk=2).moment)
    assert "tzinfo=datetime.timezone.utc" in str(rows)


WRITTEN = ["pages", "rank", "votes", "copies", "author_id", "title", "slug", "rating", "price", "out", "day", "moment", "key"]  # fmt: skip


def written() -> st.SearchStrategy[Any]:
    def of_field(name: str) -> st.SearchStrategy[Any]:
        strategy = FIELDS[name.removesuffix("_id")]
        value = st.one_of(strategy, strategy, FOREIGN)
        return st.tuples(st.just(name), st.lists(value, min_size=1, max_size=5))

    return st.sampled_from(WRITTEN).flatmap(of_field)


@THOROUGH
@given(written())
def test_values_are_written_alike(shelves: SimpleNamespace, given_values: Any) -> None:
    name, values = given_values
    books = shelves.Book.objects

    def stored(write: Any, value: Any) -> Any:
        def both() -> Any:
            with transaction.atomic():
                pk = write(value)
            return pk, getattr(books.get(pk=pk), name)

        return outcome(both)

    def create(value: Any) -> Any:
        return books.create(**{name: value}).pk

    def save(value: Any) -> Any:
        book = books.get(pk=3)
        setattr(book, name, value)
        book.save()
        return book.pk

    def update(value: Any) -> Any:
        books.filter(pk=3).update(**{name: value})
        return 3

    def insert_many(value: Any) -> Any:
        return books.bulk_create([shelves.Book(**{name: value}), shelves.Book()])[0].pk

    ways = (create, save, update, insert_many)
    same(lambda: [stored(way, value) for value in values for way in ways], warm=False, sql=False)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_value_may_be_what_marks_a_slot(shelves: SimpleNamespace, kind: type) -> None:
    name = {
        int: "votes", str: "title", float: "rating", decimal.Decimal: "price", datetime.date: "day",
        datetime.datetime: "moment", uuid.UUID: "key",
    }[kind]  # fmt: skip
    books = shelves.Book.objects
    first, second = mark(kind, 0), mark(kind, 1)

    def case() -> Any:
        for value in (first, second):
            books.create(**{name: value}, text="marked")
        return [
            [book.text for book in books.filter(**{name: value}, text="marked")]
            + [
                book.pk
                for book in books.filter(text="marked").filter(
                    **{f"{name}__gte": value, f"{name}__lte": value}
                )
            ]
            for value in (first, second, mark(kind, 2))
        ]

    given_back = same(case, warm=False)
    assert str(given_back).count("'marked'") == 2


def test_a_zero_has_a_sign(shelves: SimpleNamespace) -> None:
    books = shelves.Book.objects

    def case() -> Any:
        pk = books.create(rating=-0.0, price=decimal.Decimal("-0.00")).pk
        return [(book.rating, book.price) for book in books.filter(pk=pk)]

    same(case, warm=False)
