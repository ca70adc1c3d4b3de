"""How long ago, or how long until: the largest units of time between two dates.

Documented in ref/templates/builtins (``timesince``, ``timeuntil``). Years and months are those of the
calendar; what is left is counted in weeks, days, hours and minutes. Seconds are not told.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from vivace.utils.html import avoid_wrapping
from vivace.utils.timezone import is_aware
from vivace.utils.translation import gettext, ngettext_lazy

__all__ = [
    "MONTHS_DAYS",
    "TIME_CHUNKS",
    "TIME_STRINGS",
    "TIME_STRINGS_KEYS",
    "timesince",
    "timeuntil",
]

TIME_STRINGS = {
    "year": ngettext_lazy("%(num)d year", "%(num)d years", "num"),
    "month": ngettext_lazy("%(num)d month", "%(num)d months", "num"),
    "week": ngettext_lazy("%(num)d week", "%(num)d weeks", "num"),
    "day": ngettext_lazy("%(num)d day", "%(num)d days", "num"),
    "hour": ngettext_lazy("%(num)d hour", "%(num)d hours", "num"),
    "minute": ngettext_lazy("%(num)d minute", "%(num)d minutes", "num"),
}
TIME_STRINGS_KEYS = list(TIME_STRINGS)
# The seconds of the units below a month.
TIME_CHUNKS = [60 * 60 * 24 * 7, 60 * 60 * 24, 60 * 60, 60]
# February has 28 days here in every year: what is counted from is never a 29th that may not exist.
MONTHS_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def timesince(
    d: Any,
    now: Any = None,
    reversed: bool = False,
    time_strings: Mapping[str, Any] | None = None,
    depth: int = 2,
) -> str:
    """The time from `d` to `now` (a date or datetime; by default the present), as "2 years, 3 months".

    Up to `depth` adjacent units are told; "0 minutes" if `d` is not before `now`. `reversed` counts
    from `now` to `d`. `time_strings` are the texts for the units, as in ``TIME_STRINGS``.
    Raises ValueError for a depth below one.
    """
    if time_strings is None:
        time_strings = TIME_STRINGS
    if depth <= 0:
        raise ValueError("depth must be greater than 0.")
    d = _as_datetime(d)
    if now:
        now = _as_datetime(now)
    else:
        now = datetime.datetime.now(d.tzinfo if is_aware(d) else None)
    if reversed:
        d, now = now, d
    elapsed = now - d
    if elapsed.days * 24 * 60 * 60 + elapsed.seconds <= 0:
        return avoid_wrapping(time_strings["minute"] % {"num": 0})
    return _told(_amounts(d, now), time_strings, depth)


def timeuntil(
    d: Any,
    now: Any = None,
    time_strings: Mapping[str, Any] | None = None,
    depth: int = 2,
) -> str:
    """The time from `now` to `d`; otherwise as `timesince`."""
    return timesince(d, now, reversed=True, time_strings=time_strings, depth=depth)


def _as_datetime(value: Any) -> datetime.datetime:
    if isinstance(value, datetime.datetime):
        return value
    return datetime.datetime(value.year, value.month, value.day)


def _amounts(start: datetime.datetime, end: datetime.datetime) -> list[int]:
    """How many of each unit there are, in the order of ``TIME_STRINGS``."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if (start.day, start.time()) > (end.day, end.time()):
        months -= 1
    if months:
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        day = min(start.day, MONTHS_DAYS[month])
        moment = (start.hour, start.minute, start.second)
        start = datetime.datetime(year, month + 1, day, *moment, tzinfo=start.tzinfo)
    amounts = list(divmod(months, 12))
    left = (end - start).total_seconds()
    for size in TIME_CHUNKS:
        count = int(left // size)
        amounts.append(count)
        left -= count * size
    return amounts


def _told(amounts: list[int], time_strings: Mapping[str, Any], depth: int) -> str:
    first = next((i for i, amount in enumerate(amounts) if amount), None)
    if first is None:
        return avoid_wrapping(time_strings["minute"] % {"num": 0})
    parts: list[str] = []
    for unit, amount in list(zip(TIME_STRINGS_KEYS, amounts, strict=True))[first:]:
        if not amount or len(parts) >= depth:
            break
        parts.append(avoid_wrapping(time_strings[unit] % {"num": amount}))
    return gettext(", ").join(parts)
