"""The part of a queryset that asks the database: each operation once, as a flow, under two façades.

The asynchronous façades stand next to the synchronous ones and drive the same flows. Documented in
ref/models/querysets, "Methods that do not return QuerySets". A question, its twin and its flow are
kept together, which makes the file long.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, cast

from vivace.core.exceptions import EmptyResultSet
from vivace.db.orm.querysets.iterables import ModelIterable, is_ours
from vivace.db.orm.querysets.raw import RawQuerySet
from vivace.db.orm.querysets.state import M, Row
from vivace.db.orm.querysets.values import QuerySetValues
from vivace.db.orm.relations.prefetch import prefetch_flow, prefetch_related_objects
from vivace.db.planner.runtime import aperform, hook, perform
from vivace.db.utils import NotSupportedError
from vivace.flow import Flow
from vivace.utils.bridge import sync_to_async

__all__ = ["MAX_GET_RESULTS", "QuerySetReads", "only_row"]

#: How many rows `get` fetches at most: enough to say that there were many.
MAX_GET_RESULTS = 21

#: How many rows `iterator` reads at once where nobody says how many.
ITERATOR_CHUNK_SIZE = 2000


class QuerySetReads(QuerySetValues[M, Row]):
    """Rows, numbers, answers."""

    # --- all rows

    def _fetch_all(self) -> None:
        # PERF: rows that prefetching put here need no database, nor a router to choose it.
        if self._result_cache is None or self._must_prefetch():
            perform(self._connection, self._fetch_flow())

    def _must_prefetch(self) -> bool:
        return bool(self._prefetch_related_lookups) and not self._prefetch_done

    def _fetch_flow(self) -> Flow[None]:
        if self._result_cache is None:
            iterable = self._iterable_class(self)
            if is_ours(self._iterable_class):
                self._result_cache = yield from iterable.load()
            else:
                self._result_cache = yield from hook(list, iterable)
        if self._must_prefetch():
            if self._is_overridden(QuerySetReads._prefetch_related_objects):
                yield from hook(self._prefetch_related_objects)
            else:
                yield from self._prefetch_flow()

    def _rows_flow(self) -> Flow[list[Row]]:
        """The rows, fetched if they were not."""
        if self._is_overridden(QuerySetReads._fetch_all):
            yield from hook(self._fetch_all)
        elif self._result_cache is None or self._must_prefetch():
            yield from self._fetch_flow()
        return cast("list[Row]", self._result_cache)

    def _prefetch_related_objects(self) -> None:
        perform(self._connection, self._prefetch_flow())

    def _prefetch_flow(self) -> Flow[None]:
        yield from prefetch_flow(self._result_cache or [], self._prefetch_related_lookups)
        self._prefetch_done = True

    def _iterator(self, use_chunked_fetch: bool, chunk_size: int | None) -> Iterator[Row]:
        iterable = self._iterable_class(
            self, chunked_fetch=use_chunked_fetch, chunk_size=chunk_size or ITERATOR_CHUNK_SIZE
        )
        if not self._prefetch_related_lookups or chunk_size is None:
            yield from iterable
            return
        rows = iter(iterable)
        while chunk := list(islice(rows, chunk_size)):
            prefetch_related_objects(chunk, *self._prefetch_related_lookups)
            yield from chunk

    def _reads_chunks(self) -> bool:
        """Whether the database may be asked for its rows bit by bit."""
        return not self._connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")

    def iterator(self, chunk_size: int | None = None) -> Iterator[Row]:
        """The rows one by one, `chunk_size` fetched at a time and none remembered."""
        if chunk_size is None:
            if self._prefetch_related_lookups:
                raise ValueError(
                    "chunk_size must be provided when using QuerySet.iterator() after "
                    "prefetch_related()."
                )
        elif chunk_size <= 0:
            raise ValueError("Chunk size must be strictly positive.")
        return self._iterator(self._reads_chunks(), chunk_size)

    async def aiterator(self, chunk_size: int = ITERATOR_CHUNK_SIZE) -> AsyncIterator[Row]:
        """The rows one by one without blocking the event loop."""
        if chunk_size <= 0:
            raise ValueError("Chunk size must be strictly positive.")
        rows = self._iterator(self._reads_chunks(), chunk_size)
        take = sync_to_async(lambda: list(islice(rows, chunk_size)))
        while chunk := await take():
            for row in chunk:
                yield row

    # --- one row

    def get(self, *args: Any, **kwargs: Any) -> Row:
        """The only row that meets the conditions.

        Raises the model's DoesNotExist if there is none, MultipleObjectsReturned if there are more.
        """
        return perform(self._connection, self._get_flow(*args, **kwargs))

    async def aget(self, *args: Any, **kwargs: Any) -> Row:
        """`get` without blocking the event loop."""
        return await self._twin(QuerySetReads.get, self._get_flow, *args, **kwargs)

    def _get_flow(self, *args: Any, **kwargs: Any) -> Flow[Row]:
        combinator = self.query.combinator
        if combinator and (args or kwargs):
            raise NotSupportedError(
                f"Calling QuerySet.get(...) with filters after {combinator}() is not supported."
            )
        found: Any = self._chain() if combinator else self.filter(*args, **kwargs)
        if found.query.can_filter() and not found.query.distinct_fields:
            found = found.order_by()
        limit = None
        if (
            not found.query.select_for_update
            or found._connection.features.supports_select_for_update_with_limit
        ):
            limit = MAX_GET_RESULTS
            found.query.set_limits(high=limit)
        rows: list[Row] = yield from found._rows_flow()
        row: Row = rows[0] if len(rows) == 1 else only_row(self.model, rows, limit)
        return row

    def _get_step(self, kwargs: Mapping[str, Any]) -> Flow[Row]:
        """`get` as a part of another operation, which goes through an override."""
        if self._is_overridden(QuerySetReads.get):
            return (yield from hook(self.get, **kwargs))
        return (yield from self._get_flow(**kwargs))

    def first(self) -> Row | None:
        """The first row, by primary key if there is no other order; None if there is none."""
        return perform(self._connection, self._first_flow())

    async def afirst(self) -> Row | None:
        """`first` without blocking the event loop."""
        return await self._twin(QuerySetReads.first, self._first_flow)

    def _first_flow(self) -> Flow[Row | None]:
        found: Any = self
        if not self.ordered:
            self._check_ordering_first_last_queryset_aggregation(method="first")
            found = self.order_by("pk")
        first: Row | None = yield from _first_of(found)
        return first

    def last(self) -> Row | None:
        """The last row, by primary key if there is no other order; None if there is none."""
        return perform(self._connection, self._last_flow())

    async def alast(self) -> Row | None:
        """`last` without blocking the event loop."""
        return await self._twin(QuerySetReads.last, self._last_flow)

    def _last_flow(self) -> Flow[Row | None]:
        if self.ordered:
            found = self.reverse()
        else:
            self._check_ordering_first_last_queryset_aggregation(method="last")
            found = self.order_by("-pk")
        last: Row | None = yield from _first_of(found)
        return last

    def earliest(self, *fields: Any) -> Row:
        """The first row by `fields`, or by the model's `get_latest_by`."""
        return perform(self._connection, self._earliest_flow(*fields))

    async def aearliest(self, *fields: Any) -> Row:
        """`earliest` without blocking the event loop."""
        return await self._twin(QuerySetReads.earliest, self._earliest_flow, *fields)

    def latest(self, *fields: Any) -> Row:
        """The last row by `fields`, or by the model's `get_latest_by`."""
        return perform(self._connection, self._latest_flow(*fields))

    async def alatest(self, *fields: Any) -> Row:
        """`latest` without blocking the event loop."""
        return await self._twin(QuerySetReads.latest, self._latest_flow, *fields)

    def _earliest_flow(self, *fields: Any) -> Flow[Row]:
        if self.query.is_sliced:
            raise TypeError("Cannot change a query once a slice has been taken.")
        return (yield from self._by_flow(fields))

    def _latest_flow(self, *fields: Any) -> Flow[Row]:
        if self.query.is_sliced:
            raise TypeError("Cannot change a query once a slice has been taken.")
        return (yield from self.reverse()._by_flow(fields))

    def _by_flow(self, fields: tuple[Any, ...]) -> Flow[Row]:
        model: Any = self.model
        order = fields or model._meta.get_latest_by
        if not order:
            raise ValueError(
                "earliest() and latest() require either fields as positional "
                "arguments or 'get_latest_by' in the model's Meta."
            )
        found: Any = self._chain()
        found.query.set_limits(high=1)
        found.query.clear_ordering(force=True)
        found.query.add_ordering(*(order if isinstance(order, tuple | list) else (order,)))
        row: Row = yield from found._get_step({})
        return row

    # --- rows by key

    def in_bulk(
        self, id_list: Sequence[Any] | None = None, *, field_name: str = "pk"
    ) -> dict[Any, Row]:
        """Rows by their primary key, or by another unique field; all if no keys are given."""
        return perform(self._connection, self._in_bulk_flow(id_list, field_name=field_name))

    async def ain_bulk(
        self, id_list: Sequence[Any] | None = None, *, field_name: str = "pk"
    ) -> dict[Any, Row]:
        """`in_bulk` without blocking the event loop."""
        return await self._twin(
            QuerySetReads.in_bulk, self._in_bulk_flow, id_list, field_name=field_name
        )

    def _in_bulk_flow(
        self, id_list: Sequence[Any] | None = None, *, field_name: str = "pk"
    ) -> Flow[dict[Any, Row]]:
        if self.query.is_sliced:
            raise TypeError("Cannot use 'limit' or 'offset' with in_bulk().")
        if not issubclass(self._iterable_class, ModelIterable):
            raise TypeError("in_bulk() cannot be used with values() or values_list().")
        if not self._is_unique(field_name):
            raise ValueError(
                f"in_bulk()'s field_name must be a unique field but {field_name!r} isn't."
            )
        if id_list is None:
            parts: list[Any] = [self._chain()]
        else:
            parts = [
                self.filter(**{f"{field_name}__in": keys})
                for keys in self._batches_of_keys(tuple(id_list), field_name)
            ]
        found: dict[Any, Row] = {}
        for part in parts:
            for row in (yield from part._iterated_flow()):
                found[getattr(row, field_name)] = row
        return found

    def _is_unique(self, field_name: str) -> bool:
        """Whether no two rows of this queryset have the same value of a field."""
        if field_name == "pk":
            return True
        meta: Any = self.model._meta
        if meta.get_field(field_name).unique:
            return True
        if any(tuple(each.fields) == (field_name,) for each in meta.total_unique_constraints):
            return True
        return bool(self.query.distinct_fields == (field_name,))

    def _batches_of_keys(self, keys: tuple[Any, ...], field_name: str) -> Iterator[tuple[Any, ...]]:
        """The keys in as many parts as the database's limit of parameters asks for."""
        size = self._connection.features.max_query_params or len(keys) or 1
        if field_name == "pk":
            columns = len(self.model._meta.pk_fields)
            size = max(size // columns, 1)
        for start in range(0, len(keys), size):
            yield keys[start : start + size]

    # --- numbers and answers

    def count(self) -> int:
        """How many rows there are."""
        return perform(self._connection, self._count_flow())

    async def acount(self) -> int:
        """`count` without blocking the event loop."""
        return await self._twin(QuerySetReads.count, self._count_flow)

    def _count_flow(self) -> Flow[int]:
        if self._result_cache is not None:
            return len(self._result_cache)
        counted: int = yield from self.query.count_flow(self._connection)
        return counted

    def exists(self) -> bool:
        """Whether there is a row."""
        return perform(self._connection, self._exists_flow())

    async def aexists(self) -> bool:
        """`exists` without blocking the event loop."""
        return await self._twin(QuerySetReads.exists, self._exists_flow)

    def _exists_flow(self) -> Flow[bool]:
        if self._result_cache is not None:
            return bool(self._result_cache)
        found: bool = yield from self.query.exists_flow(self._connection)
        return found

    def contains(self, obj: Any) -> bool:
        """Whether the instance `obj` is among the rows."""
        return perform(self._connection, self._contains_flow(obj))

    async def acontains(self, obj: Any) -> bool:
        """`contains` without blocking the event loop."""
        return await self._twin(QuerySetReads.contains, self._contains_flow, obj)

    def _contains_flow(self, obj: Any) -> Flow[bool]:
        self._not_support_combined_queries("contains")
        if self._fields is not None:
            raise TypeError("Cannot call QuerySet.contains() after .values() or .values_list().")
        model: Any = self.model
        try:
            if obj._meta.concrete_model is not model._meta.concrete_model:
                return False
        except AttributeError:
            raise TypeError("'obj' must be a model instance.") from None
        if not obj._is_pk_set():
            raise ValueError("QuerySet.contains() cannot be used on unsaved objects.")
        if self._result_cache is not None:
            return obj in self._result_cache
        found = self.filter(pk=obj.pk)
        if self._is_overridden(QuerySetReads.exists):
            return (yield from hook(found.exists))
        return (yield from found._exists_flow())

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Aggregates over all rows, by name; unnamed ones take their default name."""
        return perform(self._connection, self._aggregate_flow(*args, **kwargs))

    async def aaggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """`aggregate` without blocking the event loop."""
        return await self._twin(QuerySetReads.aggregate, self._aggregate_flow, *args, **kwargs)

    def _aggregate_flow(self, *args: Any, **kwargs: Any) -> Flow[dict[str, Any]]:
        if self.query.distinct_fields:
            raise NotImplementedError("aggregate() + distinct(fields) not implemented.")
        self._validate_values_are_expressions((*args, *kwargs.values()), method_name="aggregate")
        query = self.query.chain()
        aggregates = with_names(args, kwargs)
        found: dict[str, Any] = yield from query.aggregation_flow(self._connection, aggregates)
        return found

    def explain(self, *, format: str | None = None, **options: Any) -> str:
        """How the database would find the rows, in its own words."""
        return perform(self._connection, self._explain_flow(format=format, **options))

    async def aexplain(self, *, format: str | None = None, **options: Any) -> str:
        """`explain` without blocking the event loop."""
        return await self._twin(QuerySetReads.explain, self._explain_flow, format=format, **options)

    def _explain_flow(self, *, format: str | None = None, **options: Any) -> Flow[str]:
        flow = self.query.explain_flow(self._connection, format=format, **options)
        try:
            text: str = yield from flow
        except EmptyResultSet:
            # What matches nothing is not asked for.
            return ""
        return text

    # --- by hand

    def raw(
        self,
        raw_query: str,
        params: Any = (),
        translations: dict[str, str] | None = None,
        using: str | None = None,
    ) -> RawQuerySet[M]:
        """Instances from a query in SQL; what comes from outside belongs in the params."""
        found: RawQuerySet[M] = RawQuerySet(
            raw_query,
            model=self.model,
            params=params,
            translations=translations,
            using=self.db if using is None else using,
        )
        found._prefetch_related_lookups = self._prefetch_related_lookups[:]
        return found


def only_row(model: Any, rows: Sequence[Any], limit: int | None) -> Any:
    """The only one of `rows`, of which at most `limit` were fetched; raises as `get` does."""
    if len(rows) == 1:
        return rows[0]
    name = model._meta.object_name
    if not rows:
        raise model.DoesNotExist(f"{name} matching query does not exist.")
    number = len(rows) if not limit or len(rows) < limit else f"more than {limit - 1}"
    raise model.MultipleObjectsReturned(
        f"get() returned more than one {name} -- it returned {number}!"
    )


def _first_of(queryset: Any) -> Flow[Any]:
    """The first row of `queryset`, which is ordered."""
    part = queryset[:1]
    # A part of rows that are known is a list.
    rows = part if isinstance(part, list) else (yield from part._iterated_flow())
    return rows[0] if rows else None


async def load_async(queryset: Any) -> list[Any]:
    """All rows of `queryset`, fetched without blocking the event loop."""
    rows: list[Any] = await aperform(queryset._connection, queryset._rows_flow())
    return rows


def with_names(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The aggregates of both, the positional ones by their default names."""
    aggregates = dict(kwargs)
    for argument in args:
        try:
            name = argument.default_alias
        except (AttributeError, TypeError):
            raise TypeError("Complex aggregates require an alias")
        aggregates[name] = argument
    return aggregates
