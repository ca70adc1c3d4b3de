"""Names in SQL, and the numbers and times of drivers that give text.

The names are published at ``db.backends.utils``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vivace.utils.lazily import Later
from vivace.utils.naming import publish

if TYPE_CHECKING:
    import datetime
    import decimal
    import hashlib
    import re
else:
    # PERF: all models need is short names.
    datetime = Later("datetime")
    decimal = Later("decimal")
    hashlib = Later("hashlib")
    re = Later("re")


def split_tzname_delta(tzname: str) -> tuple[str, str | None, str | None]:
    """A zone's name, sign and offset: ``"UTC+01:00"`` is ``("UTC", "+", "01:00")``.

    Sign and offset are None where there is no offset.
    """
    for sign in "+-":
        if sign in tzname:
            name, offset = tzname.rsplit(sign, 1)
            if offset and ":" in offset:
                return name, sign, offset
            if offset.isdigit() and 1 <= len(offset) <= 2:
                return name, sign, f"{int(offset):02d}:00"
    return tzname, None, None


def typecast_date(s: str | None) -> datetime.date | None:
    """The date that ``"2020-01-31"`` stands for; None for nothing."""
    return datetime.date(*map(int, s.split("-"))) if s else None


def _microseconds(fraction: str) -> int:
    return int((fraction + "000000")[:6])


def typecast_time(s: str | None) -> datetime.time | None:
    """The time that ``"23:59:58.5"`` stands for; None for nothing."""
    if not s:
        return None
    hour, minutes, seconds = s.split(":")
    whole, _, fraction = seconds.partition(".")
    return datetime.time(int(hour), int(minutes), int(whole), _microseconds(fraction))


def typecast_timestamp(s: str | None) -> datetime.date | None:
    """The date and time that ``"2020-01-31 23:59:58.5"`` stands for, without its offset.

    Text without a time gives a date, nothing gives None.
    """
    if not s:
        return None
    if " " not in s:
        return typecast_date(s)
    day, clock = s.split()
    # An offset is cut off; a date has its dashes in `day`.
    clock = re.split("[+-]", clock, maxsplit=1)[0]
    dates = day.split("-")
    times = clock.split(":")
    whole, _, fraction = times[2].partition(".")
    return datetime.datetime(
        int(dates[0]),
        int(dates[1]),
        int(dates[2]),
        int(times[0]),
        int(times[1]),
        int(whole),
        _microseconds(fraction),
    )


def split_identifier(identifier: str) -> tuple[str, str]:
    """The namespace, or ``""``, and the name of an identifier such as ``"schema"."table"``."""
    namespace, separator, name = identifier.partition('"."')
    if not separator:
        namespace, name = "", identifier
    return namespace.strip('"'), name.strip('"')


def truncate_name(identifier: str, length: int | None = None, hash_len: int = 4) -> str:
    """`identifier`, of at most `length` characters: the rest becomes a hash of `hash_len`.

    A namespace before ``"."`` stays and does not count.
    """
    namespace, name = split_identifier(identifier)
    if length is None or len(name) <= length:
        return identifier
    digest = names_digest(name, length=hash_len)
    prefix = f'{namespace}"."' if namespace else ""
    return f"{prefix}{name[: length - hash_len]}{digest}"


def names_digest(*args: str, length: int) -> str:
    """A hash of `args`, as `length` hexadecimal digits, short enough to tell names apart."""
    hasher = hashlib.md5(usedforsecurity=False)
    for arg in args:
        hasher.update(arg.encode())
    return hasher.hexdigest()[:length]


def format_number(
    value: decimal.Decimal | None, max_digits: int | None, decimal_places: int | None
) -> str | None:
    """`value` as text with `decimal_places` digits after the point; None stays None.

    ``decimal.InvalidOperation`` if it has more than `max_digits` digits.
    """
    if value is None:
        return None
    context = decimal.getcontext().copy()
    if max_digits is not None:
        context.prec = max_digits
    if decimal_places is not None:
        value = value.quantize(decimal.Decimal(1).scaleb(-decimal_places), context=context)
    else:
        context.traps[decimal.Rounded] = True
        value = context.create_decimal(value)
    return f"{value:f}"


def strip_quotes(table_name: str) -> str:
    """`table_name` without the double quotes around it, if both are there."""
    quoted = table_name.startswith('"') and table_name.endswith('"')
    return table_name[1:-1] if quoted else table_name


publish(__name__, "db.backends.utils")
