"""What writes reaches the database in the calls of its flow and nowhere else, and in both colours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from databases import application, create_tables, sqlite
from golden_cases import script
from vivace.db import IntegrityError, connection, models, transaction
from vivace.db.models import signals
from vivace.db.orm.instances import refresh, save
from vivace.flow import Flow

writing = script("writing")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    place: Path = tmp_path_factory.mktemp("flows")
    with sqlite(place, INSTALLED_APPS=[application(writing.APP, place)]) as made:
        found: dict[str, Any] = writing.define(models)
        create_tables(made, *writing.tables(found))
        yield SimpleNamespace(**found)


@pytest.fixture
def m(tables: SimpleNamespace) -> Iterator[SimpleNamespace]:
    with transaction.atomic():
        yield tables
        transaction.set_rollback(True)


def drive(flow: Flow[Any]) -> Any:
    """Drive `flow`, and fail if it asks the database between its calls."""
    within_call = False

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        assert within_call, f"outside a call: {sql}"
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        try:
            call = next(flow)
            while True:
                within_call = True
                try:
                    result = call.function(*call.args)
                except Exception as exc:
                    within_call = False
                    call = flow.throw(exc)
                else:
                    within_call = False
                    call = flow.send(result)
        except StopIteration as stop:
            return stop.value


def test_saving(m: SimpleNamespace) -> None:
    bar = m.Bar(name="a")
    drive(save.save_flow(bar))
    bar.name = "b"
    drive(save.save_flow(bar))
    drive(save.save_flow(bar, update_fields=["beers"]))
    assert list(m.Bar.objects.values_list("name", "beers")) == [("b", 4)]
    place = m.Place.objects.create()
    drive(save.save_flow(m.Ordered(place=place)))
    drive(save.save_flow(m.Asking(pk=3)))
    drive(save.save_flow(m.Only(pk=3)))
    assert m.Only.objects.count() == m.Asking.objects.count() == m.Ordered.objects.count() == 1


def test_refreshing(m: SimpleNamespace) -> None:
    publisher = m.Publisher.objects.create(name="p")
    book = m.Book.objects.create(title="a", publisher=publisher)
    m.Book.objects.update(title="b")
    drive(refresh.refresh_flow(book))
    assert book.title == "b"
    drive(refresh.refresh_flow(book, from_queryset=m.Book.objects.select_related("publisher")))
    assert book._state.fields_cache["publisher"] == publisher


def test_deleting(m: SimpleNamespace) -> None:
    publisher = m.Publisher.objects.create(pk=1)
    doomed = m.Publisher.objects.create()
    book = m.Book.objects.create(publisher=doomed)
    m.Chapter.objects.create(book=book)
    m.Setting.objects.create(by_default=doomed, by_value=doomed, by_call=doomed)
    counts = drive(doomed._delete_flow(None, False))[1]
    assert counts == {f"{writing.APP}.{name}": 1 for name in ("Chapter", "Book", "Publisher")}
    assert m.Setting.objects.get().by_call == publisher
    m.Bar.objects.create()
    assert drive(m.Place.objects.all()._delete_flow())[0] == 3
    assert drive(m.Only.objects.none()._delete_flow()) == (0, {})


def test_querysets(m: SimpleNamespace) -> None:
    books = m.Book.objects.all()
    book = drive(books._create_flow(title="a"))
    assert drive(books._get_or_create_flow(title="a")) == (book, False)
    assert drive(books._get_or_create_flow(title="b"))[1]
    assert drive(books._update_or_create_flow({"title": "c"}, title="b"))[0].title == "c"
    assert drive(books._update_or_create_flow({"title": "c"}, title="d"))[1]
    made = drive(books._bulk_create_flow([m.Book(title="x"), m.Book(title="y")]))
    assert drive(books._bulk_update_flow(made, ["title"])) == 2
    assert drive(books.filter(title="x")._set_flow(title="z")) == 1
    assert drive(m.Restaurant.objects.all()._set_flow(name="z", stars=2)) == 0
    assert drive(m.Only.objects.all()._raw_delete_flow("default")) == 0


def test_a_failed_insert_leaves_no_half(m: SimpleNamespace) -> None:
    m.Given.objects.create(unique=1)
    with pytest.raises(IntegrityError):
        drive(m.Given.objects.all()._get_or_create_flow({"unique": 1}, a=77))
    assert m.Given.objects.count() == 1


def test_receivers_and_overrides_are_called_as_blocking(m: SimpleNamespace) -> None:
    seen: list[str] = []

    def note(sender: Any, **kwargs: Any) -> None:
        seen.append(sender.__name__)
        m.Only.objects.count()

    for signal in (signals.pre_save, signals.post_save, signals.pre_delete, signals.post_delete):
        signal.connect(note, sender=m.Watched)
    try:
        watched = drive(m.Watched.objects.all()._create_flow())
        drive(watched._delete_flow(None, False))
    finally:
        for signal in (
            signals.pre_save,
            signals.post_save,
            signals.pre_delete,
            signals.post_delete,
        ):
            signal.disconnect(note, sender=m.Watched)
    assert seen == ["Watched"] * 4
    m.Hooked.calls.clear()
    drive(m.Hooked.objects.all()._create_flow())
    assert [call[0] for call in m.Hooked.calls] == [
        "save",
        "save_base",
        "_save_table",
        "_do_insert",
    ]


def test_the_asynchronous_methods_do_the_same(m: SimpleNamespace) -> None:
    async def main() -> Any:
        book = m.Book(title="a")
        await book.asave()
        await m.Book.objects.aupdate(title="b")
        await book.arefresh_from_db(fields=["title"])
        given = [m.Given(unique=n) for n in (1, 2)]
        rows = await m.Given.objects.abulk_create(given)
        return (
            book.title,
            [row.pk is not None for row in rows],
            await m.Given.objects.abulk_update(rows, ["unique"]),
            (await m.Place.objects.aget_or_create(name="p"))[1],
            (await m.Place.objects.aupdate_or_create(name="p", defaults={"name": "q"}))[0].name,
            await book.adelete(),
            await m.Given.objects.all().adelete(),
        )

    assert async_to_sync(main)() == (
        "b",
        [True, True],
        2,
        True,
        "q",
        (1, {f"{writing.APP}.Book": 1}),
        (2, {f"{writing.APP}.Given": 2}),
    )


def test_the_asynchronous_methods_honour_overrides(m: SimpleNamespace) -> None:
    async def main() -> None:
        m.Hooked.calls.clear()
        hooked = await m.Hooked.objects.acreate()
        await hooked.asave(update_fields=["n"])

    async_to_sync(main)()
    assert [call[0] for call in m.Hooked.calls] == [
        "save",
        "save_base",
        "_save_table",
        "_do_insert",
        "save",
        "save_base",
        "_save_table",
        "_do_update",
    ]
