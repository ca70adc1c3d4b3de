"""Widgets that choose among given values. Documented in ref/forms/widgets."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Self

from vivace.forms.widgets.base import Widget
from vivace.utils.choices import normalize_choices
from vivace.utils.naming import publish
from vivace.utils.translation import gettext_lazy as _


class ChoiceWidget(Widget):
    """Base of the widgets with `choices`: pairs of value and label, or of group and such pairs."""

    allow_multiple_selected = False
    input_type: str | None = None
    template_name: Any = None
    option_template_name: Any = None
    add_id_index = True
    checked_attribute: Any = {"checked": True}
    option_inherits_attrs = True

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__(attrs)
        self.choices = choices

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = copy.copy(self)
        twin.attrs = self.attrs.copy()
        twin.choices = copy.copy(self.choices)
        memo[id(self)] = twin
        return twin

    def subwidgets(self, name: str, value: Any, attrs: Any = None) -> Iterator[Any]:
        """The context of each option."""
        value = self.format_value(value)
        yield from self.options(name, value, attrs)

    def options(self, name: str, value: Any, attrs: Any = None) -> Iterator[Any]:
        """The options of all groups; `value` is a list of texts."""
        for group in self.optgroups(name, value, attrs):
            yield from group[1]

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> list[Any]:
        """Groups as ``(name or None, options, index)``; an option alone is a group without name."""
        groups: list[Any] = []
        has_selected = False
        for index, (option_value, option_label) in enumerate(self.choices):
            if option_value is None:
                option_value = ""
            if isinstance(option_label, (list, tuple)):
                group_name, members = option_value, option_label
                subindex = 0
            else:
                group_name, members = None, [(option_value, option_label)]
                subindex = None
            subgroup: list[Any] = []
            groups.append((group_name, subgroup, index))
            for subvalue, sublabel in members:
                selected = (not has_selected or self.allow_multiple_selected) and (
                    str(subvalue) in value
                )
                has_selected |= selected
                subgroup.append(
                    self.create_option(
                        name, subvalue, sublabel, selected, index, subindex=subindex, attrs=attrs
                    )
                )
                if subindex is not None:
                    subindex += 1
        return groups

    def create_option(
        self,
        name: str,
        value: Any,
        label: Any,
        selected: bool,
        index: int,
        subindex: int | None = None,
        attrs: Any = None,
    ) -> dict[str, Any]:
        """The context of one option."""
        place = str(index) if subindex is None else f"{index}_{subindex}"
        option_attrs = self.build_attrs(self.attrs, attrs) if self.option_inherits_attrs else {}
        if selected:
            option_attrs.update(self.checked_attribute)
        if "id" in option_attrs:
            option_attrs["id"] = self.id_for_label(option_attrs["id"], place)
        return {
            "name": name,
            "value": value,
            "label": label,
            "selected": selected,
            "index": place,
            "attrs": option_attrs,
            "type": self.input_type,
            "template_name": self.option_template_name,
            "wrap_label": True,
        }

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["optgroups"] = self.optgroups(name, context["widget"]["value"], attrs)
        return context

    def id_for_label(self, id_: Any, index: Any = "0") -> Any:
        """The ID of the option at `index`, for widgets whose options have one."""
        if id_ and self.add_id_index:
            id_ = f"{id_}_{index}"
        return id_

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        getter = data.get
        if self.allow_multiple_selected:
            # Only data of requests has several values under one name.
            getter = getattr(data, "getlist", getter)
        return getter(name)

    def format_value(self, value: Any) -> Any:
        """The selected values as a list of texts."""
        if value is None and self.allow_multiple_selected:
            return []
        if not isinstance(value, (tuple, list)):
            value = [value]
        return ["" if item is None else str(item) for item in value]

    @property
    def choices(self) -> Any:
        """The choices, as given or normalised to pairs."""
        return self._choices

    @choices.setter
    def choices(self, value: Any) -> None:
        self._choices = normalize_choices(value)


class Select(ChoiceWidget):
    """A ``<select>``."""

    input_type = "select"
    template_name = "django/forms/widgets/select.html"
    option_template_name = "django/forms/widgets/select_option.html"
    add_id_index = False
    checked_attribute = {"selected": True}
    option_inherits_attrs = False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if self.allow_multiple_selected:
            context["widget"]["attrs"]["multiple"] = True
        return context

    @staticmethod
    def _choice_has_empty_value(choice: Any) -> bool:
        value, _label = choice
        return value is None or value == ""

    def use_required_attribute(self, initial: Any) -> bool:
        """COMPAT: valid HTML only if the first of the options stands for no choice."""
        allowed = super().use_required_attribute(initial)
        if self.allow_multiple_selected:
            return allowed
        first = next(iter(self.choices), None)
        return allowed and first is not None and self._choice_has_empty_value(first)


class NullBooleanSelect(Select):
    """A ``<select>`` of unknown, yes and no."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        choices = (
            ("unknown", _("Unknown")),
            ("true", _("Yes")),
            ("false", _("No")),
        )
        super().__init__(attrs, choices)

    def format_value(self, value: Any) -> Any:
        shown = {
            True: "true",
            False: "false",
            "true": "true",
            "false": "false",
            # COMPAT: what was sent before the values had names.
            "2": "true",
            "3": "false",
        }
        return shown.get(value, "unknown")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        known = {
            True: True,
            "True": True,
            "False": False,
            False: False,
            "true": True,
            "false": False,
            "2": True,
            "3": False,
        }
        return known.get(data.get(name))


class SelectMultiple(Select):
    """A ``<select multiple>``."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        getter = getattr(data, "getlist", data.get)
        return getter(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        # Browsers send nothing if nothing is selected.
        return False


class RadioSelect(ChoiceWidget):
    """A radio button for each choice."""

    input_type = "radio"
    template_name = "django/forms/widgets/radio.html"
    option_template_name = "django/forms/widgets/radio_option.html"
    use_fieldset = True

    def id_for_label(self, id_: Any, index: Any = None) -> Any:
        """No label stands for all of the buttons."""
        return "" if index is None else super().id_for_label(id_, index)


class CheckboxSelectMultiple(RadioSelect):
    """A checkbox for each choice."""

    allow_multiple_selected = True
    input_type = "checkbox"
    template_name = "django/forms/widgets/checkbox_select.html"
    option_template_name = "django/forms/widgets/checkbox_option.html"

    def use_required_attribute(self, initial: Any) -> bool:
        """Never: each of the boxes would have to be checked."""
        return False

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


publish(__name__, "forms.widgets")
