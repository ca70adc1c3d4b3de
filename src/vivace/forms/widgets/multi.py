"""Widgets made of several widgets. Documented in ref/forms/widgets."""

from __future__ import annotations

import copy
from typing import Any, Self

from vivace.forms.utils import to_current_timezone
from vivace.forms.widgets.base import Widget
from vivace.forms.widgets.inputs import DateInput, TimeInput
from vivace.forms.widgets.media import Media
from vivace.utils.naming import publish


class MultiWidget(Widget):
    """Several widgets side by side, for one value in parts.

    `widgets` is a list, whose members are named by position, or a dictionary by name. A subclass says
    in `decompress` how a value falls apart.
    """

    template_name = "django/forms/widgets/multiwidget.html"
    use_fieldset = True

    def __init__(self, widgets: Any, attrs: dict[str, Any] | None = None) -> None:
        if isinstance(widgets, dict):
            self.widgets_names = [f"_{name}" if name else "" for name in widgets]
            widgets = widgets.values()
        else:
            self.widgets_names = [f"_{index}" for index in range(len(widgets))]
        self.widgets: Any = [widget() if isinstance(widget, type) else widget for widget in widgets]
        super().__init__(attrs)

    @property
    def is_hidden(self) -> bool:
        """Whether all of the widgets are hidden."""
        return all(widget.is_hidden for widget in self.widgets)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if self.is_localized:
            for widget in self.widgets:
                widget.is_localized = self.is_localized
        if not isinstance(value, (list, tuple)):
            value = self.decompress(value)
        shared = context["widget"]["attrs"]
        input_type = shared.pop("type", None)
        id_ = shared.get("id")
        parts = []
        for index, (suffix, widget) in enumerate(
            zip(self.widgets_names, self.widgets, strict=False)
        ):
            if input_type is not None:
                widget.input_type = input_type
            try:
                part = value[index]
            except IndexError:
                part = None
            own = shared
            if id_:
                own = {**shared, "id": f"{id_}_{index}"}
            parts.append(widget.get_context(name + suffix, part, own)["widget"])
        context["widget"]["subwidgets"] = parts
        return context

    def id_for_label(self, id_: Any) -> Any:
        """No label stands for all of the widgets."""
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The list of the widgets' values."""
        return [
            widget.value_from_datadict(data, files, name + suffix)
            for suffix, widget in zip(self.widgets_names, self.widgets, strict=False)
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return all(
            widget.value_omitted_from_data(data, files, name + suffix)
            for suffix, widget in zip(self.widgets_names, self.widgets, strict=False)
        )

    def decompress(self, value: Any) -> Any:
        """The list of values that `value`, or None, falls into."""
        raise NotImplementedError("Subclasses must implement this method.")

    def _get_media(self) -> Media:
        """The media of all of the widgets."""
        media = Media()
        for widget in self.widgets:
            media = media + widget.media
        return media

    media = property(_get_media)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = super().__deepcopy__(memo)
        twin.widgets = copy.deepcopy(self.widgets)
        return twin

    @property
    def needs_multipart_form(self) -> bool:
        """Whether one of the widgets uploads files."""
        return any(widget.needs_multipart_form for widget in self.widgets)


class SplitDateTimeWidget(MultiWidget):
    """An input of a date and another of a time."""

    supports_microseconds = False
    template_name = "django/forms/widgets/splitdatetime.html"

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        date_format: str | None = None,
        time_format: str | None = None,
        date_attrs: dict[str, Any] | None = None,
        time_attrs: dict[str, Any] | None = None,
    ) -> None:
        widgets = (
            DateInput(attrs=attrs if date_attrs is None else date_attrs, format=date_format),
            TimeInput(attrs=attrs if time_attrs is None else time_attrs, format=time_format),
        )
        super().__init__(widgets)

    def decompress(self, value: Any) -> Any:
        if value:
            value = to_current_timezone(value)
            return [value.date(), value.time()]
        return [None, None]


class SplitHiddenDateTimeWidget(SplitDateTimeWidget):
    """A hidden input of a date and another of a time."""

    template_name = "django/forms/widgets/splithiddendatetime.html"

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        date_format: str | None = None,
        time_format: str | None = None,
        date_attrs: dict[str, Any] | None = None,
        time_attrs: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(attrs, date_format, time_format, date_attrs, time_attrs)
        for widget in self.widgets:
            widget.input_type = "hidden"


publish(__name__, "forms.widgets")
