"""Names of fields, columns and tables that generated code and SQL could stumble over."""

# ruff: noqa: E501, SIM905 - cases are read line by line

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from road_cases import same
from vivace.db import connection, models
from vivace.test.utils import isolate_apps

APP = "road_names"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A database with room for models that tests define."""
    place: Path = tmp_path_factory.mktemp("names")
    name = application(APP, place)
    with sqlite(place, INSTALLED_APPS=[name], USE_TZ=False) as connection, isolate_apps(APP):
        yield connection


def model(name: str, fields: dict[str, Any], **meta: Any) -> Any:
    """A model with `fields`, and its table."""
    body = {"__module__": __name__, "Meta": type("Meta", (), {"app_label": APP, **meta}), **fields}
    made = type(models.Model)(name, (models.Model,), body)
    create_tables(connection, made)
    return made


def everything(made: Any, field: str, other: str) -> Any:
    """Every part of the road, over the fields `field` (a number) and `other` (a text)."""
    one = made.objects.create(**{field: 1, other: "a"})
    two = made(**{field: 2})
    two.save()
    setattr(one, other, "b")
    one.save()
    three, four = made.objects.bulk_create([made(**{other: "c"}), made(**{field: 4, other: "d"})])
    return [
        one, two, three, four, made(**{field: 3, other: "x"}), made(**{other: "x"}), made(),
        made.objects.get(**{field: 1, other: "b"}), made.objects.filter(**{f"{field}__gt": 1}).order_by(f"-{field}"),
        made.objects.exclude(**{f"{other}__contains": "b"}).count(), made.objects.filter(**{other: "b"}).exists(),
        made.objects.filter(**{field: 4}).update(**{field: models.F(field) + 1, other: "e"}),
        made.objects.order_by(other)[1:3], made.objects.values(field, other), made.objects.values_list(other, flat=True),
        made.objects.only(field).order_by("pk")[0].get_deferred_fields(), made.objects.defer(field).get(**{field: 5}),
    ]  # fmt: skip


NAMES = """
    values instance self_ d key new append rows db connection result k state sql cursor failed error
    exc ModelState default default_of v0 v1 c0 c1 o0 s0 f0 d0 bind load extend flat instances row alias
    Model cls args kwargs names initialise flatten finish field prepare constant encode high low plan
    expression convert read attach datetime combine utc remembered is_same encodable insert update_ set
    int str float bool zip len tuple list dict object print None_ True_ _private __mangled x__y über
    größe 名前 имя self__ instance__ d__ default__ match case type async_ lambda_ e\u0301
""".split()


@pytest.mark.parametrize(
    "name", [*NAMES, "class", "import", "lambda", "None", "\ufb01eld", "a-b", "a b", "1st"]
)
def test_names_of_fields(house: Any, name: str) -> None:
    made = model(f"Of{NAMES.index(name) if name in NAMES else hash(name)}".replace("-", "_"), {
        name: models.IntegerField(default=3, db_column="number"),
        "other": models.CharField(max_length=9, default="o"),
        "late": models.JSONField(default=dict),
    })  # fmt: skip
    try:
        kind = same(lambda: everything(made, name, "other"), warm=False)[0]
        # What ends in an underscore, or has two, is no name that a lookup can be added to.
        assert kind == "gives" or name.endswith("_") or "__" in name or name == "a b"
    finally:
        drop(made)


def drop(made: Any) -> None:
    """Delete the table of a model."""
    with connection.schema_editor() as editor:
        editor.delete_model(made)


COLUMNS = [
    'we"ird', 'end"', '"', "per%cent", "%", "%(x)d", "a.b", "q'uote", "back\\slash", "q?x", ":name", "new\nline",
    "semi;colon", "-- comment", "/* x */", "select", "üx", "a b", "`tick`", "[x]", "{x}", "$1", "#",
]  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_names_of_columns_and_tables(house: Any, column: str) -> None:
    made = model(
        f"Columns{COLUMNS.index(column)}",
        {
            "x": models.IntegerField(default=3, db_column=column),
            "y": models.CharField(max_length=9, db_column=f"{column}y", default="o"),
        },
        db_table=f"t{column}",
    )
    try:
        # The log of the compatible way does not show the values beside a percent sign.
        logged = "%" not in column
        assert same(lambda: everything(made, "x", "y"), warm=False, sql=logged)[0] == "gives"
    finally:
        drop(made)


@pytest.mark.parametrize("number", [51, 256, 600])
def test_models_with_many_columns(house: Any, number: int) -> None:
    made = model(f"Wide{number}", {f"f{n}": models.IntegerField(default=n) for n in range(number)})

    def case() -> Any:
        one = made.objects.create(f1=-1)
        one.f2 = -2
        one.save()
        many = made.objects.bulk_create([made(f1=n) for n in range(5)])
        given = {f"f{n}": n + 1 for n in range(number)}
        return [
            one,
            many,
            made(**given),
            made.objects.create(**given),
            made.objects.get(f1=-1),
            made.objects.filter(f1__gt=2),
        ]

    assert same(case, warm=False)[0] == "gives"


def test_a_model_with_nothing_but_its_key(house: Any) -> None:
    made = model("Bare", {})

    def case() -> Any:
        one, two = made.objects.create(), made()
        two.save()
        one.save()
        made(pk=50).save()
        return [
            one, two, made.objects.bulk_create([made(), made()]), made.objects.get(pk=one.pk), made.objects.order_by("-pk"),
            made.objects.count(), made.objects.filter(pk__gt=one.pk).exists(), made.objects.values(), made(),
        ]  # fmt: skip

    assert same(case, warm=False)[0] == "gives"


def test_a_model_of_a_view_may_have_more_rows_than_its_key_says(house: Any) -> None:
    made = model(
        "Viewed", {"name": models.CharField(max_length=5, primary_key=True)}, managed=False
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS road_names_viewed")
        cursor.execute("CREATE VIEW road_names_viewed AS SELECT 'a' AS name UNION ALL SELECT 'a'")
    failed = same(lambda: made.objects.get(name="a"), warm=False)
    assert failed[0] == "fails"
    assert failed[1] is made.MultipleObjectsReturned
