"""Filters: from ``name__contains="x"``, Q objects and conditional expressions to conditions.

NULL decides most of what is special here. SQL's ``NOT (a = 1)`` leaves out rows where ``a`` is NULL;
``exclude(a=1)`` must keep them, so that a negated condition on what may be NULL says as well that it is
not. A relation to many objects cannot be negated by a join at all: ``exclude`` asks for rows without a
partner of that kind, which `split_exclude` (in `build_exclude`) says by NOT EXISTS.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from vivace.core.exceptions import FieldError
from vivace.db import connections
from vivace.db.planner.build_joins import JoinPromoter
from vivace.db.planner.build_names import check_rel_lookup_compatibility
from vivace.db.planner.constants import INNER, LOUTER
from vivace.db.planner.nodes import AND, OR, XOR, MultiJoin, WhereNode
from vivace.db.query.expressions import Col, ColPairs
from vivace.db.query.lookups import Lookup
from vivace.db.query.q import Q
from vivace.db.utils import DEFAULT_DB_ALIAS, NotSupportedError

if TYPE_CHECKING:
    from vivace.db.planner.query import Query

# Types of values that are just that: their instances are neither expressions nor relations.
_PLAIN = frozenset([bool, bytes, date, datetime, Decimal, float, int, str, time, type(None), UUID])

# --- adding conditions


def add_filter(query: Query, filter_lhs: str, filter_rhs: Any) -> None:
    """Add one condition by its lookup and value."""
    query.add_q(Q((filter_lhs, filter_rhs)))


def add_q(query: Query, q_object: Any, reuse_all: bool = False) -> None:
    """Add the conditions of a Q object, joined to those that are there by AND.

    Joins along relations to many objects are shared with earlier calls only with `reuse_all`.
    """
    # What earlier conditions need must stay an inner join, whatever this one votes for.
    inner = [alias for alias, join in query.alias_map.items() if join.join_type == INNER]
    can_reuse = set(query.alias_map) if reuse_all else query.used_aliases
    clause, _ = query._add_q(q_object, can_reuse)
    if clause:
        query.where.add(clause, AND)
    query.demote_joins(inner)


def add_q_node(
    query: Query,
    q_object: Any,
    used_aliases: set[str] | None,
    branch_negated: bool = False,
    current_negated: bool = False,
    allow_joins: bool = True,
    split_subq: bool = True,
    check_filterable: bool = True,
    summarize: bool = False,
    update_join_types: bool = True,
) -> tuple[WhereNode, Any]:
    """The conditions of a Q object, not added yet, and the joins that all of it needs."""
    connector = q_object.connector
    if connector not in (AND, OR, XOR):
        # SECURITY: the connector is written into SQL (CVE-2025-64459).
        raise ValueError(f"A connector must be AND, OR or XOR, not {connector!r}.")
    current_negated ^= q_object.negated
    branch_negated = branch_negated or q_object.negated
    target = WhereNode(connector=connector, negated=q_object.negated)
    promoter = JoinPromoter(connector, len(q_object.children), current_negated)
    for child in q_object.children:
        clause, needed = query.build_filter(
            child,
            can_reuse=used_aliases,
            branch_negated=branch_negated,
            current_negated=current_negated,
            allow_joins=allow_joins,
            split_subq=split_subq,
            check_filterable=check_filterable,
            summarize=summarize,
            update_join_types=update_join_types,
        )
        promoter.add_votes(needed)
        if clause:
            target.add(clause, connector)
    return target, promoter.update_join_types(query) if update_join_types else ()


def build_where(query: Query, filter_expr: Any) -> WhereNode:
    """The condition of a filter on the model's own columns; relations are refused."""
    return query.build_filter(filter_expr, allow_joins=False)[0]


def clear_where(query: Query) -> None:
    """Take all conditions away."""
    query.where = WhereNode()


def build_filter(
    query: Query,
    filter_expr: Any,
    branch_negated: bool = False,
    current_negated: bool = False,
    can_reuse: set[str] | None = None,
    allow_joins: bool = True,
    split_subq: bool = True,
    check_filterable: bool = True,
    summarize: bool = False,
    update_join_types: bool = True,
) -> tuple[WhereNode, Any]:
    """The condition of a ``(lookup, value)`` pair, a Q object or an expression.

    Joins are added to the query, the condition is not. Returned beside it are the joins without which
    it cannot be true. `branch_negated` says that some negation surrounds it, `current_negated` that
    their number is odd. `can_reuse` are the aliases that relations to many objects may use again; those
    used now are added to it.
    """
    if isinstance(filter_expr, dict):
        raise FieldError("Cannot parse keyword query as dict")
    if isinstance(filter_expr, Q):
        return query._add_q(
            filter_expr,
            branch_negated=branch_negated,
            current_negated=current_negated,
            used_aliases=can_reuse,
            allow_joins=allow_joins,
            split_subq=split_subq,
            check_filterable=check_filterable,
            summarize=summarize,
            update_join_types=update_join_types,
        )
    if hasattr(filter_expr, "resolve_expression"):
        if not getattr(filter_expr, "conditional", False):
            raise TypeError("Cannot filter against a non-conditional expression.")
        condition = filter_expr.resolve_expression(
            query, allow_joins=allow_joins, reuse=can_reuse, summarize=summarize
        )
        if not isinstance(condition, Lookup):
            condition = query.build_lookup(["exact"], condition, True)
        return WhereNode([condition], connector=AND), ()
    lookup, value = filter_expr
    if not lookup:
        raise FieldError(f"Cannot parse keyword query {lookup!r}")
    lookups, names, annotation = query.solve_lookup_type(lookup, summarize)
    if check_filterable and annotation:
        query.check_filterable(annotation)
    if not allow_joins and len(names) > 1:
        raise FieldError("Joined field references are not permitted in this query")

    used: set[str] = set()
    # PERF: the usual values are neither resolved nor refused.
    if value.__class__ not in _PLAIN:
        before = query.alias_refcount.copy()
        value = query.resolve_lookup_value(value, can_reuse, allow_joins, summarize)
        counts = query.alias_refcount
        used.update(alias for alias, count in counts.items() if count > before.get(alias, 0))
        if check_filterable:
            query.check_filterable(value)
    if annotation:
        return WhereNode([query.build_lookup(lookups, annotation, value)], connector=AND), ()
    return _field_filter(
        query,
        (lookup, value, filter_expr),
        (lookups, names),
        used,
        (branch_negated, current_negated, split_subq),
        can_reuse,
    )


def _field_filter(
    query: Query,
    parsed: tuple[str, Any, Any],
    split: tuple[Sequence[str], Sequence[str]],
    used: set[str],
    context: tuple[bool, bool, bool],
    can_reuse: set[str] | None,
) -> tuple[WhereNode, Any]:
    """The condition on a field at the end of a chain of relations."""
    _, value, filter_expr = parsed
    lookups, names = split
    branch_negated, current_negated, split_subq = context
    try:
        info = query.setup_joins(
            names,
            query.get_meta(),
            query.get_initial_alias(),
            can_reuse=can_reuse,
            allow_many=not branch_negated or not split_subq,
        )
    except MultiJoin as crossing:
        return query.split_exclude(filter_expr, can_reuse, crossing.names_with_path)
    if value.__class__ not in _PLAIN:
        if isinstance(value, Iterator):
            # An iterator is read twice: for its check and for its use.
            value = list(value)
        query.check_related_objects(info.final_field, value, info.opts)
    # The aliases that lookups which build a query of their own may ask for.
    query._lookup_joins = info.joins
    used.update(info.joins)
    targets, alias, joins = query.trim_joins(info.targets, info.joins, info.path)
    if can_reuse is not None:
        can_reuse.update(joins)

    if info.final_field.is_relation and len(targets) > 1:
        column: Any = ColPairs(alias, targets, info.targets, info.final_field)
    else:
        column = query._get_col(targets[0], info.final_field, alias)
    condition = query.build_lookup(lookups, column, value)
    clause = WhereNode([condition], connector=AND)
    is_null = condition.lookup_name == "isnull"
    needs_outer = is_null and condition.rhs is True and not current_negated
    if current_negated and (not is_null or condition.rhs is False) and condition.rhs is not None:
        needs_outer = True
        if not is_null:
            _exclude_unknown(query, clause, targets[0], info.targets[0], alias, value)
    return clause, () if needs_outer else used


def _exclude_unknown(
    query: Query, clause: WhereNode, target: Any, field: Any, alias: str, value: Any
) -> None:
    """Make a condition that will be negated false, rather than unknown, where it meets NULL."""
    if query.is_nullable(target) or query.alias_map[alias].join_type == LOUTER:
        column = query._get_col(target, field, alias)
        clause.add(target.get_lookup("isnull")(column, False), AND)
    if isinstance(value, Col) and query.is_nullable(value.target):
        clause.add(value.target.get_lookup("isnull")(value, False), AND)


# --- the two sides of a condition


def build_lookup(query: Query, lookups: Sequence[str], lhs: Any, rhs: Any) -> Any:
    """The lookup that `lookups`, transforms and a lookup at the end, make of `lhs` and `rhs`."""
    *transforms, name = lookups or ["exact"]
    for transform in transforms:
        lhs = query.try_transform(lhs, transform, lookups)
    lookup_class = lhs.get_lookup(name)
    if not lookup_class:
        # The last name may be a transform, too: compared by "exact" then.
        lhs = query.try_transform(lhs, name)
        name = "exact"
        lookup_class = lhs.get_lookup(name)
        if not lookup_class:
            return None
    lookup = lookup_class(lhs, rhs)
    if lookup.rhs is None and not lookup.can_use_none_as_rhs:
        if name not in ("exact", "iexact"):
            raise ValueError("Cannot use None as a query value")
        return lhs.get_lookup("isnull")(lhs, True)
    if (
        name == "exact"
        and lookup.rhs == ""
        and connections[DEFAULT_DB_ALIAS].features.interprets_empty_strings_as_nulls
    ):
        return lhs.get_lookup("isnull")(lhs, True)
    return lookup


def resolve_lookup_value(
    query: Query,
    value: Any,
    can_reuse: set[str] | None,
    allow_joins: bool,
    summarize: bool = False,
) -> Any:
    """A value with all expressions in it resolved; lists and tuples are looked into."""
    if hasattr(value, "resolve_expression"):
        return value.resolve_expression(
            query, reuse=can_reuse, allow_joins=allow_joins, summarize=summarize
        )
    if isinstance(value, list | tuple):
        items = [
            query.resolve_lookup_value(item, can_reuse, allow_joins, summarize) for item in value
        ]
        kind = type(value)
        return kind._make(items) if hasattr(kind, "_make") else kind(items)
    return value


def check_filterable(query: Query, expression: Any) -> None:
    """Refuse expressions that cannot stand in a condition (NotSupportedError)."""
    if hasattr(expression, "resolve_expression") and not getattr(expression, "filterable", True):
        raise NotSupportedError(
            expression.__class__.__name__ + " is disallowed in the filter clause."
        )
    if hasattr(expression, "get_source_expressions"):
        for source in expression.get_source_expressions():
            query.check_filterable(source)


def check_query_object_type(query: Query, value: Any, opts: Any, field: Any) -> None:
    """Refuse an instance of a model that the relation `field` does not lead to (ValueError)."""
    if hasattr(value, "_meta") and not check_rel_lookup_compatibility(
        value._meta.model, opts, field
    ):
        raise ValueError(f'Cannot query "{value}": Must be "{opts.object_name}" instance.')


def check_related_objects(query: Query, field: Any, value: Any, opts: Any) -> None:
    """Refuse values of another model than the one the relation `field` leads to (ValueError)."""
    if not field.is_relation:
        return
    if hasattr(value, "has_select_fields"):
        if not value.has_select_fields and not check_rel_lookup_compatibility(
            value.model, opts, field
        ):
            raise ValueError(
                f'Cannot use QuerySet for "{value.model._meta.object_name}": '
                f'Use a QuerySet for "{opts.object_name}".'
            )
    elif hasattr(value, "_meta"):
        query.check_query_object_type(value, opts, field)
    elif hasattr(value, "__iter__"):
        for item in value:
            query.check_query_object_type(item, opts, field)
