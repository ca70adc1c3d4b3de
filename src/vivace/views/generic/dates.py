"""Views of objects by their dates (documentation: generic date views, date-based mixins).

A *period* is a year, a month, a week or a day. What views ask of one is where the period of a date
begins and where the next one does; everything else follows from that.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.db import models
from vivace.http import Http404, HttpRequest
from vivace.utils import timezone
from vivace.utils.functional import cached_property
from vivace.utils.translation import gettext as _
from vivace.utils.unannotated import unannotated
from vivace.views.generic.base import View
from vivace.views.generic.detail import BaseDetailView, SingleObjectTemplateResponseMixin
from vivace.views.generic.list import MultipleObjectMixin, MultipleObjectTemplateResponseMixin

__all__ = [
    "ArchiveIndexView",
    "BaseArchiveIndexView",
    "BaseDateDetailView",
    "BaseDateListView",
    "BaseDayArchiveView",
    "BaseDetailView",
    "BaseMonthArchiveView",
    "BaseTodayArchiveView",
    "BaseWeekArchiveView",
    "BaseYearArchiveView",
    "DateDetailView",
    "DateMixin",
    "DayArchiveView",
    "DayMixin",
    "Http404",
    "ImproperlyConfigured",
    "MonthArchiveView",
    "MonthMixin",
    "MultipleObjectMixin",
    "MultipleObjectTemplateResponseMixin",
    "SingleObjectTemplateResponseMixin",
    "TodayArchiveView",
    "View",
    "WeekArchiveView",
    "WeekMixin",
    "YearArchiveView",
    "YearMixin",
    "cached_property",
    "settings",
    "timezone_today",
]

_DAY = datetime.timedelta(days=1)
# For each format of a week: the weekday it begins with, as `datetime.date.weekday` and as %w.
_WEEKS = {"%U": (6, "0"), "%V": (0, "1"), "%W": (0, "1")}


def timezone_today() -> datetime.date:
    """Today, in the current time zone if `USE_TZ`."""
    return timezone.localdate() if settings.USE_TZ else datetime.date.today()


@dataclass(frozen=True)
class _Period:
    """Where the period of a date begins, and where the next one does."""

    begin: Callable[[datetime.date], datetime.date]
    after: Callable[[datetime.date], datetime.date]


def _out_of_range() -> Http404:
    return Http404(_("Date out of range"))


def _year_after(date: datetime.date) -> datetime.date:
    try:
        return date.replace(year=date.year + 1, month=1, day=1)
    except ValueError:
        raise _out_of_range()


def _month_after(date: datetime.date) -> datetime.date:
    if date.month == 12:
        return _year_after(date)
    return date.replace(month=date.month + 1, day=1)


_YEARS = _Period(lambda date: date.replace(month=1, day=1), _year_after)
_MONTHS = _Period(lambda date: date.replace(day=1), _month_after)
_DAYS = _Period(lambda date: date, lambda date: date + _DAY)


def _weeks(week_format: str) -> _Period:
    if week_format not in _WEEKS:
        raise ValueError(f"unknown week format: {week_format}")
    first, _number = _WEEKS[week_format]

    def begin(date: datetime.date) -> datetime.date:
        return date - datetime.timedelta(days=(date.weekday() - first) % 7)

    def after(date: datetime.date) -> datetime.date:
        try:
            return begin(date) + 7 * _DAY
        except OverflowError:
            raise _out_of_range()

    return _Period(begin, after)


def _from_route(view: Any, name: str, missing: str) -> Any:
    """What the view, its route or the query string says about `name`; else `Http404`."""
    value = getattr(view, name)
    if value is not None:
        return value
    for source in (view.kwargs, view.request.GET):
        if name in source:
            return source[name]
    raise Http404(missing)


def _neighbour(
    view: Any, period: _Period, date: datetime.date, *, forward: bool
) -> datetime.date | None:
    """Where the next (or the previous) period that can be shown begins.

    Any period can, if the view allows empty ones; else only one with objects.
    """
    field = view.get_date_field()
    allow_future = view.get_allow_future()
    edge = period.after(date) if forward else period.begin(date)
    if view.get_allow_empty():
        found = edge if forward else period.begin(edge - _DAY)
        return found if allow_future or found <= timezone_today() else None
    lookup = {f"{field}__{'gte' if forward else 'lt'}": _lookup_value(view, edge)}
    if not allow_future:
        lookup[f"{field}__lte"] = _now(view)
    near = view.get_queryset().filter(**lookup).order_by(field if forward else f"-{field}")[:1]
    for item in near:
        value = getattr(item, field)
        if view.uses_datetime_field:
            value = (timezone.localtime(value) if settings.USE_TZ else value).date()
        return period.begin(value)
    return None


def _now(view: Any) -> Any:
    return timezone.now() if view.uses_datetime_field else timezone_today()


def _lookup_value(view: Any, date: datetime.date) -> Any:
    """What the date field is compared with: a datetime's field with the first moment of a day."""
    if not view.uses_datetime_field:
        return date
    midnight = datetime.datetime.combine(date, datetime.time.min)
    return timezone.make_aware(midnight) if settings.USE_TZ else midnight


def _within(view: Any, since: datetime.date, until: datetime.date) -> dict[str, Any]:
    """The lookup of what is dated from `since` to before `until`."""
    field = view.get_date_field()
    return {
        f"{field}__gte": _lookup_value(view, since),
        f"{field}__lt": _lookup_value(view, until),
    }


def _on(view: Any, date: datetime.date) -> dict[str, Any]:
    """The lookup of what is dated `date`."""
    if view.uses_datetime_field:
        return _within(view, date, date + _DAY)
    return {view.get_date_field(): date}


def _date_from_string(
    year: Any,
    year_format: str,
    month: Any = "",
    month_format: str = "",
    day: Any = "",
    day_format: str = "",
    delim: str = "__",
) -> datetime.date:
    """The date that parts of a URL make; `Http404` if there is no such date."""
    pattern = delim.join((year_format, month_format, day_format))
    text = delim.join((str(year), str(month), str(day)))
    try:
        return datetime.datetime.strptime(text, pattern).date()
    except ValueError:
        raise Http404(
            _("Invalid date string “%(datestr)s” given format “%(format)s”")
            % {"datestr": text, "format": pattern}
        )


@unannotated
class YearMixin:
    """A year, of the view or its route."""

    year_format = "%Y"
    year: Any = None

    def get_year_format(self) -> str:
        """How the year is written, for `strptime`."""
        return self.year_format

    def get_year(self) -> Any:
        """The year asked for."""
        return _from_route(self, "year", _("No year specified"))

    def get_next_year(self, date: datetime.date) -> datetime.date | None:
        """The first day of the next year that can be shown."""
        return _neighbour(self, _YEARS, date, forward=True)

    def get_previous_year(self, date: datetime.date) -> datetime.date | None:
        """The first day of the previous year that can be shown."""
        return _neighbour(self, _YEARS, date, forward=False)


@unannotated
class MonthMixin:
    """A month, of the view or its route."""

    month_format = "%b"
    month: Any = None

    def get_month_format(self) -> str:
        """How the month is written, for `strptime`."""
        return self.month_format

    def get_month(self) -> Any:
        """The month asked for."""
        return _from_route(self, "month", _("No month specified"))

    def get_next_month(self, date: datetime.date) -> datetime.date | None:
        """The first day of the next month that can be shown."""
        return _neighbour(self, _MONTHS, date, forward=True)

    def get_previous_month(self, date: datetime.date) -> datetime.date | None:
        """The first day of the previous month that can be shown."""
        return _neighbour(self, _MONTHS, date, forward=False)


@unannotated
class DayMixin:
    """A day of the month, of the view or its route."""

    day_format = "%d"
    day: Any = None

    def get_day_format(self) -> str:
        """How the day is written, for `strptime`."""
        return self.day_format

    def get_day(self) -> Any:
        """The day asked for."""
        return _from_route(self, "day", _("No day specified"))

    def get_next_day(self, date: datetime.date) -> datetime.date | None:
        """The next day that can be shown."""
        return _neighbour(self, _DAYS, date, forward=True)

    def get_previous_day(self, date: datetime.date) -> datetime.date | None:
        """The previous day that can be shown."""
        return _neighbour(self, _DAYS, date, forward=False)


@unannotated
class WeekMixin:
    """A week of the year, of the view or its route."""

    week_format = "%U"
    week: Any = None

    def get_week_format(self) -> str:
        """How the week is written, for `strptime`."""
        return self.week_format

    def get_week(self) -> Any:
        """The week asked for."""
        return _from_route(self, "week", _("No week specified"))

    def get_next_week(self, date: datetime.date) -> datetime.date | None:
        """The first day of the next week that can be shown."""
        return _neighbour(self, _weeks(self.get_week_format()), date, forward=True)

    def get_previous_week(self, date: datetime.date) -> datetime.date | None:
        """The first day of the previous week that can be shown."""
        return _neighbour(self, _weeks(self.get_week_format()), date, forward=False)


@unannotated
class DateMixin:
    """Which field has the date, and whether the future is shown."""

    date_field: str | None = None
    allow_future = False

    model: Any
    get_queryset: Any

    def get_date_field(self) -> str:
        """The name of the field; `ImproperlyConfigured` without one."""
        if self.date_field is None:
            raise ImproperlyConfigured(f"{type(self).__name__}.date_field is required.")
        return self.date_field

    def get_allow_future(self) -> bool:
        """Whether objects with a date to come are shown."""
        return self.allow_future

    @cached_property
    def uses_datetime_field(self) -> bool:
        """Whether the field is a `DateTimeField`."""
        model = self.get_queryset().model if self.model is None else self.model
        return isinstance(model._meta.get_field(self.get_date_field()), models.DateTimeField)


@unannotated
class BaseDateListView(MultipleObjectMixin, DateMixin, View):
    """Shows objects by their dates, in whatever way `render_to_response` has."""

    allow_empty = False
    date_list_period = "year"

    render_to_response: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.date_list, self.object_list, more = self.get_dated_items()
        context = self.get_context_data(
            object_list=self.object_list, date_list=self.date_list, **more
        )
        return self.render_to_response(context)

    def get_dated_items(self) -> tuple[Any, Any, dict[str, Any]]:
        """The dates there are, the objects, and more for the context."""
        raise NotImplementedError("A DateView must provide an implementation of get_dated_items()")

    def get_ordering(self) -> Any:
        """By default, the latest first."""
        return f"-{self.get_date_field()}" if self.ordering is None else self.ordering

    def get_dated_queryset(self, **lookup: Any) -> Any:
        """The objects that `lookup` finds; `Http404` without one, if the view has no empty lists."""
        found = self.get_queryset().filter(**lookup)
        if not self.get_allow_future():
            found = found.filter(**{f"{self.get_date_field()}__lte": _now(self)})
        if not self.get_allow_empty():
            # PERF: of a list in pages only one page will be loaded.
            paginated = self.get_paginate_by(found) is not None
            if not (found.exists() if paginated else found):
                raise self._none_there(found)
        return found

    def get_date_list_period(self) -> str:
        """What the list of dates has: years, months, weeks or days."""
        return self.date_list_period

    def get_date_list(
        self, queryset: Any, date_type: str | None = None, ordering: str = "ASC"
    ) -> Any:
        """The years (months, ...) that have objects; `Http404` as `get_dated_queryset`."""
        field = self.get_date_field()
        if date_type is None:
            date_type = self.get_date_list_period()
        if self.uses_datetime_field:
            dates = queryset.datetimes(field, date_type, ordering)
        else:
            dates = queryset.dates(field, date_type, ordering)
        if dates is not None and not dates and not self.get_allow_empty():
            raise self._none_there(queryset)
        return dates

    def _none_there(self, queryset: Any) -> Http404:
        return Http404(
            _("No %(verbose_name_plural)s available")
            % {"verbose_name_plural": queryset.model._meta.verbose_name_plural}
        )


class BaseArchiveIndexView(BaseDateListView):
    """All objects, the latest first, and the years there are."""

    context_object_name = "latest"

    def get_dated_items(self) -> tuple[Any, Any, dict[str, Any]]:
        found = self.get_dated_queryset()
        dates = self.get_date_list(found, ordering="DESC")
        return dates, (found if dates else found.none()), {}


class ArchiveIndexView(MultipleObjectTemplateResponseMixin, BaseArchiveIndexView):
    """All objects, the latest first, and the years there are."""

    template_name_suffix = "_archive"


class BaseYearArchiveView(YearMixin, BaseDateListView):
    """The months of a year that have objects, and with `make_object_list` the objects."""

    date_list_period = "month"
    make_object_list = False

    def get_dated_items(self) -> tuple[Any, Any, dict[str, Any]]:
        year = _date_from_string(self.get_year(), self.get_year_format())
        found = self.get_dated_queryset(**_within(self, _YEARS.begin(year), _YEARS.after(year)))
        dates = self.get_date_list(found)
        if not self.get_make_object_list():
            # Still a query: templates are guessed from its model.
            found = found.none()
        neighbours = {
            "next_year": self.get_next_year(year),
            "previous_year": self.get_previous_year(year),
        }
        return dates, found, {"year": year, **neighbours}

    def get_make_object_list(self) -> bool:
        """Whether the year's objects are listed too."""
        return self.make_object_list


class YearArchiveView(MultipleObjectTemplateResponseMixin, BaseYearArchiveView):
    """The months of a year that have objects, and with `make_object_list` the objects."""

    template_name_suffix = "_archive_year"


class BaseMonthArchiveView(YearMixin, MonthMixin, BaseDateListView):
    """The objects of a month, and the days that have some."""

    date_list_period = "day"

    def get_dated_items(self) -> tuple[Any, Any, dict[str, Any]]:
        month = _date_from_string(
            self.get_year(), self.get_year_format(), self.get_month(), self.get_month_format()
        )
        found = self.get_dated_queryset(**_within(self, _MONTHS.begin(month), _MONTHS.after(month)))
        neighbours = {
            "next_month": self.get_next_month(month),
            "previous_month": self.get_previous_month(month),
        }
        return self.get_date_list(found), found, {"month": month, **neighbours}


class MonthArchiveView(MultipleObjectTemplateResponseMixin, BaseMonthArchiveView):
    """The objects of a month, and the days that have some."""

    template_name_suffix = "_archive_month"


class BaseWeekArchiveView(YearMixin, WeekMixin, BaseDateListView):
    """The objects of a week."""

    def get_dated_items(self) -> tuple[Any, Any, dict[str, Any]]:
        week = self._first_day()
        found = self.get_dated_queryset(
            **_within(self, week, _weeks(self.get_week_format()).after(week))
        )
        neighbours = {
            "next_week": self.get_next_week(week),
            "previous_week": self.get_previous_week(week),
        }
        return None, found, {"week": week, **neighbours}

    def _first_day(self) -> datetime.date:
        year, week = self.get_year(), self.get_week()
        year_format, week_format = self.get_year_format(), self.get_week_format()
        if week_format not in _WEEKS:
            raise ValueError(
                f"Unknown week format {week_format!r}. Choices are: {', '.join(sorted(_WEEKS))}"
            )
        if week_format == "%V" and year_format != "%G":
            raise ValueError(
                f"ISO week directive '{week_format}' is incompatible with the year directive "
                f"'{year_format}'. Use the ISO year '%G' instead."
            )
        _first, number = _WEEKS[week_format]
        return _date_from_string(year, year_format, number, "%w", week, week_format)


class WeekArchiveView(MultipleObjectTemplateResponseMixin, BaseWeekArchiveView):
    """The objects of a week."""

    template_name_suffix = "_archive_week"


class BaseDayArchiveView(YearMixin, MonthMixin, DayMixin, BaseDateListView):
    """The objects of a day."""

    def get_dated_items(self) -> tuple[Any, Any, dict[str, Any]]:
        return self._items_of(_asked_day(self))

    def _items_of(self, day: datetime.date) -> tuple[Any, Any, dict[str, Any]]:
        found = self.get_dated_queryset(**_on(self, day))
        neighbours = {
            "previous_day": self.get_previous_day(day),
            "next_day": self.get_next_day(day),
            "previous_month": self.get_previous_month(day),
            "next_month": self.get_next_month(day),
        }
        return None, found, {"day": day, **neighbours}


def _asked_day(view: Any) -> datetime.date:
    return _date_from_string(
        view.get_year(),
        view.get_year_format(),
        view.get_month(),
        view.get_month_format(),
        view.get_day(),
        view.get_day_format(),
    )


class DayArchiveView(MultipleObjectTemplateResponseMixin, BaseDayArchiveView):
    """The objects of a day."""

    template_name_suffix = "_archive_day"


class BaseTodayArchiveView(BaseDayArchiveView):
    """The objects of today."""

    def get_dated_items(self) -> tuple[Any, Any, dict[str, Any]]:
        return self._items_of(datetime.date.today())


class TodayArchiveView(MultipleObjectTemplateResponseMixin, BaseTodayArchiveView):
    """The objects of today."""

    template_name_suffix = "_archive_day"


class BaseDateDetailView(YearMixin, MonthMixin, DayMixin, DateMixin, BaseDetailView):
    """One object, if it has the date of the route."""

    def get_object(self, queryset: Any = None) -> Any:
        """The object as `SingleObjectMixin` finds it, among those of the day."""
        day = _asked_day(self)
        if queryset is None:
            queryset = self.get_queryset()
        if not self.get_allow_future() and day > datetime.date.today():
            raise Http404(
                _(
                    "Future %(verbose_name_plural)s not available because "
                    "%(class_name)s.allow_future is False."
                )
                % {
                    "verbose_name_plural": queryset.model._meta.verbose_name_plural,
                    "class_name": type(self).__name__,
                }
            )
        return super().get_object(queryset=queryset.filter(**_on(self, day)))


class DateDetailView(SingleObjectTemplateResponseMixin, BaseDateDetailView):
    """One object, if it has the date of the route."""

    template_name_suffix = "_detail"
