"""Instances from SQL that the user wrote: `RawQuerySet` and the query beneath it.

Columns find their fields by name, through `translations` where names differ; fields without a column
are deferred, columns without a field become attributes. Documented in topics/db/sql.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, overload

from vivace.core.exceptions import FieldDoesNotExist
from vivace.db import connections, router
from vivace.db.orm.querysets.state import M
from vivace.db.orm.relations.prefetch import prefetch_flow
from vivace.db.planner.raw import RawQuery
from vivace.db.planner.runtime import aperform, perform
from vivace.flow import Flow
from vivace.utils.functional import cached_property
from vivace.utils.naming import published
from vivace.utils.subscripted import Subscripted, itself

__all__ = ["RawModelIterable", "RawQuerySet"]


@published("db.models.query.RawQuerySet")
class RawQuerySet(Subscripted[M]):
    """The instances of `model` that the SQL `raw_query` gives."""

    def __init__(
        self,
        raw_query: str,
        model: type[M] | None = None,
        query: Any = None,
        params: Any = (),
        translations: Mapping[str, str] | None = None,
        using: str | None = None,
        hints: dict[str, Any] | None = None,
    ) -> None:
        self.raw_query = raw_query
        self.model: Any = model
        self._db = using
        self._hints = hints or {}
        self.query = query or RawQuery(sql=raw_query, using=self.db, params=params)
        self.params = params
        self.translations = translations or {}
        self._result_cache: list[M] | None = None
        self._prefetch_related_lookups: tuple[Any, ...] = ()
        self._prefetch_done = False

    if not TYPE_CHECKING:
        __class_getitem__ = itself

    @property
    def db(self) -> str:
        """The alias of the database that is asked."""
        return self._db or router.db_for_read(self.model, **self._hints)

    @cached_property
    def model_fields(self) -> dict[str, Any]:
        """The model's fields by the names of their columns, as the database would give them."""
        convert = connections[self.db].introspection.identifier_converter
        return {convert(field.get_attname_column()[1]): field for field in self.model._meta.fields}

    @cached_property
    def columns(self) -> list[str]:
        """The columns that the query gives, translated; asks the database."""
        return self._translated(self.query.get_columns())

    def _translated(self, names: Sequence[str]) -> list[str]:
        columns = list(names)
        for name, translation in self.translations.items():
            # A translation for a column that is not there says nothing.
            if name in columns:
                columns[columns.index(name)] = translation
        return columns

    def resolve_model_init_order(self) -> tuple[list[str], list[int], list[tuple[str, int]]]:
        """The fields that are loaded, the places of their columns, and the columns of no field."""
        convert = connections[self.db].introspection.identifier_converter
        columns = self.columns
        loaded = [field for field in self.model._meta.fields if convert(field.column) in columns]
        extra = [
            (column, place)
            for place, column in enumerate(columns)
            if column not in self.model_fields
        ]
        places = [columns.index(convert(field.column)) for field in loaded]
        return [field.attname for field in loaded], places, extra

    # --- evaluation

    def prefetch_related(self, *lookups: Any) -> Self:
        """Load related objects by one more query for each lookup; `None` takes all back."""
        clone = self._clone()
        if lookups == (None,):
            clone._prefetch_related_lookups = ()
        else:
            clone._prefetch_related_lookups = (*clone._prefetch_related_lookups, *lookups)
        return clone

    def using(self, alias: str) -> Self:
        """Ask the database that has this alias."""
        return type(self)(
            self.raw_query,
            model=self.model,
            query=self.query.chain(using=alias),
            params=self.params,
            translations=self.translations,
            using=alias,
        )

    def _clone(self) -> Self:
        clone = type(self)(
            self.raw_query,
            model=self.model,
            query=self.query,
            params=self.params,
            translations=self.translations,
            using=self._db,
            hints=self._hints,
        )
        clone._prefetch_related_lookups = self._prefetch_related_lookups[:]
        return clone

    def _prefetch_related_objects(self) -> None:
        perform(connections[self.db], self._prefetch_flow())

    def _prefetch_flow(self) -> Flow[None]:
        yield from prefetch_flow(self._result_cache or [], self._prefetch_related_lookups)
        self._prefetch_done = True

    def _fetch_all(self) -> None:
        perform(connections[self.db], self._rows_flow())

    def _rows_flow(self) -> Flow[list[M]]:
        if self._result_cache is None:
            rows = yield from self.query.rows_flow(connections[self.db])
            self.__dict__["columns"] = self._translated(self.query.get_columns())
            self._result_cache = list(RawModelIterable(self).instances(rows))
        if self._prefetch_related_lookups and not self._prefetch_done:
            yield from self._prefetch_flow()
        return self._result_cache

    def __len__(self) -> int:
        self._fetch_all()
        return len(self._result_cache or ())

    def __bool__(self) -> bool:
        self._fetch_all()
        return bool(self._result_cache)

    def __iter__(self) -> Iterator[M]:
        self._fetch_all()
        return iter(self._result_cache or ())

    def __aiter__(self) -> AsyncIterator[M]:
        async def rows() -> AsyncIterator[M]:
            for row in await aperform(connections[self.db], self._rows_flow()):
                yield row

        return rows()

    def iterator(self) -> Iterator[M]:
        """The instances one by one, none remembered."""
        yield from RawModelIterable(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.query}>"

    @overload
    def __getitem__(self, k: int) -> M: ...

    @overload
    def __getitem__(self, k: slice) -> list[M]: ...

    def __getitem__(self, k: int | slice) -> M | list[M]:
        return list(self)[k]


@published("db.models.query.RawModelIterable")
class RawModelIterable:
    """The instances of a `RawQuerySet`, made as they are asked for."""

    def __init__(
        self, queryset: RawQuerySet[Any], chunked_fetch: bool = False, chunk_size: int = 100
    ) -> None:
        self.queryset = queryset
        self.chunked_fetch = chunked_fetch
        self.chunk_size = chunk_size

    def __iter__(self) -> Iterator[Any]:
        connection = connections[self.queryset.db]
        yield from self.instances(perform(connection, self.queryset.query.rows_flow(connection)))

    def instances(self, rows: Sequence[Any]) -> Iterator[Any]:
        """Instances from the rows of the query, which was executed."""
        queryset = self.queryset
        names, places, extra = queryset.resolve_model_init_order()
        model = queryset.model
        keys = {field.attname for field in model._meta.pk_fields}
        if not keys.issubset(names):
            raise FieldDoesNotExist("Raw query must include the primary key")
        fields = [queryset.model_fields.get(column) for column in queryset.columns]
        connection = connections[queryset.db]
        converters = _converters(fields, connection)
        for row in rows:
            values = list(row)
            for place, (functions, expression) in converters.items():
                for function in functions:
                    values[place] = function(values[place], expression, connection)
            instance = model.from_db(connection.alias, names, [values[place] for place in places])
            for column, place in extra:
                setattr(instance, column, values[place])
            yield instance


def _converters(fields: Sequence[Any], connection: Any) -> dict[int, tuple[list[Any], Any]]:
    """What turns the database's values into Python's, by the place of the column."""
    converters = {}
    for place, field in enumerate(fields):
        if field is None:
            continue
        column = field.get_col(field.model._meta.db_table)
        functions = [
            *connection.ops.get_db_converters(column),
            *column.get_db_converters(connection),
        ]
        if functions:
            converters[place] = (functions, column)
    return converters
