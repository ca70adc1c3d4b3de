"""Lookups and transforms are registered on classes and instances, and found by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from vivace.db import models
from vivace.db.schema import registry


class Near(models.Lookup):
    lookup_name = "near"


class Half(models.Transform):
    lookup_name = "half"


@pytest.fixture
def near() -> Iterator[type[models.Lookup]]:
    models.CharField.register_lookup(Near)
    yield Near
    models.CharField._unregister_lookup(Near)


def test_a_class_offers_what_its_bases_offer(near: type) -> None:
    assert models.CharField().get_lookup("near") is near
    assert models.EmailField.get_lookups()["near"] is near
    assert models.TextField().get_lookup("near") is None


def test_what_was_taken_away_is_not_offered() -> None:
    assert models.CharField().get_lookup("near") is None
    with pytest.raises(KeyError):
        models.CharField._unregister_lookup(Near)


def test_a_registration_under_another_name() -> None:
    assert models.TextField.register_lookup(Near, "close") is Near
    assert models.TextField().get_lookup("close") is Near
    models.TextField._unregister_lookup(Near, "close")
    assert models.TextField().get_lookup("close") is None


def test_an_instance_may_offer_more_than_its_class() -> None:
    mine, other = models.CharField(), models.CharField()
    assert mine.register_lookup(Half) is Half
    assert mine.get_transform("half") is Half
    assert other.get_transform("half") is None
    mine._unregister_lookup(Half)
    assert mine.get_transform("half") is None


def test_lookups_and_transforms_are_told_apart(near: type) -> None:
    field = models.CharField()
    field.register_lookup(Half)
    assert field.get_transform("near") is None
    assert field.get_lookup("half") is None


def test_an_expression_offers_what_its_result_offers(near: type) -> None:
    expression = models.ExpressionWrapper(models.Value("a"), output_field=models.CharField())
    assert expression.get_lookup("near") is near


def test_a_subclass_hides_what_its_base_offers(near: type) -> None:
    class Nearer(models.Lookup):
        lookup_name = "near"

    class Own(models.CharField):
        pass

    Own.register_lookup(Nearer)
    assert Own().get_lookup("near") is Nearer
    assert models.CharField().get_lookup("near") is near


def test_relations_do_not_offer_what_plain_fields_offer() -> None:
    field = models.ForeignKey("shop.Thing", models.CASCADE)
    assert field.get_lookup("icontains") is None
    assert field.get_lookup("exact") is not None


def test_listeners_hear_of_each_change() -> None:
    heard: list[int] = []

    def listener() -> None:
        heard.append(1)

    registry.on_change(listener)
    try:
        models.TextField.register_lookup(Near, "close")
        models.TextField._unregister_lookup(Near, "close")
        models.TextField().register_lookup(Near, "close")
    finally:
        registry._listeners.remove(listener)
    assert len(heard) == 3
