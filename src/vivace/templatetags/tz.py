"""Time zones in templates. Documented in topics/i18n/timezones."""

from __future__ import annotations

import zoneinfo
from datetime import UTC as datetime_timezone_utc
from datetime import datetime, tzinfo
from typing import Any

from vivace.template.compiled.build import Builder, lowers
from vivace.template.compiled.lowering import run
from vivace.template.compiled.nodes import Statement
from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.tree import Node, NodeList
from vivace.template.library import Library
from vivace.utils import timezone

register = Library()


class datetimeobject(datetime):
    """A datetime that can be told not to be converted again, by ``convert_to_local_time``."""


@register.filter
def localtime(value: Any) -> Any:
    """The datetime in the current time zone."""
    return do_timezone(value, timezone.get_current_timezone())


@register.filter
def utc(value: Any) -> Any:
    """The datetime in UTC."""
    return do_timezone(value, datetime_timezone_utc)


@register.filter("timezone")
def do_timezone(value: Any, arg: Any) -> Any:
    """The datetime in the time zone `arg`, or of that name; an empty text if that cannot be.

    A naive one is taken to be in the default time zone.
    """
    if not isinstance(value, datetime):
        return ""
    try:
        if timezone.is_naive(value):
            value = timezone.make_aware(value, timezone.get_default_timezone())
    except Exception:
        return ""
    zone = _zone(arg)
    if zone is None:
        return ""
    local = timezone.localtime(value, zone)
    result = datetimeobject(
        local.year,
        local.month,
        local.day,
        local.hour,
        local.minute,
        local.second,
        local.microsecond,
        local.tzinfo,
        fold=local.fold,
    )
    # Output would put it into the current time zone otherwise.
    result.convert_to_local_time = False  # type: ignore[attr-defined]
    return result


def _zone(arg: Any) -> tzinfo | None:
    if isinstance(arg, tzinfo):
        return arg
    if isinstance(arg, str):
        try:
            return zoneinfo.ZoneInfo(arg)
        except zoneinfo.ZoneInfoNotFoundError:
            pass
    return None


class LocalTimeNode(Node):
    """``{% localtime %}``: whether datetimes in `nodelist` are converted."""

    def __init__(self, nodelist: NodeList, use_tz: bool) -> None:
        self.nodelist = nodelist
        self.use_tz = use_tz

    def render(self, context: Any) -> Any:
        before = context.use_tz
        context.use_tz = self.use_tz
        try:
            return self.nodelist.render(context)
        finally:
            context.use_tz = before


class TimezoneNode(Node):
    """``{% timezone %}``: another current time zone around `nodelist`."""

    def __init__(self, nodelist: NodeList, tz: Any) -> None:
        self.nodelist = nodelist
        self.tz = tz

    def render(self, context: Any) -> Any:
        with timezone.override(self.tz.resolve(context)):
            return self.nodelist.render(context)


class GetCurrentTimezoneNode(Node):
    """``{% get_current_timezone %}``: sets a name to that of the current time zone."""

    def __init__(self, variable: str) -> None:
        self.variable = variable

    def render(self, context: Any) -> str:
        context[self.variable] = timezone.get_current_timezone_name()
        return ""


@register.tag("localtime")
def localtime_tag(parser: Any, token: Any) -> LocalTimeNode:
    """``{% localtime [on|off] %}...{% endlocaltime %}``."""
    bits = token.split_contents()
    if len(bits) > 2 or (len(bits) == 2 and bits[1] not in ("on", "off")):
        raise TemplateSyntaxError(f"{bits[0]!r} argument should be 'on' or 'off'")
    nodelist = parser.parse(("endlocaltime",))
    parser.delete_first_token()
    return LocalTimeNode(nodelist, len(bits) == 1 or bits[1] == "on")


@register.tag("timezone")
def timezone_tag(parser: Any, token: Any) -> TimezoneNode:
    """``{% timezone zone %}...{% endtimezone %}``; None is the default time zone."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise TemplateSyntaxError(f"'{bits[0]}' takes one argument (timezone)")
    tz = parser.compile_filter(bits[1])
    nodelist = parser.parse(("endtimezone",))
    parser.delete_first_token()
    return TimezoneNode(nodelist, tz)


@register.tag("get_current_timezone")
def get_current_timezone_tag(parser: Any, token: Any) -> GetCurrentTimezoneNode:
    """``{% get_current_timezone as name %}``."""
    args = token.contents.split()
    if len(args) != 3 or args[1] != "as":
        raise TemplateSyntaxError(f"'get_current_timezone' requires 'as variable' (got {args!r})")
    return GetCurrentTimezoneNode(args[2])


@lowers(GetCurrentTimezoneNode)
def _current_timezone(node: GetCurrentTimezoneNode, build: Builder) -> Statement:
    return run(node, build, current_timezone_name, target=node.variable)


def current_timezone_name() -> str:
    """The name of the current time zone, for compiled templates."""
    return timezone.get_current_timezone_name()
