"""What a queryset holds, and how it is copied. Its base: builders, reads and writes stand on it.

A queryset describes a query and remembers its rows once they were fetched. Nothing here asks a
database. Subclasses of projects may override `__init__`, `_clone` and `_chain`, so every copy goes
through them with the keyword arguments that are documented.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from vivace.db import connections, router
from vivace.db.orm.fetch_modes import FETCH_ONE, FetchMode
from vivace.db.orm.querysets.iterables import BaseIterable, ModelIterable, ValuesIterable
from vivace.db.planner.query import Query
from vivace.db.planner.runtime import aperform
from vivace.db.query.q import Q
from vivace.db.utils import NotSupportedError
from vivace.flow import Flow
from vivace.utils.bridge import sync_to_async
from vivace.utils.subscripted import Subscripted, itself

if TYPE_CHECKING:
    from typing_extensions import TypeVar as DefaultTypeVar

    M = DefaultTypeVar("M", bound=Any, default=Any)
    Row = DefaultTypeVar("Row", default=M)
else:
    M = TypeVar("M")
    Row = TypeVar("Row")

T = TypeVar("T")

__all__ = ["PROHIBITED_FILTER_KWARGS", "M", "QuerySetState", "Row"]

# SECURITY: these are parameters of Q; a dict from outside that is spread into filter() must not
# reach them (CVE-2025-64459).
PROHIBITED_FILTER_KWARGS = frozenset(["_connector", "_negated"])


class QuerySetState(Subscripted[M, Row]):
    """The state of a queryset: its query, its database, its rows when they are known."""

    model: type[M]
    _query: Any
    _result_cache: list[Any] | None
    _iterable_class: type[BaseIterable]
    _shape: Any

    def __init__(
        self,
        model: type[M] | None = None,
        query: Any = None,
        using: str | None = None,
        hints: dict[str, Any] | None = None,
    ) -> None:
        self.model = model  # type: ignore[assignment]
        self._db = using
        self._hints: dict[str, Any] = hints or {}
        self._query = query or Query(model)
        self._result_cache = None
        self._sticky_filter = False
        self._for_write = False
        self._prefetch_related_lookups: tuple[Any, ...] = ()
        self._prefetch_done = False
        self._known_related_objects: dict[Any, dict[Any, Any]] = {}
        self._iterable_class = ModelIterable
        self._fields: tuple[Any, ...] | None = None
        # PERF: related managers describe a filter for each instance that is prefetched, and most of
        # them are never asked for: the filter waits here until the query is read.
        self._defer_next_filter = False
        self._deferred_filter: tuple[bool, tuple[Any, ...], dict[str, Any]] | None = None
        self._fetch_mode: FetchMode = FETCH_ONE

    if not TYPE_CHECKING:
        __class_getitem__ = itself

    @property
    def query(self) -> Any:
        """The description of the query; changing it changes this queryset."""
        if self._deferred_filter:
            negate, args, kwargs = self._deferred_filter
            self._deferred_filter = None
            self._filter_or_exclude_inplace(negate, args, kwargs)
        return self._query

    @query.setter
    def query(self, value: Any) -> None:
        # COMPAT: a query of values() that is set from outside (a pickled one) brings its rows' form.
        if value.values_select:
            self._iterable_class = ValuesIterable
        self._query = value
        # It is no longer the query that a place on the fast road stands for.
        self.model = self.model
        self._shape = None

    def _filter_or_exclude_inplace(
        self, negate: bool, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        if forbidden := PROHIBITED_FILTER_KWARGS.intersection(kwargs):
            names = ", ".join(f"'{name}'" for name in sorted(forbidden))
            raise TypeError(f"The following kwargs are invalid: {names}")
        condition = Q(*args, **kwargs)
        self._query.add_q(~condition if negate else condition)

    @property
    def db(self) -> str:
        """The alias of the database that this queryset asks, which a router may choose."""
        if self._for_write:
            return self._db or router.db_for_write(self.model, **self._hints)
        return self._db or router.db_for_read(self.model, **self._hints)

    @property
    def _connection(self) -> Any:
        return connections[self.db]

    # --- copies

    def _chain(self) -> Self:
        """A copy to which the next part of the description is added."""
        clone = self._clone()
        if clone._sticky_filter:
            clone.query.filter_is_sticky = True
            clone._sticky_filter = False
        return clone

    def _clone(self) -> Self:
        """A copy of the description, without the rows."""
        clone = type(self)(
            model=self.model, query=self.query.chain(), using=self._db, hints=self._hints
        )
        clone._sticky_filter = self._sticky_filter
        clone._for_write = self._for_write
        clone._prefetch_related_lookups = self._prefetch_related_lookups[:]
        clone._known_related_objects = self._known_related_objects
        clone._iterable_class = self._iterable_class
        clone._fields = self._fields
        clone._fetch_mode = self._fetch_mode
        return clone

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        clone = type(self)()
        # Where the query is written late, it is written now: only it can be copied.
        self.query  # noqa: B018
        for name, value in self.__dict__.items():
            clone.__dict__[name] = None if name == "_result_cache" else copy.deepcopy(value, memo)
        return clone

    def _next_is_sticky(self) -> Self:
        """Let the next filter share the joins of the one after it; for related managers."""
        self._sticky_filter = True
        return self

    def _add_hints(self, **hints: Any) -> None:
        """Tell routers more about what is asked."""
        self._hints.update(hints)

    def _has_filters(self) -> bool:
        """Whether a condition was described."""
        return bool(self.query.has_filters())

    # --- what may not be combined

    def _merge_sanity_check(self, other: Any) -> None:
        """Raise TypeError if the rows of the two querysets have different columns."""
        if self._fields is None:
            return
        ours, theirs = self.query, other.query
        same = (
            set(ours.values_select) == set(theirs.values_select)
            and set(ours.extra_select) == set(theirs.extra_select)
            and set(ours.annotation_select) == set(theirs.annotation_select)
        )
        if not same:
            name = type(self).__name__
            raise TypeError(f"Merging '{name}' classes must involve the same values in each case.")

    def _merge_known_related_objects(self, other: Any) -> None:
        """Take over which related objects the other queryset's rows are known to have."""
        for field, objects in other._known_related_objects.items():
            self._known_related_objects.setdefault(field, {}).update(objects)

    def _not_support_combined_queries(self, operation_name: str) -> None:
        """Raise NotSupportedError if this is a union, an intersection or a difference."""
        combinator = self.query.combinator
        if combinator:
            raise NotSupportedError(
                f"Calling QuerySet.{operation_name}() after {combinator}() is not supported."
            )

    def _check_operator_queryset(self, other: Any, operator_: str) -> None:
        """Raise TypeError if one side of an operator is a union, intersection or difference."""
        if self.query.combinator or other.query.combinator:
            raise TypeError(f"Cannot use {operator_} operator with combined queryset.")

    def _check_ordering_first_last_queryset_aggregation(self, method: str) -> None:
        """Raise TypeError if there is no order that `method` could mean."""
        group_by, meta = self.query.group_by, self.model._meta
        if not isinstance(group_by, tuple):
            return
        # COMPAT: a foreign key to the model itself counts as its key.
        grouped = {column.output_field for column in group_by}
        grouped |= {column.target for column in group_by if hasattr(column, "target")}
        if meta.pk not in grouped and not grouped.issuperset(meta.pk_fields):
            raise TypeError(
                f"Cannot use QuerySet.{method}() on an unordered queryset performing "
                "aggregation. Add an ordering with order_by()."
            )

    @staticmethod
    def _validate_values_are_expressions(values: Iterable[Any], method_name: str) -> None:
        """Raise TypeError if one of `values` cannot be part of a query."""
        foreign = sorted(str(value) for value in values if not hasattr(value, "resolve_expression"))
        if foreign:
            names = ", ".join(foreign)
            raise TypeError(f"QuerySet.{method_name}() received non-expression(s): {names}.")

    # --- two colours

    async def _twin(
        self,
        method: Callable[..., T],
        flow: Callable[..., Flow[T]],
        *args: Any,
        **kwargs: Any,
    ) -> T:
        """What the asynchronous façade of `method` does: drive its flow.

        COMPAT: a subclass that overrides `method` has overridden its twin as well, so that one is
        called in a thread.
        """
        if self._is_overridden(method):
            overriding: Callable[..., Awaitable[T]] = sync_to_async(getattr(self, method.__name__))
            return await overriding(*args, **kwargs)
        return await aperform(self._connection, flow(*args, **kwargs))

    def _is_overridden(self, method: Callable[..., Any]) -> bool:
        """Whether the class of this queryset has another `method` than the one given."""
        return getattr(type(self), method.__name__) is not method
