"""The SQL functions that SQLite lacks, and their registration on a connection.

Those of the standard (ACOS ... TAN) are added only where this SQLite was built without them. A
function of NULL is NULL.
"""

from __future__ import annotations

import hashlib
import math
import random
import re
import statistics
from collections.abc import Callable, Iterable
from functools import lru_cache
from sqlite3 import Connection, OperationalError
from typing import Any

from vivace.db.backends.sqlite3 import temporal


def _strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, except that it is NULL where an argument is."""

    def call(*args: Any) -> Any:
        return None if None in args else function(*args)

    return call


def _regexp(pattern: Any, string: Any) -> bool:
    text = string if isinstance(string, str) else str(string)
    return re.search(pattern if isinstance(pattern, str) else str(pattern), text) is not None


def _pad(text: str, length: int, fill_text: str) -> str:
    """What is missing of `text` to have `length` characters, made of `fill_text`."""
    missing = length - len(text)
    if missing <= 0 or not fill_text:
        return ""
    return (fill_text * length)[:missing]


def _lpad(text: str, length: int, fill_text: str) -> str:
    return _pad(text, length, fill_text) + text[: max(length, 0)] if length > 0 else ""


def _rpad(text: str, length: int, fill_text: str) -> str:
    return (text + fill_text * length)[:length]


def _sign(x: float) -> int:
    return (x > 0) - (x < 0)


def _digest(name: str) -> Callable[[str], str]:
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


# name: (how many arguments, function)
_OURS: dict[str, tuple[int, Callable[..., Any]]] = {
    "django_date_extract": (2, temporal.date_extract),
    "django_date_trunc": (4, temporal.date_trunc),
    "django_datetime_cast_date": (3, temporal.datetime_cast_date),
    "django_datetime_cast_time": (3, temporal.datetime_cast_time),
    "django_datetime_extract": (4, temporal.datetime_extract),
    "django_datetime_trunc": (4, temporal.datetime_trunc),
    "django_time_extract": (2, temporal.time_extract),
    "django_time_trunc": (4, temporal.time_trunc),
    "django_time_diff": (2, temporal.time_diff),
    "django_timestamp_diff": (2, temporal.timestamp_diff),
    "django_format_dtdelta": (3, temporal.format_dtdelta),
    "regexp": (2, _strict(_regexp)),
    "BITXOR": (2, _strict(lambda x, y: x ^ y)),
    "COT": (1, _strict(lambda x: 1 / math.tan(x))),
    "LPAD": (3, _strict(_lpad)),
    "MD5": (1, _strict(_digest("md5"))),
    "REPEAT": (2, _strict(lambda text, count: text * count)),
    "REVERSE": (1, _strict(lambda text: text[::-1])),
    "RPAD": (3, _strict(_rpad)),
    "SHA1": (1, _strict(_digest("sha1"))),
    "SHA224": (1, _strict(_digest("sha224"))),
    "SHA256": (1, _strict(_digest("sha256"))),
    "SHA384": (1, _strict(_digest("sha384"))),
    "SHA512": (1, _strict(_digest("sha512"))),
    "SIGN": (1, _strict(_sign)),
}

# Of the standard; present where SQLite was built with SQLITE_ENABLE_MATH_FUNCTIONS.
_MATH: dict[str, tuple[int, Callable[..., Any]]] = {
    "ACOS": (1, _strict(math.acos)),
    "ASIN": (1, _strict(math.asin)),
    "ATAN": (1, _strict(math.atan)),
    "ATAN2": (2, _strict(math.atan2)),
    "CEILING": (1, _strict(math.ceil)),
    "COS": (1, _strict(math.cos)),
    "DEGREES": (1, _strict(math.degrees)),
    "EXP": (1, _strict(math.exp)),
    "FLOOR": (1, _strict(math.floor)),
    "LN": (1, _strict(math.log)),
    "LOG": (2, _strict(lambda base, x: math.log(x, base))),
    "MOD": (2, _strict(math.fmod)),
    "PI": (0, lambda: math.pi),
    "POWER": (2, _strict(lambda x, y: x**y)),
    "RADIANS": (1, _strict(math.radians)),
    "SIN": (1, _strict(math.sin)),
    "SQRT": (1, _strict(math.sqrt)),
    "TAN": (1, _strict(math.tan)),
}


class _Collected:
    """An aggregate that needs all values; NULLs do not count."""

    # How many values it needs at least: of fewer it is NULL.
    least = 1

    def __init__(self) -> None:
        self.values: list[Any] = []

    def step(self, value: Any) -> None:
        if value is not None:
            self.values.append(value)

    def finalize(self) -> Any:
        return self.result(self.values) if len(self.values) >= self.least else None

    def result(self, values: Iterable[Any]) -> Any:
        raise NotImplementedError


class StdDevPop(_Collected):
    def result(self, values: Iterable[Any]) -> Any:
        return statistics.pstdev(values)


class StdDevSamp(_Collected):
    least = 2

    def result(self, values: Iterable[Any]) -> Any:
        return statistics.stdev(values)


class VarPop(_Collected):
    def result(self, values: Iterable[Any]) -> Any:
        return statistics.pvariance(values)


class VarSamp(_Collected):
    least = 2

    def result(self, values: Iterable[Any]) -> Any:
        return statistics.variance(values)


_AGGREGATES: dict[str, type[_Collected]] = {
    "STDDEV_POP": StdDevPop,
    "STDDEV_SAMP": StdDevSamp,
    "VAR_POP": VarPop,
    "VAR_SAMP": VarSamp,
}


@lru_cache(maxsize=1)
def _has_math() -> bool:
    connection = Connection(":memory:")
    try:
        connection.execute("SELECT ACOS(1)")
    except OperationalError:
        return False
    finally:
        connection.close()
    return True


def register(connection: Connection) -> None:
    """Let SQL on `connection` call all these functions."""
    functions = _OURS if _has_math() else {**_OURS, **_MATH}
    for name, (count, function) in functions.items():
        connection.create_function(name, count, function, deterministic=True)
    # Each call has its own answer.
    connection.create_function("RAND", 0, random.random)
    for name, aggregate in _AGGREGATES.items():
        connection.create_aggregate(name, 1, aggregate)
