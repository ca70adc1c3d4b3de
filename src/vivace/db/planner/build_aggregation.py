"""Questions about all rows of a query: aggregates, how many there are, whether there is one, the plan.

An aggregate can be selected in place of the columns if the rows it is about are the query's plain rows.
If they are groups, a slice, distinct or the result of a UNION, the query becomes a subquery that
selects what the aggregates need (``__col1`` ...), and they are computed around it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from vivace.core.exceptions import EmptyResultSet
from vivace.db import connections
from vivace.db.planner.load import row_reader
from vivace.db.planner.nodes import ExplainInfo
from vivace.db.planner.runtime import fetch_all, perform
from vivace.db.query.aggregates import Count
from vivace.db.query.expressions import Ref, Value
from vivace.flow import Flow

if TYPE_CHECKING:
    from vivace.db.planner.query import Query

EXPLAIN_OPTIONS_PATTERN = re.compile(r"[\w-]+")

# --- aggregates


def get_aggregation(query: Query, using: str, aggregate_exprs: Mapping[str, Any]) -> dict[str, Any]:
    """The values of aggregates over all rows, by name. The query is spent by it: pass a clone."""
    connection = connections[using]
    return perform(connection, query.aggregation_flow(connection, aggregate_exprs))


class Aggregation(NamedTuple):
    """How aggregates are asked for; `sql` is None if no row can meet the conditions."""

    sql: str | None
    params: Sequence[Any]
    names: tuple[str, ...]
    # What the aggregates are if there is no row.
    empty: tuple[Any, ...]
    # Makes values of what the database gives.
    read: Callable[[Sequence[Any]], Sequence[Any]] | None

    def values(self, rows: Sequence[Any]) -> dict[str, Any]:
        """The aggregates by name, of the one row that was fetched, or none."""
        if not rows:
            return dict(zip(self.names, self.empty, strict=True))
        row = self.read(rows[0]) if self.read else rows[0]
        return dict(zip(self.names, row, strict=False))


def aggregation_flow(
    query: Query, connection: Any, aggregate_exprs: Mapping[str, Any]
) -> Flow[dict[str, Any]]:
    """`get_aggregation` as a flow."""
    if not aggregate_exprs:
        return {}
    asked = aggregation(query, connection, aggregate_exprs)
    rows: Sequence[Any] = ()
    if asked.sql is not None:
        rows = yield from fetch_all(connection, asked.sql, asked.params)
    return asked.values(rows)


def aggregation(query: Query, connection: Any, aggregate_exprs: Mapping[str, Any]) -> Aggregation:
    """What `get_aggregation` asks the database. The query is spent by it."""
    outer = _summary(query, _resolved_aggregates(query, aggregate_exprs))
    outer.clear_ordering(force=True)
    outer.clear_limits()
    outer.select_for_update = False
    outer.select_related = False
    columns = outer.annotation_select
    empty = tuple(column.empty_result_set_value for column in columns.values())
    # An aggregate that has a value for no rows must not be asked of the database if there are none.
    compiler = outer.get_compiler(
        connection=connection, elide_empty=not any(value is NotImplemented for value in empty)
    )
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return Aggregation(None, (), tuple(columns), empty, None)
    read = row_reader(compiler.get_converters(columns.values()), connection)
    return Aggregation(sql, params, tuple(columns), empty, read)


def _resolved_aggregates(query: Query, expressions: Mapping[str, Any]) -> _Aggregates:
    """The aggregates, resolved; each may refer to those before it."""
    found = _Aggregates()
    mask = query.annotation_select_mask
    for alias, expression in expressions.items():
        query.check_alias(alias)
        aggregate = expression.resolve_expression(
            query, allow_joins=True, reuse=None, summarize=True
        )
        if not aggregate.contains_aggregate:
            raise TypeError(f"{alias} is not an aggregate expression")
        query.append_annotation_mask([alias])
        refs = aggregate.get_refs()
        for name in refs:
            referred = query.annotations[name]
            found.needs_subquery |= bool(
                getattr(referred, "contains_subquery", False)
                or getattr(referred, "subquery", False)
                or referred.contains_over_clause
            )
        if not found.by_alias.keys().isdisjoint(refs):
            earlier = {Ref(name, each): each for name, each in found.by_alias.items()}
            aggregate = aggregate.replace_expressions(earlier)
        found.by_alias[alias] = query.annotations[alias] = aggregate
        query._annotation_select_cache = None
    # They were annotations only for each other's sake.
    for alias in expressions:
        del query.annotations[alias]
    query.set_annotation_mask(mask)
    return found


class _Aggregates:
    """Resolved aggregates, and whether they refer to what only a subquery can hold."""

    def __init__(self) -> None:
        self.by_alias: dict[str, Any] = {}
        self.needs_subquery = False


def _summary(query: Query, aggregates: _Aggregates) -> Any:
    """The query that selects nothing but the aggregates."""
    _, having, qualify = query.where.split_having_qualify()
    grouped = bool(having) or any(
        getattr(annotation, "contains_aggregate", True) for annotation in query.annotations.values()
    )
    multiplied = {
        name
        for name, annotation in query.annotation_select.items()
        if getattr(annotation, "set_returning", False)
    }
    if (
        isinstance(query.group_by, tuple)
        or query.is_sliced
        or grouped
        or aggregates.needs_subquery
        or qualify
        or query.distinct
        or query.combinator
        or multiplied
    ):
        return _around(query, aggregates.by_alias, grouped, bool(qualify), multiplied)
    query.select = ()
    query.selected = None
    query.default_cols = False
    query.extra = {}
    query._extra_select_cache = None
    replacements = {
        Ref(name, annotation): annotation for name, annotation in query.annotations.items()
    }
    query.annotations = {
        alias: aggregate.replace_expressions(replacements)
        for alias, aggregate in aggregates.by_alias.items()
    }
    query.set_annotation_mask(aggregates.by_alias)
    return query


def _around(
    query: Query,
    aggregates: Mapping[str, Any],
    grouped: bool,
    qualified: bool,
    multiplied: set[str],
) -> Any:
    """A query of aggregates around `query`."""
    inner = query.clone()
    inner.subquery = True
    outer = query.aggregate_class(query.model, inner)
    inner.select_for_update = False
    inner.select_related = False
    inner.set_annotation_mask(query.annotation_select)
    inner.clear_ordering(force=False)
    if not inner.distinct:
        if inner.default_cols and grouped:
            # One row per object, as the annotated query would give.
            inner.group_by = _pk_columns(query.model, inner.get_initial_alias())
        inner.default_cols = False
        if not qualified and not query.combinator:
            _leave_out_unused(query, inner, aggregates, multiplied)

    # The columns that aggregates are about are selected within, and spoken of by name without.
    found: dict[Any, Ref] = {}
    for alias, aggregate in aggregates.items():
        replacements = {}
        for column in query._gen_cols([aggregate], resolve_refs=False):
            if column not in found:
                name = f"__col{len(found) + 1}"
                found[column] = Ref(name, column)
                inner.add_annotation(column, name)
            replacements[column] = found[column]
        outer.annotations[alias] = aggregate.replace_expressions(replacements)
    if not inner.select and not inner.default_cols and not inner.annotation_select_mask:
        # Rows have to have a column to be counted.
        inner.select = _pk_columns(query.model, inner.get_initial_alias())
    return outer


def _pk_columns(model: Any, alias: str) -> tuple[Any, ...]:
    return tuple(field.get_col(alias) for field in model._meta.pk_fields)


def _leave_out_unused(
    query: Query, inner: Any, aggregates: Mapping[str, Any], multiplied: set[str]
) -> None:
    """Select within only annotations that the aggregates or the grouping are about."""
    mask = set(multiplied)
    if isinstance(query.group_by, tuple):
        for term in query.group_by:
            mask |= term.get_refs()
    for aggregate in aggregates.values():
        mask |= aggregate.get_refs()
    for name, annotation in query.annotation_select.items():
        if annotation.get_group_by_cols():
            mask.add(name)
    inner.set_annotation_mask(mask)


def get_count(query: Query, using: str) -> int:
    """How many rows the query has."""
    connection = connections[using]
    return perform(connection, query.count_flow(connection))


def count_flow(query: Query, connection: Any) -> Flow[int]:
    """`get_count` as a flow."""
    obj = query.clone()
    values = yield from obj.aggregation_flow(connection, {"__count": Count("*")})
    return int(values["__count"])


# --- existence


def exists(query: Query, limit: bool = True) -> Any:
    """The query that selects 1, once (`limit`) if there is any row at all."""
    obj = query.clone()
    if not (obj.distinct and obj.is_sliced):
        if obj.group_by is True:
            obj.add_fields([field.attname for field in obj.get_meta().concrete_fields], False)
            # What is selected goes away next, and grouping must not refer to it.
            obj.set_group_by(allow_aliases=False)
        obj.clear_select_clause()
        obj.values_select = ()
    if obj.combined_queries and obj.combinator == "union":
        obj.combined_queries = tuple(part.exists(limit=False) for part in obj.combined_queries)
    obj.clear_ordering(force=True)
    if limit is True:
        obj.set_limits(high=1)
    obj.add_annotation(Value(1), "a")
    return obj


def has_results(query: Query, using: str) -> bool:
    """Whether there is any row."""
    connection = connections[using]
    return perform(connection, query.exists_flow(connection))


def exists_flow(query: Query, connection: Any) -> Flow[bool]:
    """`has_results` as a flow."""
    try:
        sql, params = query.exists().get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return False
    rows = yield from fetch_all(connection, sql, params)
    return bool(rows)


# --- explain


def explain(query: Query, using: str, format: str | None = None, **options: Any) -> str:
    """What the database says about how it would find the rows."""
    connection = connections[using]
    return perform(connection, query.explain_flow(connection, format, **options))


def explain_flow(
    query: Query, connection: Any, format: str | None = None, **options: Any
) -> Flow[str]:
    """`explain` as a flow; raises ValueError for options that no database has."""
    for name in options:
        # SECURITY: the names are written into SQL (CVE-2022-28347).
        if not EXPLAIN_OPTIONS_PATTERN.fullmatch(name) or "--" in name:
            raise ValueError(f"Invalid option name: {name!r}.")
    obj = query.clone()
    obj.explain_info = ExplainInfo(format, options)
    sql, params = obj.get_compiler(connection=connection).as_sql()
    rows = yield from fetch_all(connection, sql, params)
    text = json.dumps if format and format.lower() == "json" else str
    return "\n".join(row if isinstance(row, str) else " ".join(map(text, row)) for row in rows)
