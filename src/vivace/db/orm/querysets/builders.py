"""The part of a queryset that describes: every method returns a copy, none asks a database.

Documented in ref/models/querysets, "Methods that return new QuerySets". Packages override
`_filter_or_exclude`, `_annotate` and `_combinator_query`, so the public methods go through them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

from vivace.db.orm.fetch_modes import FetchMode
from vivace.db.orm.querysets.state import M, QuerySetState, Row
from vivace.db.query.filtered import FilteredRelation
from vivace.db.query.q import Q
from vivace.db.schema.constants import LOOKUP_SEP

if TYPE_CHECKING:
    from vivace.db.orm.querysets.queryset import QuerySet

__all__ = ["QuerySetBuilders"]


class QuerySetBuilders(QuerySetState[M, Row]):
    """Conditions, annotations, order, relations, sets."""

    # --- conditions

    def none(self) -> Self:
        """A queryset that gives nothing and never asks the database."""
        clone = self._chain()
        clone.query.set_empty()
        return clone

    def all(self) -> Self:
        """A copy of this queryset."""
        return self._chain()

    def filter(self, *args: Any, **kwargs: Any) -> Self:
        """The rows that meet all the conditions: lookups by name, Q objects, expressions."""
        self._not_support_combined_queries("filter")
        return self._filter_or_exclude(False, args, kwargs)

    def exclude(self, *args: Any, **kwargs: Any) -> Self:
        """The rows that do not meet all the conditions together."""
        self._not_support_combined_queries("exclude")
        return self._filter_or_exclude(True, args, kwargs)

    def _filter_or_exclude(
        self, negate: bool, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Self:
        if (args or kwargs) and self.query.is_sliced:
            raise TypeError("Cannot filter a query once a slice has been taken.")
        clone = self._chain()
        if self._defer_next_filter:
            self._defer_next_filter = False
            clone._deferred_filter = negate, args, dict(kwargs)
        else:
            clone._filter_or_exclude_inplace(negate, args, kwargs)
        return clone

    def complex_filter(self, filter_obj: Q | Mapping[str, Any]) -> Self:
        """`filter` with a Q object or a dict of lookups, as `limit_choices_to` has them."""
        if not isinstance(filter_obj, Q):
            return self._filter_or_exclude(False, (), filter_obj)
        clone = self._chain()
        clone.query.add_q(filter_obj)
        return clone

    # --- annotations

    def annotate(self, *args: Any, **kwargs: Any) -> Self:
        """The rows with expressions beside the fields; unnamed ones take their default name."""
        self._not_support_combined_queries("annotate")
        return self._annotate(args, kwargs, select=True)

    def alias(self, *args: Any, **kwargs: Any) -> Self:
        """Name expressions for later use, without selecting them."""
        self._not_support_combined_queries("alias")
        return self._annotate(args, kwargs, select=False)

    def _annotate(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], select: bool = True
    ) -> Self:
        self._validate_values_are_expressions((*args, *kwargs.values()), method_name="annotate")
        annotations = _with_default_names(args, kwargs)
        taken = self._names_of_columns()
        clone = self._chain()
        for name, annotation in annotations.items():
            if name in taken:
                raise ValueError(f"The annotation '{name}' conflicts with a field on the model.")
            if isinstance(annotation, FilteredRelation):
                clone.query.add_filtered_relation(annotation, name)
            else:
                clone.query.add_annotation(annotation, name, select=select)
        clone._group_for(annotations)
        return clone

    def _names_of_columns(self) -> set[Any]:
        """The names that an annotation may not have."""
        if self._fields is not None:
            return set(self._fields)
        fields = self.model._meta.get_fields()
        return set(
            chain.from_iterable(
                (field.name, field.attname) if hasattr(field, "attname") else (field.name,)
                for field in fields
            )
        )

    def _group_for(self, annotations: Mapping[str, Any]) -> None:
        """Group the rows if one of `annotations` is an aggregate."""
        resolved = self.query.annotations
        if any(name in resolved and resolved[name].contains_aggregate for name in annotations):
            if self._fields is None:
                self.query.group_by = True
            else:
                self.query.set_group_by()

    # --- order and number

    def order_by(self, *field_names: Any) -> Self:
        """Order by fields ("-" descends, "?" shuffles) and expressions, and by nothing else."""
        if self.query.is_sliced:
            raise TypeError("Cannot reorder a query once a slice has been taken.")
        clone = self._chain()
        clone.query.clear_ordering(force=True, clear_default=False)
        clone.query.add_ordering(*field_names)
        return clone

    def reverse(self) -> Self:
        """The opposite order."""
        if self.query.is_sliced:
            raise TypeError("Cannot reverse a query once a slice has been taken.")
        clone = self._chain()
        clone.query.standard_ordering = not clone.query.standard_ordering
        return clone

    def distinct(self, *field_names: str) -> Self:
        """Different rows only; with fields, the first row for each of their values."""
        self._not_support_combined_queries("distinct")
        if self.query.is_sliced:
            raise TypeError("Cannot create distinct fields once a slice has been taken.")
        clone = self._chain()
        clone.query.add_distinct_fields(*field_names)
        return clone

    def extra(
        self,
        select: Mapping[str, Any] | None = None,
        where: Sequence[str] | None = None,
        params: Sequence[Any] | None = None,
        tables: Sequence[str] | None = None,
        order_by: Sequence[str] | None = None,
        select_params: Sequence[Any] | None = None,
    ) -> Self:
        """Add pieces of SQL to the query. What comes from outside belongs in the params."""
        self._not_support_combined_queries("extra")
        if self.query.is_sliced:
            raise TypeError("Cannot change a query once a slice has been taken.")
        clone = self._chain()
        clone.query.add_extra(select, select_params, where, params, tables, order_by)
        return clone

    # --- what is loaded with the rows, and when

    def select_related(self, *fields: str | None) -> Self:
        """Load related objects by joins; `None` takes all of them back."""
        self._not_support_combined_queries("select_related")
        if self._fields is not None:
            raise TypeError("Cannot call select_related() after .values() or .values_list()")
        clone = self._chain()
        if fields == (None,):
            clone.query.select_related = False
        elif fields:
            clone.query.add_select_related(fields)
        else:
            clone.query.select_related = True
        return clone

    def prefetch_related(self, *lookups: Any) -> Self:
        """Load related objects by one more query for each lookup; `None` takes all back."""
        self._not_support_combined_queries("prefetch_related")
        clone = self._chain()
        if lookups == (None,):
            clone._prefetch_related_lookups = ()
            return clone
        for lookup in lookups:
            path = getattr(lookup, "prefetch_to", lookup)
            if path.split(LOOKUP_SEP, 1)[0] in self.query._filtered_relations:
                raise ValueError("prefetch_related() is not supported with FilteredRelation.")
        clone._prefetch_related_lookups = (*clone._prefetch_related_lookups, *lookups)
        return clone

    def defer(self, *fields: str | None) -> Self:
        """Do not load these fields until they are asked for; `None` takes all back."""
        self._not_support_combined_queries("defer")
        if self._fields is not None:
            raise TypeError("Cannot call defer() after .values() or .values_list()")
        clone = self._chain()
        if fields == (None,):
            clone.query.clear_deferred_loading()
        else:
            clone.query.add_deferred_loading(fields)
        return clone

    def only(self, *fields: str | None) -> Self:
        """Load these fields, and the others when they are asked for."""
        self._not_support_combined_queries("only")
        if self._fields is not None:
            raise TypeError("Cannot call only() after .values() or .values_list()")
        if fields == (None,):
            raise TypeError("Cannot pass None as an argument to only().")
        for field in fields:
            if str(field).split(LOOKUP_SEP, 1)[0] in self.query._filtered_relations:
                raise ValueError("only() is not supported with FilteredRelation.")
        clone = self._chain()
        clone.query.add_immediate_loading(fields)
        return clone

    def fetch_mode(self, fetch_mode: FetchMode) -> Self:
        """What happens when something is asked for that was not loaded (Django 6.1)."""
        clone = self._chain()
        clone._fetch_mode = fetch_mode
        return clone

    def select_for_update(
        self,
        nowait: bool = False,
        skip_locked: bool = False,
        of: Sequence[str] = (),
        no_key: bool = False,
    ) -> Self:
        """Lock the rows until the transaction ends, where the database can."""
        if nowait and skip_locked:
            raise ValueError("The nowait option cannot be used with skip_locked.")
        clone = self._chain()
        clone._for_write = True
        query = clone.query
        query.select_for_update = True
        query.select_for_update_nowait = nowait
        query.select_for_update_skip_locked = skip_locked
        query.select_for_update_of = of
        query.select_for_no_key_update = no_key
        return clone

    def using(self, alias: str | None) -> Self:
        """Ask the database that has this alias."""
        clone = self._chain()
        clone._db = alias
        return clone

    # --- sets

    def union(self, *other_qs: Any, all: bool = False) -> Self:
        """The rows of all the querysets; equal ones once, unless `all`."""
        if not other_qs:
            return self
        if self.query.is_empty():
            others = [queryset for queryset in other_qs if not queryset.query.is_empty()]
            if not others:
                return self
            if len(others) == 1:
                only: Self = others[0]
                return only
            first: Self = others[0]
            return first._combinator_query("union", *others[1:], all=all)
        return self._combinator_query("union", *other_qs, all=all)

    def intersection(self, *other_qs: Any) -> Self:
        """The rows that all the querysets have."""
        querysets: tuple[Self, ...] = (self, *other_qs)
        for queryset in querysets:
            if queryset.query.is_empty():
                return queryset
        return self._combinator_query("intersection", *other_qs)

    def difference(self, *other_qs: Any) -> Self:
        """The rows that none of the others has."""
        if self.query.is_empty():
            return self
        return self._combinator_query("difference", *other_qs)

    def _combinator_query(self, combinator: str, *other_qs: Any, all: bool = False) -> Self:
        clone = self._chain()
        query = clone.query
        query.clear_ordering(force=True)
        query.clear_limits()
        query.combined_queries = (self.query, *(queryset.query for queryset in other_qs))
        query.combinator = combinator
        query.combinator_all = all
        return clone

    def __and__(self, other: QuerySet[Any, Any]) -> Self:
        self._check_operator_queryset(other, "&")
        self._merge_sanity_check(other)
        if other.query.is_empty():
            return other  # type: ignore[return-value]
        if self.query.is_empty():
            return self
        return self._merged(other, "AND")

    def __or__(self, other: QuerySet[Any, Any]) -> Self:
        return self._alternative(other, "|", "OR")

    def __xor__(self, other: QuerySet[Any, Any]) -> Self:
        return self._alternative(other, "^", "XOR")

    def _alternative(self, other: Any, operator_: str, connector: str) -> Self:
        self._check_operator_queryset(other, operator_)
        self._merge_sanity_check(other)
        if self.query.is_empty():
            empty_self: Self = other
            return empty_self
        if other.query.is_empty():
            return self
        # A slice cannot be half of a condition; its primary keys can.
        left = self if self.query.can_filter() else self._by_keys()
        right = other if other.query.can_filter() else other._by_keys()
        return left._merged(right, connector)

    def _by_keys(self) -> Self:
        """The same rows, chosen by their primary keys in a subquery."""
        rows: Any = self
        chosen: Self = self.model._base_manager.filter(pk__in=rows.values("pk"))
        return chosen

    def _merged(self, other: Any, connector: str) -> Self:
        clone = self._chain()
        clone._merge_known_related_objects(other)
        clone.query.combine(other.query, connector)
        return clone

    # --- as a part of another query

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """The query as a subquery of another one."""
        query = self.query.resolve_expression(*args, **kwargs)
        query._db = self._db
        return query

    resolve_expression.queryset_only = True  # type: ignore[attr-defined]

    @property
    def ordered(self) -> bool:
        """Whether the order of the rows is determined, by `order_by` or by the model."""
        if self.query.is_empty():
            return True
        if self.query.extra_order_by or self.query.order_by:
            return True
        # Grouped rows do not follow the model's order.
        return bool(
            self.query.default_ordering
            and self.query.get_meta().ordering
            and not self.query.group_by
        )


def _with_default_names(args: Iterable[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Annotations by name: the unnamed ones by their default name."""
    annotations: dict[str, Any] = {}
    for argument in args:
        try:
            name = argument.default_alias
        except (AttributeError, TypeError):
            raise TypeError("Complex annotations require an alias")
        if name in kwargs:
            raise ValueError(
                f"The named annotation '{name}' conflicts with the "
                "default name for another annotation."
            )
        annotations[name] = argument
    annotations.update(kwargs)
    return annotations
