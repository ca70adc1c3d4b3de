"""What the ORM's common operations cost once they are warm, as counts: Python calls and statements.

Counts do not depend on how busy a machine is. A number here may go down at any time. If it goes up,
something was put on the road of every query: say in the commit why it must be there, and change the
number with it.
"""

# ruff: noqa: E501 - operations are read line by line

from __future__ import annotations

import gc
import itertools
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from road_cases import APP, compatible, shelf, tables
from vivace.db import connection, models, transaction
from vivace.test.utils import CaptureQueriesContext

# How often an operation is asked before it is counted.
OFTEN = 10
ROWS = 40


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The models with `ROWS` rows."""
    place: Path = tmp_path_factory.mktemp("budget")
    settings: dict[str, Any] = {"INSTALLED_APPS": [application(APP, place)], "USE_TZ": True}
    with sqlite(place, **settings) as connection:
        found = shelf()
        create_tables(connection, *tables(found))
        author = found.Author.objects.create(name="Ann")
        found.Author.objects.bulk_create([found.Author(name=str(n)) for n in range(ROWS - 1)])
        for n in range(ROWS):
            found.Book.objects.create(title=f"b{n}", slug=f"s{n}", pages=n, author=author)
            found.Tag.objects.create(name=f"t{n}")
        yield found


def count(case: Callable[[], Any]) -> Counter[str]:
    """The Python functions that a warm `case` calls, how often."""
    calls: Counter[str] = Counter()

    def see(frame: Any, event: str, argument: Any) -> None:
        code = frame.f_code
        # A comprehension is a call in one version of Python and none in another.
        if event == "call" and code is not case.__code__ and code.co_name != "<listcomp>":
            calls[f"{code.co_qualname} ({frame.f_globals.get('__name__', '')})"] += 1

    with transaction.atomic():
        for _ in range(OFTEN):
            case()
        # A collection would call what others left behind.
        gc.collect()
        gc.disable()
        sys.setprofile(see)
        try:
            case()
        finally:
            sys.setprofile(None)
            gc.enable()
        transaction.set_rollback(True)
    return calls


Op = Callable[[Any, Any], Any]
NUMBERS = itertools.count()

# name → (what is asked of the models and of a book, Python calls at most, statements)
OPERATIONS: dict[str, tuple[Op, int, int]] = {
    "get": (lambda m, b: m.Author.objects.get(pk=1), 6, 1),
    "get by a unique field": (lambda m, b: m.Tag.objects.get(name="t3"), 6, 1),
    "get by two fields": (lambda m, b: m.Author.objects.get(pk=1, name="Ann"), 6, 1),
    "get of a chain": (lambda m, b: m.Author.objects.filter(pk=1).get(), 12, 1),
    "one step": (lambda m, b: m.Author.objects.filter(name="Ann"), 2, 0),
    "three steps": (lambda m, b: m.Author.objects.filter(name="Ann").order_by("name")[:20], 4, 0),
    "rows": (lambda m, b: list(m.Author.objects.filter(name="Ann").order_by("name")[:20]), 18, 1),
    "values": (lambda m, b: list(m.Author.objects.filter(name="Ann").values("name")), 23, 1),
    "first": (lambda m, b: m.Author.objects.filter(name="Ann").first(), 30, 1),
    "count": (lambda m, b: m.Author.objects.filter(name="Ann").count(), 11, 1),
    "exists": (lambda m, b: m.Author.objects.filter(name="Ann").exists(), 10, 1),
    "an instance": (lambda m, b: m.Author(name="Ann", born=None), 2, 0),
    "create": (lambda m, b: m.Author.objects.create(name="Ann"), 13, 1),
    "create with a key of its own": (lambda m, b: m.Tag.objects.create(name=f"n{next(NUMBERS)}"), 110, 1),
    "save": (lambda m, b: b.author.save(), 13, 1),
    "update": (lambda m, b: m.Author.objects.filter(pk=1).update(name="Ann"), 8, 1),
    "annotated rows": (lambda m, b: list(m.Book.objects.annotate(n=models.Count("tags"))[:2]), 49, 1),
    "annotated with a value": (lambda m, b: list(m.Book.objects.annotate(n=models.F("pages") + 1)[:2]), 57, 1),
    "aggregate": (lambda m, b: m.Book.objects.aggregate(models.Sum("pages")), 33, 1),
    "update with F": (lambda m, b: m.Book.objects.filter(pk=1).update(pages=models.F("pages") + 1), 18, 1),
    "a related object": (lambda m, b: b.author, 2, 0),
    "related objects": (lambda m, b: b.author.books.filter(pages=3).exists(), 45, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_python_calls_of_a_warm_operation(shelves: SimpleNamespace, name: str) -> None:
    operation, most, _ = OPERATIONS[name]
    book = shelves.Book.objects.select_related("author").get(pk=1)
    found = count(lambda: operation(shelves, book))
    assert sum(found.values()) - 1 <= most, dict(found)


@pytest.mark.parametrize("name", OPERATIONS)
def test_statements_of_an_operation(shelves: SimpleNamespace, name: str) -> None:
    operation, _, number = OPERATIONS[name]
    book = shelves.Book.objects.select_related("author").get(pk=1)

    def statements() -> int:
        with transaction.atomic(), CaptureQueriesContext(connection) as captured:
            operation(shelves, book)
            transaction.set_rollback(True)
        return len(captured)

    for _ in range(3):
        assert statements() == number
    with compatible():
        assert statements() == number


# name → (what is asked for so many rows, Python calls that each row may cost)
PER_ROW: dict[str, tuple[Op, int]] = {
    "plain columns": (lambda m, n: list(m.Author.objects.order_by("pk")[:n]), 0),
    "a related object": (lambda m, n: list(m.Book.objects.only("title", "author__name").select_related("author").order_by("pk")[:n]), 0),
    "numbers, texts and moments": (lambda m, n: list(m.Book.objects.defer("hour", "lasts", "data").order_by("pk")[:n]), 0),
    "all kinds of columns": (lambda m, n: list(m.Book.objects.order_by("pk")[:n]), 3),
    "dicts": (lambda m, n: list(m.Author.objects.order_by("pk").values("id", "name")[:n]), 0),
    "tuples": (lambda m, n: list(m.Author.objects.order_by("pk").values_list("id", "name")[:n]), 0),
    "values": (lambda m, n: list(m.Author.objects.order_by("pk").values_list("name", flat=True)[:n]), 0),
    "an iterator": (lambda m, n: list(m.Author.objects.order_by("pk")[:n].iterator()), 1),
    "new instances": (lambda m, n: m.Mention.objects.bulk_create([m.Mention(book_id="s1", where="x") for _ in range(n)]), 2),
}  # fmt: skip


@pytest.mark.parametrize("name", PER_ROW)
def test_python_calls_per_row(shelves: SimpleNamespace, name: str) -> None:
    load, each = PER_ROW[name]
    few, many = ROWS // 4, ROWS // 2
    less, more = count(lambda: load(shelves, few)), count(lambda: load(shelves, many))
    assert sum(more.values()) - sum(less.values()) <= each * (many - few), dict(more - less)


def test_python_calls_per_step(shelves: SimpleNamespace) -> None:
    def chain(steps: int) -> Any:
        books = shelves.Book.objects.all()
        for _ in range(steps):
            books = books.filter(pages=3)
        return books

    two, five = count(lambda: chain(2)), count(lambda: chain(5))
    assert sum(five.values()) - sum(two.values()) == 3


def test_a_thousand_new_rows_take_as_many_statements_as_their_parameters_ask_for(
    shelves: SimpleNamespace,
) -> None:
    def statements() -> int:
        with transaction.atomic(), CaptureQueriesContext(connection) as captured:
            shelves.Author.objects.bulk_create([shelves.Author(name="x") for _ in range(1000)])
            transaction.set_rollback(True)
        return sum(each["sql"].startswith("INSERT") for each in captured.captured_queries)

    found = statements()
    with compatible():
        assert found == statements()
