"""Reading SQLite's values in generated loaders: converters of one argument, for values that are there.

Each stands for a converter of the operations and gives what that gives. Where a value does not
look as SQLite's own drivers write it, it is handed to that converter.
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
# How many decimals of a column are remembered: prices and the like come again and again.
_REMEMBERED = 4096


def short_converters(operations: Any, zone: datetime.tzinfo | None) -> dict[str, Short]:
    """By the name of the method of `operations`; moments without an offset are in `zone`."""
    return {
        "convert_datetimefield_value": _moments(operations, zone),
        "convert_datefield_value": _dates(operations),
        "convert_uuidfield_value": uuid.UUID,
        "convert_booleanfield_value": _boolean,
    }


def _boolean(value: Any) -> Any:
    return _BOOLEANS.get(value, value)


_boolean.inline = (  # type: ignore[attr-defined]
    "if {v}.__class__ is not bool and {v} is not None: {v} = {read}({v})",
    {},
)


def _moments(operations: Any, zone: datetime.tzinfo | None) -> Short:
    convert, combine = operations.convert_datetimefield_value, datetime.datetime.combine

    def naive(value: Any) -> Any:
        return value if type(value) is datetime.datetime else convert(value, None, None)

    def in_utc(value: Any) -> Any:
        # The driver has parsed what comes from a column of this type; an expression's is text.
        if type(value) is datetime.datetime:
            # PERF: seven times as fast as replace().
            return combine(value, value.time(), datetime.UTC) if value.tzinfo is None else value
        return convert(value, None, None)

    in_utc.inline = (  # type: ignore[attr-defined]
        """
        if {v}.__class__ is {datetime} and {v}.tzinfo is None:
            {v} = {combine}({v}, {v}.time(), {utc})
        elif {v} is not None:
            {v} = {read}({v})
        """,
        {"datetime": datetime.datetime, "combine": combine, "utc": datetime.UTC},
    )
    if zone is None:
        return naive
    return in_utc if zone is datetime.UTC else lambda value: convert(value, None, None)


def _dates(operations: Any) -> Short:
    convert = operations.convert_datefield_value
    return lambda value: value if type(value) is datetime.date else convert(value, None, None)


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
    remembered: dict[Any, decimal.Decimal] = {}

    def short(value: Any) -> Any:
        found = remembered.get(value)
        # Zero has a sign, of which its hash knows nothing.
        if found is not None and value:
            return found
        if -largest < value < largest:
            text = written % value
            if float(text) == value:
                if len(remembered) >= _REMEMBERED:
                    remembered.clear()
                found = remembered[value] = decimal.Decimal(text)
                return found
        return exactly(value)

    short.inline = (  # type: ignore[attr-defined]
        "{v} = {remembered}.get({v}) or ({read}({v}) if {v} is not None else None)",
        {"remembered": remembered},
    )
    convert.short = short  # type: ignore[attr-defined]
    return convert
