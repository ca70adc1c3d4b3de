"""Dates and times by the format letters of the ``date`` template filter.

Each letter is a method of `DateFormat` or `TimeFormat`; ref/templates/builtins lists them. A letter
after a backslash stands for itself.
"""

import calendar
import datetime
import email.utils
import re
from functools import lru_cache
from typing import Any

from vivace.utils.dates import (
    MONTHS,
    MONTHS_3,
    MONTHS_ALT,
    MONTHS_AP,
    WEEKDAYS,
    WEEKDAYS_ABBR,
)
from vivace.utils.timezone import get_default_timezone, is_naive, make_aware
from vivace.utils.translation import gettext as _

__all__ = [
    "MONTHS",
    "MONTHS_3",
    "MONTHS_ALT",
    "MONTHS_AP",
    "WEEKDAYS",
    "WEEKDAYS_ABBR",
    "DateFormat",
    "Formatter",
    "TimeFormat",
    "format",
    "get_default_timezone",
    "is_naive",
    "make_aware",
    "time_format",
]

_LETTERS = frozenset("aAbcdDeEfFgGhHiIjlLmMnNoOPrsStTuUwWyYzZ")
_escaped = re.compile(r"\\(.)")


@lru_cache(maxsize=256)
def _pieces(format_string: str) -> tuple[tuple[bool, str], ...]:
    """`format_string` as format letters (True) and literal text (False), in turn."""
    pieces: list[tuple[bool, str]] = []
    literal = ""
    before = ""
    for char in format_string:
        if char in _LETTERS and before != "\\":
            if literal:
                pieces.append((False, _escaped.sub(r"\1", literal)))
                literal = ""
            pieces.append((True, char))
        else:
            literal += char
        before = char
    if literal:
        pieces.append((False, _escaped.sub(r"\1", literal)))
    return tuple(pieces)


class Formatter:
    """Formats its ``data`` by calling the method named by each letter."""

    data: Any

    def format(self, formatstr: Any) -> str:
        """The data in the format `formatstr`.

        Raises `TypeError` for a letter about the time of day and a date without one.
        """
        shown = []
        is_date = type(self.data) is datetime.date
        for is_letter, text in _pieces(str(formatstr)):
            if is_letter:
                if is_date and hasattr(TimeFormat, text):
                    raise TypeError(
                        "The format for date objects may not contain time-related format "
                        f"specifiers (found '{text}')."
                    )
                text = str(getattr(self, text)())
            shown.append(text)
        return "".join(shown)


class TimeFormat(Formatter):
    """The letters for a time of day."""

    def __init__(self, obj: Any) -> None:
        self.data = obj
        self.timezone: datetime.tzinfo | None = None
        if isinstance(obj, datetime.datetime):
            self.timezone = get_default_timezone() if is_naive(obj) else obj.tzinfo

    def _certain(self) -> bool:
        # Around a change of the clocks a time may occur twice or not at all; then its zone is not
        # shown, for it may be the wrong one.
        if self.timezone is None:
            return False
        moment = self.data.replace(tzinfo=None)
        other = moment.replace(fold=not moment.fold)
        return self.timezone.utcoffset(moment) == self.timezone.utcoffset(other)

    def _moment(self) -> Any:
        return make_aware(self.data, self.timezone) if is_naive(self.data) else self.data

    def a(self) -> str:
        """'a.m.' or 'p.m.'."""
        return _("p.m.") if self.data.hour > 11 else _("a.m.")

    def A(self) -> str:
        """'AM' or 'PM'."""
        return _("PM") if self.data.hour > 11 else _("AM")

    def e(self) -> str:
        """The name of the time zone, if there is one."""
        return self.T() if getattr(self.data, "tzinfo", None) else ""

    def f(self) -> str:
        """The time on a twelve-hour clock, without minutes on the hour: '1', '1:30'."""
        hour = self.g()
        return f"{hour}:{self.i()}" if self.data.minute else str(hour)

    def g(self) -> int:
        """The hour on a twelve-hour clock: 1 to 12."""
        return self.data.hour % 12 or 12

    def G(self) -> int:
        """The hour: 0 to 23."""
        hour: int = self.data.hour
        return hour

    def h(self) -> str:
        """The hour on a twelve-hour clock: '01' to '12'."""
        return f"{self.g():02}"

    def H(self) -> str:
        """The hour: '00' to '23'."""
        return f"{self.data.hour:02}"

    def i(self) -> str:
        """The minutes: '00' to '59'."""
        return f"{self.data.minute:02}"

    def O(self) -> str:  # noqa: E743
        """The difference to Greenwich: '+0200'."""
        offset = self.Z()
        if offset == "":
            return ""
        minutes = abs(int(offset)) // 60
        return f"{'-' if int(offset) < 0 else '+'}{minutes // 60:02}{minutes % 60:02}"

    def P(self) -> str:
        """The time as in print: '1 a.m.', '1:30 p.m.', 'midnight', 'noon'."""
        if self.data.minute == 0 and self.data.hour == 0:
            return _("midnight")
        if self.data.minute == 0 and self.data.hour == 12:
            return _("noon")
        return f"{self.f()} {self.a()}"

    def s(self) -> str:
        """The seconds: '00' to '59'."""
        return f"{self.data.second:02}"

    def T(self) -> str:
        """The time zone of this machine or of the data: 'EST'."""
        return str(self._moment().tzname()) if self._certain() else ""

    def u(self) -> str:
        """The microseconds: '000000' to '999999'."""
        return f"{self.data.microsecond:06}"

    def Z(self) -> int | str:
        """The difference to Greenwich in seconds, east being positive."""
        if not self._certain():
            return ""
        offset: datetime.timedelta = self._moment().utcoffset()
        return offset.days * 86400 + offset.seconds


class DateFormat(TimeFormat):
    """The letters for a date, and those of `TimeFormat`."""

    def b(self) -> Any:
        """The month in three letters, in lower case: 'jan'."""
        return MONTHS_3[self.data.month]

    def c(self) -> str:
        """ISO 8601: '2008-01-02T10:30:00.000123'."""
        return str(self.data.isoformat())

    def d(self) -> str:
        """The day of the month: '01' to '31'."""
        return f"{self.data.day:02}"

    def D(self) -> Any:
        """The day of the week in three letters: 'Fri'."""
        return WEEKDAYS_ABBR[self.data.weekday()]

    def E(self) -> Any:
        """The month in the form that stands beside a day."""
        return MONTHS_ALT[self.data.month]

    def F(self) -> Any:
        """The month: 'January'."""
        return MONTHS[self.data.month]

    def I(self) -> str:  # noqa: E743
        """'1' in daylight saving time, else '0'."""
        if not self._certain():
            return ""
        return "1" if self._moment().dst() else "0"

    def j(self) -> int:
        """The day of the month: 1 to 31."""
        day: int = self.data.day
        return day

    def l(self) -> Any:  # noqa: E743
        """The day of the week: 'Friday'."""
        return WEEKDAYS[self.data.weekday()]

    def L(self) -> bool:
        """Whether it is a leap year."""
        return calendar.isleap(self.data.year)

    def m(self) -> str:
        """The month: '01' to '12'."""
        return f"{self.data.month:02}"

    def M(self) -> str:
        """The month in three letters: 'Jan'."""
        return str(MONTHS_3[self.data.month].title())

    def n(self) -> int:
        """The month: 1 to 12."""
        month: int = self.data.month
        return month

    def N(self) -> Any:
        """The month as the Associated Press abbreviates it: 'Jan.', 'March'."""
        return MONTHS_AP[self.data.month]

    def o(self) -> int:
        """The year to which the ISO 8601 week belongs."""
        year: int = self.data.isocalendar().year
        return year

    def r(self) -> str:
        """RFC 5322: 'Thu, 21 Dec 2000 16:01:07 +0200'."""
        value = self.data
        if not isinstance(value, datetime.datetime):
            value = make_aware(datetime.datetime.combine(value, datetime.time()))
        elif is_naive(value):
            value = make_aware(value, self.timezone)
        return email.utils.format_datetime(value)

    def S(self) -> str:
        """The English ending of the day's ordinal: 'st', 'nd', 'rd', 'th'."""
        day = self.data.day
        if day in (11, 12, 13):
            return "th"
        return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")

    def t(self) -> int:
        """The number of days in the month."""
        return calendar.monthrange(self.data.year, self.data.month)[1]

    def U(self) -> int:
        """The seconds since 1970-01-01 00:00 UTC."""
        value = self.data
        if not isinstance(value, datetime.datetime):
            value = datetime.datetime.combine(value, datetime.time())
        return int(value.timestamp())

    def w(self) -> int:
        """The day of the week: 0 (Sunday) to 6."""
        weekday: int = self.data.weekday()
        return (weekday + 1) % 7

    def W(self) -> int:
        """The ISO 8601 week of the year."""
        week: int = self.data.isocalendar().week
        return week

    def y(self) -> str:
        """The year in two digits."""
        return f"{self.data.year % 100:02}"

    def Y(self) -> str:
        """The year in four digits."""
        return f"{self.data.year:04}"

    def z(self) -> int:
        """The day of the year: 1 to 366."""
        day: int = self.data.timetuple().tm_yday
        return day


def format(value: Any, format_string: Any) -> str:
    """`value`, a date or datetime, in the format `format_string`."""
    return DateFormat(value).format(format_string)


def time_format(value: Any, format_string: Any) -> str:
    """`value`, a time or datetime, in the format `format_string`."""
    return TimeFormat(value).format(format_string)
