"""A date as three ``<select>``. Documented in ref/forms/widgets."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

from vivace.forms.widgets.base import Widget
from vivace.forms.widgets.choices import Select
from vivace.utils.dates import MONTHS
from vivace.utils.formats import get_format, sanitize_strftime_format
from vivace.utils.naming import publish

_ORDER = {"y": "year", "Y": "year", "b": "month", "E": "month", "F": "month", "M": "month"}
_ORDER |= {"m": "month", "n": "month", "N": "month", "d": "day", "j": "day"}


class SelectDateWidget(Widget):
    """Month, day and year, in the order of the language's date format.

    `years` and `months` are the choices; `empty_label` is the label of no choice, or a list of three:
    year, month, day.
    """

    none_value: Any = ("", "---")
    month_field = "%s_month"
    day_field = "%s_day"
    year_field = "%s_year"
    template_name = "django/forms/widgets/select_date.html"
    input_type = "select"
    select_widget: Any = Select
    date_re = re.compile(r"(\d{4}|0)-(\d\d?)-(\d\d?)$")
    use_fieldset = True

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        years: Any = None,
        months: Any = None,
        empty_label: Any = None,
    ) -> None:
        self.attrs = attrs or {}
        if years:
            self.years = years
        else:
            this_year = datetime.date.today().year
            self.years = range(this_year, this_year + 10)
        self.months = months or MONTHS
        if isinstance(empty_label, (list, tuple)):
            if len(empty_label) != 3:
                raise ValueError("empty_label list/tuple must have 3 elements.")
            self.year_none_value, self.month_none_value, self.day_none_value = (
                ("", label) for label in empty_label
            )
        else:
            if empty_label is not None:
                self.none_value = ("", empty_label)
            self.year_none_value = self.none_value
            self.month_none_value = self.none_value
            self.day_none_value = self.none_value

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        choices = {
            "year": [(year, str(year)) for year in self.years],
            "month": list(self.months.items()),
            "day": [(day, day) for day in range(1, 32)],
        }
        parts = []
        for part in self._parse_date_fmt():
            options: Any = choices[part]
            if not self.is_required:
                options = [getattr(self, f"{part}_none_value"), *options]
            part_name = getattr(self, f"{part}_field") % name
            select = self.select_widget(attrs, choices=options)
            select.is_required = self.is_required
            parts.append(
                select.get_context(
                    part_name,
                    context["widget"]["value"][part],
                    {**context["widget"]["attrs"], "id": f"id_{part_name}"},
                )["widget"]
            )
        context["widget"]["subwidgets"] = parts
        return context

    def format_value(self, value: Any) -> Any:
        """The year, month and day of a date or a text, each None if unknown."""
        year = month = day = None
        if isinstance(value, (datetime.date, datetime.datetime)):
            year, month, day = value.year, value.month, value.day
        elif isinstance(value, str):
            match = self.date_re.match(value)
            if match:
                # A zero stands for a part that was not chosen.
                year, month, day = (int(number) or "" for number in match.groups())  # type: ignore[assignment]
            else:
                input_format = get_format("DATE_INPUT_FORMATS")[0]
                try:
                    date = datetime.datetime.strptime(value, input_format)
                except ValueError:
                    pass
                else:
                    year, month, day = date.year, date.month, date.day
        return {"year": year, "month": month, "day": day}

    @staticmethod
    def _parse_date_fmt() -> Iterator[str]:
        """The parts in the order of the language's date format."""
        escaped = False
        for char in get_format("DATE_FORMAT"):
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char in _ORDER:
                yield _ORDER[char]

    def id_for_label(self, id_: Any) -> Any:
        """The ID of the first of the three."""
        for part in self._parse_date_fmt():
            return f"{id_}_{part}"
        return f"{id_}_month"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The date as text in the first input format; what is no date in the form Y-M-D."""
        year = data.get(self.year_field % name)
        month = data.get(self.month_field % name)
        day = data.get(self.day_field % name)
        if year == month == day == "":
            return None
        if year is None or month is None or day is None:
            return data.get(name)
        input_format = sanitize_strftime_format(get_format("DATE_INPUT_FORMATS")[0])
        try:
            return datetime.date(int(year), int(month), int(day)).strftime(input_format)
        except OverflowError:
            return "0-0-0"
        except ValueError:
            return f"{year or 0}-{month or 0}-{day or 0}"

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(
            field % name in data for field in (self.year_field, self.month_field, self.day_field)
        )


publish(__name__, "forms.widgets")
