"""The forms in which a queryset gives its rows: instances, dicts, tuples, single values.

Each form is a class with two roads: `load` is the flow that fetches everything at once, and
iterating over an object of the class gives the same things, chunk by chunk if that was asked for. A
project's subclass that overrides `__iter__` is iterated; ours are loaded.
"""

from __future__ import annotations

import operator
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import chain
from typing import Any

from vivace.core.exceptions import EmptyResultSet
from vivace.db import connections
from vivace.db.orm.fetch_modes import FETCH_ONE, mark_instances
from vivace.db.orm.querysets.named_rows import create_namedtuple_class
from vivace.db.planner.plans import plan_instances, plan_rows
from vivace.db.planner.runtime import fetch_all, fetch_chunks, perform
from vivace.flow import Flow
from vivace.utils.bridge import sync_to_async
from vivace.utils.naming import published

__all__ = [
    "BaseIterable",
    "FlatValuesListIterable",
    "ModelIterable",
    "NamedValuesListIterable",
    "ValuesIterable",
    "ValuesListIterable",
]

#: The rows that are read at once where nobody says how many.
CHUNK_SIZE = 100


@published("db.models.query.BaseIterable")
class BaseIterable:
    """The rows of `queryset` in one form."""

    def __init__(
        self, queryset: Any, chunked_fetch: bool = False, chunk_size: int = CHUNK_SIZE
    ) -> None:
        self.queryset = queryset
        self.chunked_fetch = chunked_fetch
        self.chunk_size = chunk_size

    def plan(self, connection: Any) -> Any:
        """What is executed, and how its rows are loaded."""
        return plan_rows(self.queryset.query, connection)

    def shape(self, rows: Sequence[Any]) -> list[Any]:
        """The loaded rows in this class's form."""
        return list(rows)

    def load(self) -> Flow[list[Any]]:
        """Fetch all rows at once."""
        connection = connections[self.queryset.db]
        try:
            plan = self.plan(connection)
        except EmptyResultSet:
            return []
        rows = yield from fetch_all(connection, plan.sql, plan.params)
        return self.shape(plan.load(rows, connection.alias))

    def chunks(self) -> Iterator[list[Any]]:
        """Fetch rows as they are asked for, in lists of the chunk's size."""
        connection = connections[self.queryset.db]
        try:
            plan = self.plan(connection)
        except EmptyResultSet:
            return
        for rows in fetch_chunks(connection, plan.sql, plan.params, self.chunk_size):
            yield self.shape(plan.load(rows, connection.alias))

    def __iter__(self) -> Iterator[Any]:
        if self.chunked_fetch:
            return chain.from_iterable(self.chunks())
        return iter(perform(connections[self.queryset.db], self.load()))

    async def _async_generator(self) -> AsyncIterator[Any]:
        rows = iter(self)
        size = self.chunk_size
        take = sync_to_async(lambda: [row for row, _ in zip(rows, range(size), strict=False)])
        while chunk := await take():
            for row in chunk:
                yield row
            if len(chunk) < size:
                return

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._async_generator()


@published("db.models.query.ModelIterable")
class ModelIterable(BaseIterable):
    """Instances of the model."""

    def plan(self, connection: Any) -> Any:
        """What is executed, and how instances are made of its rows."""
        return plan_instances(self.queryset.query, connection)

    def shape(self, rows: Sequence[Any]) -> list[Any]:
        """The instances, knowing what the queryset knows about them."""
        queryset = self.queryset
        if queryset._fetch_mode is not FETCH_ONE:
            mark_instances(rows, queryset._fetch_mode)
        if queryset._known_related_objects:
            for field, objects in queryset._known_related_objects.items():
                _set_known(rows, field, objects, queryset.model)
        return list(rows)


def _set_known(
    instances: Sequence[Any], field: Any, objects: dict[Any, Any], model: type[Any]
) -> None:
    """Put the related objects that are known already where `field` would fetch them."""
    attnames = [
        field.attname if name == "self" else model._meta.get_field(name).attname
        for name in field.from_fields
    ]
    value_of = operator.attrgetter(*attnames)
    for instance in instances:
        # A join, or another known object, may have given it one.
        if field.is_cached(instance):
            continue
        related = objects.get(value_of(instance))
        if related is not None:
            setattr(instance, field.name, related)


def column_names(query: Any) -> list[str]:
    """The names of the columns of a query of values, in the order of its rows."""
    if query.selected:
        return list(query.selected)
    return [*query.extra_select, *query.values_select, *query.annotation_select]


@published("db.models.query.ValuesIterable")
class ValuesIterable(BaseIterable):
    """A dict for each row."""

    def shape(self, rows: Sequence[Any]) -> list[Any]:
        """Dicts from names to values."""
        names = column_names(self.queryset.query)
        return [dict(zip(names, row, strict=False)) for row in rows]


@published("db.models.query.ValuesListIterable")
class ValuesListIterable(BaseIterable):
    """A tuple for each row, in the order in which the fields were named."""

    def shape(self, rows: Sequence[Any]) -> list[Any]:
        """Tuples of values."""
        return list(map(tuple, rows))


@published("db.models.query.NamedValuesListIterable")
class NamedValuesListIterable(ValuesListIterable):
    """A named tuple for each row."""

    def shape(self, rows: Sequence[Any]) -> list[Any]:
        """Named tuples of values."""
        make = create_namedtuple_class(*column_names(self.queryset.query))._make
        return list(map(make, rows))


@published("db.models.query.FlatValuesListIterable")
class FlatValuesListIterable(BaseIterable):
    """The only value of each row."""

    def shape(self, rows: Sequence[Any]) -> list[Any]:
        """The first values."""
        return [row[0] for row in rows]


def is_ours(iterable_class: type[Any]) -> bool:
    """Whether a form is loaded by its flow: nobody overrode how it is iterated."""
    return getattr(iterable_class, "__iter__", None) is BaseIterable.__iter__
