"""Test cases, their runner and the commands about databases, on a database of their own."""

from __future__ import annotations

import io
import re
import unittest
import urllib.request
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from databases import application, sqlite
from vivace.apps import apps
from vivace.core.exceptions import ImproperlyConfigured
from vivace.core.management import call_command
from vivace.core.management.base import CommandError
from vivace.db import IntegrityError, connection, connections, models, transaction
from vivace.db.models import signals
from vivace.http import HttpResponse
from vivace.test import (
    LiveServerTestCase,
    SimpleTestCase,
    TestCase,
    TransactionTestCase,
    skipIfDBFeature,
    skipUnlessAnyDBFeature,
    skipUnlessDBFeature,
)
from vivace.test.testcases import DatabaseOperationForbidden
from vivace.test.utils import (
    CaptureQueriesContext,
    dependency_ordered,
    isolate_apps,
    modify_settings,
    register_lookup,
    setup_databases,
    teardown_databases,
)
from vivace.urls import path

APP = "cases_with_databases"


@cache
def item() -> Any:
    class Item(models.Model):
        name = models.CharField(max_length=20)
        tags = models.JSONField(default=list)

        class Meta:
            app_label = APP

    class Part(models.Model):
        item = models.ForeignKey(Item, models.CASCADE)

        class Meta:
            app_label = APP

    Item.part_model = Part  # type: ignore[attr-defined]
    return Item


@pytest.fixture(scope="module")
def _databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Two test databases in memory, with the tables of the application."""
    place: Path = tmp_path_factory.mktemp("cases")
    name = application(APP, place)
    with sqlite(place, ["default", "other"], INSTALLED_APPS=[name]):
        item()
        # As if its module of models had been imported.
        apps.get_app_config(APP).models_module = item
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("vivace.conf.settings.DATABASES", connections.settings, raising=False)
            patch.setattr("sys.stderr", io.StringIO())
            config = setup_databases(0, False, aliases={"default": False, "other": False})
            yield
            teardown_databases(config, 0)


@pytest.fixture(autouse=True)
def _with_databases(_databases: None) -> None:
    pass


def run(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def fine(case: type[unittest.TestCase]) -> None:
    result = run(case)
    assert result.testsRun > 0
    assert (result.errors, result.failures) == ([], [])


def test_each_test_finds_what_the_class_made() -> None:
    class Case(TestCase):
        one: Any
        same: Any
        held: Any

        @classmethod
        def setUpTestData(cls) -> None:
            cls.one = item().objects.create(name="a", tags=["x"])
            cls.same = cls.one
            cls.held = [cls.one]

        def check(self) -> None:
            self.assertEqual((self.one.name, self.one.tags), ("a", ["x"]))
            self.assertIs(self.one, self.same)
            self.assertIs(self.held[0], self.one)
            self.assertEqual(item().objects.count(), 1)
            self.one.name = "changed"
            self.one.tags.append("y")
            self.one.save()
            item().objects.create(name="b")

        test_1 = check
        test_2 = check

        async def test_asynchronous(self) -> None:
            self.assertEqual(await item().objects.acount(), 1)

    fine(Case)
    assert item().objects.count() == 0


def test_what_commits_is_removed() -> None:
    class Case(TransactionTestCase):
        databases = {"default", "other"}
        reset_sequences = True

        def check(self) -> None:
            self.assertFalse(connection.in_atomic_block)
            made = item().objects.create(name="a")
            self.assertEqual(made.pk, 1)
            item().objects.using("other").create(name="a")
            told: list[int] = []
            transaction.on_commit(lambda: told.append(1))
            self.assertEqual(told, [1])

        test_1 = check
        test_2 = check

    fine(Case)
    assert item().objects.count() + item().objects.using("other").count() == 0


def test_queries_are_counted() -> None:
    class Case(TestCase):
        def test_as_told(self) -> None:
            with self.assertNumQueries(1):
                list(item().objects.all())
            self.assertNumQueries(2, lambda: [item().objects.count() for _ in range(2)])

        def test_more(self) -> None:
            with self.assertNumQueries(0):
                item().objects.count()

    result = run(Case)
    ((_, told),) = result.failures
    assert (
        "AssertionError: 1 != 0 : 1 queries executed, 0 expected\nCaptured queries were:\n1. SELECT"
        in told
    )


def test_other_databases_are_forbidden() -> None:
    class Simple(SimpleTestCase):
        def test_query(self) -> None:
            with self.assertRaises(DatabaseOperationForbidden) as caught:
                item().objects.count()
            self.assertIn("not allowed in SimpleTestCase subclasses", str(caught.exception))
            self.assertIn("add 'default' to", str(caught.exception))

        def test_connection(self) -> None:
            with self.assertRaisesMessage(AssertionError, "Database connections to 'default'"):
                connection.connect()
            with self.assertRaises(DatabaseOperationForbidden):
                connection.execute("SELECT 1", ())

    class Own(TestCase):
        def test_query(self) -> None:
            self.assertEqual(item().objects.count(), 0)
            message = "Database queries to 'other' are not allowed in this test. Add 'other' to"
            with self.assertRaisesMessage(DatabaseOperationForbidden, message):
                item().objects.using("other").count()

    class Every(SimpleTestCase):
        databases = "__all__"

        def test_query(self) -> None:
            self.assertEqual(item().objects.using("other").count(), 0)

    for case in (Simple, Own, Every):
        fine(case)
    assert item().objects.using("other").count() == 0


def test_wrong_names_of_databases() -> None:
    class Case(TestCase):
        databases = {"defalt"}

        def test_nothing(self) -> None:
            pass

    ((_, told),) = run(Case).errors
    assert ImproperlyConfigured.__name__ in told
    assert (
        "refers to 'defalt' which is not defined in settings.DATABASES. Did you mean 'default'?"
        in told
    )


def test_hooks_of_commits() -> None:
    class Case(TestCase):
        def test_captured(self) -> None:
            told: list[int] = []
            with self.captureOnCommitCallbacks() as callbacks:
                transaction.on_commit(lambda: told.append(1))
            self.assertEqual((len(callbacks), told), (1, []))
            with self.captureOnCommitCallbacks(execute=True) as callbacks:
                transaction.on_commit(lambda: transaction.on_commit(lambda: told.append(2)))
            self.assertEqual((len(callbacks), told), (2, [2]))

        def test_durable(self) -> None:
            with transaction.atomic(durable=True), self.assertRaises(RuntimeError):
                transaction.atomic(durable=True).__enter__()

    fine(Case)


def test_constraints_are_checked_at_the_end() -> None:
    class Case(TestCase):
        def test_broken(self) -> None:
            item().part_model.objects.create(item_id=999)

    ((_, told),) = run(Case).errors
    assert IntegrityError.__name__ in told
    assert item().part_model.objects.count() == 0


def test_a_class_whose_data_fails_leaves_nothing() -> None:
    class Case(TestCase):
        @classmethod
        def setUpTestData(cls) -> None:
            item().objects.create(name="a")
            raise ValueError

        def test_nothing(self) -> None:
            pass

    assert len(run(Case).errors) == 1
    assert (item().objects.count(), connection.in_atomic_block) == (0, False)


def test_features_decide_what_runs() -> None:
    class Case(TestCase):
        @skipUnlessDBFeature("supports_transactions")
        def test_run(self) -> None:
            pass

        @skipUnlessDBFeature("has_select_for_update", "supports_transactions")
        def test_unless(self) -> None:
            pass

        @skipIfDBFeature("supports_transactions")
        def test_if(self) -> None:
            pass

        @skipUnlessAnyDBFeature("has_select_for_update", "gis_enabled")
        async def test_any(self) -> None:
            pass

    @skipUnlessDBFeature("gis_enabled")
    class Whole(TestCase):
        def test_nothing(self) -> None:
            raise AssertionError

    @skipUnlessDBFeature("supports_transactions")
    class Without(SimpleTestCase):
        def test_nothing(self) -> None:
            pass

    reasons = sorted(reason for _, reason in run(Case).skipped)
    assert reasons == [
        "Database doesn't support any of the feature(s): has_select_for_update, gis_enabled",
        "Database doesn't support feature(s): has_select_for_update, supports_transactions",
        "Database has feature(s) supports_transactions",
    ]
    assert len(run(Whole).skipped) == 1
    with pytest.raises(ValueError, match="doesn't allow queries against the 'default' database"):
        run(Without)


def test_querysets_are_compared() -> None:
    class Case(TestCase):
        def test_them(self) -> None:
            for name in "ab":
                item().objects.create(name=name)
            found = item().objects.values_list("name", flat=True)
            self.assertQuerySetEqual(found.order_by("name"), ["a", "b"])
            self.assertQuerySetEqual(found, ["b", "a"], ordered=False)
            self.assertQuerySetEqual(found.order_by("name"), "AB", transform=str.upper)
            with self.assertRaisesMessage(ValueError, "Trying to compare non-ordered queryset"):
                self.assertQuerySetEqual(found, ["a", "b"])
            with self.assertRaises(AssertionError):
                self.assertQuerySetEqual(found.order_by("name"), ["a", "c"])

    fine(Case)


def test_captured_queries_survive_a_request(site: Any) -> None:
    def view(request: Any) -> HttpResponse:
        return HttpResponse(str(item().objects.count()))

    made = site([path("", view)])
    with CaptureQueriesContext(connection) as captured:
        item().objects.count()
        made.ask("/")
    assert len(captured) >= 1
    assert captured[0]["sql"].startswith("SELECT COUNT(*)")


def test_a_live_server_sees_the_database_of_the_test(site: Any) -> None:
    def view(request: Any) -> HttpResponse:
        return HttpResponse(",".join(item().objects.values_list("name", flat=True)))

    site([path("names/", view)])

    class Case(LiveServerTestCase):
        def test_names(self) -> None:
            item().objects.create(name="made by the test")
            with urllib.request.urlopen(f"{self.live_server_url}/names/") as answer:
                self.assertEqual(answer.read(), b"made by the test")

    fine(Case)


def test_models_and_lookups_for_a_while() -> None:
    class Upper(models.Transform):
        lookup_name = "upper_for_a_test"
        function = "UPPER"

    with isolate_apps(APP) as own:

        class Passing(models.Model):
            class Meta:
                app_label = APP

        assert own.get_models() == [Passing]
    with register_lookup(models.CharField, Upper):
        assert item().objects.filter(name__upper_for_a_test="A").count() == 0
    assert models.CharField().get_transform("upper_for_a_test") is None


def test_databases_are_created_after_those_they_depend_on() -> None:
    ordered = dependency_ordered(
        [("s1", ("one", ["a"])), ("s2", ("two", ["b"])), ("s3", ("three", ["c"]))],
        {"a": ["c"], "b": ["c"]},
    )
    assert [signature for signature, _ in ordered] == ["s3", "s1", "s2"]
    with pytest.raises(ImproperlyConfigured, match="Circular dependency in TEST") as caught:
        dependency_ordered([("s1", ("x", ["a"])), ("s2", ("y", ["b"]))], {"a": ["b"], "b": ["a"]})
    assert "databases: a, b" in caught.value.__notes__[0]
    with pytest.raises(ImproperlyConfigured, match="depend on each other, but are aliases"):
        dependency_ordered([("s1", ("x", ["a", "b"]))], {"a": ["b"]})


# Commands.


def told_by(name: str, *args: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command(name, *args, stdout=out, no_color=True, **options)
    return out.getvalue()


def test_migrate_makes_what_is_missing_and_tells_of_it() -> None:
    sent: list[Any] = []

    def receive(sender: Any, using: str, **kwargs: Any) -> None:
        sent.append((sender.label, using))

    signals.post_migrate.connect(receive)
    signals.pre_migrate.connect(receive)
    try:
        with connection.schema_editor() as editor:
            editor.delete_model(item().part_model)
        told = told_by("migrate", run_syncdb=True)
        assert f"Creating table {APP}_part" in told
        assert f"Creating table {APP}_item" not in told
        assert "Creating table " not in told_by("migrate", run_syncdb=True)
    finally:
        signals.post_migrate.disconnect(receive)
        signals.pre_migrate.disconnect(receive)
    assert sent == [(APP, "default")] * 4
    with pytest.raises(CommandError, match="No installed app with label 'nope'"):
        told_by("migrate", "nope")


def test_flush_and_its_sql() -> None:
    item().objects.create(name="a")
    assert f'DELETE FROM "{APP}_item";' in told_by("sqlflush")
    call_command("flush", interactive=False, verbosity=0)
    assert item().objects.count() == 0
    assert item().objects.create(name="a").pk == 1
    call_command("flush", interactive=False, verbosity=0)


def test_flush_asks_and_tells(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    item().objects.create(name="a")
    asked: list[str] = []
    answers = iter(["no", "yes"])
    monkeypatch.setattr("builtins.input", lambda text: (asked.append(text), next(answers))[1])
    assert told_by("flush") == "Flush cancelled.\n"
    assert item().objects.count() == 1
    assert told_by("flush", verbosity=2) == ""
    assert item().objects.count() == 0
    assert f"Running post-migrate handlers for application {APP}" in capsys.readouterr().out
    name = connection.settings_dict["NAME"]
    assert set(asked) == {
        "You have requested a flush of the database.\n"
        f'This will IRREVERSIBLY DESTROY all data currently in the "{name}" database,\n'
        "and return each table to an empty state.\n"
        "Are you sure you want to do this?\n\n"
        "    Type 'yes' to continue, or 'no' to cancel: "
    }


def test_inspectdb_names_models_that_are_there_already_without_quotes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE zz_a (id integer PRIMARY KEY)")
        cursor.execute("CREATE TABLE zz_b (id integer PRIMARY KEY, a_id int REFERENCES zz_a (id))")
    try:
        told = [told_by("inspectdb", *names) for names in (["zz_a", "zz_b"], ["zz_b"])]
    finally:
        connection.cursor().execute("DROP TABLE zz_b")
        connection.cursor().execute("DROP TABLE zz_a")
    assert "    a = models.ForeignKey(ZzA, models.DO_NOTHING, blank" in told[0]
    assert "    a = models.ForeignKey('ZzA', models.DO_NOTHING, blank" in told[1]


def test_applications_that_are_modules_are_flushed_too() -> None:
    item().objects.create(name="a")
    with modify_settings(INSTALLED_APPS={"append": "colorsys"}):
        call_command("flush", interactive=False, verbosity=0)
    assert item().objects.count() == 0


def test_dbshell(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr("subprocess.run", lambda args, **kwargs: seen.append((args, kwargs)))
    call_command("dbshell", "--", ".tables")
    ((args, options),) = seen
    assert args == ["sqlite3", connection.settings_dict["NAME"], ".tables"]
    assert options["check"] is True
    monkeypatch.setattr(type(connection.client), "executable_name", "no-such-program")

    def missing(*args: Any, **kwargs: Any) -> None:
        raise FileNotFoundError

    monkeypatch.setattr("subprocess.run", missing)
    with pytest.raises(CommandError, match="You appear not to have the 'no-such-program' program"):
        call_command("dbshell")


def test_inspectdb() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            'CREATE TABLE "odd-name" (id integer PRIMARY KEY, "class" varchar(10) UNIQUE, '
            '"a b" text NOT NULL, "1x" decimal(5,2), item_id integer REFERENCES '
            f"{APP}_item (id), other integer REFERENCES {APP}_item (id), "
            'me integer UNIQUE REFERENCES "odd-name" (id), un numeric, "x__y" integer, '
            'CONSTRAINT uq UNIQUE (item_id, "a b"))'
        )
    try:
        told = told_by("inspectdb", "odd-name", "nothing")
    finally:
        connection.cursor().execute('DROP TABLE "odd-name"')
    name = "CasesWithDatabasesItem"
    lines = [re.sub(r"  # .*", "", line).strip() for line in told.splitlines()]
    assert lines[lines.index("class OddName(models.Model):") + 1 :] == [
        "class_field = models.CharField(db_column='class', unique=True, max_length=10, "
        "blank=True, null=True)",
        "a_b = models.TextField(db_column='a b')",
        "number_1x = models.DecimalField(db_column='1x', max_digits=10, decimal_places=5, "
        "blank=True, null=True)",
        f"item = models.ForeignKey('{name}', models.DO_NOTHING, blank=True, null=True)",
        f"other = models.ForeignKey('{name}', models.DO_NOTHING, db_column='other', "
        "related_name='oddname_other_set', blank=True, null=True)",
        "me = models.OneToOneField('self', models.DO_NOTHING, db_column='me', "
        "blank=True, null=True)",
        "un = models.TextField(blank=True, null=True)",
        "x_y = models.IntegerField(db_column='x__y', blank=True, null=True)",
        "",
        "class Meta:",
        "managed = False",
        "db_table = 'odd-name'",
        "unique_together = (('item', 'a_b'),)",
        "# Unable to inspect table 'nothing'",
        "# The error was: Table nothing does not exist (empty pragma).",
    ]
