"""create(): the generated function makes and saves what the class and save() would."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from road_cases import TIMES, same
from vivace.db import connection, models
from vivace.db.models.signals import post_init, post_save, pre_init
from vivace.test.utils import isolate_apps

CASES: dict[str, Callable[[Any], Any]] = {
    "nothing": lambda m: m.Book.objects.create(),
    "some": lambda m: m.Book.objects.create(title="t", pages=3),
    "in another order": lambda m: m.Book.objects.create(pages=3, title="t"),
    "all kinds": lambda m: m.Book.objects.create(
        title="t", slug="all", text="x", rank=1, votes=2, copies=3, price="1.50", rating=0.5, out=True,
        day=datetime.date(2020, 1, 1), moment=datetime.datetime(2020, 1, 1), hour=datetime.time(1),
        lasts=datetime.timedelta(1), data=[1], raw=b"x", author_id=1,
    ),
    "a string for a number": lambda m: m.Book.objects.create(pages="3"),
    "a number for a string": lambda m: m.Book.objects.create(title=3),
    "True for a number": lambda m: m.Book.objects.create(pages=True),
    "an expression": lambda m: m.Book.objects.create(pages=models.Value(3) + 4).title,
    "a related object": lambda m: m.Book.objects.create(author=m.Author.objects.get(pk=1)),
    "a key": lambda m: m.Book.objects.create(id=77, title="t"),
    "no key": lambda m: m.Book.objects.create(id=None, title="t"),
    "NULL": lambda m: m.Book.objects.create(pages=None),
    "a parent that is not there": lambda m: m.Book.objects.create(author_id=99),
    "the same twice": lambda m: m.Book.objects.create(slug="s1"),
    "a name that is not there": lambda m: m.Book.objects.create(titel="t"),
    "the other end of a relation": lambda m: m.Book.objects.create(detail=None),
    "a number that is too large": lambda m: m.Book.objects.create(votes=2**70),
    "by a related manager": lambda m: m.Author.objects.get(pk=1).books.create(title="t"),
    "of a proxy": lambda m: m.Shown.objects.create(title="t"),
    "of a child": lambda m: m.Special.objects.create(title="t", extra=3),
    "on a queryset": lambda m: m.Book.objects.filter(pages=1).create(title="t"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_created_on_the_road_and_off_it(shelves: SimpleNamespace, name: str) -> None:
    def made() -> Any:
        found = CASES[name](shelves)
        # Keys are given one by one; what is stored is compared besides.
        if isinstance(found, shelves.Book):
            found.id = found.id and found.id - shelves.Book.objects.order_by("-pk").first().id
        return found, shelves.Book.objects.order_by("-pk").values().first() | {"id": 0}

    same(made, warm=False)


def test_keywords_of_create_are_compiled(shelves: SimpleNamespace) -> None:
    for _ in range(TIMES):
        same(lambda: shelves.Author.objects.create(name="compiled", born=None).name)
    assert shelves.Author._meta.save_plans.creator(("name", "born")) is not None


@isolate_apps("road_shelf")
def test_defaults_are_asked_once(shelves: SimpleNamespace) -> None:
    tickets = count(1)

    class Visit(models.Model):
        ticket = models.IntegerField(default=lambda: next(tickets))
        place = models.IntegerField()
        at = models.DateTimeField(auto_now_add=True)

        class Meta:
            app_label = "road_shelf"

    with connection.schema_editor() as editor:
        editor.create_model(Visit)
    try:
        places = [1, 2, 3, 4, "5", 6, "7", 8]
        made = [Visit.objects.create(place=place) for place in places]
        stored = list(Visit.objects.order_by("pk").values_list("ticket", "place", "at"))
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Visit)
    assert [(each.ticket, each.place) for each in made] == list(enumerate(places, 1))
    assert stored == [(each.ticket, int(each.place), each.at) for each in made]


@pytest.mark.parametrize("signal", [pre_init, post_init, post_save])
def test_receivers_that_come_later_are_called(shelves: SimpleNamespace, signal: Any) -> None:
    seen = []

    def receive(sender: Any, **kwargs: Any) -> None:
        seen.append(sender)

    for _ in range(TIMES):
        same(lambda: shelves.Author.objects.create(name="heard"), warm=False)
    signal.connect(receive, sender=shelves.Author)
    try:
        made = shelves.Author.objects.create(name="heard")
    finally:
        signal.disconnect(receive, sender=shelves.Author)
        made.delete()
    assert seen == [shelves.Author]


def test_an_object_that_is_not_saved_is_not_referred_to(shelves: SimpleNamespace) -> None:
    def saved() -> None:
        shelves.Mention(book=shelves.Book(slug="s1"), where="x").save()

    expected = same(saved, warm=False)
    assert expected[1:3] == (
        ValueError,
        "save() prohibited to prevent data loss due to unsaved related object 'book'.",
    )
