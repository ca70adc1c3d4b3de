"""Input that once reached the SQL of queries."""

from __future__ import annotations

from typing import Any

import pytest

from vivace.core.exceptions import FieldError
from vivace.db.models import F, FilteredRelation, Q
from vivace.db.models.fields.json import KT, KeyTransform
from vivace.db.models.functions import Collate, Extract, Trunc
from vivace.db.utils import DatabaseError

HOSTILE = ["a') OR 1=1 --", 'a" OR "1"="1', "a'; DROP TABLE t_book; --", "a%s%d%%", "a\\", "a]#$"]


@pytest.mark.parametrize("key", HOSTILE)
def test_cve_2019_14234_json_keys_are_parameters(names: dict[str, Any], key: str) -> None:
    samples = names["S"]
    samples.create(data={key: 7, "b": {key: [7]}})
    try:
        for queryset in (
            samples.filter(**{f"data__{key}": 7}),
            samples.filter(**{f"data__{key}__gt": 6}),
            samples.filter(**{f"data__{key}__in": [7, 8]}),
            samples.filter(**{f"data__{key}__isnull": False}),
            samples.filter(**{f"data__b__{key}__0": 7}),
            samples.filter(data__has_key=key),
            samples.filter(data__has_keys=[key]),
            samples.filter(data__has_any_keys=[key, "zz"]),
            samples.filter(data__b__has_key=key),
            samples.annotate(x=KeyTransform(key, "data")).filter(x=7),
            samples.annotate(x=KT(f"data__{key}")).filter(x__isnull=False),
            samples.order_by(f"data__{key}").filter(data__has_key=key),
        ):
            sql, _params = queryset.query.sql_with_params()
            assert key not in sql
            # SQLite's paths have no way to say a quotation mark.
            assert [sample.data[key] for sample in queryset] == ([] if '"' in key else [7])
    finally:
        samples.filter(pk__gt=17).delete()


@pytest.mark.parametrize("kind", HOSTILE)
def test_cve_2022_34265_kinds_of_trunc_and_extract_are_parameters(
    names: dict[str, Any], kind: str
) -> None:
    for expression in (Trunc("at", kind), Extract("at", kind), Trunc("pub", kind)):
        queryset = names["O"].annotate(x=expression)
        sql, params = queryset.query.sql_with_params()
        assert kind not in sql
        assert kind.lower() in params
        with pytest.raises(DatabaseError):
            list(queryset)


@pytest.mark.parametrize("connector", ["OR 1=1 OR", "and", "", "AND NOT", 1])
def test_cve_2025_64459_connectors_are_known_ones(connector: Any) -> None:
    if not connector:
        assert Q(a=1, _connector=None).connector == "AND"
        return
    with pytest.raises(ValueError, match="_connector must be one of 'AND', 'OR', 'XOR', or None"):
        Q(a=1, _connector=connector)


def test_names_of_collations_cannot_end_their_quotation() -> None:
    for name in ('a"b', "a b", "a;b", "", "a.b", "a\n"):
        with pytest.raises(ValueError, match="Invalid collation name"):
            Collate("title", name)


@pytest.mark.parametrize("name", ["a.b", "a b", 'a"', "a'", "a;", "a--", "a/*", "a#", "a\n"])
def test_cve_2025_57833_names_of_filtered_relations_are_checked(
    names: dict[str, Any], name: str
) -> None:
    with pytest.raises((ValueError, FieldError)):
        names["O"].annotate(**{name: FilteredRelation("author")}).values(
            f"{name}__name"
        ).query.sql_with_params()


@pytest.mark.parametrize("value", ["100%", "_", "\\", "a%b_c\\d", "'", '"'])
def test_patterns_of_users_are_escaped(names: dict[str, Any], value: str) -> None:
    book = names["Book"].objects
    author = names["Author"].objects.get()
    mine = book.create(title=f"x{value}y", text=value, author=author)
    try:
        for lookup in ("contains", "icontains"):
            assert list(book.filter(**{f"title__{lookup}": value})) == [mine]
            assert list(book.filter(**{f"title__{lookup}": F("text")})) == [mine]
        assert list(book.filter(title__startswith=f"x{value}")) == [mine]
        assert list(book.filter(title__endswith=f"{value}y")) == [mine]
        assert list(book.filter(title__iexact=f"x{value}y")) == [mine]
    finally:
        mine.delete()
