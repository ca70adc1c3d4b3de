"""Widgets that upload files. Documented in ref/forms/widgets."""

from __future__ import annotations

from typing import Any

from vivace.forms.widgets.inputs import CheckboxInput, Input
from vivace.utils.naming import publish
from vivace.utils.translation import gettext_lazy as _

#: What a widget answers when a file was sent and its removal asked for as well.
FILE_INPUT_CONTRADICTION = object()


class FileInput(Input):
    """An input of a file; of several only where `allow_multiple_selected` says so."""

    allow_multiple_selected = False
    input_type = "file"
    needs_multipart_form = True
    template_name = "django/forms/widgets/file.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        if attrs is not None and not self.allow_multiple_selected and attrs.get("multiple", False):
            # SECURITY: a field that cleans one file would let all others through unchecked.
            raise ValueError(f"{type(self).__name__} doesn't support uploading multiple files.")
        if self.allow_multiple_selected:
            attrs = {**(attrs or {})}
            attrs.setdefault("multiple", True)
        super().__init__(attrs)

    def format_value(self, value: Any) -> Any:
        """None: browsers let no page say which file is chosen."""
        return None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        getter = files.get
        if self.allow_multiple_selected:
            getter = getattr(files, "getlist", getter)
        return getter(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files

    def use_required_attribute(self, initial: Any) -> bool:
        """Not if there is a file already, which may stay."""
        return super().use_required_attribute(initial) and not initial


class ClearableFileInput(FileInput):
    """An input of a file, which shows the present one and a checkbox to remove it."""

    clear_checkbox_label: Any = _("Clear")
    initial_text: Any = _("Currently")
    input_text: Any = _("Change")
    template_name = "django/forms/widgets/clearable_file_input.html"
    checked = False

    def clear_checkbox_name(self, name: str) -> str:
        """The name of the checkbox."""
        return name + "-clear"

    def clear_checkbox_id(self, name: str) -> str:
        """The ID of the checkbox, of its name."""
        return name + "_id"

    def is_initial(self, value: Any) -> bool:
        """Whether there is a file with an address to show."""
        return bool(value and getattr(value, "url", False))

    def format_value(self, value: Any) -> Any:
        """The file, if it can be shown."""
        return value if self.is_initial(value) else None

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        checkbox_name = self.clear_checkbox_name(name)
        widget = context["widget"]
        widget.update(
            {
                "checkbox_name": checkbox_name,
                "checkbox_id": self.clear_checkbox_id(checkbox_name),
                "is_initial": self.is_initial(value),
                "input_text": self.input_text,
                "initial_text": self.initial_text,
                "clear_checkbox_label": self.clear_checkbox_label,
            }
        )
        widget["attrs"].setdefault("disabled", False)
        widget["attrs"]["checked"] = self.checked
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The file; False to remove the present one; a mark if both were asked for."""
        upload = super().value_from_datadict(data, files, name)
        self.checked = self.clear_checkbox_name(name) in data
        if not self.is_required and CheckboxInput().value_from_datadict(
            data, files, self.clear_checkbox_name(name)
        ):
            if upload:
                self.checked = True
                return FILE_INPUT_CONTRADICTION
            return False
        return upload

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return (
            super().value_omitted_from_data(data, files, name)
            and self.clear_checkbox_name(name) not in data
        )


publish(__name__, "forms.widgets")
