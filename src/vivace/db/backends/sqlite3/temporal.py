"""Dates and times for SQLite, which keeps them as text: what its own functions cannot do with them.

Text of any other form than our own gives NULL, as an unknown value does in SQL. ``lookup_type``
that is not known is a mistake of the program and raises; it always arrives as a parameter.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from vivace.db.backends.names import split_tzname_delta, typecast_time, typecast_timestamp
from vivace.utils.duration import duration_microseconds


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    return UTC if name == "UTC" else zoneinfo.ZoneInfo(name)


@lru_cache(maxsize=256)
def _moved(tzname: str, conn_tzname: str | None) -> tuple[tzinfo, timedelta]:
    """The zone a name such as ``UTC+01:00`` stands for, and what it adds."""
    name, sign, offset = split_tzname_delta(tzname)
    added = timedelta()
    if offset:
        hours, minutes = offset.split(":")
        added = timedelta(hours=int(hours), minutes=int(minutes))
        if sign == "-":
            added = -added
    # A name that is all offset is one from the connection's zone.
    return _zone(name or conn_tzname or "UTC"), added


def _parse(text: Any, tzname: str | None = None, conn_tzname: str | None = None) -> Any:
    """The date or datetime, in the zone `tzname`, that `text` in the zone `conn_tzname` is."""
    if text is None:
        return None
    try:
        # PERF: the form that we write ourselves, by the standard library's parser in C.
        if len(text) in (19, 26) and text[10] == " ":
            moment: Any = datetime.fromisoformat(text)
        else:
            moment = typecast_timestamp(text)
    except (TypeError, ValueError):
        return None
    if moment is None:
        return None
    if conn_tzname:
        moment = moment.replace(tzinfo=_zone(conn_tzname))
    if tzname is not None and tzname != conn_tzname:
        zone, added = _moved(tzname, conn_tzname)
        moment = (moment + added).astimezone(zone)
    return moment


def _quarter(month: int) -> int:
    return (month + 2) // 3


_PARTS: dict[str, Callable[[Any], int]] = {
    "week_day": lambda day: (day.isoweekday() % 7) + 1,
    "iso_week_day": lambda day: day.isoweekday(),
    "week": lambda day: day.isocalendar()[1],
    "iso_year": lambda day: day.isocalendar()[0],
    "quarter": lambda day: _quarter(day.month),
}


def _extract(lookup_type: str, moment: Any) -> Any:
    part = _PARTS.get(lookup_type)
    return getattr(moment, lookup_type) if part is None else part(moment)


def _first_day(lookup_type: str, day: date) -> date | None:
    """The first day of the year, quarter, month or week of `day`; None for another `lookup_type`."""
    if lookup_type == "year":
        return date(day.year, 1, 1)
    if lookup_type == "quarter":
        return date(day.year, 3 * _quarter(day.month) - 2, 1)
    if lookup_type == "month":
        return date(day.year, day.month, 1)
    if lookup_type == "week":
        return date(day.year, day.month, day.day) - timedelta(days=day.weekday())
    if lookup_type == "day":
        return date(day.year, day.month, day.day)
    return None


_CLOCK = ("hour", "minute", "second")


def _clock(lookup_type: str, moment: Any) -> str | None:
    """The time of day, down to the hour, minute or second; None for another `lookup_type`."""
    if lookup_type not in _CLOCK:
        return None
    kept = _CLOCK[: _CLOCK.index(lookup_type) + 1]
    return ":".join(f"{getattr(moment, name) if name in kept else 0:02d}" for name in _CLOCK)


def _unknown(lookup_type: str) -> ValueError:
    return ValueError(f"Unsupported lookup type: {lookup_type!r}")


def date_extract(lookup_type: str, text: Any) -> Any:
    return datetime_extract(lookup_type, text)


def datetime_extract(
    lookup_type: str, text: Any, tzname: str | None = None, conn_tzname: str | None = None
) -> Any:
    moment = _parse(text, tzname, conn_tzname)
    return None if moment is None else _extract(lookup_type, moment)


def time_extract(lookup_type: str, text: Any) -> Any:
    if text is None:
        return None
    try:
        moment = typecast_time(text)
    except (TypeError, ValueError):
        return None
    return None if moment is None else getattr(moment, lookup_type)


def date_trunc(
    lookup_type: str, text: Any, tzname: str | None, conn_tzname: str | None
) -> str | None:
    moment = _parse(text, tzname, conn_tzname)
    if moment is None:
        return None
    day = _first_day(lookup_type, moment)
    if day is None:
        raise _unknown(lookup_type)
    return day.isoformat()


def time_trunc(
    lookup_type: str, text: Any, tzname: str | None, conn_tzname: str | None
) -> str | None:
    if text is None:
        return None
    moment: Any = _parse(text, tzname, conn_tzname)
    if moment is None:
        try:
            moment = typecast_time(text)
        except (TypeError, ValueError):
            return None
    clock = _clock(lookup_type, moment)
    if clock is None:
        raise _unknown(lookup_type)
    return clock


def datetime_trunc(
    lookup_type: str, text: Any, tzname: str | None, conn_tzname: str | None
) -> str | None:
    moment = _parse(text, tzname, conn_tzname)
    if moment is None:
        return None
    day = _first_day(lookup_type, moment)
    if day is not None:
        return f"{day.isoformat()} 00:00:00"
    clock = _clock(lookup_type, moment)
    if clock is None:
        raise _unknown(lookup_type)
    return f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d} {clock}"


def datetime_cast_date(text: Any, tzname: str | None, conn_tzname: str | None) -> str | None:
    moment = _parse(text, tzname, conn_tzname)
    if moment is None:
        return None
    return date(moment.year, moment.month, moment.day).isoformat()


def datetime_cast_time(text: Any, tzname: str | None, conn_tzname: str | None) -> str | None:
    moment = _parse(text, tzname, conn_tzname)
    return None if moment is None else moment.time().isoformat()


def _operand(connector: str, value: Any) -> Any:
    if connector in ("+", "-"):
        # Durations are kept as microseconds.
        return timedelta(0, 0, value) if isinstance(value, int) else typecast_timestamp(value)
    return value


def format_dtdelta(connector: str, lhs: Any, rhs: Any) -> Any:
    """A time and a duration, or two durations, combined by an operator."""
    if lhs is None or rhs is None:
        return None
    try:
        left = _operand(connector, lhs)
        right = _operand(connector, rhs)
        if connector == "+":
            return str(left + right)
        if connector == "-":
            return str(left - right)
        # Multiplied, text would be repeated.
        if isinstance(left, str) or isinstance(right, str):
            return None
        return left * right if connector == "*" else left / right
    except (TypeError, ValueError):
        return None


def time_diff(lhs: Any, rhs: Any) -> int | None:
    """The difference of two times of day, in microseconds."""
    if lhs is None or rhs is None:
        return None
    left, right = typecast_time(lhs), typecast_time(rhs)
    if left is None or right is None:
        return None
    return _since_midnight(left) - _since_midnight(right)


def _since_midnight(moment: time) -> int:
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return seconds * 1_000_000 + moment.microsecond


def timestamp_diff(lhs: Any, rhs: Any) -> int | None:
    """The difference of two dates or datetimes, in microseconds."""
    if lhs is None or rhs is None:
        return None
    left: Any = typecast_timestamp(lhs)
    right: Any = typecast_timestamp(rhs)
    if left is None or right is None:
        return None
    return duration_microseconds(left - right)
