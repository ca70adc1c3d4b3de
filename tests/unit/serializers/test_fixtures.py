"""Fixtures in a database of their own: loaded by commands and by test cases, and written back."""

from __future__ import annotations

import io
import json
import shutil
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from settings_layer import changed
from vivace.core import serializers
from vivace.core.management import call_command
from vivace.db import IntegrityError, connection, connections
from vivace.management.exceptions import CommandError
from vivace.test import TestCase, TransactionTestCase
from vivace.test.utils import override_settings

NOTE = '[{"model": "gs_press.note", "pk": %d, "fields": {"text": "%s"}}]'


@pytest.fixture
def app(world: Any) -> Iterator[Any]:
    """What cases may name; tables are empty before, and after the test."""

    def clean() -> None:
        for alias in ("default", "other"):
            call_command("flush", interactive=False, database=alias, verbosity=0)
        shutil.rmtree(world.place / "gs_press" / "fixtures", ignore_errors=True)

    clean()
    names = world.names()
    yield type("App", (), {"Note": names["Note"], "write": staticmethod(world.write)})
    clean()


def write(app: Any, name: str, text: str) -> None:
    app.write(f"gs_press/fixtures/{name}", text)


def run(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    assert result.errors == result.failures == []
    return result


def test_loading_is_all_or_nothing(app: Any) -> None:
    write(app, "good.json", NOTE % (1, "x"))
    write(app, "bad.json", '[{"model": "gs_press.article", "pk": 1, "fields": {"author": 9}}]')
    with pytest.raises(IntegrityError, match=r"Problem installing fixtures: .*author_id"):
        call_command("loaddata", "good", "bad", verbosity=0)
    assert app.Note.objects.count() == 0
    call_command("loaddata", "good", verbosity=0)
    assert app.Note.objects.count() == 1


def test_rows_may_refer_to_later_ones_and_are_checked_afterwards(app: Any) -> None:
    author = '{"model": "gs_shop.author", "pk": 9, "fields": {"first": "a", "last": "b"}}'
    article = '{"model": "gs_press.article", "pk": 1, "fields": {"author": 9, "headline": "h"}}'
    write(app, "both.json", f"[{article}, {author}]")
    call_command("loaddata", "both", verbosity=0)
    assert connection.connection is None
    out = io.StringIO()
    call_command("dumpdata", "gs_press", "gs_shop.author", stdout=out)
    assert [each["model"] for each in json.loads(out.getvalue())] == [
        "gs_press.article",
        "gs_shop.author",
    ]


@pytest.mark.parametrize("end", ["json", "jsonl", "xml", "yaml", "json.gz", "xml.bz2", "json.xz"])
def test_what_is_dumped_can_be_loaded(app: Any, world: Any, end: str) -> None:
    notes = [(1, "plain"), (2, "é 😀 <&> \n 'x': y"), (3, "")]
    app.Note.objects.bulk_create(app.Note(pk=pk, text=text) for pk, text in notes)
    form, place = end.split(".")[0], str(world.place / "gs_press" / "fixtures" / f"out.{end}")
    (world.place / "gs_press" / "fixtures").mkdir(exist_ok=True)
    call_command("dumpdata", "gs_press", format=form, output=place)
    call_command("flush", interactive=False, verbosity=0)
    call_command("loaddata", "out", verbosity=0)
    assert list(app.Note.objects.order_by("pk").values_list("pk", "text")) == notes


class OnlyOther:
    """A router that keeps notes in the other database."""

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **h: Any
    ) -> Any:
        return (db == "other") == (model_name == "note")


def test_rows_stay_out_of_databases_they_do_not_belong_in(app: Any) -> None:
    write(app, "note.json", NOTE % (1, "x"))
    app.Note.objects.create(text="astray")
    out = io.StringIO()
    with override_settings(DATABASE_ROUTERS=[OnlyOther()]):
        call_command("loaddata", "note", stdout=out)
        assert out.getvalue() == "Installed 0 object(s) (of 1) from 1 fixture(s)\n"
        call_command("loaddata", "note", database="other", verbosity=0)
        found = []
        for alias in ("default", "other"):
            out = io.StringIO()
            call_command("dumpdata", "gs_press", database=alias, stdout=out)
            found.append(len(json.loads(out.getvalue())))
    assert found == [0, 1]


def test_keys_of_the_database_go_on_after_those_of_fixtures(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(app, "note.json", NOTE % (1, "x"))
    asked = []

    def sequence_reset_sql(style: Any, models: Any) -> list[str]:
        asked.append([model.__name__ for model in models])
        return ["UPDATE gs_press_note SET text = 'reset'"]

    monkeypatch.setattr(connection.ops, "sequence_reset_sql", sequence_reset_sql)
    out = io.StringIO()
    call_command("loaddata", "note", verbosity=2, stdout=out)
    assert asked == [["Note"]]
    assert "Resetting sequences\nInstalled 1 object(s)" in out.getvalue()
    assert app.Note.objects.get().text == "reset"


def test_standard_input_stays_open(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.StringIO(NOTE % (1, "x"))
    monkeypatch.setattr(sys, "stdin", given)
    call_command("loaddata", "-", format="json", verbosity=0)
    assert not given.closed
    assert app.Note.objects.count() == 1


def test_a_format_that_is_missing_is_told(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("vivace.core.serializers.pyyaml", "vivace.serializers.pyyaml"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "yaml", None)
    monkeypatch.setattr(serializers, "_serializers", {})
    assert "yaml" in serializers.get_public_serializer_formats()
    with pytest.raises(ImportError, match="yaml"):
        serializers.serialize("yaml", [])
    with pytest.raises(CommandError, match=r"Unable to serialize database: .*yaml"):
        call_command("dumpdata", "gs_press", format="yaml")
    # The others are as they were.
    assert serializers.serialize("json", []) == "[]"


def test_fixtures_of_a_test_case(app: Any) -> None:
    write(app, "case.json", NOTE % (1, "x"))
    Note = app.Note

    class Case(TestCase):
        fixtures = ["case"]

        @classmethod
        def setUpTestData(cls) -> None:
            cls.note = Note.objects.get()

        def test_rows_are_there(self) -> None:
            assert self.note.text == "x"
            Note.objects.all().delete()

        def test_rows_are_there_for_each(self) -> None:
            assert Note.objects.count() == 1

    assert run(Case).testsRun == 2
    assert Note.objects.count() == 0


def test_fixtures_go_into_all_databases_of_a_test_case(app: Any) -> None:
    write(app, "case.json", NOTE % (1, "x"))
    Note = app.Note

    class Case(TransactionTestCase):
        databases = {"default", "other"}
        fixtures = ["case"]

        def test_rows_are_there(self) -> None:
            assert Note.objects.count() == Note.objects.using("other").count() == 1

    assert run(Case).testsRun == 1
    assert Note.objects.count() == Note.objects.using("other").count() == 0


@pytest.fixture
def serialized(app: Any) -> Iterator[None]:
    """What the databases held before all tests is kept, as test runners keep it."""
    for alias in ("default", "other"):
        app.Note.objects.using(alias).create(pk=7, text=f"from {alias}")
        kept = connections[alias]
        kept._test_serialized_contents = kept.creation.serialize_db_to_string()  # type: ignore[attr-defined]
    yield
    for alias in ("default", "other"):
        del connections[alias]._test_serialized_contents  # type: ignore[attr-defined]


@pytest.mark.usefixtures("serialized")
def test_rows_of_before_all_tests_come_back(app: Any) -> None:
    Note = app.Note

    class Case(TransactionTestCase):
        databases = {"default", "other"}
        serialized_rollback = True

        def check(self) -> None:
            assert Note.objects.get().text == "from default"
            assert Note.objects.using("other").get().text == "from other"
            Note.objects.all().delete()

        test_first = test_second = check

    call_command("flush", interactive=False, verbosity=0)
    call_command("flush", interactive=False, verbosity=0, database="other")
    assert run(Case).testsRun == 2


def test_some_applications_are_not_kept(app: Any) -> None:
    app.Note.objects.create(text="x")
    text = connection.creation.serialize_db_to_string()
    assert json.loads(text)[0]["fields"] == {"text": "x"}
    with override_settings(TEST_NON_SERIALIZED_APPS=["gs_press"]):
        assert connection.creation.serialize_db_to_string() == "[]"


@pytest.mark.parametrize("serialize", [True, False])
def test_test_databases_keep_their_rows_if_asked(
    app: Any, tmp_path: Path, serialize: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection.creation, "_make_tables", lambda verbosity: None)
    monkeypatch.setattr(connection.creation, "_all_rows", lambda: iter([app.Note(pk=1, text="x")]))
    monkeypatch.setitem(connection.settings_dict["TEST"], "NAME", str(tmp_path / "test.sqlite3"))
    before = connection.settings_dict["NAME"]
    with changed(DATABASES={"default": {}}):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=serialize)
        try:
            kept = connections["default"].__dict__.pop("_test_serialized_contents", None)
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)
    assert kept == (NOTE % (1, "x") if serialize else None)


def test_what_is_registered_first_is_added_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serializers, "_serializers", {})
    # The path may be written as in a project that was Django's.
    serializers.register_serializer("again", "django.core.serializers.json")
    assert serializers.get_serializer("again") is serializers.get_serializer("json")
    assert serializers.get_serializer_formats()[-1] == "again"
