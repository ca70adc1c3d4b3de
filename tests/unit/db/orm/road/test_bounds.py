"""What the road remembers is bounded, and threads and tasks share it."""

# ruff: noqa: E501 - what is asked stands beside each other

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from road_cases import compatible, described
from vivace.core.exceptions import FieldDoesNotExist, FieldError, SynchronousOnlyOperation
from vivace.db import connections, models, transaction
from vivace.db.backends.sqlite3 import reading
from vivace.db.orm.road import construct, shapes
from vivace.db.orm.road.plans import ReadPlan
from vivace.db.orm.road.shapes import EPOCH, Shape
from vivace.db.orm.road.updating import UpdatePlan
from vivace.db.planner import load


def alive(*kinds: type) -> int:
    """How many objects of these classes there are, and what the shapes among them remember."""
    gc.collect()
    found = [each for each in gc.get_objects() if type(each) in kinds]
    shapes_found = [each for each in found if type(each) is Shape]
    kept = [getattr(each, name, None) for each in shapes_found for name in each.__slots__]
    return len(found) + sum(len(each) for each in kept if type(each) is dict)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """A capacity that is reached soon."""
    monkeypatch.setattr(shapes, "CAPACITY", 30)
    monkeypatch.setattr(load, "CAPACITY", 30)
    EPOCH.clear()
    return 30


def refused(function: Callable[..., Any], name: str) -> None:
    with pytest.raises((FieldError, FieldDoesNotExist, TypeError)):
        function(**{name: 1})


def created(model: Any, names: list[str]) -> None:
    with transaction.atomic():
        model.objects.create(**dict.fromkeys(names, 1))
        transaction.set_rollback(True)


FAMILIES: dict[str, Callable[[Any, int], Any]] = {
    "conditions": lambda m, n: list(m.Book.objects.filter(**dict.fromkeys(names(n), 3))),
    "chains": lambda m, n: chained(m.Book.objects.all(), names(n)).count(),
    "orders": lambda m, n: list(m.Book.objects.order_by(*names(n))),
    "values": lambda m, n: list(m.Book.objects.values(*names(n))),
    "deferred": lambda m, n: list(m.Book.objects.only(*names(n))),
    "types": lambda m, n: m.Book.objects.filter(title=type(f"T{n}", (str,), {})("b2")).exists(),
    "unknown": lambda m, n: refused(m.Book.objects.filter, f"unknown{n}"),
    "unknown keywords": lambda m, n: refused(m.Book, f"unknown{n}"),
    "updates": lambda m, n: m.Book.objects.filter(pk=0).update(**dict.fromkeys(names(n), 3)),
    "unknown updates": lambda m, n: refused(m.Book.objects.update, f"unknown{n}"),
    "instances": lambda m, n: m.Book(**dict.fromkeys(names(n), 3)),
    "creations": lambda m, n: created(m.Book, names(n)),
    "unknown creations": lambda m, n: refused(m.Book.objects.create, f"unknown{n}"),
    "lists": lambda m, n: list(m.Book.objects.filter(pk__in=list(range(n)))),
    "trees": lambda m, n: m.Book.objects.filter(tree(n)).count(),
}
FIELDS = ["pages", "rank", "votes", "copies", "author_id", "id", "rating", "price"]


def names(number: int) -> list[str]:
    """Fields as the bits of a number say, in the order that its rest says."""
    chosen = [name for bit, name in enumerate(FIELDS[:5]) if (number % 31 + 1) >> bit & 1]
    turn = number // 31 % len(chosen)
    return chosen[turn:] + chosen[:turn]


def chained(queryset: Any, chosen: list[str]) -> Any:
    for name in chosen:
        queryset = queryset.filter(**{f"{name}__gt": 3}).exclude(**{name: 1})
    return queryset


def tree(number: int) -> models.Q:
    found = models.Q(pages=1)
    while number:
        number, bit = divmod(number, 2)
        found = found | models.Q(votes=2) if bit else found & models.Q(copies=3)
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_distinct_queries_do_not_grow_memory(
    shelves: SimpleNamespace, small: int, family: str
) -> None:
    ask = FAMILIES[family]
    kinds = (Shape, ReadPlan, UpdatePlan)
    for n in range(2 * small):
        ask(shelves, n)
    before = alive(*kinds)
    loaders = len(load._loaders)
    # The number does not follow the number of queries.
    for end in (5 * small, 8 * small):
        for n in range(end - 3 * small, end):
            ask(shelves, n)
        assert alive(*kinds) <= before + 6 * small
    assert len(load._loaders) <= max(small, loaders)
    assert len(shelves.Book._meta.__dict__.get("initialisers", ())) <= 4 * construct.CAPACITY
    plans = shelves.Book._meta.save_plans
    assert plans is None or len(plans._creators) <= construct.CAPACITY


def test_conditions_that_fail_do_not_flush_the_others(shelves: SimpleNamespace, small: int) -> None:
    shelves.Book.objects.filter(pages=3).count()
    epoch = EPOCH.value
    for n in range(3 * small):
        with pytest.raises(Exception, match="Cannot resolve"):
            shelves.Book.objects.filter(**{f"unknown{n}": 1})
    assert EPOCH.value is epoch


def test_full_memory_changes_no_answer(shelves: SimpleNamespace, small: int) -> None:
    def asked(n: int) -> Any:
        books = shelves.Book.objects.exclude(pages__lt=0)
        return described(
            [books.filter(**dict.fromkeys(names(n), 2)), books.order_by(*names(n))[:2]]
        )

    with compatible():
        expected = [asked(n) for n in range(60)]
    for _ in range(2):
        assert [asked(n) for n in range(60)] == expected


def test_remembered_decimals_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_REMEMBERED", 100)
    convert = reading.decimal_column.__wrapped__(2, 9)
    short: Any = convert.short
    remembered = short.inline[1]["remembered"]
    for n in range(1000):
        assert short(n / 100) == convert(n / 100, None, None)
        assert str(short(n / 100)) == str(convert(n / 100, None, None))
    assert len(remembered) <= 100


def worked(shelves: SimpleNamespace, number: int) -> Any:
    """What one thread asks: the same shapes as the others with other values, and shapes of its own."""
    books = shelves.Book.objects
    found = []
    for turn in range(12):
        n = (number + turn) % 6
        found += [
            books.get(pk=n + 1), books.filter(pages=n * 10).values("title", "price"),
            books.filter(pages__gt=n * 10).order_by("-pk")[:n + 1], books.select_related("author").get(votes=n, copies=n),
            books.filter(title__contains=str(n)).count(), books.exclude(**dict.fromkeys(names(number * 7 + turn), 1)).exists(),
            shelves.Book(title=f"t{n}", pages=n), shelves.Author(name=str(n)), books.filter(pk=n).first(),
        ]  # fmt: skip
    return described(found)


def test_threads_share_models_and_plans(shelves: SimpleNamespace) -> None:
    number = 6
    with compatible():
        expected = [worked(shelves, n) for n in range(number)]
    for _ in range(3):
        EPOCH.clear()
        for model in (shelves.Book, shelves.Author):
            model._meta.__dict__.pop("initialisers", None)
        load._loaders.clear()
        barrier = threading.Barrier(number + 1)
        found: list[Any] = [None] * number

        def work(n: int, barrier: Any = barrier, found: list[Any] = found) -> None:
            try:
                barrier.wait(30)
                found[n] = worked(shelves, n)
            except BaseException as exc:
                found[n] = exc
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work, args=(n,)) for n in range(number)]
        for thread in threads:
            thread.start()
        barrier.wait(30)
        # Meanwhile everything is forgotten again and again.
        while any(thread.is_alive() for thread in threads):
            EPOCH.clear()
            threads[0].join(0.001)
        for thread in threads:
            thread.join()
        assert found == expected


def test_threads_have_connections_of_their_own(shelves: SimpleNamespace) -> None:
    books = shelves.Book.objects
    assert books.get(pk=1)
    here = connections["default"].connection
    there: list[Any] = []

    def work() -> None:
        books.get(pk=1)
        there.append(connections["default"].connection)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert there[0] is not None
    assert there[0] is not here


def test_tasks_share_models_and_plans(shelves: SimpleNamespace) -> None:
    books = shelves.Book.objects
    expected = [book.title for book in books.order_by("pk")[:6]]

    async def ask(n: int) -> Any:
        book = await books.aget(pk=n + 1)
        same = [each.title async for each in books.filter(pages=n * 10).order_by("pk")]
        assert await books.filter(pages__gt=n * 10, pages__lt=99).acount() == 5 - n
        assert await books.filter(pk=n + 1).aexists()
        return book.title, same

    async def all_of_them() -> Any:
        return await asyncio.gather(*(ask(n) for n in range(6) for _ in range(3)))

    # The queries of tasks run in this thread, whose connection has the tables.
    found = async_to_sync(all_of_them)()
    assert found == [(title, [title]) for title in expected for _ in range(3)]


def test_an_event_loop_is_not_blocked(shelves: SimpleNamespace) -> None:
    books = shelves.Book.objects
    one = books.get(pk=1)

    async def inside(operation: Callable[[], Any]) -> None:
        with pytest.raises(SynchronousOnlyOperation):
            operation()

    for operation in (
        lambda: books.get(pk=1),
        lambda: list(books.filter(pk=1)),
        lambda: books.filter(pk=1).count(),
        lambda: books.filter(pk=1).update(title="x"),
        one.save,
    ):
        for _ in range(3):
            asyncio.run(inside(operation))
