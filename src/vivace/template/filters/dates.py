"""Built-in filters about dates and times. Documented in ref/templates/builtins."""

from __future__ import annotations

from typing import Any

from vivace.template.library import Library
from vivace.utils import formats
from vivace.utils.dateformat import format, time_format
from vivace.utils.timesince import timesince, timeuntil

register = Library()


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, arg: Any = None) -> Any:
    """A date by the format `arg`: format letters, or the name of a format such as DATE_FORMAT."""
    if value in (None, ""):
        return ""
    try:
        return formats.date_format(value, arg)
    except AttributeError:
        pass
    try:
        return format(value, arg)
    except AttributeError:
        return ""


@register.filter(expects_localtime=True, is_safe=False)
def time(value: Any, arg: Any = None) -> Any:
    """A time by the format `arg`: format letters, or the name of a format such as TIME_FORMAT."""
    if value in (None, ""):
        return ""
    try:
        return formats.time_format(value, arg)
    except (AttributeError, TypeError):
        pass
    try:
        return time_format(value, arg)
    except (AttributeError, TypeError):
        return ""


@register.filter("timesince", is_safe=False)
def timesince_filter(value: Any, arg: Any = None) -> Any:
    """The time since the value, up to `arg` or else the present."""
    if not value:
        return ""
    try:
        return timesince(value, arg) if arg else timesince(value)
    except (ValueError, TypeError):
        return ""


@register.filter("timeuntil", is_safe=False)
def timeuntil_filter(value: Any, arg: Any = None) -> Any:
    """The time until the value, from `arg` or else the present."""
    if not value:
        return ""
    try:
        return timeuntil(value, arg)
    except (ValueError, TypeError):
        return ""
