"""Fields, lookups and metaclasses of a project are asked what was asked for, and nothing else.

Learning a shape of the fast road calls methods with values of its own; foreign code never sees them.
"""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from road_cases import TIMES
from vivace.db import connection, models
from vivace.db.models.functions import ExtractHour
from vivace.db.models.lookups import Lookup
from vivace.test.utils import isolate_apps, override_settings
from vivace.utils import timezone

APP = "foreign_fields"


@pytest.fixture(scope="module", autouse=True)
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Two databases with room for models that tests define."""
    place: Path = tmp_path_factory.mktemp("foreign")
    name = application(APP, place)
    with (
        sqlite(place, ["default", "other"], INSTALLED_APPS=[name], USE_TZ=False),
        isolate_apps(APP),
    ):
        yield


def model(called: str, /, **fields: Any) -> Any:
    """A model with these fields and its table."""
    meta = type("Meta", (), {"app_label": APP})
    made = type(called, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
    create_tables(connection, made)
    return made


class Lower(models.CharField):
    """Text in lower case."""

    def to_python(self, value: Any) -> Any:
        return value if value is None else str(value).lower()


class Watched(models.CharField):
    """Keeps what it was given to prepare."""

    seen: list[Any] = []

    def get_prep_value(self, value: Any) -> Any:
        self.seen.append(value)
        return super().get_prep_value(value)

    def get_lookup(self, lookup_name: str) -> Any:
        self.seen.append(lookup_name)
        return super().get_lookup(lookup_name)


class Differs(Lookup):
    """Not equal; keeps what it was made with."""

    lookup_name = "differs"
    seen: list[Any] = []

    def __init__(self, lhs: Any, rhs: Any) -> None:
        self.seen.append(rhs)
        super().__init__(lhs, rhs)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} <> {rhs}", [*lhs_params, *rhs_params]


def test_own_conversion_decides_what_is_stored_and_looked_for() -> None:
    Word = model("Word", text=Lower(max_length=9))
    Word.objects.create(text="ABC")
    Word(text="DEF").save()
    Word.objects.bulk_create([Word(text="GHI")])
    for _ in range(TIMES):
        assert Word.objects.filter(text="ABC").count() == 1
        assert Word.objects.get(text="DEf").text == "def"
        assert Word.objects.filter(text__in=["GHI", "ABC"]).count() == 2
    Word.objects.filter(text="abc").update(text="XYZ")
    assert set(Word.objects.values_list("text", flat=True)) == {"xyz", "def", "ghi"}


@pytest.mark.parametrize(
    ("base", "options", "value", "made"),
    [
        (models.TextField, {}, "a", "made"),
        (models.BooleanField, {}, True, False),
        (models.DateField, {}, datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)),
        (models.DateTimeField, {}, datetime.datetime(2020, 1, 1), datetime.datetime(2021, 1, 1)),
        (models.TimeField, {}, datetime.time(1), datetime.time(2)),
        (models.DecimalField, {"max_digits": 5, "decimal_places": 2}, Decimal(1), Decimal(2)),
    ],
)
def test_values_of_the_right_type_are_converted_too(
    base: Any, options: dict[str, Any], value: Any, made: Any
) -> None:
    field = type("Own", (base,), {"to_python": lambda self, value: made})(**options)
    assert field.get_prep_value(value) == made
    assert base(**options).get_prep_value(value) is value


def test_a_decimal_that_was_prepared_as_text_is_a_number_again() -> None:
    class AsText(models.DecimalField):
        def get_prep_value(self, value: Any) -> Any:
            return str(value)

    field = AsText(max_digits=5, decimal_places=2)
    assert field.get_db_prep_save(Decimal("1.5"), connection) == Decimal("1.5")


def test_foreign_fields_never_see_marks() -> None:
    Seen = model("Seen", text=Watched(max_length=9), one=models.ForeignKey("self", models.CASCADE))
    Watched.seen.clear()
    for _ in range(TIMES):
        Seen.objects.filter(text="a").count()
        Seen.objects.exclude(text__in=["b", "c"]).exists()
        Seen.objects.filter(one__text="d", pk=1).first()
        Seen.objects.filter(models.Q(one__one__text__startswith="e") | models.Q(pk=2)).count()
    asked = ["exact", "a", "in", "b", "c", "exact", "d", "startswith"]
    assert Watched.seen == asked * TIMES


def test_foreign_lookups_never_see_marks() -> None:
    Plain = model("Plain", text=models.CharField(max_length=9))
    Plain.objects.create(text="x")
    models.CharField.register_lookup(Differs)
    try:
        Differs.seen.clear()
        for _ in range(TIMES):
            assert Plain.objects.filter(text__differs="a").count() == 1
        assert Differs.seen == ["a"] * TIMES
    finally:
        models.CharField._unregister_lookup(Differs)


def test_a_metaclass_makes_the_instances() -> None:
    calls: list[str] = []

    class Counting(models.base.ModelBase):
        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            calls.append(cls.__name__)
            return super().__call__(*args, **kwargs)

    class Counted(models.Model, metaclass=Counting):
        class Meta:
            app_label = APP

    create_tables(connection, Counted)
    Counted.objects.create()
    calls.clear()
    for _ in range(TIMES):
        assert len(Counted.objects.all()) == 1
    assert calls == ["Counted"] * TIMES


def test_subqueries_stay_in_their_database() -> None:
    Row = model("Row", text=models.CharField(max_length=9))
    elsewhere = Row.objects.using("other")
    for query in (
        Row.objects.filter(pk__in=elsewhere),
        Row.objects.exclude(text__in=elsewhere.values("text")),
    ):
        with pytest.raises(ValueError, match="aren't allowed across different databases"):
            list(query)
    assert list(Row.objects.using("default").filter(pk__in=Row.objects.using("default"))) == []


def test_selected_relations_are_ordered_by_their_column() -> None:
    Owner = model("Owner", name=models.CharField(max_length=9))
    Owner._meta.ordering = ["name"]
    Thing = model("Thing", owner=models.ForeignKey(Owner, models.CASCADE))
    first, second = Owner.objects.create(name="z"), Owner.objects.create(name="a")
    Thing.objects.create(owner=first)
    Thing.objects.create(owner=second)
    assert [each.owner.name for each in Thing.objects.order_by("owner")] == ["a", "z"]
    assert list(Thing.objects.order_by("owner").values_list("owner", flat=True)) == [1, 2]
    sql = str(Thing.objects.order_by("-owner").values("owner").distinct().query)
    assert sql.endswith("ORDER BY 1 DESC")
    assert "JOIN" not in sql


def test_an_aggregate_without_a_name_has_no_alias() -> None:
    class Nameless(models.Aggregate):
        function = "SUM"

    with pytest.raises(TypeError, match="Complex annotations require an alias"):
        model("Summed").objects.annotate(Nameless("pk"))


def test_values_that_are_deferred_are_absent_however_often() -> None:
    Late = model("Late", text=models.CharField(max_length=9))
    for _ in range(TIMES):
        assert Late(text=models.DEFERRED).get_deferred_fields() == {"text"}
        assert Late(text="a").get_deferred_fields() == set()


def test_methods_of_managers_have_the_signatures_of_querysets() -> None:
    class Rows(models.QuerySet):
        def own(self, a: int, b: int = 3, *, c: int) -> None:
            """Its own."""

    manager = Rows.as_manager()
    assert list(inspect.signature(manager.own).parameters) == ["a", "b", "c"]
    assert manager.own.__wrapped__ is Rows.own
    assert next(iter(inspect.signature(manager.bulk_create).parameters)) == "objs"


def test_expressions_without_a_form_of_their_own_say_where_they_are_published() -> None:
    rows = model("Shown").objects.all()
    assert repr(models.Exists(rows)).startswith("<vivace.db.models.expressions.Exists object at 0x")

    class Own(models.Subquery):
        """A project's."""

    assert repr(Own(rows)).startswith(f"<{__name__}.")


def test_names_of_links_are_asked_for_while_the_model_in_between_is_missing() -> None:
    class Linked(models.Model):
        links = models.ManyToManyField("self", through="nope.Nope", through_fields=("one",))

        class Meta:
            app_label = APP

    assert {"fields.E331", "fields.E337"} <= {each.id for each in Linked.check()}


@override_settings(USE_TZ=True, TIME_ZONE="UTC")
def test_the_current_time_zone_is_asked_for_each_time() -> None:
    Event = model("Event", at=models.DateTimeField())
    Event.objects.create(at=datetime.datetime(2005, 1, 30, 23, 30, tzinfo=datetime.UTC))
    for _ in range(TIMES):
        for zone, hour in (("UTC", 23), ("Asia/Tokyo", 8), ("America/New_York", 18)):
            with timezone.override(zone):
                assert Event.objects.filter(at__hour=hour).count() == 1
                assert Event.objects.get(at__hour=hour, at__day__gte=30).pk
                assert list(Event.objects.values_list("at__hour", flat=True)) == [hour]
                assert Event.objects.annotate(hour=ExtractHour("at")).get().hour == hour
                assert Event.objects.aggregate(most=models.Max("at__hour")) == {"most": hour}
                assert Event.objects.filter(at__hour=hour).update(at=models.F("at")) == 1
