"""Clones, other names for a query's tables, and a query within another one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from itertools import chain, count, product
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from vivace.db.planner.build_annotations import gen_cols
from vivace.db.planner.nodes import BaseTable, Join

if TYPE_CHECKING:
    from vivace.db.planner.query import Query


def clone(query: Query) -> Any:
    """A query of its own that says the same.

    PERF: whatever is only ever replaced, never changed in place, is shared with the original: tuples,
    masks, the trees of `where` below the root, the lists in `table_map`, `select_related`, `selected`.
    """
    obj: Any = object.__new__(query.__class__)
    state = obj.__dict__
    state.update(query.__dict__)
    state["alias_refcount"] = query.alias_refcount.copy()
    state["alias_map"] = query.alias_map.copy()
    state["external_aliases"] = query.external_aliases.copy()
    state["table_map"] = query.table_map.copy()
    state["where"] = query.where.clone()
    state["annotations"] = query.annotations.copy()
    state["extra"] = query.extra.copy()
    state["used_aliases"] = query.used_aliases.copy()
    state["_annotation_select_cache"] = None
    state["_extra_select_cache"] = None
    if query.combined_queries:
        state["combined_queries"] = tuple(part.clone() for part in query.combined_queries)
    return obj


def chained(query: Query, klass: type[Any] | None = None) -> Any:
    """A clone that is about to be changed, perhaps as a query of another class."""
    obj = query.clone()
    if klass and obj.__class__ != klass:
        obj.__class__ = klass
    if not obj.filter_is_sticky:
        obj.used_aliases = set()
    obj.filter_is_sticky = False
    if hasattr(obj, "_setup_query"):
        obj._setup_query()
    return obj


def relabeled_clone(query: Query, change_map: Mapping[str, str]) -> Any:
    """A clone that names tables, its own and those around it, by the aliases of `change_map`."""
    obj = query.clone()
    obj.change_aliases(change_map)
    return obj


def change_aliases(query: Query, change_map: Mapping[str, str]) -> None:
    """Name the tables by the aliases of `change_map` from now on, everywhere."""
    if not change_map:
        return
    assert set(change_map).isdisjoint(change_map.values())
    query.where.relabel_aliases(change_map)
    if isinstance(query.group_by, tuple):
        query.group_by = tuple(term.relabeled_clone(change_map) for term in query.group_by)
    query.select = tuple(column.relabeled_clone(change_map) for column in query.select)
    query.annotations = {
        name: annotation.relabeled_clone(change_map)
        for name, annotation in query.annotations.items()
    }
    query._annotation_select_cache = None

    tables = {}
    refcounts = {}
    for alias, table in query.alias_map.items():
        if alias in change_map or table.parent_alias in change_map:
            table = table.relabeled_clone(change_map)
        tables[change_map.get(alias, alias)] = table
    for alias, uses in query.alias_refcount.items():
        refcounts[change_map.get(alias, alias)] = uses
    query.alias_map = tables
    query.alias_refcount = refcounts
    query.table_map = {
        name: [change_map.get(alias, alias) for alias in aliases]
        for name, aliases in query.table_map.items()
    }
    query.used_aliases = {change_map.get(alias, alias) for alias in query.used_aliases}
    query.external_aliases = {
        change_map.get(alias, alias): aliased or alias in change_map
        for alias, aliased in query.external_aliases.items()
    }


def _prefixes(after: str) -> Iterator[str]:
    """The prefixes of aliases that follow `after`: U to Z, then A... in all lengths."""
    alphabet = ascii_uppercase
    start = alphabet.index(after[-1]) + 1
    if len(after) == 1:
        yield from alphabet[start:]
    for length in count(max(2, len(after))):
        for letters in product(alphabet, repeat=length):
            yield "".join(letters)


def bump_prefix(query: Query, other_query: Query, exclude: Any = None) -> None:
    """Name the tables so that they cannot be mistaken for those of `other_query`.

    Aliases in `exclude` are kept.
    """
    if query.alias_prefix != other_query.alias_prefix:
        return
    # Every level of nesting takes one prefix and some frames of Python's stack.
    limit = sys.getrecursionlimit() // 16
    for position, prefix in enumerate(_prefixes(query.alias_prefix)):
        if prefix not in query.subq_aliases:
            query.alias_prefix = prefix
            break
        if position > limit:
            raise RecursionError("Maximum recursion depth exceeded: too many subqueries.")
    query.subq_aliases = query.subq_aliases.union([query.alias_prefix])
    other_query.subq_aliases = other_query.subq_aliases.union(query.subq_aliases)
    query.change_aliases(
        {
            alias: f"{query.alias_prefix}{position}"
            for position, alias in enumerate(query.alias_map)
            if not exclude or alias not in exclude
        }
    )


# --- as an expression of another query


def resolve_expression(query: Query, outer: Any, *args: Any, **kwargs: Any) -> Any:
    """This query as a subquery of `outer`, whose columns its `OuterRef`s mean."""
    obj = query.clone()
    obj.subquery = True
    obj.bump_prefix(outer)
    # The order stays: some databases take the first of several rows for a value.
    obj.where.children = [_resolved(child, outer, *args, **kwargs) for child in obj.where.children]
    obj.where._forget()
    for name, annotation in obj.annotations.items():
        resolved = annotation.resolve_expression(outer, *args, **kwargs)
        if hasattr(resolved, "external_aliases"):
            resolved.external_aliases.update(obj.external_aliases)
        obj.annotations[name] = resolved
    obj._annotation_select_cache = None
    for alias, table in outer.alias_map.items():
        obj.external_aliases[alias] = (
            table.join_field.related_model._meta.db_table != alias
            if isinstance(table, Join)
            else isinstance(table, BaseTable) and table.table_name != table.table_alias
        )
    return obj


def _resolved(node: Any, outer: Any, *args: Any, **kwargs: Any) -> Any:
    """A condition, or a tree of them, with references to the outer query resolved."""
    if hasattr(node, "children"):
        result = node.clone()
        result.children = [_resolved(child, outer, *args, **kwargs) for child in node.children]
        return result
    result = node
    for side in ("lhs", "rhs"):
        value: Any = getattr(node, side, None)
        if hasattr(value, "resolve_expression"):
            resolved = value.resolve_expression(outer, *args, **kwargs)
        elif isinstance(value, list | tuple) and any(
            hasattr(item, "resolve_expression") for item in value
        ):
            resolved = type(value)(
                [
                    item.resolve_expression(outer, *args, **kwargs)
                    if hasattr(item, "resolve_expression")
                    else item
                    for item in value
                ]
            )
        else:
            continue
        if result is node:
            # Conditions are shared between clones: another one takes this one's place.
            result = node.copy()
        setattr(result, side, resolved)
    return result


def as_sql(query: Query, compiler: Any, connection: Any) -> tuple[str, Any]:
    """The query as part of another one's SQL, in parentheses if it is a subquery."""
    if query.subquery and not connection.features.ignores_unnecessary_order_by_in_subqueries:
        query.clear_ordering(force=False)
        for part in query.combined_queries:
            part.clear_ordering(force=False)
    sql, params = query.get_compiler(connection=connection).as_sql()
    return (f"({sql})" if query.subquery else sql), params


def get_external_cols(query: Query) -> list[Any]:
    """The columns of outer queries that this one refers to."""
    expressions = chain(query.annotations.values(), query.where.children)
    return [
        column
        for column in gen_cols(expressions, include_external=True)
        if column.alias in query.external_aliases
    ]


def get_group_by_cols(query: Query, wrapper: Any = None) -> list[Any]:
    """What an outer query has to group by for this subquery's sake."""
    external = query.get_external_cols()
    if any(column.possibly_multivalued for column in external):
        return [wrapper or query]
    return external
