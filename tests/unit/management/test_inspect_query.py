"""``inspect query``: the shape of a queryset, its SQL, and the functions that are generated for it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from vivace.apps import apps
from vivace.db import models
from vivace.management import call_command
from vivace.management.commands.inspect import Command
from vivace.management.exceptions import CommandError

APP = "inspected_library"


@cache
def library() -> dict[str, Any]:
    """Models, made once."""

    class Author(models.Model):
        name = models.CharField(max_length=80)

        class Meta:
            app_label = APP

    class Book(models.Model):
        title = models.CharField(max_length=80)
        pages = models.IntegerField(null=True)
        author = models.ForeignKey(Author, models.CASCADE)

        class Meta:
            app_label = APP

    class Diary(models.Model):
        title = models.CharField(max_length=80)

        class Meta:
            app_label = APP

        @classmethod
        def from_db(cls, db: Any, field_names: Any, values: Any) -> Any:
            return super().from_db(db, field_names, values)

    return {"Author": Author, "Book": Book, "Diary": Diary}


@pytest.fixture(autouse=True, scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    place: Path = tmp_path_factory.mktemp("inspected")
    installed = [application(APP, place)]
    with sqlite(place, ["default", "other"], INSTALLED_APPS=installed) as connection:
        create_tables(connection, *library().values())
        apps.clear_cache()
        yield connection


def inspect(expression: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(Command(stdout=out), "query", expression, **options)
    return out.getvalue()


def line(text: str, title: str) -> str:
    """What follows the title of a comment, with the lines that it goes on in."""
    lines = iter(text.splitlines())
    for each in lines:
        if each.startswith(f"# {title}: "):
            found = each.partition(": ")[2]
            for more in lines:
                if not more.startswith("#     "):
                    break
                found += f" {more[6:]}"
            return found
    raise AssertionError(f"no {title} in:\n{text}")


def test_shape_slots_statement_and_functions() -> None:
    text = inspect(
        "Book.objects.filter(pages__gte=300, title__startswith='A%').select_related('author')"
        ".order_by('-pages')[:5]"
    )
    assert "# On the fast road.\n" in text
    assert line(text, "Shape") == (
        f"QuerySet({APP}.Book).filter(pages__gte=v0, title__startswith=v1)"
        ".select_related('author').order_by('-pages')[:high]"
    )
    assert line(text, "Slot v0") == f"300, int for {APP}.Book.pages"
    assert line(text, "Slot v1") == f"'A%', str for {APP}.Book.title, as 'v%'"
    assert line(text, "SQL (default, sqlite)").endswith(" DESC LIMIT ?")
    assert line(text, "Parameters") == "(300, 'A\\\\%%', 5)"
    assert "\ndef bind(values, connection):\n" in text
    assert "\ndef load(rows, db, connection):\n" in text
    compile(text, "inspected", "exec")


def test_what_is_printed_is_what_runs(connection: Any) -> None:
    sql = line(inspect("Book.objects.filter(pages=3, author__name='Ada')"), "SQL (default, sqlite)")
    asked: list[str] = []
    with connection.execute_wrapper(
        lambda execute, *args: (asked.append(args[0]), execute(*args))[1]
    ):
        list(library()["Book"].objects.filter(pages=3, author__name="Ada"))
    assert asked == [sql.replace("?", "%s")]


@pytest.mark.parametrize(
    ("expression", "shape"),
    [
        ("Book.objects", "QuerySet(L.Book)"),
        ("Book.objects.all()[5:]", "QuerySet(L.Book)[low:]"),
        ("Book.objects.exclude(pages=None)", "QuerySet(L.Book).exclude(pages=None)"),
        (
            "Book.objects.filter(author=Author(pk=7))",
            "QuerySet(L.Book).filter(author=Author(pk=v0))",
        ),
        ("Book.objects.filter(pages__in=[1, 2])", "QuerySet(L.Book).filter(pages__in=[v0, v1])"),
        ("Book.objects.filter(pages=F('id'))", "QuerySet(L.Book).filter(pages=F(id))"),
        ("Book.objects.values('id', 'title')", "QuerySet(L.Book).values('id', 'title')"),
        ("Book.objects.defer('title')", "QuerySet(L.Book).defer('title')"),
        ("Author(pk=3).book_set.filter(pages=1)", ""),
    ],
)
def test_shapes(expression: str, shape: str) -> None:
    text = inspect(expression)
    if shape:
        assert line(text, "Shape") == shape.replace("L.", f"{APP}.")
    compile(text, "inspected", "exec")


@pytest.mark.parametrize(
    ("expression", "ending"),
    [
        ("Book.objects.get(pk=3)", "LIMIT 21"),
        ("Book.objects.filter(pages=1).exists()", "LIMIT 1"),
        ("Book.objects.filter(pages=1).first()", "ASC LIMIT ?"),
    ],
)
def test_asking_is_described_and_not_done(connection: Any, expression: str, ending: str) -> None:
    asked: list[Any] = []
    with connection.execute_wrapper(lambda execute, *args: asked.append(args)):
        text = inspect(expression)
    assert "# On the fast road.\n" in text
    assert line(text, "SQL (default, sqlite)").endswith(ending)
    assert asked == []


def test_count_has_a_statement_of_its_own() -> None:
    text = inspect("Book.objects.filter(pages=1).count()")
    assert line(text, "SQL (default, sqlite)").startswith("SELECT COUNT(*) ")
    assert "# No loader is generated: the rows are taken as they are.\n" in text


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (
            "Book.objects.extra(select={'one': '1'}).filter(pages=1)",
            "it was left at .extra(select={'one': '1'})",
        ),
        ("Book.objects.filter(pages=3).none()", "it was left at .none()"),
        ("Diary.objects.all()", f"{APP}.Diary makes its instances in a way of its own"),
        ("Book.objects.filter(pages=10**30)", "a value is out of its column's range"),
    ],
)
def test_why_a_queryset_is_not_on_the_road(expression: str, why: str) -> None:
    text = inspect(expression)
    assert line(text, "Not on the fast road").startswith(why)
    compile(text, "inspected", "exec")


def test_off_the_road_the_statement_is_shown_too() -> None:
    text = inspect("Book.objects.extra(select={'one': '1'}).filter(pages__gt=1)")
    assert "(1) AS" in line(text, "SQL (default, sqlite)")
    assert line(text, "Parameters") == "(1,)"
    assert "# Each instance is made by from_db()." in inspect("Diary.objects.all()")
    assert "nothing can match" in inspect("Book.objects.none()")


def test_values_that_expressions_are_compared_with() -> None:
    text = inspect("Book.objects.annotate(n=Count('id')).filter(n__gt=1)")
    assert line(text, "Slot v0") == "1, int for IntegerField"
    assert "HAVING" in line(text, "SQL (default, sqlite)")


def test_another_database() -> None:
    assert "# SQL (other, sqlite): " in inspect("Book.objects.all()", database="other")
    assert "# SQL (other, sqlite): " in inspect("Book.objects.using('other')")
    with pytest.raises(CommandError, match=r"no database 'third'\. There are: default, other"):
        inspect("Book.objects.all()", database="third")


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("Book.objects.filter(", "That is no expression"),
        ("Bok.objects.all()", "NameError: name 'Bok' is not defined"),
        ("Book.objects.filter(nope=1)", "FieldError: Cannot resolve keyword 'nope' into field"),
        ("Book", "That is no queryset, but of type ModelBase."),
        ("Book.objects.all().query", "That is no queryset, but of type Query."),
        ("Book.objects.filter(pages=1).delete()", r"delete\(\) would change the database"),
        ("Book.objects.create(title='x')", r"create\(\) would change the database"),
        ("Book.objects.bulk_create([])", r"bulk_create\(\) would change the database"),
    ],
)
def test_what_cannot_be_inspected_is_said(expression: str, told: str) -> None:
    with pytest.raises(CommandError, match=told):
        inspect(expression)


def test_an_expression_is_needed() -> None:
    with pytest.raises(CommandError, match="Which query"):
        call_command("inspect", "query")


def test_a_terminal_is_shown_text_only() -> None:
    assert "\x1b" not in inspect("Book.objects.filter(title='\x1b[31m')")
