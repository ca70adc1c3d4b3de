"""Lookups of integers: numbers beyond what a column can hold, and fractions."""

from __future__ import annotations

import math
from typing import Any

from vivace.core.exceptions import EmptyResultSet, FullResultSet
from vivace.db.query.lookups.comparison import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)
from vivace.db.schema.fields.numbers import IntegerField
from vivace.utils.naming import publish

__all__ = [
    "IntegerFieldExact",
    "IntegerFieldFloatRounding",
    "IntegerFieldOverflow",
    "IntegerGreaterThan",
    "IntegerGreaterThanOrEqual",
    "IntegerLessThan",
    "IntegerLessThanOrEqual",
]


class IntegerFieldOverflow:
    """Answers a comparison with a number that no column can hold without asking the database.

    The exceptions say what then matches: nothing, or every row.
    """

    underflow_exception: type[Exception] = EmptyResultSet
    overflow_exception: type[Exception] = EmptyResultSet

    lhs: Any
    rhs: Any

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        """The right side; raises one of the two exceptions if it is out of range."""
        if isinstance(self.rhs, int):
            internal_type = self.lhs.output_field.get_internal_type()
            lowest, highest = connection.ops.integer_field_range(internal_type)
            if lowest is not None and self.rhs < lowest:
                raise self.underflow_exception
            if highest is not None and self.rhs > highest:
                raise self.overflow_exception
        return super().process_rhs(compiler, connection)  # type: ignore[misc]


class IntegerFieldFloatRounding:
    """Lets ``gte=1.5`` and ``lt=1.5`` mean 2; without it, the fraction would be cut off."""

    rhs: Any

    def get_prep_lookup(self) -> Any:
        """The right side, rounded up."""
        if isinstance(self.rhs, float):
            self.rhs = math.ceil(self.rhs)
        return super().get_prep_lookup()  # type: ignore[misc]


@IntegerField.register_lookup
class IntegerFieldExact(IntegerFieldOverflow, Exact):
    """Equal, to a number that the column can hold."""


@IntegerField.register_lookup
class IntegerGreaterThan(IntegerFieldOverflow, GreaterThan):
    """Greater; than a number below all that the column can hold, always."""

    underflow_exception = FullResultSet


@IntegerField.register_lookup
class IntegerGreaterThanOrEqual(
    IntegerFieldOverflow, IntegerFieldFloatRounding, GreaterThanOrEqual
):
    """Greater or equal; a fraction is rounded up."""

    underflow_exception = FullResultSet


@IntegerField.register_lookup
class IntegerLessThan(IntegerFieldOverflow, IntegerFieldFloatRounding, LessThan):
    """Less; a fraction is rounded up."""

    overflow_exception = FullResultSet


@IntegerField.register_lookup
class IntegerLessThanOrEqual(IntegerFieldOverflow, LessThanOrEqual):
    """Less or equal; to a number above all that the column can hold, always."""

    overflow_exception = FullResultSet


publish(__name__, "db.models.lookups")
