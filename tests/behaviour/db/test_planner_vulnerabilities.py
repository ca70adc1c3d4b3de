"""Names that users choose cannot reach SQL as anything but names."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from vivace.core.exceptions import FieldError
from vivace.db.models import Count, F, FilteredRelation, Q

EVIL = [
    'a" FROM x; --',
    "a'b",
    "a`b",
    "a]b",
    "a b",
    "a\tb",
    "a\nb",
    "a;b",
    "a--b",
    "a/*b",
    "a*/b",
    "a#b",
    "a\x00b",
    "a\x7fb",
    "a\x85b",
]
MESSAGE = (
    "Column aliases cannot contain whitespace characters, hashes, control characters, "
    "quotation marks, semicolons, or SQL comments."
)


@pytest.fixture
def lib(library: dict[str, Any]) -> SimpleNamespace:
    """The models of the library as attributes."""
    return SimpleNamespace(**library)


def refused(function: Any) -> None:
    with pytest.raises(ValueError) as caught:
        function()
    assert str(caught.value) == MESSAGE


@pytest.mark.parametrize("name", EVIL)
def test_cve_2022_28346_aliases_of_annotations_are_checked(lib: SimpleNamespace, name: str) -> None:
    authors = lib.Author.objects
    refused(lambda: authors.annotate(**{name: F("age")}))
    refused(lambda: authors.alias(**{name: F("age")}))
    refused(lambda: authors.aggregate(**{name: Count("pk")}))
    refused(lambda: authors.extra(select={name: "1"}))
    refused(lambda: authors.values(**{name: F("age")}))


@pytest.mark.parametrize("name", EVIL)
def test_cve_2024_42005_keys_of_json_in_values_are_checked(lib: SimpleNamespace, name: str) -> None:
    refused(lambda: lib.Book.objects.values(f"data__{name}"))
    refused(lambda: lib.Book.objects.values_list(f"data__{name}"))


@pytest.mark.parametrize("name", EVIL)
def test_cve_2025_57833_aliases_of_filtered_relations_are_checked(
    lib: SimpleNamespace, name: str
) -> None:
    refused(lambda: lib.Author.objects.annotate(**{name: FilteredRelation("book")}))
    refused(lambda: lib.Author.objects.alias(**{name: FilteredRelation("book")}))


def test_cve_2025_59681_the_comment_sign_of_mysql_is_refused(lib: SimpleNamespace) -> None:
    refused(lambda: lib.Author.objects.annotate(**{"a#b": F("age")}))


def test_cve_2026_1287_control_characters_are_refused(lib: SimpleNamespace) -> None:
    for code in [*range(32), *range(127, 160)]:
        refused(lambda code=code: lib.Author.objects.annotate(**{f"a{chr(code)}b": F("age")}))


def test_cve_2026_1312_dots_are_column_references_in_extra_ordering_only(
    lib: SimpleNamespace,
) -> None:
    with pytest.raises(ValueError, match="FilteredRelation doesn't support aliases with periods"):
        lib.Author.objects.annotate(**{"a.b": FilteredRelation("book")})
    dotted = lib.Author.objects.annotate(**{"a.b": F("age")}).order_by("a.b")
    assert '"a"."b"' not in str(dotted.query)
    # A key of JSON with a dot is a value, not a column of another table.
    keyed = lib.Book.objects.order_by("data__a.b")
    assert '"data__a"."b"' not in str(keyed.query)
    assert len(keyed) == lib.Book.objects.count()


def test_cve_2021_35042_order_by_takes_known_names_only(lib: SimpleNamespace) -> None:
    for name in ["a.b", "name; DROP TABLE x", "name)--", "planner_author.name", '"name"']:
        with pytest.raises(FieldError, match="Cannot resolve keyword"):
            lib.Author.objects.order_by(name)


@pytest.mark.parametrize("option", ["a b", "a--b", "a;b", "a)", "ANALYZE, x"])
def test_cve_2022_28347_names_of_explain_options_are_checked(
    lib: SimpleNamespace, option: str
) -> None:
    with pytest.raises(ValueError) as caught:
        lib.Author.objects.all().explain(**{option: True})
    assert str(caught.value) == f"Invalid option name: {option!r}."


def test_cve_2025_64459_no_other_connector_reaches_sql(lib: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="_connector must be one of"):
        lib.Author.objects.filter(Q(age=1, _connector=") OR 1=1 --"))
    made = Q(age=1) | Q(age=2)
    made.connector = ") OR 1=1 --"
    with pytest.raises(ValueError):
        lib.Author.objects.filter(made)
    with pytest.raises(TypeError):
        lib.Author.objects.filter(_connector="OR", age=1)


def test_cve_2025_13372_dollar_signs_in_aliases_stay_within_names(lib: SimpleNamespace) -> None:
    queryset = lib.Author.objects.annotate(**{"a$$b": FilteredRelation("book")})
    found = queryset.filter(**{"a$$b__pages__gte": 0}).distinct()
    assert '"a$$b"."pages"' in str(found.query)
    assert found.count() == lib.Author.objects.filter(book__isnull=False).distinct().count()


def test_cve_2014_0474_values_are_converted_to_the_columns_type(lib: SimpleNamespace) -> None:
    _, params = lib.Author.objects.filter(name=0).query.sql_with_params()
    assert tuple(params) == ("0",)
