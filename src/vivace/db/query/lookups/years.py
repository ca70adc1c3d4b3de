"""Lookups of years, which compare the date itself, so that an index on it can serve."""

from __future__ import annotations

from typing import Any

from vivace.db.query.lookups.base import Lookup
from vivace.db.query.lookups.comparison import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)
from vivace.db.schema.fields.times import DateTimeField
from vivace.utils.naming import publish

__all__ = ["YearExact", "YearGt", "YearGte", "YearLookup", "YearLt", "YearLte"]


class YearLookup(Lookup):
    """A comparison of the year of a date; `lhs` is what extracts it."""

    def year_lookup_bounds(self, connection: Any, year: int) -> Any:
        """The first and the last moment of `year`, as parameters."""
        iso_year = self.lhs.lookup_name == "iso_year"
        if isinstance(self.lhs.lhs.output_field, DateTimeField):
            return connection.ops.year_lookup_bounds_for_datetime_field(year, iso_year=iso_year)
        return connection.ops.year_lookup_bounds_for_date_field(year, iso_year=iso_year)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not self.rhs_is_direct_value():
            return super().as_sql(compiler, connection)
        # The date, without what extracts its year.
        lhs, params = self.process_lhs(compiler, connection, self.lhs.lhs)
        rhs, _ = self.process_rhs(compiler, connection)
        start, finish = self.year_lookup_bounds(connection, self.rhs)
        bounds = self.get_bound_params(start, finish)
        return f"{lhs} {self.get_direct_rhs_sql(connection, rhs)}", [*params, *bounds]

    def get_direct_rhs_sql(self, connection: Any, rhs: str) -> str:
        """The operator with the placeholders of the bounds."""
        op: str = connection.operators[self.lookup_name] % rhs
        return op

    def get_bound_params(self, start: Any, finish: Any) -> tuple[Any, ...]:
        """Which of the bounds the comparison is with; a subclass must say."""
        raise NotImplementedError(
            "subclasses of YearLookup must provide a get_bound_params() method"
        )


class YearExact(YearLookup, Exact):
    """In the year."""

    def get_direct_rhs_sql(self, connection: Any, rhs: str) -> str:
        return "BETWEEN %s AND %s"

    def get_bound_params(self, start: Any, finish: Any) -> tuple[Any, ...]:
        return start, finish


class YearGt(YearLookup, GreaterThan):
    """After the year."""

    def get_bound_params(self, start: Any, finish: Any) -> tuple[Any, ...]:
        return (finish,)


class YearGte(YearLookup, GreaterThanOrEqual):
    """In the year or after it."""

    def get_bound_params(self, start: Any, finish: Any) -> tuple[Any, ...]:
        return (start,)


class YearLt(YearLookup, LessThan):
    """Before the year."""

    def get_bound_params(self, start: Any, finish: Any) -> tuple[Any, ...]:
        return (start,)


class YearLte(YearLookup, LessThanOrEqual):
    """In the year or before it."""

    def get_bound_params(self, start: Any, finish: Any) -> tuple[Any, ...]:
        return (finish,)


publish(__name__, "db.models.lookups")
