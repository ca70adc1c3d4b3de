"""Content types and generic relations: ref/contrib/contenttypes of the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from databases import application, create_tables, sqlite
from vivace.apps import apps
from vivace.db import connection, models, transaction
from vivace.http import Http404
from vivace.management import call_command
from vivace.test import RequestFactory
from vivace.test.utils import CaptureQueriesContext

APP = "content_type_cases"


@cache
def all_models() -> SimpleNamespace:
    # Importable only while the application is installed.
    from vivace.contrib.contenttypes import fields
    from vivace.contrib.contenttypes.models import ContentType

    class Tag(models.Model):
        name = models.CharField(max_length=10, default="")
        content_type = models.ForeignKey(ContentType, models.CASCADE, null=True)
        object_id = models.CharField(max_length=10, null=True)
        of = fields.GenericForeignKey()

        class Meta:
            app_label = APP
            ordering = ["pk"]

    class Book(models.Model):
        title = models.CharField(max_length=10, default="")
        tags = fields.GenericRelation(Tag, related_query_name="book")

        class Meta:
            app_label = APP

        def get_absolute_url(self) -> str:
            return self.title

    class Club(models.Model):
        tags = fields.GenericRelation(Tag)

        class Meta:
            app_label = APP
            verbose_name = "night club"

    class Novel(Book):
        class Meta:
            app_label = APP

    class Shown(Book):
        class Meta:
            app_label = APP
            proxy = True

    class Ranked(models.Model):
        content_type = models.ForeignKey(ContentType, models.CASCADE)
        object_id = models.IntegerField()
        of = fields.GenericForeignKey()

        class Meta:
            app_label = APP
            order_with_respect_to = "of"

    class Chart(models.Model):
        ranks = fields.GenericRelation(Ranked)

        class Meta:
            app_label = APP

    return SimpleNamespace(**{k: v for k, v in locals().items() if k != "fields"})


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    place: Path = tmp_path_factory.mktemp("content_types")
    names = ["vivace.contrib.contenttypes", application(APP, place)]
    with sqlite(place, INSTALLED_APPS=names) as made:
        found = all_models()
        found.ContentType.objects.clear_cache()
        order = ("ContentType", "Tag", "Book", "Club", "Novel", "Ranked", "Chart")
        create_tables(made, *(getattr(found, name) for name in order))
        yield found


@pytest.fixture
def m(installed: SimpleNamespace) -> Iterator[SimpleNamespace]:
    with transaction.atomic():
        yield installed
        transaction.set_rollback(True)
    installed.ContentType.objects.clear_cache()


def queries() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


def test_a_content_type_is_found_once_per_database(m: SimpleNamespace) -> None:
    first = m.ContentType.objects.get_for_model(m.Book)
    with queries() as asked:
        assert m.ContentType.objects.get_for_model(m.Book()) is first
        assert m.ContentType.objects.get_for_model(m.Shown) is first
        assert m.ContentType.objects.get_for_id(first.pk) is first
        assert m.ContentType.objects.get_by_natural_key(APP, "book") is first
    assert len(asked) == 0
    assert m.ContentType.objects.get_for_model(m.Shown, for_concrete_model=False).model == "shown"
    m.ContentType.objects.clear_cache()
    with queries() as asked:
        assert m.ContentType.objects.get_for_model(m.Book) == first
    assert len(asked) == 1


def test_many_content_types_take_one_query(m: SimpleNamespace) -> None:
    m.ContentType.objects.get_for_model(m.Book)
    m.ContentType.objects.clear_cache()
    with queries() as asked:
        found = m.ContentType.objects.get_for_models(m.Book, m.Shown, m.Club, m.Novel)
    assert {model.__name__: row.model for model, row in found.items()} == {
        "Book": "book",
        "Shown": "book",
        "Club": "club",
        "Novel": "novel",
    }
    assert [q["sql"].split()[0] for q in asked] == ["SELECT", "INSERT", "INSERT"]


def test_what_a_content_type_says_of_its_model(m: SimpleNamespace) -> None:
    row = m.ContentType.objects.get_for_model(m.Club)
    assert (str(row), row.name, row.natural_key()) == (
        "Content_Type_Cases | night club",
        "night club",
        (APP, "club"),
    )
    assert row.model_class() is m.Club
    gone = m.ContentType(app_label="gone", model="thing")
    assert (str(gone), gone.name, gone.model_class()) == ("thing", "thing", None)
    club = m.Club.objects.create()
    assert row.get_object_for_this_type(pk=club.pk) == club
    assert list(row.get_all_objects_for_this_type()) == [club]


def test_a_generic_foreign_key_is_two_columns(m: SimpleNamespace) -> None:
    book = m.Book.objects.create()
    tag = m.Tag.objects.create(of=book)
    assert (tag.content_type.model, tag.object_id) == ("book", book.pk)
    again = m.Tag.objects.get()
    with queries() as asked:
        assert again.of == book
        assert again.of is again.of
    assert len(asked) == 1
    other = m.Book.objects.create()
    again.object_id = other.pk
    assert again.of == other
    again.of = None
    assert (again.content_type_id, again.object_id) == (None, None)
    again.content_type, again.object_id = tag.content_type, "999"
    assert again.of is None


def test_unsaved_objects_are_refused(m: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="unsaved related object 'of'"):
        m.Tag(of=m.Book()).save()
    with pytest.raises(Exception, match=r"Impossible arguments to GFK\.get_content_type!"):
        m.Tag._meta.get_field("of").get_content_type()


def test_queries_along_a_generic_relation(m: SimpleNamespace) -> None:
    book, other = m.Book.objects.create(title="a"), m.Book.objects.create(title="b")
    tag = book.tags.create(name="x")
    assert list(m.Book.objects.filter(tags__name="x")) == [book]
    assert list(m.Book.objects.exclude(tags__name="x")) == [other]
    assert list(m.Book.objects.filter(tags=tag)) == [book]
    assert list(m.Tag.objects.filter(book__title="a")) == [tag]
    assert not m.Novel.objects.filter(tags__name="x")
    counted = m.Book.objects.annotate(n=models.Count("tags")).order_by("pk")
    assert [row.n for row in counted] == [1, 0]


def test_the_manager_of_a_generic_relation(m: SimpleNamespace) -> None:
    book = m.Book.objects.create()
    a, b = book.tags.create(name="a"), m.Tag.objects.create(name="b")
    book.tags.add(b)
    assert list(book.tags.all()) == [a, b]
    book.tags.remove(a)
    assert list(m.Tag.objects.all()) == [b]
    c = m.Tag(name="c")
    with pytest.raises(ValueError, match="Use bulk=False or save the object first"):
        book.tags.add(c)
    with pytest.raises(TypeError, match="'Tag' instance expected"):
        book.tags.add(book)
    book.tags.add(c, bulk=False)
    book.tags.set([c])
    assert list(m.Tag.objects.all()) == [c]
    assert book.tags.get_or_create(name="c") == (c, False)
    assert book.tags.update_or_create(name="c", defaults={"name": "d"})[0].name == "d"
    book.tags.clear()
    assert not m.Tag.objects.exists()
    with pytest.raises(TypeError, match="Direct assignment to the reverse side"):
        book.tags = []


def test_prefetching_in_both_directions(m: SimpleNamespace) -> None:
    from vivace.contrib.contenttypes.prefetch import GenericPrefetch

    books = [m.Book.objects.create(title=t) for t in "ab"]
    club = m.Club.objects.create()
    for each in (*books, club, books[0]):
        each.tags.create()
    with queries() as asked:
        assert [t.of for t in m.Tag.objects.prefetch_related("of")] == [*books, club, books[0]]
    assert len(asked) == 3
    with queries() as asked:
        assert [len(b.tags.all()) for b in m.Book.objects.prefetch_related("tags")] == [2, 1]
    assert len(asked) == 2
    chosen = GenericPrefetch("of", [m.Book.objects.filter(title="a"), m.Club.objects.all()])
    found = [t.of for t in m.Tag.objects.prefetch_related(chosen)]
    assert found == [books[0], None, club, books[0]]
    assert [q._result_cache for q in chosen.__getstate__()["querysets"]] == [[], []]
    twice = GenericPrefetch("of", [m.Book.objects.all(), m.Book.objects.all()])
    with pytest.raises(ValueError, match="Only one queryset is allowed for each content type"):
        list(m.Tag.objects.prefetch_related(twice))
    with pytest.raises(ValueError, match="cannot use raw"):
        GenericPrefetch("of", [m.Book.objects.values("pk")])


def test_peers_are_fetched_together(m: SimpleNamespace) -> None:
    for each in [m.Book.objects.create() for _ in range(3)]:
        each.tags.create()
    rows = list(m.Tag.objects.fetch_mode(models.FETCH_PEERS))
    m.ContentType.objects.get_for_model(m.Book)
    with queries() as asked:
        assert all(row.of is not None for row in rows)
    assert len(asked) == 1


def test_deleting_takes_generic_relations_along(m: SimpleNamespace) -> None:
    book, novel = m.Book.objects.create(), m.Novel.objects.create()
    book.tags.create()
    novel.tags.create()
    assert book.delete() == (2, {f"{APP}.Tag": 1, f"{APP}.Book": 1})
    assert m.Novel.objects.all().delete()[1] == {
        f"{APP}.Tag": 1,
        f"{APP}.Novel": 1,
        f"{APP}.Book": 1,
    }


def test_order_with_respect_to_a_generic_foreign_key(m: SimpleNamespace) -> None:
    chart = m.Chart.objects.create()
    first, second = m.Ranked.objects.create(of=chart), m.Ranked.objects.create(of=chart)
    assert first.get_next_in_order() == second
    chart.set_ranked_order([second.pk, first.pk])
    assert list(chart.get_ranked_order()) == [second.pk, first.pk]


def test_content_types_are_created_after_a_migration(
    m: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    from vivace.contrib.contenttypes.management import create_contenttypes

    app_config = apps.get_app_config(APP)
    app_config.models_module = app_config.module
    create_contenttypes(app_config)
    assert f"Adding content type '{APP} | tag'\n" in capsys.readouterr().out
    assert m.ContentType.objects.filter(app_label=APP).count() == 7
    create_contenttypes(app_config)
    assert capsys.readouterr().out == ""


def test_stale_content_types_are_removed(
    m: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = m.ContentType.objects.create(app_label=APP, model="gone")
    m.ContentType.objects.create(app_label="absent", model="thing")
    m.Tag.objects.create(content_type=gone)
    m.ContentType.objects.get_for_model(m.Book)

    def remove(**options: object) -> str:
        out = StringIO()
        call_command("remove_stale_contenttypes", stdout=out, **options)
        return out.getvalue()

    monkeypatch.setattr("builtins.input", lambda question: "no")
    told = remove(verbosity=2)
    assert f"    - Content type for {APP}.gone\n    - 1 {APP}.Tag object(s)\n" in told
    assert told.endswith("Stale content types remain.\n")
    monkeypatch.setattr("builtins.input", lambda question: "yes")
    assert remove(verbosity=2).endswith(f"Deleting stale content type '{APP} | gone'\n")
    assert not m.Tag.objects.exists()
    told = remove(interactive=False, include_stale_apps=True, verbosity=2)
    assert told == "Deleting stale content type 'absent | thing'\n"
    assert list(m.ContentType.objects.values_list("model", flat=True)) == ["book"]


def test_the_shortcut_to_an_objects_page(m: SimpleNamespace) -> None:
    from vivace.contrib.contenttypes.views import shortcut

    request = RequestFactory().get("/")
    row = m.ContentType.objects.get_for_model(m.Book)

    def place(url: str) -> str:
        return shortcut(request, row.pk, m.Book.objects.create(title=url).pk)["Location"]

    assert place("/b/") == "http://testserver/b/"
    assert place("//x/b/") == "//x/b/"
    for type_id, object_id in ((row.pk, 99), (row.pk, "z"), (99, 1), ("z", 1)):
        with pytest.raises(Http404, match=r"doesn.t exist"):
            shortcut(request, type_id, object_id)
    club_type = m.ContentType.objects.get_for_model(m.Club)
    club = m.Club.objects.create()
    with pytest.raises(Http404, match=r"night club objects don.t have a get_absolute_url"):
        shortcut(request, club_type.pk, club.pk)


def test_the_checks(m: SimpleNamespace) -> None:
    from vivace.contrib.contenttypes import checks, fields

    class Wrong(models.Model):
        content_type = models.IntegerField()
        missing = fields.GenericForeignKey("nothing", "nowhere")
        number = fields.GenericForeignKey(fk_field="content_type")

        class Meta:
            app_label = APP

    class Pointing(models.Model):
        rel = fields.GenericRelation(m.Club)

        class Meta:
            app_label = APP

    try:
        ids = [e.id for e in checks.check_generic_foreign_keys([apps.get_app_config(APP)])]
        assert ids == ["contenttypes.E001", "contenttypes.E002", "contenttypes.E003"]
        assert [e.id for e in Pointing._meta.get_field("rel").check()] == ["contenttypes.E004"]
        assert checks.check_model_name_lengths([apps.get_app_config(APP)]) == []
    finally:
        del apps.all_models[APP]["wrong"], apps.all_models[APP]["pointing"]
        apps.clear_cache()


def test_the_asynchronous_manager_does_the_same(installed: SimpleNamespace) -> None:
    import asyncio

    async def work() -> list[str]:
        book = await installed.Book.objects.acreate()
        tags = book.tags
        await tags.acreate(name="a")
        await tags.aadd(await installed.Tag.objects.acreate(name="b"))
        await tags.aset([t async for t in tags.filter(name="b")])
        names = [t.name async for t in tags.all()]
        await tags.aclear()
        return names

    # The content type is read synchronously where the manager is made, as it is in Django.
    installed.ContentType.objects.get_for_model(installed.Book)
    assert asyncio.run(work()) == ["b"]
    installed.Book.objects.all().delete()
