"""Reading SQLite's values in generated loaders: converters of one argument, for values that are there.

Each stands for a converter of the operations and gives what that gives. Where a value does not look as
SQLite's own drivers write it, it is handed to that converter.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any

__all__ = ["any_decimal", "decimal_column", "short_converters"]

Short = Callable[[Any], Any]

_BOOLEANS = {1: True, 0: False}
# "2026-01-01 12:00:00", the least that is surely a moment without an offset.
_MOMENT = 19


def short_converters(operations: Any, zone: datetime.tzinfo | None) -> dict[str, Short]:
    """By the name of the method of `operations`; moments without an offset are in `zone`."""
    return {
        "convert_datetimefield_value": _moments(operations, zone),
        "convert_datefield_value": _or_else(
            datetime.date.fromisoformat, operations.convert_datefield_value
        ),
        "convert_uuidfield_value": uuid.UUID,
        "convert_booleanfield_value": lambda value: _BOOLEANS.get(value, value),
    }


def _moments(operations: Any, zone: datetime.tzinfo | None) -> Short:
    convert, parse = operations.convert_datetimefield_value, datetime.datetime.fromisoformat

    def naive(value: Any) -> Any:
        try:
            return parse(value)
        except (TypeError, ValueError):
            return convert(value, None, None)

    def in_utc(value: Any) -> Any:
        try:
            if len(value) >= _MOMENT:
                return parse(value + "+00:00")
        except (TypeError, ValueError):
            pass
        return convert(value, None, None)

    if zone is None:
        return naive
    return in_utc if zone is datetime.UTC else lambda value: convert(value, None, None)


def _or_else(parse: Short, convert: Callable[..., Any]) -> Short:
    def read(value: Any) -> Any:
        try:
            return parse(value)
        except (TypeError, ValueError):
            return convert(value, None, None)

    return read


# A float has no more digits than these.
_decimal_of_float = decimal.Context(prec=15).create_decimal_from_float


def any_decimal(value: Any, expression: Any, connection: Any) -> Any:
    """The converter of what is not a column: all digits that a float has."""
    return None if value is None else _decimal_of_float(value)


@lru_cache(maxsize=256)
def decimal_column(places: int, digits: int | None) -> Callable[..., Any]:
    """The converter of a column of decimals with `places` after the point."""
    quantum = decimal.Decimal(1).scaleb(-places)
    context = decimal.Context(prec=digits) if digits is not None else None

    def convert(value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else exactly(value)

    def exactly(value: Any) -> Any:
        return _decimal_of_float(value).quantize(quantum, context=context)

    # PERF: a float that a decimal of so many places was stored as is that decimal, written out.
    written = f"%.{places}f"
    largest = 10.0 ** min(15 - places, (digits or 15) - places)

    def short(value: Any) -> Any:
        if -largest < value < largest:
            text = written % value
            if float(text) == value:
                return decimal.Decimal(text)
        return exactly(value)

    convert.short = short  # type: ignore[attr-defined]
    return convert
