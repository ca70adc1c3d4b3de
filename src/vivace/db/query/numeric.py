"""What arithmetic gives: the type of a result by the types of the operands; decimals on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from vivace.core.exceptions import FieldError
from vivace.db.query.combinable import Combinable
from vivace.db.schema.fields.numbers import (
    DecimalField,
    FloatField,
    IntegerField,
    PositiveIntegerField,
)
from vivace.db.schema.fields.times import DateField, DateTimeField, DurationField, TimeField
from vivace.utils.naming import publish

__all__ = ["SQLiteNumericMixin", "register_combinable_fields"]

_NoneType = type(None)
_registered: dict[str, list[tuple[type, type, type]]] = {}

_ARITHMETIC = (Combinable.ADD, Combinable.SUB, Combinable.MUL, Combinable.DIV, Combinable.MOD)
_BITS = (
    Combinable.BITAND,
    Combinable.BITOR,
    Combinable.BITLEFTSHIFT,
    Combinable.BITRIGHTSHIFT,
    Combinable.BITXOR,
)
_NUMBERS = (IntegerField, FloatField, DecimalField)


class SQLiteNumericMixin:
    """Has SQLite compute with numbers where the result is a decimal, which it stores as text."""

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, Any]:
        """The SQL, cast to a number if the output field is a `DecimalField`."""
        sql, params = self.as_sql(compiler, connection, **extra_context)  # type: ignore[attr-defined]
        try:
            if self.output_field.get_internal_type() == "DecimalField":  # type: ignore[attr-defined]
                sql = f"(CAST({sql} AS NUMERIC))"
        except FieldError:
            pass
        return sql, params


def register_combinable_fields(lhs: type, connector: str, rhs: type, result: type) -> None:
    """Let `connector` between fields of the classes `lhs` and `rhs` give a field of class `result`.

    The first rule that fits the two, or classes they derive from, counts.
    """
    _registered.setdefault(connector, []).append((lhs, rhs, result))
    _resolve_combined_type.cache_clear()


@cache
def _resolve_combined_type(connector: str, lhs_type: Any, rhs_type: Any) -> type | None:
    for lhs, rhs, result in _registered.get(connector, ()):
        if issubclass(lhs_type, lhs) and issubclass(rhs_type, rhs):
            return result
    return None


def _rules() -> Iterator[tuple[str, type, type, type]]:
    for connector in (*_ARITHMETIC, Combinable.POW):
        if connector != Combinable.SUB:
            yield connector, PositiveIntegerField, PositiveIntegerField, PositiveIntegerField
        for number in _NUMBERS:
            yield connector, number, number, number
    for connector in _BITS:
        yield connector, IntegerField, IntegerField, IntegerField
    for connector in _ARITHMETIC:
        for number in (FloatField, DecimalField):
            yield connector, IntegerField, number, number
            yield connector, number, IntegerField, number
    # With what may be anything, such as Value(None).
    for connector in (*_ARITHMETIC, Combinable.POW):
        for number in _NUMBERS:
            yield connector, number, _NoneType, number
            yield connector, _NoneType, number, number
    yield from _temporal_rules()


def _temporal_rules() -> Iterator[tuple[str, type, type, type]]:
    later = {DateField: DateTimeField, DateTimeField: DateTimeField, TimeField: TimeField}
    for kind, result in later.items():
        yield Combinable.ADD, kind, DurationField, result
        yield Combinable.ADD, DurationField, kind, result
        yield Combinable.SUB, kind, DurationField, result
        yield Combinable.SUB, kind, kind, DurationField
    for connector in (Combinable.ADD, Combinable.SUB):
        yield connector, DurationField, DurationField, DurationField


for _connector, _lhs, _rhs, _result in _rules():
    register_combinable_fields(_lhs, _connector, _rhs, _result)


publish(__name__, "db.models.expressions")
