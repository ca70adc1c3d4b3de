"""The current time zone, for SQL that says which it is: such SQL holds for that time zone only.

Whoever keeps SQL asks `times_asked` before and after it was written.
"""

from __future__ import annotations

import datetime
import threading

from vivace.utils import timezone

__all__ = ["current", "current_name", "times_asked"]


class _Asked(threading.local):
    times = 0


_asked = _Asked()


def current() -> datetime.tzinfo:
    """The current time zone."""
    _asked.times += 1
    return timezone.get_current_timezone()


def current_name() -> str:
    """The name of the current time zone."""
    _asked.times += 1
    return timezone.get_current_timezone_name()


def times_asked() -> int:
    """How often this thread has asked."""
    return _asked.times
