"""Fields of dates, times and durations. Documented in ref/forms/fields."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from vivace.core.exceptions import ValidationError
from vivace.forms.fields.base import Field
from vivace.forms.utils import from_current_timezone, to_current_timezone
from vivace.forms.widgets import DateInput, DateTimeInput, TimeInput
from vivace.utils.dateparse import parse_datetime, parse_duration
from vivace.utils.duration import duration_string
from vivace.utils.formats import get_format, get_format_lazy
from vivace.utils.naming import publish
from vivace.utils.translation import gettext_lazy as _


class BaseTemporalField(Field):
    """Base of the fields that try `input_formats` one after the other."""

    input_formats: Any

    def __init__(self, *, input_formats: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if input_formats is not None:
            self.input_formats = input_formats

    def to_python(self, value: Any) -> Any:
        value = value.strip()
        for format in self.input_formats:
            try:
                return self.strptime(value, format)
            except (ValueError, TypeError):
                continue
        raise ValidationError(self.error_messages["invalid"], code="invalid")

    def strptime(self, value: str, format: str) -> Any:
        """`value` read in one format; raises ValueError."""
        raise NotImplementedError("Subclasses must define this method.")


class DateField(BaseTemporalField):
    """A date."""

    widget = DateInput
    input_formats = get_format_lazy("DATE_INPUT_FORMATS")
    default_error_messages = {"invalid": _("Enter a valid date.")}

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        return super().to_python(value)

    def strptime(self, value: str, format: str) -> Any:
        return datetime.datetime.strptime(value, format).date()


class TimeField(BaseTemporalField):
    """A time of the day."""

    widget = TimeInput
    input_formats = get_format_lazy("TIME_INPUT_FORMATS")
    default_error_messages = {"invalid": _("Enter a valid time.")}

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime.time):
            return value
        return super().to_python(value)

    def strptime(self, value: str, format: str) -> Any:
        return datetime.datetime.strptime(value, format).time()


class DateTimeFormatsIterator:
    """The formats of dates with times, then those of dates alone."""

    def __iter__(self) -> Iterator[str]:
        yield from get_format("DATETIME_INPUT_FORMATS")
        yield from get_format("DATE_INPUT_FORMATS")


class DateTimeField(BaseTemporalField):
    """A date and time, in the current time zone; ISO 8601 is read before `input_formats` are tried."""

    widget = DateTimeInput
    input_formats = DateTimeFormatsIterator()
    default_error_messages = {"invalid": _("Enter a valid date/time.")}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime.datetime):
            value = to_current_timezone(value)
        return value

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime.datetime):
            return from_current_timezone(value)
        if isinstance(value, datetime.date):
            return from_current_timezone(datetime.datetime(value.year, value.month, value.day))
        try:
            result = parse_datetime(value.strip())
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not result:
            result = super().to_python(value)
        return from_current_timezone(result)

    def strptime(self, value: str, format: str) -> Any:
        return datetime.datetime.strptime(value, format)


class DurationField(Field):
    """A duration."""

    default_error_messages = {
        "invalid": _("Enter a valid duration."),
        "overflow": _("The number of days must be between {min_days} and {max_days}."),
    }

    def prepare_value(self, value: Any) -> Any:
        return duration_string(value) if isinstance(value, datetime.timedelta) else value

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime.timedelta):
            return value
        try:
            value = parse_duration(str(value))
        except OverflowError:
            raise ValidationError(
                self.error_messages["overflow"].format(
                    min_days=datetime.timedelta.min.days, max_days=datetime.timedelta.max.days
                ),
                code="overflow",
            )
        if value is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return value


publish(__name__, "forms.fields")
