"""A query in the user's own SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vivace.db import connections
from vivace.flow import Call, Flow
from vivace.utils.naming import published


@published("db.models.sql.query.RawQuery")
class RawQuery:
    """SQL with parameters (a sequence, or a mapping for ``%(name)s``) for one database."""

    def __init__(self, sql: str, using: str, params: Any = ()) -> None:
        self.params = params
        self.sql = sql
        self.using = using
        self.cursor: Any = None
        # Raw rows are read the way that rows of a `Query` are.
        self.low_mark, self.high_mark = 0, None
        self.extra_select: dict[str, Any] = {}
        self.annotation_select: dict[str, Any] = {}
        self._columns: list[str] | None = None

    def chain(self, using: str) -> RawQuery:
        """The same query for a database."""
        return self.clone(using)

    def clone(self, using: str) -> RawQuery:
        """The same query for a database."""
        return RawQuery(self.sql, using, params=self.params)

    def get_columns(self) -> list[str]:
        """The names of the columns; the query is executed if it was not."""
        if self._columns is None:
            if self.cursor is None:
                self._execute_query()
            self._columns = self._names(connections[self.using], self.cursor)
        return self._columns

    def _names(self, connection: Any, cursor: Any) -> list[str]:
        convert = connection.introspection.identifier_converter
        return [convert(column[0]) for column in cursor.description]

    def __iter__(self) -> Iterator[Any]:
        self._execute_query()
        if not connections[self.using].features.can_use_chunked_reads:
            return iter(list(self.cursor))
        return iter(self.cursor)

    def rows_flow(self, connection: Any) -> Flow[list[Any]]:
        """All rows; the names of the columns are known afterwards."""
        rows: list[Any] = yield Call(self._rows, (connection,), blocking=True)
        return rows

    def _rows(self, connection: Any) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self._adapted(connection))
            self._columns = self._names(connection, cursor)
            return list(cursor.fetchall())

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}: {self}>"

    @property
    def params_type(self) -> type | None:
        """Whether the parameters are positional (tuple), named (dict), or none at all (None)."""
        if self.params is None:
            return None
        return dict if isinstance(self.params, Mapping) else tuple

    def __str__(self) -> str:
        if self.params_type is None:
            return self.sql
        return str(self.sql % self.params_type(self.params))

    def _adapted(self, connection: Any) -> Any:
        adapt = connection.ops.adapt_unknown_value
        if self.params_type is tuple:
            return tuple(adapt(value) for value in self.params)
        if self.params_type is dict:
            return {name: adapt(value) for name, value in self.params.items()}
        return None

    def _execute_query(self) -> None:
        connection = connections[self.using]
        self.cursor = connection.cursor()
        self.cursor.execute(self.sql, self._adapted(connection))
