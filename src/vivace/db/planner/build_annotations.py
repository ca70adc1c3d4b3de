"""Annotations, grouping, references by name, and relations that are filtered where they are joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import FieldError
from vivace.db.planner.nodes import Join
from vivace.db.query.expressions import Col, F, Ref
from vivace.db.query.q import Q
from vivace.db.schema.constants import LOOKUP_SEP

if TYPE_CHECKING:
    from vivace.db.planner.query import Query


def add_annotation(query: Query, annotation: Any, alias: str, select: bool = True) -> None:
    """Add an expression under a name; it is selected if `select`."""
    query.check_alias(alias)
    annotation = annotation.resolve_expression(query, allow_joins=True, reuse=None)
    if select:
        query.append_annotation_mask([alias])
    else:
        query.set_annotation_mask(set(query.annotation_select) - {alias})
    query.annotations[alias] = annotation
    query._annotation_select_cache = None
    if query.selected and select:
        query.selected = {**query.selected, alias: alias}


def set_group_by(query: Query, allow_aliases: bool = True) -> None:
    """Group by all that is selected so far.

    An annotation is grouped by its name, unless what is selected may change (`allow_aliases`).
    """
    terms = list(query.select)
    for alias, annotation in query.annotation_select.items():
        columns = annotation.get_group_by_cols()
        if not columns:
            continue
        if allow_aliases and not annotation.contains_aggregate:
            terms.append(Ref(alias, annotation))
        else:
            terms.extend(columns)
    query.group_by = tuple(terms)


# --- references


def resolve_ref(
    query: Query,
    name: str,
    allow_joins: bool = True,
    reuse: set[str] | None = None,
    summarize: bool = False,
) -> Any:
    """What ``F(name)`` means: an annotation, a column (joined if need be), or a transform of either."""
    annotation = query.annotations.get(name)
    if annotation is not None:
        return _annotation_ref(query, name, annotation, allow_joins, summarize)
    names = name.split(LOOKUP_SEP)
    annotation = query.annotations.get(names[0])
    if annotation is not None:
        for transform in names[1:]:
            annotation = query.try_transform(annotation, transform)
        return annotation
    info = query.setup_joins(names, query.get_meta(), query.get_initial_alias(), can_reuse=reuse)
    targets, alias, joins = query.trim_joins(info.targets, info.joins, info.path)
    if not allow_joins and len(joins) > 1:
        raise FieldError("Joined field references are not permitted in this query")
    if len(targets) > 1:
        raise FieldError("Referencing multicolumn fields with F() objects isn't supported")
    column = info.transform_function(targets[0], alias)
    if reuse is not None:
        reuse.update(joins)
    return column


def _annotation_ref(
    query: Query, name: str, annotation: Any, allow_joins: bool, summarize: bool
) -> Any:
    if not allow_joins:
        for alias in query._gen_col_aliases([annotation]):
            if isinstance(query.alias_map[alias], Join):
                raise FieldError("Joined field references are not permitted in this query")
    if not summarize:
        return annotation
    # The query becomes a subquery; what it selects can be spoken of by name.
    if name not in query.annotation_select:
        raise FieldError(f"Cannot aggregate over the '{name}' alias. Use annotate() to promote it.")
    return Ref(name, query.annotation_select[name])


def gen_cols(
    exprs: Iterable[Any], include_external: bool = False, resolve_refs: bool = True
) -> Iterator[Any]:
    """All columns in the expressions; those of outer queries, and those behind references, if asked."""
    for expression in exprs:
        if isinstance(expression, Col):
            yield expression
        elif include_external and callable(getattr(expression, "get_external_cols", None)):
            yield from expression.get_external_cols()
        elif hasattr(expression, "get_source_expressions"):
            if not resolve_refs and isinstance(expression, Ref):
                continue
            yield from gen_cols(expression.get_source_expressions(), include_external, resolve_refs)


def gen_col_aliases(exprs: Iterable[Any]) -> Iterator[str]:
    """The aliases of the tables of all columns in the expressions."""
    for column in gen_cols(exprs):
        yield column.alias


def get_col(query: Query, target: Any, field: Any, alias: str | None) -> Any:
    """The column of `target` with values as `field` has them."""
    return target.get_col(alias if query.alias_cols else None, field)


# --- filtered relations


def add_filtered_relation(query: Query, filtered_relation: Any, alias: str) -> None:
    """Give a relation another name and a condition that its join has to meet.

    Raises ValueError for what such a condition cannot say: see
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#filteredrelation-objects
    """
    # SECURITY: the name becomes a table's alias (CVE-2025-57833, CVE-2025-13372, CVE-2026-1312).
    query.check_alias(alias)
    if "." in alias:
        raise ValueError(f"FilteredRelation doesn't support aliases with periods (got {alias!r}).")
    filtered_relation.alias = alias
    relation = filtered_relation.relation_name
    lookups, relation_parts, _ = query.solve_lookup_type(relation)
    if lookups:
        raise ValueError(
            f"FilteredRelation's relation_name cannot contain lookups (got {relation!r})."
        )
    for lookup in _lookups_of(filtered_relation.condition):
        _check_within(query, lookup, relation, relation_parts)
    filtered_relation.condition = _renamed(relation, alias, filtered_relation.condition)
    # Clones share the map's values, not the map.
    query._filtered_relations = {**query._filtered_relations, alias: filtered_relation}


def _check_within(query: Query, lookup: str, relation: str, relation_parts: Any) -> None:
    lookups, names, _ = query.solve_lookup_type(lookup)
    # COMPAT: a field of another relation's model is let through if no lookup stands behind it.
    path = names[: -1 if lookups else -2]
    if any(name != part for name, part in zip(path, relation_parts, strict=False)):
        raise ValueError(
            "FilteredRelation's condition doesn't support "
            f"relations outside the {relation!r} (got {lookup!r})."
        )
    if len(names) - 1 > len(relation_parts):
        raise ValueError(
            "FilteredRelation's condition doesn't support nested "
            f"relations deeper than the relation_name (got {lookup!r} for {relation!r})."
        )


def _lookups_of(condition: Any) -> Iterator[str]:
    """All lookups and names of fields that a condition uses."""
    if isinstance(condition, Q):
        for child in condition.children:
            if isinstance(child, tuple | list):
                lookup, value = child
                if hasattr(value, "_fetch_all"):
                    raise ValueError(
                        "Passing a QuerySet within a FilteredRelation is not supported."
                    )
                yield lookup
                yield from _names_in(value)
            else:
                yield from _lookups_of(child)
    else:
        yield from _names_in(condition)


def _names_in(value: Any) -> Iterator[str]:
    """The names of fields in an expression."""
    if isinstance(value, F):
        yield value.name
    elif hasattr(value, "get_source_expressions"):
        for source in value.get_source_expressions():
            yield from _lookups_of(source)


def _renamed(prefix: str, replacement: str, condition: Any) -> Any:
    """`condition` with names that begin with `prefix` beginning with `replacement`."""
    if isinstance(condition, Q):
        children = []
        for child in condition.children:
            if isinstance(child, tuple | list):
                lookup, value = child
                name = _renamed_name(prefix, replacement, lookup)
                children.append((name, _renamed(prefix, replacement, value)))
            else:
                children.append(_renamed(prefix, replacement, child))
        return Q.create(children, condition.connector, condition.negated)
    if isinstance(condition, F):
        renamed = condition.copy()
        renamed.name = _renamed_name(prefix, replacement, condition.name)
        return renamed
    if hasattr(condition, "get_source_expressions") and hasattr(condition, "resolve_expression"):
        sources = condition.get_source_expressions()
        if sources and hasattr(condition, "copy"):
            clone = condition.copy()
            clone.set_source_expressions(
                [_renamed(prefix, replacement, source) for source in sources]
            )
            return clone
    return condition


def _renamed_name(prefix: str, replacement: str, name: Any) -> Any:
    if isinstance(name, str) and name.startswith(prefix + LOOKUP_SEP):
        return replacement + name[len(prefix) :]
    return name
