"""Values as literals of SQL, for statements that take no parameters."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any


def literal(value: Any) -> str:
    """`value` as a literal; ValueError for a value that has none."""
    # The driver's adapters, as for a parameter.
    if isinstance(value, (Decimal, date, datetime)):
        value = value.isoformat(" ") if isinstance(value, datetime) else str(value)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str):
        if "\x00" in value:
            # The text of a statement ends there.
            raise ValueError("A string literal cannot contain NUL (0x00) characters.")
        return "'" + value.replace("'", "''") + "'"
    if value is None:
        return "NULL"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"X'{bytes(value).hex()}'"
    raise ValueError(f"Cannot quote parameter value {value!r} of type {type(value)}")
