"""Packages subclass the managers of relations; what they override is asked, in both colours."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from asgiref.sync import async_to_sync

from vivace.db.models import Max
from vivace.db.models.fields.related_descriptors import (
    create_forward_many_to_many_manager,
    create_reverse_many_to_one_manager,
)


def own_authors(filled: SimpleNamespace, **methods: Any) -> Any:
    """The authors of the first book, through a manager with other methods."""
    field = filled.Book._meta.get_field("authors")
    base = create_forward_many_to_many_manager(
        type(filled.Author._default_manager), field.remote_field, reverse=False
    )
    return type("OwnManager", (base,), methods)(instance=filled.bs[0])


def test_what_adds_one_way_can_be_overridden(filled: SimpleNamespace) -> None:
    asked = []

    def _add_items(self: Any, source: str, target: str, *objs: Any, **kwargs: Any) -> None:
        asked.append((source, target, [each.name for each in objs], kwargs))
        for each in objs:
            through = self.through(**{f"{source}_id": self.instance.pk, f"{target}_id": each.pk})
            through.save()

    authors = own_authors(filled, _add_items=_add_items)
    wanted = list(filled.Author.objects.order_by("-name"))
    names = [each.name for each in wanted]
    authors.set(wanted, clear=True)
    assert asked == [("book", "author", names, {"through_defaults": None})]
    rows = filled.Book.authors.through.objects.filter(book=filled.bs[0]).order_by("pk")
    assert [row.author.name for row in rows] == names
    newest = rows.aggregate(Max("pk"))["pk__max"]
    made = authors.create(name="new")
    assert rows.get(pk__gt=newest).author == made
    assert asked[-1][2] == ["new"]


@pytest.mark.parametrize("colour", ["set", "aset"])
def test_setting_goes_through_own_methods(filled: SimpleNamespace, colour: str) -> None:
    asked = []

    def add(self: Any, *objs: Any, **kwargs: Any) -> None:
        asked.append("add")
        super(type(self), self).add(*objs, **kwargs)

    def remove(self: Any, *objs: Any) -> None:
        asked.append("remove")
        super(type(self), self).remove(*objs)

    def clear(self: Any) -> None:
        asked.append("clear")
        super(type(self), self).clear()

    authors = own_authors(filled, add=add, remove=remove, clear=clear)
    replace = authors.set if colour == "set" else async_to_sync(authors.aset)
    first, *others = filled.Author.objects.order_by("name")
    replace([first])
    replace(others)
    assert [*authors.order_by("name")] == others
    assert asked == ["remove", "add"] * 2
    replace([first], clear=True)
    assert [*authors.all()] == [first]
    assert asked[4:] == ["clear", "add"]


def test_asynchronous_methods_ask_own_synchronous_ones(filled: SimpleNamespace) -> None:
    def keep(self: Any, objs: Any, **kwargs: Any) -> None:
        super(type(self), self).set(objs, **{**kwargs, "clear": True})
        kept.append(len(objs))

    kept: list[int] = []
    authors = own_authors(filled, set=keep)
    async_to_sync(authors.aset)(list(filled.Author.objects.all()))
    assert kept == [filled.Author.objects.count()]
    assert authors.count() == kept[0]


def test_objects_that_point_back_are_set_by_own_methods(filled: SimpleNamespace) -> None:
    field = filled.Book._meta.get_field("pub")
    base = create_reverse_many_to_one_manager(
        type(filled.Book._default_manager), field.remote_field
    )
    asked = []

    class Own(base):  # type: ignore[misc,valid-type]
        def add(self, *objs: Any, bulk: bool = True) -> None:
            asked.append(("add", len(objs), bulk))
            super().add(*objs, bulk=bulk)

        def clear(self, *, bulk: bool = True) -> None:
            asked.append(("clear", bulk))
            super().clear(bulk=bulk)

    books = Own(filled.bs[0].pub)
    books.set([filled.bs[1]], clear=True, bulk=False)
    assert asked == [("clear", False), ("add", 1, False)]
    assert [*books.all()] == [filled.bs[1]]
    async_to_sync(books.aadd)(filled.bs[0])
    assert asked[2:] == [("add", 1, True)]
    assert books.count() == 2


def test_the_model_of_a_manager_may_be_a_property(filled: SimpleNamespace) -> None:
    field = filled.Book._meta.get_field("authors")

    class Telling(type(filled.Author._default_manager)):  # type: ignore[misc]
        told: ClassVar[list[Any]] = []

        @property
        def model(self) -> Any:
            return self._model

        @model.setter
        def model(self, model: Any) -> None:
            self.told.append(model)
            self._model = model

    manager = create_forward_many_to_many_manager(Telling, field.remote_field, reverse=False)
    for book in filled.bs[:3]:
        Telling.told.clear()
        assert set(manager(instance=book).all()) == set(book.authors.all())
        assert filled.Author in Telling.told
