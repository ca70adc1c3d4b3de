"""Dates, times and durations from text.

What Python's own ISO 8601 parser refuses is tried against the looser forms that databases and
people write. A text of no known form gives None; one that is well formed but no date raises
ValueError.
Defined at https://docs.djangoproject.com/en/5.2/ref/utils/#module-django.utils.dateparse.
"""

from __future__ import annotations

import datetime
import re

from vivace.utils.lazily import late_pattern
from vivace.utils.timezone import get_fixed_timezone

__all__ = [
    "date_re",
    "datetime_re",
    "get_fixed_timezone",
    "iso8601_duration_re",
    "parse_date",
    "parse_datetime",
    "parse_duration",
    "parse_time",
    "postgres_interval_re",
    "standard_duration_re",
    "time_re",
]

_DATE = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
_FRACTION = r"(?P<microsecond>\d{1,6})\d{0,6}"
_TIME = rf"(?P<hour>\d{{1,2}}):(?P<minute>\d{{1,2}})(?::(?P<second>\d{{1,2}})(?:[.,]{_FRACTION})?)?"
_OFFSET = r"(?P<tzinfo>Z|[+-]\d{2}(?::?\d{2})?)"
_NUMBER = r"\d+(?:[.,]\d+)?"

date_re = late_pattern(rf"{_DATE}$")
time_re = late_pattern(rf"{_TIME}$")
datetime_re = late_pattern(rf"{_DATE}[T ]{_TIME}\s*{_OFFSET}?$")

#: ``[-]D [days, ][-]HH:MM:SS.uuuuuu``, where only the seconds must be there: Python's own form too.
standard_duration_re = late_pattern(
    r"^(?:(?P<days>-?\d+) (?:days?, )?)?(?P<sign>-?)(?:(?P<hours>\d+):(?=\d+:\d+))?"
    r"(?:(?P<minutes>\d+):)?(?P<seconds>\d+)(?:[.,](?P<microseconds>\d{1,6})\d{0,6})?$"
)

#: ISO 8601 with days, hours, minutes and seconds; weeks, months and years have no fixed length.
iso8601_duration_re = late_pattern(
    rf"^(?P<sign>[-+]?)P(?:(?P<days>{_NUMBER})D)?(?:T(?:(?P<hours>{_NUMBER})H)?"
    rf"(?:(?P<minutes>{_NUMBER})M)?(?:(?P<seconds>{_NUMBER})S)?)?$"
)

#: PostgreSQL's ``3 days 04:05:06``, in which days and time have a sign of their own each.
postgres_interval_re = late_pattern(
    r"^(?:(?P<days>-?\d+) days? ?)?(?:(?P<sign>[-+])?(?P<hours>\d+):(?P<minutes>\d\d)"
    r":(?P<seconds>\d\d)(?:\.(?P<microseconds>\d{1,6}))?)?$"
)


def parse_date(value: str) -> datetime.date | None:
    """The date in `value`, or None if it has no date's form; ValueError for 30 February."""
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        match = date_re.match(value)
    if match is None:
        return None
    return datetime.date(**{key: int(number) for key, number in match.groupdict().items()})


def parse_time(value: str) -> datetime.time | None:
    """The time in `value`, naive, or None if it has no time's form; ValueError for 25:00."""
    try:
        # COMPAT: times have no offset; one that is there is dropped.
        return datetime.time.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        match = time_re.match(value)
    if match is None:
        return None
    return datetime.time(**_numbers(match), tzinfo=None)


def parse_datetime(value: str) -> datetime.datetime | None:
    """The datetime in `value`, aware if it has an offset, or None if it has no datetime's form."""
    try:
        return datetime.datetime.fromisoformat(value)
    except ValueError:
        match = datetime_re.match(value)
    if match is None:
        return None
    return datetime.datetime(**_numbers(match), tzinfo=_offset(match["tzinfo"]))


def _numbers(match: re.Match[str]) -> dict[str, int]:
    """The numeric groups that matched, with the fraction of a second filled up to microseconds."""
    parts = {key: text for key, text in match.groupdict().items() if text and key != "tzinfo"}
    if "microsecond" in parts:
        parts["microsecond"] = parts["microsecond"].ljust(6, "0")
    return {key: int(text) for key, text in parts.items()}


def _offset(text: str | None) -> datetime.tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return datetime.UTC
    minutes = 60 * int(text[1:3]) + (int(text[-2:]) if len(text) > 3 else 0)
    return get_fixed_timezone(-minutes if text[0] == "-" else minutes)


def parse_duration(value: str) -> datetime.timedelta | None:
    """The duration in `value`, or None if it has the form of none.

    Understood are ``4 1:15:20.000001``, ISO 8601 (``P4DT1H15M20S``) and PostgreSQL's day-time
    intervals (``3 days 04:05:06``).
    """
    match = (
        standard_duration_re.match(value)
        or iso8601_duration_re.match(value)
        or postgres_interval_re.match(value)
    )
    if match is None:
        return None
    parts = match.groupdict()
    sign = -1 if parts.pop("sign", "+") == "-" else 1
    if parts.get("microseconds"):
        parts["microseconds"] = parts["microseconds"].ljust(6, "0")
    numbers = {key: float(text.replace(",", ".")) for key, text in parts.items() if text}
    days = datetime.timedelta(numbers.pop("days", 0.0))
    if match.re.pattern == iso8601_duration_re.pattern:
        # Only here the sign stands before the days, and means them too.
        days *= sign
    return days + sign * datetime.timedelta(**numbers)
