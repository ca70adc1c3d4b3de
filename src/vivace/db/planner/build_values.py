"""What is selected: fields, annotations and extra columns, by values() or in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import FieldError
from vivace.db.planner.build_names import get_field_names_from_opts
from vivace.db.planner.nodes import AND, ExtraWhere, MultiJoin
from vivace.db.query.expressions import RawSQL, Ref
from vivace.db.schema.constants import LOOKUP_SEP

if TYPE_CHECKING:
    from vivace.db.planner.query import Query

# --- columns


def clear_select_clause(query: Query) -> None:
    """Select nothing."""
    query.select = ()
    query.selected = None
    query.default_cols = False
    query.select_related = False
    query.set_extra_mask(())
    query.set_annotation_mask(())


def clear_select_fields(query: Query) -> None:
    """Select no columns that were named; annotations and extra columns stay."""
    query.select = ()
    query.values_select = ()
    query.selected = None


def add_select_col(query: Query, col: Any, name: str) -> None:
    """Select one more column, under `name`."""
    query.select += (col,)
    query.values_select += (name,)
    if query.selected is not None:
        query.selected = {**query.selected, name: len(query.select) - 1}


def set_select(query: Query, cols: Iterable[Any]) -> None:
    """Select these columns, and not the model's own."""
    query.default_cols = False
    query.selected = None
    query.select = tuple(cols)


def add_fields(query: Query, field_names: Iterable[str], allow_m2m: bool = True) -> None:
    """Select the fields (and what is behind relations) that are named, instead of all."""
    alias = query.get_initial_alias()
    opts = query.get_meta()
    columns = []
    for name in field_names:
        try:
            info = query.setup_joins(name.split(LOOKUP_SEP), opts, alias, allow_many=allow_m2m)
            targets, last, _ = query.trim_joins(info.targets, info.joins, info.path)
            columns += [info.transform_function(target, last) for target in targets]
        except MultiJoin:
            raise FieldError(f"Invalid field name: '{name}'")
        except FieldError:
            if LOOKUP_SEP in name:
                # Behind a relation, the error of the model that has no such name is the better one.
                raise
            if name in query.annotations:
                raise _not_promoted(name)
            choices = sorted(
                [
                    *get_field_names_from_opts(opts),
                    *query.extra,
                    *query.annotation_select,
                    *query._filtered_relations,
                ]
            )
            raise FieldError(
                f"Cannot resolve keyword {name!r} into field. Choices are: {', '.join(choices)}"
            )
    if columns:
        query.set_select(columns)


def _not_promoted(name: str) -> FieldError:
    return FieldError(f"Cannot select the '{name}' alias. Use annotate() to promote it.")


def add_distinct_fields(query: Query, *field_names: str) -> None:
    """Only the first row for each combination of these fields; without fields, of all columns."""
    query.distinct_fields = field_names
    query.distinct = True


def set_values(query: Query, fields: Sequence[str]) -> None:
    """Select what values() names, in that order: fields, annotations, extra columns; or all there is."""
    query.select_related = False
    query.clear_deferred_loading()
    query.clear_select_fields()
    names: list[str] = []
    selected: dict[str, Any] = {}
    if fields:
        names, selected = _sorted_out(query, fields)
    else:
        names = [field.attname for field in query.get_meta().concrete_fields]
    _keep_groups(query, selected)
    query.values_select = tuple(names)
    query.add_fields(names, True)
    query.selected = selected or None


def _sorted_out(query: Query, fields: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """The names that are fields; and for each name a position, an annotation's name or SQL."""
    names: list[str] = []
    selected: dict[str, Any] = {}
    extra_names: list[str] = []
    annotation_names: list[str] = []
    if query.extra or query.annotations:
        query.default_cols = False
    for name in fields:
        # SECURITY: the name of a key of JSON becomes the column's alias (CVE-2024-42005).
        query.check_alias(name)
        if name in query.extra_select:
            extra_names.append(name)
            selected[name] = RawSQL(*query.extra_select[name])
        elif name in query.annotation_select:
            annotation_names.append(name)
            selected[name] = name
        elif name in query.annotations:
            raise _not_promoted(name)
        else:
            if query.annotation_select:
                # While the annotations are still there to be named as choices in the error.
                query.names_to_path(name.split(LOOKUP_SEP), query.get_meta())
            selected[name] = len(names)
            names.append(name)
    query.set_extra_mask(extra_names)
    query.set_annotation_mask(annotation_names)
    return names, selected


def _keep_groups(query: Query, selected: Mapping[str, Any]) -> None:
    """Group as before, though what it was grouped by may not be selected any more."""
    if query.group_by is True:
        query.add_fields([field.attname for field in query.get_meta().concrete_fields], False)
        query.set_group_by(allow_aliases=False)
        query.clear_select_fields()
    elif query.group_by:
        query.group_by = tuple(
            query.annotations[term.refs]
            if isinstance(term, Ref) and term.refs not in selected
            else term
            for term in query.group_by
        )


def has_select_fields(query: Query) -> bool:
    """Whether it was said which columns are selected: ``values()`` without names does not say."""
    return bool(query.selected)


# --- annotations and extra columns that are selected


def set_annotation_mask(query: Query, names: Iterable[str] | None) -> None:
    """Select only the annotations `names`; all of them with None."""
    if names is None:
        query.annotation_select_mask = None
    else:
        mask = query.annotation_select_mask = set(names)
        if query.selected:
            query.selected = {
                name: source
                for name, source in query.selected.items()
                if not isinstance(source, str) or source in mask
            }
    query._annotation_select_cache = None


def append_annotation_mask(query: Query, names: Iterable[str]) -> None:
    """Select the annotations `names` as well."""
    if query.annotation_select_mask is not None:
        query.set_annotation_mask(query.annotation_select_mask.union(names))


def annotation_select(query: Query) -> dict[str, Any]:
    """The annotations that are selected, by name."""
    if query._annotation_select_cache is not None:
        return query._annotation_select_cache
    if not query.annotations:
        return {}
    if query.annotation_select_mask is None:
        return query.annotations
    query._annotation_select_cache = {
        name: annotation
        for name, annotation in query.annotations.items()
        if name in query.annotation_select_mask
    }
    return query._annotation_select_cache


def set_extra_mask(query: Query, names: Iterable[str] | None) -> None:
    """Select only the extra columns `names`; all of them with None."""
    query.extra_select_mask = None if names is None else set(names)
    query._extra_select_cache = None


def extra_select(query: Query) -> dict[str, Any]:
    """The extra columns that are selected, by name: SQL and parameters."""
    if query._extra_select_cache is not None:
        return query._extra_select_cache
    if not query.extra:
        return {}
    if query.extra_select_mask is None:
        return query.extra
    query._extra_select_cache = {
        name: entry for name, entry in query.extra.items() if name in query.extra_select_mask
    }
    return query._extra_select_cache


def add_extra(
    query: Query,
    select: Mapping[str, Any] | None,
    select_params: Iterable[Any] | None,
    where: Sequence[str] | None,
    params: Sequence[Any] | None,
    tables: Iterable[str] | None,
    order_by: Sequence[str] | None,
) -> None:
    """Add pieces of SQL; the values for ``%s`` in `select` are taken from `select_params` in order."""
    if select:
        values = iter(select_params or ())
        pairs = {}
        for name, entry in select.items():
            query.check_alias(name)
            text = str(entry)
            pairs[name] = (text, [next(values) for _ in _placeholders(text)])
        query.extra.update(pairs)
        query._extra_select_cache = None
    if where or params:
        query.where.add(ExtraWhere(where or (), params), AND)
    if tables:
        query.extra_tables += tuple(tables)
    if order_by:
        query.extra_order_by = tuple(order_by)


def _placeholders(text: str) -> Iterator[int]:
    """Where ``%s`` stands in `text`, unless its sign is itself escaped by another one before it."""
    position = text.find("%s")
    while position != -1:
        if position == 0 or text[position - 1] != "%":
            yield position
        position = text.find("%s", position + 2)
