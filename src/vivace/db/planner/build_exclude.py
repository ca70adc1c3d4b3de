"""Excluding along a relation to many: rows that have no partner of a kind, by NOT EXISTS.

``Author.exclude(books__title="x")`` becomes a query on books of its own, tied to the author's row. That
query is first built from the author on, as any filter is; then the joins before the relation to many
are cut off, and what they were joined by becomes the tie.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vivace.db.planner.constants import LOUTER
from vivace.db.planner.nodes import AND, OR, WhereNode
from vivace.db.query.expressions import Exists, F, OuterRef, ResolvedOuterRef
from vivace.db.schema.constants import LOOKUP_SEP

if TYPE_CHECKING:
    from vivace.db.planner.query import Query

Crossed = list[tuple[str, list[Any]]]


def split_exclude(
    query: Query, filter_expr: tuple[str, Any], can_reuse: set[str] | None, names_with_path: Crossed
) -> tuple[WhereNode, Any]:
    """The condition, to be negated by whoever asks, that a row has a partner as `filter_expr` says."""
    lookup, value = filter_expr
    if isinstance(value, OuterRef):
        value = OuterRef(value)
    elif isinstance(value, F):
        value = OuterRef(value.name)
    inner = query.__class__(query.model)
    inner._filtered_relations = query._filtered_relations
    inner.add_filter(lookup, value)
    inner.clear_ordering(force=True)
    tables = inner.alias_map.copy()
    ties, missing = _cut_start(inner, names_with_path)

    field, alias = inner.select[0].target, inner.select[0].alias
    if can_reuse and alias in can_reuse and _way(tables, alias) == _way(query.alias_map, alias):
        # The same filter() speaks of this very partner in positive terms, too: it is that row.
        pk = field.model._meta.pk
        inner.bump_prefix(query)
        exact = field.get_lookup("exact")
        inner.where.add(exact(pk.get_col(inner.select[0].alias), pk.get_col(alias)), AND)
        inner.external_aliases[alias] = True
    else:
        for column, tie in zip(inner.select, ties, strict=True):
            exact = column.target.get_lookup("exact")
            inner.where.add(exact(column, ResolvedOuterRef(tie)), AND)
    condition, needed = query.build_filter(Exists(inner))

    if missing:
        # The way to the relation may end before it: such rows are among the excluded ones' contrary.
        or_null, _ = query.build_filter(
            (f"{ties[0]}__isnull", True),
            current_negated=True,
            branch_negated=True,
            can_reuse=can_reuse,
        )
        condition.add(or_null, OR)
    return condition, needed


def _way(tables: Mapping[str, Any], alias: str) -> list[Any]:
    """The relations on the way to a table; aliases of two queries may be alike by chance."""
    way = []
    table = tables[alias]
    while table.parent_alias is not None:
        way.append(table.join_field)
        table = tables[table.parent_alias]
    return way


def trim_start(query: Query, names_with_path: Crossed) -> tuple[str, bool]:
    """Cut off the joins before the first relation to many; select the columns that tied them.

    Returns the lookup, from the query's model on, of what the first of these columns is compared with,
    and whether one of the joins that were cut off was an outer one.
    """
    ties, missing = _cut_start(query, names_with_path)
    return ties[0], missing


def _cut_start(query: Query, names_with_path: Crossed) -> tuple[list[str], bool]:
    """What `trim_start` does; the lookups of all columns."""
    steps = [step for _, path in names_with_path for step in path]
    joins = query._lookup_joins
    missing = False
    cut = 0
    for cut, step in enumerate(steps):
        if step.m2m:
            break
        if query.alias_map[joins[cut + 1]].join_type == LOUTER:
            missing = True
        query.unref_alias(joins[cut])
    join_field = steps[cut].join_field.field

    prefix = []
    left = cut
    for name, path in names_with_path:
        if left < len(path):
            break
        prefix.append(name)
        left -= len(path)
    ties = [LOOKUP_SEP.join([*prefix, field.name]) for field in join_field.foreign_related_fields]

    first = query.alias_map[joins[cut + 1]]
    if first.join_type != LOUTER and not first.filtered_relation:
        # The partner's own column says to which row it belongs.
        alias = joins[cut + 1]
        fields = [local for local, _ in join_field.related_fields]
        query.unref_alias(joins[cut])
        extra = join_field.get_extra_restriction(None, alias)
        if extra:
            query.where.add(extra, AND)
    else:
        # Rows that have no partner at all are meant as well, or the relation's filter is needed.
        alias = joins[cut]
        fields = [remote for _, remote in join_field.related_fields]
    _begin_with_a_table(query)
    query.set_select([field.get_col(alias) for field in fields])
    return ties, missing


def _begin_with_a_table(query: Query) -> None:
    """Make the first table that is still used the one that FROM begins with."""
    for alias, table in query.alias_map.items():
        if query.alias_refcount[alias] > 0:
            query.alias_map[alias] = query.base_table_class(table.table_name, alias)
            return
