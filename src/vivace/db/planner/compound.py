"""Statements made of statements: UNION and its kin, and filters on window functions.

A database filters before it computes windows; what filters on one goes around the statement:
``SELECT * FROM (...) "qualify" WHERE ...``, with a second frame where the inner one had to select more
than was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vivace.core.exceptions import EmptyResultSet
from vivace.db.planner import ordering
from vivace.db.query.aggregates import Aggregate
from vivace.db.query.expressions import Col, RawSQL, Ref, Subquery, Window
from vivace.db.utils import DatabaseError

__all__ = ["combined", "names", "qualified"]

Parts = tuple[list[str], list[Any]]


def combined(compiler: Any, combinator: str, all_: bool) -> Parts:
    """The parts of a compound statement, joined by its operator."""
    features = compiler.connection.features
    compilers = [
        part.get_compiler(compiler.using, compiler.connection, compiler.elide_empty)
        for part in compiler.query.combined_queries
    ]
    if not features.supports_slicing_ordering_in_compound:
        for part in compilers:
            if part.query.is_sliced:
                raise DatabaseError(
                    "LIMIT/OFFSET not allowed in subqueries of compound statements."
                )
            if part.get_order_by():
                raise DatabaseError("ORDER BY not allowed in subqueries of compound statements.")
    elif compiler.query.is_sliced and combinator == "union":
        for part in compilers:
            # The whole is cut off, so nothing beyond that is wanted of any part.
            if not part.query.is_sliced and part.query.combinator is None:
                _limit_part(compiler, part)

    written: list[tuple[str, Any]] = []
    for part in compilers:
        try:
            written.append(_part(compiler, part))
        except EmptyResultSet:
            # Nothing united with or taken away from something changes nothing.
            if combinator == "union" or (combinator == "difference" and written):
                continue
            raise
    if not written:
        raise EmptyResultSet
    operator = compiler.connection.ops.set_operators[combinator]
    if all_ and combinator == "union":
        operator += " ALL"
    braces = "{}"
    if not compiler.query.subquery and features.supports_slicing_ordering_in_compound:
        braces = "({})"
    params = [param for _, part_params in written for param in part_params]
    return [f" {operator} ".join(braces.format(sql) for sql, _ in written)], params


def _limit_part(compiler: Any, part: Any) -> None:
    query = compiler.query
    part.query = part.query.clone()
    part.query.set_limits(high=query.high_mark)


def _part(compiler: Any, part: Any) -> tuple[str, Any]:
    query, features = compiler.query, compiler.connection.features
    if not part.query.values_select and query.values_select:
        # The columns that values() asked of the whole are those of each part.
        part.query = part.query.clone()
        part.query.set_values(
            tuple(query.selected)
            if query.selected
            else (*query.extra_select, *query.values_select, *query.annotation_select)
        )
    if compiler.order_columns:
        part.query = part.query.clone()
        for number, expression in enumerate(compiler.order_columns, len(compiler.select) + 1):
            name = f"__orderbycol{number}"
            part.query.add_annotation(expression, name)
            if part.query.selected:
                part.query.selected = {**part.query.selected, name: name}
    sql, params = part.as_sql(with_col_aliases=True)
    if part.query.combinator:
        if not features.supports_parentheses_in_compound:
            sql = f"SELECT * FROM ({sql})"
        elif not query.subquery and features.supports_slicing_ordering_in_compound:
            sql = f"({sql})"
    elif (
        features.supports_slicing_ordering_in_compound
        and query.subquery
        and features.supports_parentheses_in_compound
    ):
        sql = f"({sql})"
    return sql, params


def qualified(compiler: Any, ordered: list[Any]) -> Parts:
    """A statement whose filter reads window functions; `ordered` becomes the order of the frame."""
    compiler.setup_query(with_col_aliases=True)
    frame = _Frame(compiler)
    condition = frame.referring(compiler.qualify)
    ordered[:] = [
        (frame.referring(term), is_ref) if not is_ref else (term, is_ref)
        for term, is_ref in ordered
    ]
    sql, params = frame.inner_sql()
    where, where_params = compiler.compile(condition)
    quote = compiler.connection.ops.quote_name
    parts = ["SELECT * FROM (", sql, ")", quote("qualify"), "WHERE", where]
    if frame.added:
        # The frame within had to select more than was asked for.
        wanted = [quote(name) for name in names(compiler.select)]
        parts = ["SELECT", ", ".join(wanted), "FROM (", *parts, ")", quote("qualify_mask")]
    return parts, [*params, *where_params]


def names(select: Any) -> Iterator[str]:
    """The names of what is selected where all has names; a composite key has one for each column."""
    number = 1
    for expression, _, alias in select:
        if hasattr(expression, "get_cols"):
            for _ in expression.get_cols():
                yield f"col{number}"
                number += 1
        elif alias is None or alias == f"col{number}":
            yield f"col{number}"
            number += 1
        else:
            yield alias


class _Frame:
    """The statement within the frame, and the names under which the frame knows its columns."""

    def __init__(self, compiler: Any) -> None:
        self.compiler = compiler
        self.names = {
            ordering.hashable(expression): alias
            for expression, _, alias in compiler.select
            if alias is not None
        }
        self.added: dict[str, Any] = {}

    def referring(self, node: Any) -> Any:
        """`node` with what it reads replaced by the names of the frame's columns."""
        replaced: dict[Any, Any] = {}
        self._collect(node, replaced)
        return node.replace_expressions(replaced)

    def _collect(self, node: Any, replaced: dict[Any, Any]) -> None:
        alias = self.names.get(ordering.hashable(node))
        if alias is None and isinstance(node, _WHOLE):
            alias = f"qual{len(self.added)}"
            self.names[ordering.hashable(node)] = alias
            self.added[alias] = node
        if alias is not None:
            replaced[node] = Ref(alias, node)
            return
        for source in node.get_source_expressions():
            if source is not None and hasattr(source, "get_source_expressions"):
                self._collect(source, replaced)

    def inner_sql(self) -> tuple[str, Any]:
        compiler = self.compiler
        inner = compiler.query.clone()
        inner.subquery = True
        inner.where = inner.where.__class__(
            [node for node in (compiler.where, compiler.having) if node]
        )
        inner.clear_ordering(force=True)
        inner.clear_limits()
        for alias, expression in self.added.items():
            inner.annotations = {**inner.annotations, alias: expression}
            inner.append_annotation_mask([alias])
            if inner.selected:
                inner.selected = {**inner.selected, alias: alias}
        inner_compiler = inner.get_compiler(
            compiler.using, compiler.connection, elide_empty=compiler.elide_empty
        )
        sql, params = inner_compiler.as_sql(with_col_aliases=True)
        return sql, params


# What a frame refers to as a whole; other expressions are computed around it.
_WHOLE = (Col, Window, Aggregate, Subquery, RawSQL)
