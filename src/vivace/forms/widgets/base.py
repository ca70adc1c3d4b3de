"""What a widget is. Documented in ref/forms/widgets."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Self

from vivace.forms.renderers import get_default_renderer
from vivace.forms.widgets.media import MediaDefiningClass
from vivace.utils.formats import localize_input
from vivace.utils.naming import object_repr, publish
from vivace.utils.safestring import mark_safe


class Widget(metaclass=MediaDefiningClass):
    """How a field is shown as HTML, and how its value is read from what was submitted.

    `attrs` are the HTML attributes: True is an attribute without a value, False leaves it out.
    """

    template_name: Any
    media: Any
    needs_multipart_form: Any = False
    is_localized = False
    is_required = False
    supports_microseconds = True
    use_fieldset = False

    __repr__ = object_repr

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        self.attrs: dict[str, Any] = {} if attrs is None else attrs.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = copy.copy(self)
        twin.attrs = self.attrs.copy()
        memo[id(self)] = twin
        return twin

    @property
    def is_hidden(self) -> bool:
        """Whether it is an ``<input type="hidden">``."""
        return getattr(self, "input_type", None) == "hidden"

    def subwidgets(self, name: str, value: Any, attrs: Any = None) -> Iterator[Any]:
        """The context of each part of the widget; most have one."""
        context = self.get_context(name, value, attrs)
        yield context["widget"]

    def format_value(self, value: Any) -> Any:
        """The value as the template shall show it; None for none."""
        if value == "" or value is None:
            return None
        if self.is_localized:
            return localize_input(value)
        return str(value)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """What the template gets."""
        return {
            "widget": {
                "name": name,
                "is_hidden": self.is_hidden,
                "required": self.is_required,
                "value": self.format_value(value),
                "attrs": self.build_attrs(self.attrs, attrs),
                "template_name": self.template_name,
            },
        }

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """The widget's HTML."""
        context = self.get_context(name, value, attrs)
        return self._render(self.template_name, context, renderer)

    def _render(self, template_name: Any, context: Any, renderer: Any = None) -> Any:
        if renderer is None:
            renderer = get_default_renderer()
        return mark_safe(renderer.render(template_name, context))

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """Both dictionaries in one; the second wins."""
        return {**base_attrs, **(extra_attrs or {})}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was submitted under `name`; None for nothing."""
        return data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether nothing was submitted under `name`."""
        return name not in data

    def id_for_label(self, id_: Any) -> Any:
        """The ID that the ``for`` of a label names; empty for none."""
        return id_

    def use_required_attribute(self, initial: Any) -> bool:
        """Whether the widget may have the ``required`` attribute."""
        return not self.is_hidden


publish(__name__, "forms.widgets")
