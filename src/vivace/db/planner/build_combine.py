"""Two queries on one model made one, by ``&`` and ``|``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vivace.db.planner.build_joins import JoinPromoter
from vivace.db.planner.constants import INNER
from vivace.db.planner.nodes import AND, OR

if TYPE_CHECKING:
    from vivace.db.planner.query import Query


def combine(query: Query, rhs: Query, connector: str) -> None:
    """Put the conditions of `rhs` into `query`; what `rhs` selects and orders by wins.

    Raises TypeError for queries that cannot be combined, and ValueError if both sides of an OR have
    extra columns.
    """
    _check_combinable(query, rhs)
    # An alias must not mean one table here and another there; only the base table is the same.
    initial = query.get_initial_alias()
    rhs = rhs.clone()
    rhs.bump_prefix(query, exclude={initial})

    changes = _take_joins(query, rhs, connector)
    # Otherwise the prefixes of subqueries could meet those of the tables.
    query.subq_aliases |= rhs.subq_aliases
    conditions = rhs.where.clone()
    conditions.relabel_aliases(changes)
    query.where.add(conditions, connector)

    if rhs.select:
        query.default_cols = False
        query.select = tuple(column.relabeled_clone(changes) for column in rhs.select)
    else:
        query.select = ()
    _take_extra(query, rhs, connector)
    query.order_by = rhs.order_by or query.order_by
    query.extra_order_by = rhs.extra_order_by or query.extra_order_by


def _check_combinable(query: Query, rhs: Query) -> None:
    if query.model != rhs.model:
        raise TypeError("Cannot combine queries on two different base models.")
    if query.is_sliced:
        raise TypeError("Cannot combine queries once a slice has been taken.")
    if query.distinct != rhs.distinct:
        raise TypeError("Cannot combine a unique query with a non-unique query.")
    if query.distinct_fields != rhs.distinct_fields:
        raise TypeError("Cannot combine queries with different distinct fields.")


def _take_joins(query: Query, rhs: Query, connector: str) -> dict[str, str]:
    """Put the joins of `rhs` into `query`; returns their old and new aliases where they differ.

    With OR, each side speaks of any partner, and one join serves both; with AND, each side may be met
    by another partner.
    """
    reuse = set() if connector == AND else set(query.alias_map)
    promoter = JoinPromoter(connector, 2, False)
    promoter.add_votes(
        [alias for alias, join in query.alias_map.items() if join.join_type == INNER]
    )
    votes = set()
    changes: dict[str, str] = {}
    for alias in list(rhs.alias_map)[1:]:
        join = rhs.alias_map[alias].relabeled_clone(changes)
        new_alias = query.join(join, reuse=reuse)
        # A join that is new here begins as an outer one where a partner may be missing, and has no vote.
        if join.join_type == INNER:
            votes.add(new_alias)
        # Two joins of one side are two partners.
        reuse.discard(new_alias)
        if alias != new_alias:
            changes[alias] = new_alias
        if not rhs.alias_refcount[alias]:
            # `rhs` had put this table aside, and so does the result.
            query.unref_alias(new_alias)
    promoter.add_votes(votes)
    promoter.update_join_types(query)
    return changes


def _take_extra(query: Query, rhs: Query, connector: str) -> None:
    if connector == OR and query.extra and rhs.extra:
        # Both may have the same names for different things.
        raise ValueError(
            "When merging querysets using 'or', you cannot have extra(select=...) on both sides."
        )
    query.extra.update(rhs.extra)
    query._extra_select_cache = None
    mask = (query.extra_select_mask or set()) | (rhs.extra_select_mask or set())
    if mask:
        query.set_extra_mask(mask)
    query.extra_tables += rhs.extra_tables
