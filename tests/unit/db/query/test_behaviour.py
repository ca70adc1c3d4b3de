"""What the recorded answers do not tell: copies, what is worked out, and where we differ on purpose."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Any

import pytest

from vivace.core.exceptions import EmptyResultSet, FullResultSet
from vivace.db import models
from vivace.db.models import (
    Case,
    Count,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Func,
    OrderBy,
    OuterRef,
    Q,
    RowRange,
    Sum,
    Value,
    When,
    Window,
)
from vivace.db.models.expressions import Col, RawSQL
from vivace.db.models.fields.json import KT
from vivace.db.models.functions import Cast, Lower, TruncYear
from vivace.db.models.lookups import Exact
from vivace.db.query.base import BaseExpression
from vivace.utils import naming

MADE = [
    F("a") + 1,
    F("a")[1:],
    OuterRef("x"),
    Lower("x"),
    Q(a=1) | ~Q(b=F("c")),
    Case(When(a=1, then=2)),
    Value(Decimal(1)),
    OrderBy(F("a"), nulls_last=True),
    Window(Sum("a"), order_by="-b", frame=RowRange(-1, 2)),
    Count("a", filter=Q(b=1)),
    Exact(F("a"), 1),
    TruncYear("a"),
    Cast("a", models.IntegerField()),
    RawSQL("x", (1,)),
    FilteredRelation("a", condition=Q(a__b=1)),
]


@pytest.mark.parametrize("expression", MADE, ids=lambda each: type(each).__name__)
def test_copies_are_equal(expression: Any) -> None:
    assert pickle.loads(pickle.dumps(expression)) == expression
    assert copy.deepcopy(expression) == expression
    assert copy.copy(expression) == expression


def test_a_copy_forgets_what_was_worked_out_of_the_sources() -> None:
    number: Any = models.IntegerField()
    call = Func(Value(1), function="F", output_field=number)
    assert call.contains_aggregate is False
    assert call.convert_value(3.0, call, None) == 3
    clone = call.copy()
    clone.set_source_expressions([Sum(Value(1))])
    assert clone.contains_aggregate is True
    assert call.contains_aggregate is False
    assert call.source_expressions == [Value(1)]
    assert pickle.loads(pickle.dumps(call)) == call


def test_resolving_leaves_the_original_as_it_was(names: dict[str, Any]) -> None:
    expression = Lower(F("title"))
    query = names["Book"].objects.all().query
    resolved = expression.resolve_expression(query)
    assert isinstance(resolved.source_expressions[0], Col)
    assert expression.source_expressions == [F("title")]
    assert resolved is not expression


def test_one_expression_serves_many_querysets(names: dict[str, Any]) -> None:
    condition = Q(title="Abc")
    shared = Case(When(condition, then=Lower("title")), default=Value("no"))
    for _ in range(2):
        for manager in (names["Book"].objects, names["O"].filter(pages=10)):
            assert list(manager.annotate(x=shared).values_list("x", flat=True)) == ["abc"]
    assert shared.cases[0].condition is condition


def test_paths_follow_the_alias() -> None:
    naming.set_root(naming.ALIAS)
    try:
        assert Lower("a").deconstruct()[0] == "django.db.models.functions.text.Lower"
        assert F("a").deconstruct()[0] == "django.db.models.F"
        assert Q(a=1).deconstruct()[0] == "django.db.models.Q"
    finally:
        naming.set_root(naming.HOME)


def test_output_fields_are_asked_for_again_after_they_could_not_be_told() -> None:
    value = Value(None)
    assert value._output_field_or_none is None
    wrapped = ExpressionWrapper(value, models.IntegerField())
    assert isinstance(wrapped.output_field, models.IntegerField)


def test_a_subclass_says_its_sql() -> None:
    with pytest.raises(NotImplementedError, match="Subclasses must implement as_sql"):
        BaseExpression().as_sql(None, None)


# Where Django raises errors of SQLite or of its own, for queries that have an answer.


def rows(queryset: Any) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True))


def test_the_text_of_a_key_is_compared_with_texts(names: dict[str, Any]) -> None:
    samples = names["S"].annotate(k=KT("data__a"))
    assert rows(samples.filter(k="x")) == [2]
    assert rows(samples.filter(k__in=["x", "zz"])) == [2]
    assert rows(samples.filter(k__gt="w", k__lt="z")) == [2]
    assert rows(names["S"].filter(data__a=Value("x"))) == [2]


def test_keys_are_compared_with_keys(names: dict[str, Any]) -> None:
    assert rows(names["S"].filter(data__a__gt=F("data__a"))) == []
    assert rows(names["S"].filter(data__a__gte=F("data__a")))[:2] == [1, 2]


def test_no_keys_are_had_by_all_and_none_of_them_by_no_row(names: dict[str, Any]) -> None:
    assert names["S"].filter(data__has_keys=[]).count() == names["S"].count()
    assert names["S"].filter(data__has_any_keys=[]).count() == 0
    with pytest.raises(EmptyResultSet):
        names["S"].filter(data__has_any_keys=[]).query.sql_with_params()


def test_a_row_of_a_query_is_compared_as_a_whole(names: dict[str, Any]) -> None:
    pairs, kids = names["C"], names["K"]
    pairs.bulk_create([names["CP"](a=1, b=1), names["CP"](a=1, b=2), names["CP"](a=2, b=1)])
    kids.bulk_create([names["Kid"](a=1, b=2), names["Kid"](a=9, b=9)])
    try:
        first = pairs.order_by("a", "b")[:1]
        assert [pair.pk for pair in pairs.filter(pk__in=first)] == [(1, 1)]
        assert pairs.filter(pk__in=pairs.none()).count() == 0
        assert [pair.pk for pair in pairs.exclude(pk__in=first).order_by("a", "b")] == [
            (1, 2),
            (2, 1),
        ]
        assert [kid.b for kid in kids.filter(par__in=pairs.filter(a=1))] == [2]
        assert [pair.pk for pair in pairs.filter(kids__isnull=False)] == [(1, 2)]
        assert [pair.pk for pair in pairs.filter(pk__gt=(1, 1)).order_by("pk")] == [(1, 2), (2, 1)]
    finally:
        kids.all().delete()
        pairs.all().delete()


def test_a_uuid_is_looked_for_twice_alike(names: dict[str, Any]) -> None:
    queryset = names["O"].filter(u__contains="0-1")
    assert queryset.query.sql_with_params() == queryset.query.sql_with_params()


def test_out_of_range_numbers_ask_nothing(names: dict[str, Any]) -> None:
    with pytest.raises(EmptyResultSet):
        names["O"].filter(pages=10**30).query.sql_with_params()
    assert names["O"].filter(pages__lt=10**30).count() == 1
    assert names["O"].exclude(pages__lt=10**30).count() == 0
    lookup = models.IntegerField().get_lookup("lt")(Value(1), 10**30)
    query = names["O"].all().query
    with pytest.raises(FullResultSet):
        query.get_compiler("default").compile(lookup)
