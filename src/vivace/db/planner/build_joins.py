"""Joins: tables get aliases, paths become joins, and joins become inner or outer ones.

A join is used again where it means the same rows: always along a relation to one object, and along a
relation to many only by conditions of one ``filter()`` call (`can_reuse` holds the aliases made by it).

A join starts as an outer one if its partner may be missing. Each condition then votes for the joins
without which it cannot be true; `JoinPromoter` counts the votes of the children of one node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import FieldError
from vivace.db import connections
from vivace.db.planner.constants import INNER, LOUTER
from vivace.db.planner.nodes import AND, OR, JoinInfo
from vivace.db.schema.fields import Field
from vivace.db.utils import DEFAULT_DB_ALIAS

if TYPE_CHECKING:
    from vivace.db.planner.query import Query

# --- aliases


def table_alias(
    query: Query, table_name: str, create: bool = False, filtered_relation: Any = None
) -> tuple[str, bool]:
    """An alias for the table and whether it is new; an existing one unless `create`."""
    aliases = query.table_map.get(table_name)
    if aliases and not create:
        alias = aliases[0]
        query.alias_refcount[alias] += 1
        return alias, False
    if aliases:
        alias = f"{query.alias_prefix}{len(query.alias_map) + 1}"
    elif filtered_relation is not None:
        alias = filtered_relation.alias
    else:
        alias = table_name
    # Clones share the lists of this map: they are replaced, never changed.
    query.table_map[table_name] = [*aliases, alias] if aliases else [alias]
    query.alias_refcount[alias] = 1
    return alias, True


def ref_alias(query: Query, alias: str) -> None:
    """Count one more use of `alias`."""
    query.alias_refcount[alias] += 1


def unref_alias(query: Query, alias: str, amount: int = 1) -> None:
    """Count `amount` uses of `alias` less; a table that is not used is not joined."""
    query.alias_refcount[alias] -= amount


def reset_refcounts(query: Query, to_counts: Mapping[str, int]) -> None:
    """Take back all uses but those in `to_counts`."""
    for alias, count in query.alias_refcount.items():
        query.alias_refcount[alias] = min(count, to_counts.get(alias, 0))


def get_initial_alias(query: Query) -> Any:
    """The alias of the table that the query is about; it is put into FROM if it is not there."""
    base = query.base_table
    if base is not None:
        query.alias_refcount[base] += 1
        return base
    if query.model is None:
        return None
    return query.join(query.base_table_class(query.get_meta().db_table, None))


def count_active_tables(query: Query) -> int:
    """How many tables the query uses."""
    return sum(1 for count in query.alias_refcount.values() if count)


# --- joining


def join(query: Query, join: Any, reuse: set[str] | None = None) -> str:
    """Put `join` into the query and return its alias; an equal one is used again.

    With `reuse`, only the aliases it has may be used again.
    """
    alias_map = query.alias_map
    found = [
        alias
        for alias in query.table_map.get(join.table_name, ())
        if (reuse is None or alias in reuse) and alias_map.get(alias) == join
    ]
    if found:
        alias = join.table_alias if join.table_alias in found else found[-1]
        query.alias_refcount[alias] += 1
        return alias
    alias, _ = query.table_alias(
        join.table_name, create=True, filtered_relation=join.filtered_relation
    )
    if join.join_type:
        outer = join.nullable or alias_map[join.parent_alias].join_type == LOUTER
        join.join_type = LOUTER if outer else INNER
    join.table_alias = alias
    alias_map[alias] = join
    if join.filtered_relation is not None:
        _resolve_condition(query, join, alias, reuse)
    return alias


def _resolve_condition(query: Query, join: Any, alias: str, reuse: set[str] | None) -> None:
    """Resolve the condition of a filtered relation; tables it needs come before the join itself."""
    if reuse is not None:
        # The condition is about this very partner, and those on the way to it.
        reuse = set(reuse)
        step: str | None = alias
        while step is not None:
            reuse.add(step)
            step = query.alias_map[step].parent_alias
    count = len(query.alias_map)
    join.filtered_relation = join.filtered_relation.resolve_expression(query, reuse=reuse)
    if count < len(query.alias_map):
        query.alias_map[alias] = query.alias_map.pop(alias)


def join_parent_model(query: Query, opts: Any, model: Any, alias: str, seen: dict[Any, str]) -> str:
    """The alias of the table of `model`, a parent of the one with `opts`, joined if need be.

    `seen` maps models to the aliases of their tables, and None to `alias`.
    """
    if model in seen:
        return seen[model]
    current = opts
    for parent in opts.get_base_chain(model):
        if parent in seen:
            alias = seen[parent]
        elif current.parents[parent]:
            link = current.get_ancestor_link(parent)
            alias = seen[parent] = query.setup_joins([link.name], current, alias).joins[-1]
        # A proxy has no table of its own, nothing is joined.
        current = parent._meta
    return alias or seen[None]


def setup_joins(
    query: Query,
    names: Sequence[str],
    opts: Any,
    alias: str,
    can_reuse: set[str] | None = None,
    allow_many: bool = True,
) -> JoinInfo:
    """Join all tables along `names`, from `alias` of the model with `opts` on.

    Names behind the last field are transforms, applied by the result's `transform_function`.
    """
    path, final_field, targets, rest = query.names_to_path(names, opts, allow_many)
    transform = _column_maker(query)
    if rest:
        start = opts
        known = names[: len(names) - len(rest) + 1]

        def explain() -> None:
            if isinstance(final_field, Field):
                query.names_to_path(known, start, allow_many, fail_on_missing=True)

        for name in rest:
            transform = _transformer(query, transform, name, explain)
        transform.has_transforms = True  # type: ignore[attr-defined]

    joins = [alias]
    for step in path:
        filtered_relation = step.filtered_relation
        own_alias = None
        if filtered_relation:
            filtered_relation = filtered_relation.clone()
            own_alias = filtered_relation.alias
        nullable = query.is_nullable(step.join_field) if step.direct else True
        opts = step.to_opts
        connection = query.join_class(
            opts.db_table, alias, own_alias, INNER, step.join_field, nullable, filtered_relation
        )
        alias = query.join(connection, reuse=can_reuse if step.m2m else None)
        joins.append(alias)
    return JoinInfo(final_field, targets, opts, joins, path, transform)


Transformer = Callable[[Any, "str | None"], Any]


def _column_maker(query: Query) -> Transformer:
    def column(field: Any, alias: str | None) -> Any:
        return field.get_col(alias if query.alias_cols else None)

    return column


def _transformer(
    query: Query, previous: Transformer, name: str, explain: Callable[[], None]
) -> Transformer:
    """`previous` and then the transform `name`.

    If there is no such transform, `explain` may know a better error: the name was meant as a field.
    """

    def transform(field: Any, alias: str | None) -> Any:
        wrapped = previous(field, alias)
        try:
            return query.try_transform(wrapped, name)
        except FieldError:
            explain()
            raise

    return transform


def trim_joins(
    query: Query, targets: tuple[Any, ...], joins: Sequence[str], path: Sequence[Any]
) -> tuple[tuple[Any, ...], str, list[str]]:
    """Leave out joins at the end whose columns the table before has as well (a foreign key's).

    Returns the targets, now columns of the last table that is left, its alias, and all aliases.
    """
    kept = list(joins)
    for step in reversed(path):
        if len(kept) == 1 or not step.direct or step.filtered_relation:
            break
        here = {remote.column: local for local, remote in step.join_field.related_fields}
        if not {target.column for target in targets} <= here.keys():
            break
        targets = tuple(here[target.column] for target in targets)
        query.unref_alias(kept.pop())
    return targets, kept[-1], kept


# --- inner or outer


def is_nullable(query: Query, field: Any) -> bool:
    """Whether a column may hold NULL: as declared, or because the database stores "" as NULL."""
    if field.null:
        return True
    return bool(
        field.empty_strings_allowed
        and connections[DEFAULT_DB_ALIAS].features.interprets_empty_strings_as_nulls
    )


def promote_joins(query: Query, aliases: Iterable[str]) -> None:
    """Make joins outer ones where a partner may be missing, and all joins that hang on them."""
    waiting = list(aliases)
    while waiting:
        alias = waiting.pop(0)
        join = query.alias_map[alias]
        if join.join_type is None or join.join_type == LOUTER:
            continue
        if join.nullable or query.alias_map[join.parent_alias].join_type == LOUTER:
            query.alias_map[alias] = join.promote()
            waiting += [
                child
                for child, other in query.alias_map.items()
                if other.parent_alias == alias and child not in waiting
            ]


def demote_joins(query: Query, aliases: Iterable[str]) -> None:
    """Make joins inner ones, and the outer ones that they hang on."""
    for alias in aliases:
        join = query.alias_map[alias]
        while join.join_type == LOUTER:
            query.alias_map[alias] = join.demote()
            alias = join.parent_alias
            join = query.alias_map[alias]


class JoinPromoter:
    """Counts, for the children of one node, how many need each join for being true."""

    def __init__(self, connector: str, num_children: int, negated: bool) -> None:
        self.connector = connector
        self.negated = negated
        # A negated AND is an OR of negations.
        if negated:
            self.effective_connector = OR if connector == AND else AND
        else:
            self.effective_connector = connector
        self.num_children = num_children
        self.votes: dict[str, int] = {}

    def __repr__(self) -> str:
        return (
            f"{self.__class__.__qualname__}(connector={self.connector!r}, "
            f"num_children={self.num_children!r}, negated={self.negated!r})"
        )

    def add_votes(self, votes: Iterable[str]) -> None:
        """One child needs the joins `votes`."""
        for alias in votes:
            self.votes[alias] = self.votes.get(alias, 0) + 1

    def update_join_types(self, query: Query) -> set[str]:
        """Change the query's joins by the votes; returns those that the whole node needs.

        An OR must keep rows that only some of its children need a partner for. What all children of
        an OR, or any child of an AND, need may be an inner join: rows without a partner fail anyway.
        """
        outer: set[str] = set()
        inner: set[str] = set()
        if not self.votes:
            return inner
        either = self.effective_connector == OR
        every = self.effective_connector == AND
        for alias, count in self.votes.items():
            if either and count < self.num_children:
                outer.add(alias)
            elif every or (either and count == self.num_children):
                inner.add(alias)
        query.promote_joins(outer)
        query.demote_joins(inner)
        return inner
