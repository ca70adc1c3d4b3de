"""Lookups that compare several columns at once: composite primary keys, relations over several fields.

Where a database compares rows, it does; else the comparison is written out, column by column.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vivace.core.exceptions import EmptyResultSet
from vivace.db.query.columns import ColPairs
from vivace.db.query.f import OuterRef, ResolvedOuterRef
from vivace.db.query.func import Func
from vivace.db.query.lookups.comparison import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
)
from vivace.db.query.values import Value
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.composite import CompositePrimaryKey
from vivace.utils.naming import publish

__all__ = [
    "Tuple",
    "TupleExact",
    "TupleGreaterThan",
    "TupleGreaterThanOrEqual",
    "TupleIn",
    "TupleIsNull",
    "TupleLessThan",
    "TupleLessThanOrEqual",
    "TupleLookupMixin",
    "tuple_lookups",
]


class Tuple(Func):
    """A row of expressions."""

    allows_composite_expressions = True
    function = ""
    output_field = Field()

    def __len__(self) -> int:
        return len(self.source_expressions)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.source_expressions)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """As `as_sql`: a row is no number."""
        return self.as_sql(compiler, connection, **extra_context)


def _is_query(value: Any) -> bool:
    return hasattr(value, "has_select_fields")


def _joined(parts: list[Any], connector: str) -> Any:
    """``(SQL, parameters)`` of conditions joined by AND or OR."""
    params = [param for _, part_params in parts for param in part_params]
    return f"({connector.join(sql for sql, _ in parts)})", params


class TupleLookupMixin:
    """A lookup whose left side is several columns, and whose right side is as many values."""

    allows_composite_expressions = True

    lhs: Any
    rhs: Any
    lookup_name: Any

    def get_prep_lookup(self) -> Any:
        """The right side. Raises `ValueError` unless it is as many values as there are columns."""
        if self.rhs_is_direct_value():  # type: ignore[attr-defined]
            self.check_rhs_is_tuple_or_list()
            self.check_rhs_length_equals_lhs_length()
        else:
            self.check_rhs_is_supported_expression()
            super().get_prep_lookup()  # type: ignore[misc]
        return self.rhs

    def check_rhs_is_tuple_or_list(self) -> None:
        """Raises `ValueError` if the right side is a single value."""
        if not isinstance(self.rhs, (tuple, list)):
            raise ValueError(
                f"{self.lookup_name!r} lookup of {self.get_lhs_str()} must be a tuple or a list"
            )

    def check_rhs_length_equals_lhs_length(self) -> None:
        """Raises `ValueError` if there are more or fewer values than columns."""
        if len(self.rhs) != len(self.lhs):
            raise ValueError(
                f"{self.lookup_name!r} lookup of {self.get_lhs_str()} must have {len(self.lhs)} "
                "elements"
            )

    def check_rhs_is_supported_expression(self) -> None:
        """Raises `ValueError` for expressions that are no rows."""
        if not (_is_query(self.rhs) or isinstance(self.rhs, (ResolvedOuterRef, OuterRef))):
            raise ValueError(
                f"{self.lookup_name!r} subquery lookup of {self.get_lhs_str()} only supports "
                f"OuterRef and QuerySet objects (received {self.rhs.__class__.__name__!r})"
            )

    def get_lhs_str(self) -> str:
        """What the left side is called in messages."""
        if isinstance(self.lhs, ColPairs):
            return repr(self.lhs.field.name)
        names = (
            getattr(each, "name", None) or getattr(each, "field", each).name for each in self.lhs
        )
        return ", ".join(repr(name) for name in names)

    def get_prep_lhs(self) -> Any:
        """The left side as an expression."""
        if isinstance(self.lhs, (tuple, list)):
            return Tuple(*self.lhs)
        return super().get_prep_lhs()  # type: ignore[misc]

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> Any:
        """The columns as a row."""
        parts = [compiler.compile(each) for each in (lhs or self.lhs)]
        return _joined(parts, ", ")

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        """The values as a row; a query in parentheses."""
        if _is_query(self.rhs):
            sql, params = compiler.compile(self.rhs)
            return (sql if sql.startswith("(") else f"({sql})"), params
        return compiler.compile(self._row(self.rhs))

    def _row(self, values: Any) -> Tuple:
        return Tuple(
            *(
                value
                if hasattr(value, "as_sql")
                else Value(column.output_field.get_prep_value(value), column.output_field)
                for column, value in zip(self.lhs, values, strict=True)
            )
        )

    def get_fallback_sql(self, compiler: Any, connection: Any) -> Any:
        """The comparison, written out; a subclass must say."""
        raise NotImplementedError(
            f"{self.__class__.__name__}.get_fallback_sql() must be implemented."
        )

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The comparison of rows; of a query's, always as such."""
        if connection.features.supports_tuple_lookups or _is_query(self.rhs):
            return super().as_sql(compiler, connection)  # type: ignore[misc]
        return self.get_fallback_sql(compiler, connection)


class TupleExact(TupleLookupMixin, Exact):
    """All columns equal."""

    def get_fallback_sql(self, compiler: Any, connection: Any) -> Any:
        parts = [
            compiler.compile(Exact(column, value))
            for column, value in zip(self.lhs, self.rhs, strict=True)
        ]
        return _joined(parts, " AND ")


class TupleIsNull(TupleLookupMixin, IsNull):
    """Some column NULL, if the right side is True; none, if it is False."""

    def get_prep_lookup(self) -> Any:
        """Raises `ValueError` unless the right side is a bool."""
        if isinstance(self.rhs, bool):
            return self.rhs
        raise ValueError("The QuerySet value for an isnull lookup must be True or False.")

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        parts = [compiler.compile(IsNull(column, self.rhs)) for column in self.lhs]
        return _joined(parts, " OR " if self.rhs else " AND ")


class _Ordered(TupleLookupMixin):
    """A comparison of rows: the first columns that differ decide."""

    strict: Any
    or_equal = False

    def get_fallback_sql(self, compiler: Any, connection: Any) -> Any:
        (column, value), *before = reversed(list(zip(self.lhs, self.rhs, strict=True)))
        sql = compiler.compile(self.strict(column, value))
        if self.or_equal:
            sql = _joined([sql, compiler.compile(Exact(column, value))], " OR ")
        for column, value in before:
            equal = compiler.compile(Exact(column, value))
            sql = _joined(
                [
                    compiler.compile(self.strict(column, value)),
                    _joined([equal, sql], " AND "),
                ],
                " OR ",
            )
        return sql


class TupleGreaterThan(_Ordered, GreaterThan):
    """The row greater."""

    strict = GreaterThan


class TupleGreaterThanOrEqual(_Ordered, GreaterThanOrEqual):
    """The row greater or equal."""

    strict = GreaterThan
    or_equal = True


class TupleLessThan(_Ordered, LessThan):
    """The row less."""

    strict = LessThan


class TupleLessThanOrEqual(_Ordered, LessThanOrEqual):
    """The row less or equal."""

    strict = LessThan
    or_equal = True


class TupleIn(TupleLookupMixin, In):
    """The row equal to one of several, or to a row of a query. A row with None in it never matches."""

    def get_prep_lookup(self) -> Any:
        if self.rhs_is_direct_value():
            self.check_rhs_is_tuple_or_list()
            self.check_rhs_is_collection_of_tuples_or_lists()
            self.check_rhs_elements_length_equals_lhs_length()
        else:
            self.check_rhs_is_query()
            super(TupleLookupMixin, self).get_prep_lookup()
        return self.rhs

    def check_rhs_is_collection_of_tuples_or_lists(self) -> None:
        """Raises `ValueError` if one of the values is no row."""
        if not all(isinstance(each, (tuple, list)) for each in self.rhs):
            raise ValueError(
                f"{self.lookup_name!r} lookup of {self.get_lhs_str()} must be a collection of tuples "
                "or lists"
            )

    def check_rhs_elements_length_equals_lhs_length(self) -> None:
        """Raises `ValueError` if one of the rows has more or fewer values than there are columns."""
        wanted = len(self.lhs)
        if not all(len(each) == wanted for each in self.rhs):
            raise ValueError(
                f"{self.lookup_name!r} lookup of {self.get_lhs_str()} must have {wanted} elements each"
            )

    def check_rhs_is_query(self) -> None:
        """Raises `ValueError` for expressions that are no query."""
        query = getattr(self.rhs, "query", self.rhs)
        if not _is_query(query):
            raise ValueError(
                f"{self.lookup_name!r} subquery lookup of {self.get_lhs_str()} must be a Query object "
                f"(received {self.rhs.__class__.__name__!r})"
            )

    def _rows(self) -> list[Any]:
        rows = [row for row in self.rhs if all(value is not None for value in row)]
        if not rows:
            raise EmptyResultSet
        return rows

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        if not self.rhs_is_direct_value():
            return super().process_rhs(compiler, connection)
        return compiler.compile(Tuple(*(self._row(row) for row in self._rows())))

    def get_fallback_sql(self, compiler: Any, connection: Any) -> Any:
        rows = [
            _joined(
                [
                    compiler.compile(Exact(column, value))
                    for column, value in zip(self.lhs, row, strict=True)
                ],
                " AND ",
            )
            for row in self._rows()
        ]
        return rows[0] if len(rows) == 1 else _joined(rows, " OR ")


tuple_lookups: dict[str, Any] = {
    "exact": TupleExact,
    "gt": TupleGreaterThan,
    "gte": TupleGreaterThanOrEqual,
    "lt": TupleLessThan,
    "lte": TupleLessThanOrEqual,
    "in": TupleIn,
    "isnull": TupleIsNull,
}

for _lookup in tuple_lookups.values():
    CompositePrimaryKey.register_lookup(_lookup)


publish(__name__, "db.models.fields.tuple_lookups")
