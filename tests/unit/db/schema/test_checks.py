"""Checks that depend on what the database can do, and on settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vivace.apps.registry import Apps
from vivace.db import connections, models
from vivace.test import override_settings

Check = Callable[..., list[str | None]]


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Check:
    """The ids of the messages about a field, on a database with the features given."""

    def ids(field: Any, required: tuple[str, ...] = (), **features: Any) -> list[str | None]:
        class Meta:
            app_label = "schema_checks"
            apps = Apps()
            required_db_features = required

        body = {"__module__": __name__, "Meta": Meta, "field": field}
        type(models.Model)("Thing", (models.Model,), body)
        for name, value in features.items():
            monkeypatch.setattr(connections["default"].features, name, value, raising=False)
        return [message.id for message in field.check(databases={"default"})]

    return ids


def test_text_needs_a_length_where_the_database_needs_one(check: Check) -> None:
    feature = "supports_unlimited_charfield"
    assert check(models.CharField(), **{feature: False}) == ["fields.E120"]
    assert check(models.CharField(), **{feature: True}) == []
    assert check(models.CharField(), (feature,), **{feature: False}) == []


@pytest.mark.parametrize(
    ("make", "feature"),
    [
        (
            lambda: models.CharField(max_length=3, db_collation="c"),
            "supports_collation_on_charfield",
        ),
        (lambda: models.TextField(db_collation="c"), "supports_collation_on_textfield"),
    ],
)
def test_collations_need_a_database_with_collations(
    check: Check, make: Callable[[], Any], feature: str
) -> None:
    assert check(make(), **{feature: False}) == ["fields.E190"]
    assert check(make(), **{feature: True}) == []
    assert check(make(), (feature,), **{feature: False}) == []


def test_json_needs_a_database_with_json(check: Check) -> None:
    feature = "supports_json_field"
    assert check(models.JSONField(), **{feature: False}) == ["fields.E180"]
    assert check(models.JSONField(), (feature,), **{feature: False}) == []


def test_expressions_as_defaults_need_a_database_with_them(check: Check) -> None:
    feature = "supports_expression_defaults"
    default = models.Value(1) + models.Value(2)
    assert check(models.IntegerField(db_default=default), **{feature: False}) == ["fields.E011"]
    assert check(models.IntegerField(db_default=default), **{feature: True}) == []
    assert check(models.IntegerField(db_default=3), **{feature: False}) == []
    assert check(models.IntegerField(db_default=models.F("id")), **{feature: True}) == [
        "fields.E012"
    ]


def test_comments_need_a_database_with_comments(check: Check) -> None:
    field = models.IntegerField(db_comment="words")
    assert check(field, supports_comments=False) == ["fields.W163"]
    assert check(models.IntegerField(db_comment="words"), supports_comments=True) == []


def test_a_key_may_be_null_where_empty_text_is_null(check: Check) -> None:
    feature = "interprets_empty_strings_as_nulls"
    make = lambda: models.IntegerField(primary_key=True, null=True)  # noqa: E731
    assert check(make(), **{feature: False}) == ["fields.E007"]
    assert check(make(), **{feature: True}) == []


def test_a_field_that_will_go_is_warned_of(check: Check) -> None:
    class Old(models.IntegerField):
        system_check_deprecated_details = {"msg": "Old goes.", "hint": "New.", "id": "shop.W001"}

    class Older(models.IntegerField):
        system_check_removed_details: dict[str, Any] = {}

    assert check(Old()) == ["shop.W001"]
    field = Older()
    assert check(field) == ["fields.EXXX"]
    assert field.check()[0].msg == (
        "Older has been removed except for support in historical migrations."
    )


def test_tables_in_between_may_clash_where_routers_keep_them_apart() -> None:
    class Meta:
        app_label = "schema_checks"
        apps = Apps()

    body = {"__module__": __name__, "Meta": Meta}
    target = type(models.Model)("Target", (models.Model,), {**body})
    field = models.ManyToManyField(target, db_table="schema_checks_target")
    type(models.Model)("Thing", (models.Model,), {**body, "field": field})
    # The registry must know of the models as if of an application.
    Meta.apps.get_models = lambda **options: [target]  # type: ignore[method-assign]
    assert [message.id for message in field._check_table_uniqueness()] == ["fields.E340"]
    with override_settings(DATABASE_ROUTERS=["a.Router"]):
        (message,) = field._check_table_uniqueness()
    assert message.id == "fields.W344"
    assert message.hint == (
        "You have configured settings.DATABASE_ROUTERS. Verify that the table of "
        "'schema_checks.Target' is correctly routed to a separate database."
    )
