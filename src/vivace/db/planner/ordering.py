"""ORDER BY and GROUP BY of a statement.

What is selected under an alias is referred to by its position, which every database understands also
where the expression holds parameters; anything else is written out again. DISTINCT wants to see in its
columns whatever the order needs: those are the extra columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from vivace.core.exceptions import EmptyResultSet, FieldError, FullResultSet
from vivace.db.planner.constants import ORDER_DIR
from vivace.db.query.expressions import F, OrderBy, RawSQL, Ref, Value
from vivace.db.query.functions.comparison import Cast
from vivace.db.query.functions.math import Random
from vivace.db.utils import DatabaseError
from vivace.utils.hashable import make_hashable

__all__ = ["extra_columns", "group_by", "hashable", "joins_of", "order_by"]

Ordered = tuple[Any, tuple[str, Sequence[Any], bool]]
_direction = re.compile(r"^(.*)\s(?:ASC|DESC).*", re.MULTILINE | re.DOTALL)


def order_by(compiler: Any) -> list[Ordered]:
    """The terms of ORDER BY with their SQL, and whether each refers to a selected column."""
    query = compiler.query
    result: list[Ordered] = []
    seen = set()
    for expression, is_ref in _terms(compiler):
        resolved = expression.resolve_expression(query, allow_joins=True, reuse=None)
        if query.combinator and compiler.select:
            resolved, is_ref = _by_position(compiler, resolved, expression.expression), True
        sql, params = compiler.compile(resolved)
        # A column that came before decides, whichever way it is ordered a second time.
        match = _direction.search(sql)
        assert match is not None
        key = (match[1], make_hashable(params))
        if key in seen:
            continue
        seen.add(key)
        result.append((resolved, (sql, params, is_ref)))
    return result


def _terms(compiler: Any) -> Iterator[tuple[Any, bool]]:
    query = compiler.query
    if query.extra_order_by:
        ordering = query.extra_order_by
    elif query.order_by or not query.default_ordering:
        ordering = query.order_by
    else:
        meta = query.get_meta()
        ordering = meta.ordering if meta else ()
        if ordering:
            compiler.meta_ordering = ordering
    default = "ASC" if query.standard_ordering else "DESC"
    selected = _selected_expressions(compiler)
    for term in ordering:
        if hasattr(term, "resolve_expression"):
            yield from _expression_term(compiler, term, selected)
        elif term == "?":
            yield OrderBy(Random()), False
        else:
            yield from _named_term(compiler, term, default, selected)


def _selected_expressions(compiler: Any) -> dict[Any, tuple[int, str | None]]:
    """Positions of the columns that can be referred to: those with an alias."""
    result: dict[Any, tuple[int, str | None]] = {}
    for position, (expression, _, alias) in _placed(compiler.select or ()):
        if alias and not alias.startswith("col"):
            result.setdefault(hashable(expression), (position, alias))
    return result


def _placed(select: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """What is selected, with the place of each in the list: a composite key takes several."""
    position = 1
    for column in select:
        yield position, column
        position += len(column[0].get_cols()) if hasattr(column[0], "get_cols") else 1


def hashable(expression: Any) -> Any:
    """`expression` as a key of a dict: itself, or its identity where it cannot be hashed."""
    try:
        hash(expression)
    except TypeError:
        return id(expression)
    return expression


def _expression_term(
    compiler: Any, term: Any, selected: dict[Any, Any]
) -> Iterator[tuple[Any, bool]]:
    query = compiler.query
    if isinstance(term, Value):
        # Some databases must be told the type of a constant.
        term = Cast(term, term.output_field)
    if not isinstance(term, OrderBy):
        term = term.asc()
    if not query.standard_ordering:
        term = term.copy()
        term.reverse_ordering()
    source = term.expression
    if isinstance(source, F) and source.name in query.annotation_select:
        term = term.copy()
        found = selected.get(hashable(query.annotation_select[source.name]))
        if found is None:
            term.expression = query.annotation_select[source.name]
            yield term, False
        else:
            term.expression = _position(found[0], query.annotation_select[source.name])
            yield term, True
        return
    resolved = _resolved_source(compiler, source)
    if hasattr(resolved, "get_cols"):
        # A composite primary key is ordered by each of its columns.
        for column in resolved.get_cols():
            single = term.copy()
            single.expression = column
            yield single, False
        return
    found = selected.get(hashable(resolved)) if resolved is not None else None
    if found is not None and not query.combinator:
        term = term.copy()
        term.expression = _position(found[0], resolved)
        yield term, True
    else:
        yield term, isinstance(source, Ref)


def _resolved_source(compiler: Any, source: Any) -> Any:
    if isinstance(source, Ref) or not hasattr(source, "resolve_expression"):
        return None
    if compiler.query.combinator:
        return None
    return source.resolve_expression(compiler.query, allow_joins=True, reuse=None)


def _position(position: int, source: Any) -> Ref:
    """A reference to a selected column, written as its number."""
    return PositionRef(position, source)


class PositionRef(Ref):
    """A selected column, said by its place in the list."""

    def __init__(self, position: int, source: Any) -> None:
        super().__init__(str(position), source)
        self.position = position

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Sequence[Any]]:
        return str(self.position), ()


def _named_term(
    compiler: Any, term: str, default: str, selected: dict[Any, Any]
) -> Iterator[tuple[Any, bool]]:
    query = compiler.query
    name, direction = _split(term, default)
    descending = direction == "DESC"

    if query.combinator:
        # Only what every part selects can be ordered by.
        yield OrderBy(F(name), descending=descending), False
    elif name in query.annotation_select:
        expression = query.annotation_select[name]
        found = selected.get(hashable(expression))
        source = _position(found[0], expression) if found else Ref(name, expression)
        yield OrderBy(source, descending=descending), True
    elif name in query.annotations:
        # An alias(): it is not selected, so it is written out.
        expression = query.annotations[name]
        if isinstance(expression, Value):
            expression = Cast(expression, expression.output_field)
        yield OrderBy(expression, descending=descending), False
    elif query.extra_order_by and "." in term:
        # SECURITY: a column of a table, in the form that only extra(order_by=...) takes (CVE-2026-1312).
        table, column = name.split(".", 1)
        sql = f"{compiler.quote_name_unless_alias(table)}.{compiler.quote_name(column)}"
        yield OrderBy(RawSQL(sql, []), descending=descending), False
    elif query.extra and name in query.extra:
        if name not in query.extra_select:
            yield OrderBy(RawSQL(*query.extra[name]), descending=descending), False
        else:
            position = _extra_position(compiler, name)
            raw = RawSQL(*query.extra[name])
            extra = _position(position, raw) if position else Ref(name, raw)
            yield OrderBy(extra, descending=descending), True
    elif name.split("__", 1)[0] in query.annotations:
        # A transform of an annotation.
        yield OrderBy(F(name), descending=descending), False
    elif (found := _named_column(compiler, name)) is not None:
        # COMPAT: a relation that values() selects is ordered by its column, not as the other model.
        yield OrderBy(found, descending=descending), True
    else:
        # Joins are made here, by the name's path.
        for found_term, is_ref in by_name(compiler, term, query.get_meta(), None, default):
            yield _referring(found_term, selected, is_ref)


def _named_column(compiler: Any, name: str) -> Any:
    """A reference to the column that values() selects under `name`, None where there is none."""
    if not compiler.query.selected or name not in compiler.query.values_select:
        return None
    for position, (expression, _, alias) in _placed(compiler.select or ()):
        if alias == name:
            return None if hasattr(expression, "get_cols") else _position(position, expression)
    return None


def _extra_position(compiler: Any, name: str) -> int | None:
    found = (compiler.annotation_col_map or {}).get(name)
    if found is None:
        return None
    return next(place for n, (place, _) in enumerate(_placed(compiler.select)) if n == found)


def _referring(term: Any, selected: dict[Any, Any], is_ref: bool) -> tuple[Any, bool]:
    found = selected.get(hashable(term.expression))
    if found is None:
        return term, is_ref
    return (
        OrderBy(
            _position(found[0], term.expression),
            descending=term.descending,
            nulls_first=term.nulls_first,
            nulls_last=term.nulls_last,
        ),
        True,
    )


def _split(term: str, default: str) -> tuple[str, str]:
    """The name in an ordering term and its direction; a sign turns `default` around."""
    same, other = ORDER_DIR[default]
    if term[:1] == "-":
        return term[1:], other
    return (term[1:] if term[:1] == "+" else term), same


def by_name(
    compiler: Any,
    term: str,
    opts: Any,
    alias: str | None,
    default: str = "ASC",
    already_seen: set[Any] | None = None,
) -> list[tuple[Any, bool]]:
    """The terms that a name stands for: a column, or the ordering of the model it leads to."""
    query = compiler.query
    name, direction = _split(term, default)
    descending = direction == "DESC"
    pieces = name.split("__")
    final, targets, alias, joins, path, opts, transform = joins_of(compiler, pieces, opts, alias)

    if (
        final.is_relation
        and opts.ordering
        and getattr(final, "attname", None) != pieces[-1]
        and name != "pk"
        and not getattr(transform, "has_transforms", False)
    ):
        already_seen = already_seen or set()
        join_tuple = tuple(getattr(query.alias_map[join], "join_cols", None) for join in joins)
        if join_tuple in already_seen:
            raise FieldError("Infinite loop caused by ordering.")
        already_seen.add(join_tuple)

        results: list[tuple[Any, bool]] = []
        for item in opts.ordering:
            if hasattr(item, "resolve_expression") and not isinstance(item, OrderBy):
                item = item.desc() if descending else item.asc()
            if isinstance(item, OrderBy):
                results.append((item.prefix_references(f"{name}__"), False))
                continue
            results.extend(by_name(compiler, item, opts, alias, direction, already_seen))
        return results
    targets, alias, _ = query.trim_joins(targets, joins, path)
    columns = [transform(target, alias) for target in targets]
    return [
        (OrderBy(single, descending=descending), False)
        for column in columns
        # A composite primary key is ordered by each of its columns.
        for single in (column.get_cols() if hasattr(column, "get_cols") else [column])
    ]


def joins_of(
    compiler: Any, pieces: Sequence[str], opts: Any, alias: str | None
) -> tuple[Any, Any, Any, Any, Any, Any, Any]:
    """Join along `pieces`; what `Query.setup_joins` says, with the last alias in third place."""
    query = compiler.query
    alias = alias or query.get_initial_alias()
    field, targets, opts, joins, path, transform = query.setup_joins(pieces, opts, alias)
    return field, targets, joins[-1], joins, path, opts, transform


def _by_position(compiler: Any, term: Any, written: Any) -> Any:
    """A term of a compound statement's order, as the position of a column of its parts.

    Parts whose columns values() of the whole chose are given another column, of what was `written`.
    """
    source = term.get_source_expressions()[0]
    if isinstance(source, PositionRef):
        return term
    name = source.refs if isinstance(source, Ref) else None
    wanted = getattr(source, "name", None)
    for position, (expression, _, alias) in _placed(compiler.select):
        column = getattr(getattr(expression, "target", None), "name", None)
        if (
            (alias and alias in (name, wanted))
            or source == expression
            or (wanted and alias is None and column == wanted)
        ):
            return _at(position, term, source)
    query = compiler.query
    if query.values_select and not any(part.values_select for part in query.combined_queries):
        compiler.order_columns.append(written)
        position = sum(1 for _ in _each_column(compiler.select)) + len(compiler.order_columns)
        return _at(position, term, source)
    raise DatabaseError("ORDER BY term does not match any column in the result set.")


def _at(position: int, term: Any, source: Any) -> Any:
    term = term.copy()
    term.set_source_expressions([PositionRef(position, source)])
    return term


def _each_column(select: Sequence[Any]) -> Iterator[Any]:
    for expression, _, _ in select:
        yield from expression.get_cols() if hasattr(expression, "get_cols") else [expression]


def extra_columns(compiler: Any, ordered: list[Ordered]) -> list[Any]:
    """Columns that DISTINCT needs in the list because ORDER BY has them."""
    query = compiler.query
    if not query.distinct or query.distinct_fields:
        return []
    present = {_key(sql) for _, sql, _ in compiler.select}
    result = []
    for expression, (sql, params, is_ref) in ordered:
        match = _direction.search(sql)
        assert match is not None
        without_direction = match[1]
        if not is_ref and _key((without_direction, params)) not in present:
            result.append((expression, (without_direction, params), None))
    return result


def _key(sql: Any) -> Any:
    return sql[0], make_hashable(tuple(sql[1]))


def group_by(compiler: Any, select: list[Any], ordered: list[Ordered]) -> list[Any]:
    """The terms of GROUP BY.

    ``query.group_by`` is None (no grouping), True (by all that is selected) or the terms that
    ``values()`` stated before the aggregate; what is selected besides must be grouped by as well.
    """
    query = compiler.query
    if query.group_by is None:
        return []
    expressions: list[Any] = []
    refs = set()
    if query.group_by is not True:
        for term in query.group_by:
            resolved = term if hasattr(term, "as_sql") else query.resolve_ref(term)
            if isinstance(resolved, Ref):
                if resolved.refs not in refs:
                    refs.add(resolved.refs)
                    expressions.append(resolved.source)
            else:
                expressions.append(resolved)
    aliased: dict[Any, str] = {}
    positions: dict[Any, int] = {}
    for position, (expression, _, alias) in _placed(select):
        if alias:
            positions.setdefault(hashable(expression), position)
            aliased[alias] = alias
        if alias in refs:
            continue
        expressions.extend(expression.get_group_by_cols())
    if not compiler.meta_ordering:
        for expression, (_, _, is_ref) in ordered:
            if not is_ref:
                expressions.extend(expression.get_group_by_cols())
    having = compiler.having.get_group_by_cols() if compiler.having else ()
    expressions.extend(having)
    return _written(compiler, _collapsed(compiler, expressions, having), positions)


def _written(compiler: Any, expressions: list[Any], positions: dict[Any, int]) -> list[Any]:
    by_index = compiler.connection.features.allows_group_by_select_index
    result = []
    seen = set()
    for expression in expressions:
        try:
            sql, params = compiler.compile(expression)
        except (EmptyResultSet, FullResultSet):
            # A constant, which parts no rows: nothing is grouped by it.
            continue
        position = positions.get(hashable(expression)) if by_index else None
        if position is not None:
            sql, params = str(position), ()
        else:
            sql, params = expression.select_format(compiler, sql, params)
        key = (sql, make_hashable(tuple(params)))
        if key not in seen:
            seen.add(key)
            result.append((sql, params))
    return result


def _collapsed(compiler: Any, expressions: list[Any], having: Sequence[Any]) -> list[Any]:
    """`expressions` without those that follow from a primary key among them."""
    if not compiler.connection.features.allows_group_by_selected_pks:
        return expressions
    pks = {
        expression
        for expression in expressions
        if getattr(expression, "target", None) is not None
        and expression.target.primary_key
        and compiler.connection.features.allows_group_by_selected_pks_on_model(
            expression.target.model
        )
    }
    aliases = {expression.alias for expression in pks}
    return [
        expression
        for expression in expressions
        if expression in pks
        or expression in having
        or getattr(expression, "alias", None) not in aliases
    ]
