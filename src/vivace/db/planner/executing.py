"""Executing with a compiler: what foreign code that holds one may ask of it.

The ORM itself executes plans through `runtime`; these methods are the documented reach of custom
queries, and of packages that subclass compilers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from vivace.core.exceptions import EmptyResultSet
from vivace.db.contracts import Connection
from vivace.db.planner.constants import (
    CURSOR,
    GET_ITERATOR_CHUNK_SIZE,
    MULTI,
    NO_RESULTS,
    ROW_COUNT,
    SINGLE,
)
from vivace.db.planner.own_columns import converters_of

__all__ = ["Executes", "explain_lines"]


class Executes:
    """The part of a compiler that executes."""

    query: Any
    connection: Connection
    select: Any
    col_count: int | None
    has_extra_select: bool

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> Any:
        """The statement and its parameters."""
        raise NotImplementedError

    # Converting

    def get_converters(self, expressions: Iterable[Any]) -> dict[int, tuple[list[Any], Any]]:
        """What turns the database's values into Python's: converters by position of the column."""
        return converters_of(self.connection, expressions)

    def apply_converters(
        self, rows: Iterable[Sequence[Any]], converters: dict[int, tuple[list[Any], Any]]
    ) -> Iterator[list[Any]]:
        """`rows` as lists, with their values converted."""
        connection = self.connection
        for row in map(list, rows):
            for position, (functions, expression) in converters.items():
                value = row[position]
                for function in functions:
                    value = function(value, expression, connection)
                row[position] = value
            yield row

    # Executing

    def execute_sql(
        self,
        result_type: str | None = MULTI,
        chunked_fetch: bool = False,
        chunk_size: int = GET_ITERATOR_CHUNK_SIZE,
    ) -> Any:
        """Execute the statement: an iterator of lists of rows, one row, a count or a cursor."""
        result_type = result_type or NO_RESULTS
        try:
            sql, params = self.as_sql()
            if not sql:
                raise EmptyResultSet
        except EmptyResultSet:
            return iter(()) if result_type == MULTI else None
        cursor = self.connection.chunked_cursor() if chunked_fetch else self.connection.cursor()
        try:
            cursor.execute(sql, params)
        except Exception:
            cursor.close()
            raise
        return self._result(cursor, result_type, chunk_size)

    def _result(self, cursor: Any, result_type: str, chunk_size: int) -> Any:
        if result_type == CURSOR:
            return cursor
        if result_type == MULTI:
            return self._chunks(cursor, chunk_size)
        try:
            if result_type == ROW_COUNT:
                return cursor.rowcount
            if result_type == SINGLE:
                row = cursor.fetchone()
                return row[: self.col_count] if row and self.has_extra_select else row
            return None
        finally:
            cursor.close()

    def _chunks(self, cursor: Any, chunk_size: int) -> Iterator[list[Any]]:
        try:
            while rows := cursor.fetchmany(chunk_size):
                if self.has_extra_select:
                    rows = [row[: self.col_count] for row in rows]
                yield rows
        finally:
            cursor.close()

    def results_iter(
        self,
        results: Any = None,
        tuple_expected: bool = False,
        chunked_fetch: bool = False,
        chunk_size: int = GET_ITERATOR_CHUNK_SIZE,
    ) -> Iterator[Any]:
        """The rows, converted."""
        if results is None:
            results = self.execute_sql(MULTI, chunked_fetch, chunk_size)
        assert self.select is not None
        expressions = [column[0] for column in self.select[: self.col_count]]
        converters = self.get_converters(expressions)
        rows: Iterator[Any] = (row for chunk in results for row in chunk)
        if converters:
            rows = self.apply_converters(rows, converters)
            if tuple_expected:
                rows = map(tuple, rows)
        return rows

    def has_results(self) -> bool:
        """Whether the statement gives a row."""
        return bool(self.execute_sql(SINGLE))

    def explain_query(self) -> Iterator[str]:
        """The lines of the database's explanation."""
        rows = list(self.execute_sql())
        formatter = self.query.explain_info.format
        yield from explain_lines(rows[0] if rows else [], formatter)


def explain_lines(rows: Sequence[Any], format: str | None) -> Iterator[str]:
    """Rows of EXPLAIN as lines of text."""
    for row in rows:
        if not isinstance(row, str):
            yield " ".join(str(column) for column in row)
        else:
            yield row
