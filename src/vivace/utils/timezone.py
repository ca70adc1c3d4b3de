"""Time zones: the default one, the current one, and conversions between aware and naive values.

Defined at https://docs.djangoproject.com/en/5.2/ref/utils/#module-django.utils.timezone.
"""

from __future__ import annotations

import functools
from contextlib import ContextDecorator
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from types import TracebackType
from typing import TYPE_CHECKING, Any

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.utils.lazily import Later

if TYPE_CHECKING:
    import zoneinfo
else:
    zoneinfo = Later("zoneinfo")

__all__ = [
    "activate",
    "deactivate",
    "get_current_timezone",
    "get_current_timezone_name",
    "get_default_timezone",
    "get_default_timezone_name",
    "get_fixed_timezone",
    "is_aware",
    "is_naive",
    "localdate",
    "localtime",
    "make_aware",
    "make_naive",
    "now",
    "override",
]

#: The time zone that `activate` set, in this thread or task; None means the default one.
_active: ContextVar[tzinfo | None] = ContextVar("current_timezone", default=None)


def get_fixed_timezone(offset: timedelta | int) -> timezone:
    """The time zone at a fixed offset from UTC, a timedelta or minutes; its name is ``+hhmm``."""
    minutes: Any = offset.total_seconds() // 60 if isinstance(offset, timedelta) else offset
    sign = "-" if minutes < 0 else "+"
    name = sign + "{:02d}{:02d}".format(*divmod(int(abs(minutes)), 60))
    return timezone(timedelta(minutes=minutes), name)


@functools.lru_cache(maxsize=1)
def get_default_timezone() -> zoneinfo.ZoneInfo:
    """The time zone that the setting TIME_ZONE names."""
    return zoneinfo.ZoneInfo(settings.TIME_ZONE)


# COMPAT: packages call get_default_timezone.cache_clear() in their tests; the cell only forwards.
_default = Frozen(
    "default time zone",
    get_default_timezone,
    reads=("TIME_ZONE",),
    cleared=get_default_timezone.cache_clear,
)


def get_default_timezone_name() -> str:
    """The name of the default time zone."""
    return _name(get_default_timezone())


def get_current_timezone() -> tzinfo:
    """The time zone in which values are shown now: the active one, else the default one."""
    return _active.get() or get_default_timezone()


def get_current_timezone_name() -> str:
    """The name of the current time zone."""
    return _name(get_current_timezone())


def _name(tz: tzinfo) -> str:
    # A named zone answers None here, for its abbreviation depends on the date.
    return tz.tzname(None) or str(tz)


def activate(timezone: tzinfo | str) -> None:
    """Make `timezone`, a tzinfo or the name of a zone, the current one in this thread or task."""
    if isinstance(timezone, tzinfo):
        _active.set(timezone)
    elif isinstance(timezone, str):
        _active.set(zoneinfo.ZoneInfo(timezone))
    else:
        raise ValueError(f"Invalid timezone: {timezone!r}")


def deactivate() -> None:
    """Make the default time zone the current one in this thread or task."""
    _active.set(None)


class override(ContextDecorator):
    """Context manager and decorator: `timezone` is the current one inside; None for the default."""

    def __init__(self, timezone: tzinfo | str | None) -> None:
        self.timezone = timezone

    def __enter__(self) -> None:
        self.old_timezone = _active.get()
        if self.timezone is None:
            deactivate()
        else:
            activate(self.timezone)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _active.set(self.old_timezone)


def template_localtime(value: Any, use_tz: bool | None = None) -> Any:
    """`value` in the current time zone, if it is an aware datetime that wants to be converted.

    `use_tz` overrides the setting USE_TZ. A value with ``convert_to_local_time = False`` stays.
    """
    should_convert = (
        isinstance(value, datetime)
        and (settings.USE_TZ if use_tz is None else use_tz)
        and not is_naive(value)
        and getattr(value, "convert_to_local_time", True)
    )
    return localtime(value) if should_convert else value


def localtime(value: datetime | None = None, timezone: tzinfo | None = None) -> datetime:
    """The aware datetime `value` (now if None) in `timezone` (the current one if None)."""
    if value is None:
        value = now()
    if timezone is None:
        timezone = get_current_timezone()
    if is_naive(value):
        raise ValueError("localtime() cannot be applied to a naive datetime")
    return value.astimezone(timezone)


def localdate(value: datetime | None = None, timezone: tzinfo | None = None) -> date:
    """The date of `localtime(value, timezone)`."""
    return localtime(value, timezone).date()


def now() -> datetime:
    """The present: aware and in UTC if the setting USE_TZ is on, else naive in local time."""
    return datetime.now(tz=UTC if settings.USE_TZ else None)


def is_aware(value: datetime | time) -> bool:
    """Whether `value` knows its offset from UTC."""
    return value.utcoffset() is not None


def is_naive(value: datetime | time) -> bool:
    """Whether `value` does not know its offset from UTC."""
    return value.utcoffset() is None


def make_aware(value: datetime, timezone: tzinfo | None = None) -> datetime:
    """The naive `value`, taken as a time in `timezone` (the current one if None)."""
    if timezone is None:
        timezone = get_current_timezone()
    if is_aware(value):
        raise ValueError(f"make_aware expects a naive datetime, got {value}")
    return value.replace(tzinfo=timezone)


def make_naive(value: datetime, timezone: tzinfo | None = None) -> datetime:
    """The aware `value` as a naive time in `timezone` (the current one if None)."""
    if timezone is None:
        timezone = get_current_timezone()
    if is_naive(value):
        raise ValueError("make_naive() cannot be applied to a naive datetime")
    return value.astimezone(timezone).replace(tzinfo=None)
