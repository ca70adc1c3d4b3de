"""Widgets that are one ``<input>`` or ``<textarea>``. Documented in ref/forms/widgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vivace.forms.widgets.base import Widget
from vivace.utils.formats import get_format, localize_input
from vivace.utils.naming import publish


class Input(Widget):
    """An ``<input>``; `attrs` may give another ``type``."""

    input_type: str | None = None
    template_name = "django/forms/widgets/input.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        if attrs is not None:
            attrs = attrs.copy()
            self.input_type = attrs.pop("type", self.input_type)
        super().__init__(attrs)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["type"] = self.input_type
        return context


class TextInput(Input):
    """An input of text."""

    input_type = "text"
    template_name = "django/forms/widgets/text.html"


class NumberInput(Input):
    """An input of a number."""

    input_type = "number"
    template_name = "django/forms/widgets/number.html"


class EmailInput(Input):
    """An input of an e-mail address."""

    input_type = "email"
    template_name = "django/forms/widgets/email.html"


class URLInput(Input):
    """An input of a URL."""

    input_type = "url"
    template_name = "django/forms/widgets/url.html"


class ColorInput(Input):
    """An input of a colour."""

    input_type = "color"
    template_name = "django/forms/widgets/color.html"


class SearchInput(Input):
    """An input of words to search for."""

    input_type = "search"
    template_name = "django/forms/widgets/search.html"


class TelInput(Input):
    """An input of a telephone number."""

    input_type = "tel"
    template_name = "django/forms/widgets/tel.html"


class PasswordInput(Input):
    """An input of a password, which is sent back to the browser only with `render_value`."""

    input_type = "password"
    template_name = "django/forms/widgets/password.html"

    def __init__(self, attrs: dict[str, Any] | None = None, render_value: bool = False) -> None:
        super().__init__(attrs)
        self.render_value = render_value

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, value if self.render_value else None, attrs)


class HiddenInput(Input):
    """An input that is not shown."""

    input_type = "hidden"
    template_name = "django/forms/widgets/hidden.html"


class MultipleHiddenInput(HiddenInput):
    """A hidden input for each of several values."""

    template_name = "django/forms/widgets/multiple_hidden.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shared = context["widget"]["attrs"]
        id_ = shared.get("id")
        parts = []
        for index, item in enumerate(context["widget"]["value"]):
            own = shared.copy()
            if id_:
                own["id"] = f"{id_}_{index}"
            hidden = HiddenInput()
            hidden.is_required = self.is_required
            parts.append(hidden.get_context(name, item, own)["widget"])
        context["widget"]["subwidgets"] = parts
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        getter = data.getlist if hasattr(data, "getlist") else data.get
        return getter(name)

    def format_value(self, value: Any) -> Any:
        return [] if value is None else value


class Textarea(Widget):
    """A ``<textarea>``."""

    template_name = "django/forms/widgets/textarea.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"cols": "40", "rows": "10", **(attrs or {})})


class DateTimeBaseInput(TextInput):
    """An input of a point in time, shown in `format` or the first input format of the language."""

    format_key = ""
    supports_microseconds = False

    def __init__(self, attrs: dict[str, Any] | None = None, format: str | None = None) -> None:
        super().__init__(attrs)
        self.format = format or None

    def format_value(self, value: Any) -> Any:
        return localize_input(value, self.format or get_format(self.format_key)[0])


class DateInput(DateTimeBaseInput):
    """An input of a date."""

    format_key = "DATE_INPUT_FORMATS"
    template_name = "django/forms/widgets/date.html"


class DateTimeInput(DateTimeBaseInput):
    """An input of a date and a time."""

    format_key = "DATETIME_INPUT_FORMATS"
    template_name = "django/forms/widgets/datetime.html"


class TimeInput(DateTimeBaseInput):
    """An input of a time."""

    format_key = "TIME_INPUT_FORMATS"
    template_name = "django/forms/widgets/time.html"


def boolean_check(v: Any) -> bool:
    """Whether a checkbox is checked for the value `v`, unless told otherwise."""
    return not (v is False or v is None or v == "")


class CheckboxInput(Input):
    """A checkbox; `check_test` takes a value and tells whether the box is checked."""

    input_type = "checkbox"
    template_name = "django/forms/widgets/checkbox.html"

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        check_test: Callable[[Any], bool] | None = None,
    ) -> None:
        super().__init__(attrs)
        self.check_test = boolean_check if check_test is None else check_test

    def format_value(self, value: Any) -> Any:
        if value is True or not boolean_check(value):
            return None
        return str(value)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        if self.check_test(value):
            attrs = {**(attrs or {}), "checked": True}
        return super().get_context(name, value, attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name not in data:
            # Browsers send nothing for a box that is not checked.
            return False
        value = data.get(name)
        if isinstance(value, str):
            value = {"true": True, "false": False}.get(value.lower(), value)
        return bool(value)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


publish(__name__, "forms.widgets")
