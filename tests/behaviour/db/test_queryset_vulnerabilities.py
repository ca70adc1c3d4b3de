"""Past vulnerabilities that a queryset's own methods stand against; each test names its id."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from vivace.core.exceptions import FieldError
from vivace.db import models

CONNECTOR = {"_connector": "OR 1=1 OR"}
EVIL_NAMES = [
    'name" FROM golden_shelf_book --',
    "name; DROP TABLE golden_shelf_book",
    "name/* */",
    "na'me",
    "na#me",
    "na\nme",
    "na\x00me",
    "na\x7fme",
    "na]me",
]


@pytest.mark.parametrize("name", ["filter", "exclude", "get", "complex_filter"])
@pytest.mark.parametrize("evil", [CONNECTOR, {"_negated": True}, {"_connector": "XOR", "pk": 1}])
def test_cve_2025_64459_parameters_of_q_are_no_lookups(
    filled: SimpleNamespace, name: str, evil: dict[str, Any]
) -> None:
    method = getattr(filled.Book.objects, name)
    with pytest.raises(TypeError, match="The following kwargs are invalid: '_"):
        method(evil) if name == "complex_filter" else method(**evil)


def test_cve_2025_64459_holds_for_related_managers(filled: SimpleNamespace) -> None:
    with pytest.raises(TypeError, match="The following kwargs are invalid: '_connector'"):
        filled.p1.books.filter(**CONNECTOR)
    with pytest.raises(TypeError, match="The following kwargs are invalid: '_connector'"):
        filled.b.authors.exclude(**CONNECTOR)


@pytest.mark.parametrize("evil", EVIL_NAMES)
@pytest.mark.parametrize("name", ["annotate", "alias", "aggregate", "values", "extra"])
def test_cve_2022_28346_cve_2024_42005_cve_2026_1287_names_become_no_sql(
    filled: SimpleNamespace, name: str, evil: str
) -> None:
    books = filled.Book.objects.all()
    given: Any = {evil: models.Count("pk") if name == "aggregate" else models.F("pk")}
    with pytest.raises(ValueError, match="Column aliases cannot contain"):
        books.extra(select={evil: "1"}) if name == "extra" else getattr(books, name)(**given)


@pytest.mark.parametrize("evil", EVIL_NAMES)
def test_cve_2024_42005_positional_names_are_checked(filled: SimpleNamespace, evil: str) -> None:
    for name in ("values", "values_list"):
        with pytest.raises((ValueError, FieldError)):
            list(getattr(filled.Book.objects, name)(evil))


@pytest.mark.parametrize("evil", ["ANALYZE) SELECT 1", "a;b", "a b", "a--b", 'a"b'])
def test_cve_2022_28347_names_of_options_become_no_sql(filled: SimpleNamespace, evil: str) -> None:
    with pytest.raises(ValueError, match="option"):
        filled.Book.objects.all().explain(**{evil: True})


@pytest.mark.parametrize("evil", ["golden_shelf_book.title; --", "pk) --", "title--", "x.y"])
def test_cve_2021_35042_orders_are_names_of_columns(filled: SimpleNamespace, evil: str) -> None:
    with pytest.raises(FieldError, match="Cannot resolve keyword"):
        list(filled.Book.objects.order_by(evil))


@pytest.mark.parametrize("evil", ["year', d)) --", "day FROM x"])
def test_cve_2022_34265_kinds_are_known_words(filled: SimpleNamespace, evil: str) -> None:
    with pytest.raises(ValueError, match="'kind' must be one of"):
        filled.Book.objects.dates("d", evil)
    with pytest.raises(ValueError, match="'kind' must be one of"):
        filled.Book.objects.datetimes("dt", evil)
