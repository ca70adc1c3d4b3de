"""A field together with the data of its form. Documented in ref/forms/api."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vivace.core.exceptions import ValidationError
from vivace.forms.utils import RenderableFieldMixin, pretty_name
from vivace.forms.widgets import MultiWidget, Textarea, TextInput
from vivace.utils.functional import cached_property
from vivace.utils.html import format_html, html_safe
from vivace.utils.translation import gettext_lazy as _

__all__ = ("BoundField",)


class BoundField(RenderableFieldMixin):
    """A field of a form: its HTML, its label, its errors and its value."""

    def __init__(self, form: Any, field: Any, name: str) -> None:
        self.form = form
        self.field = field
        self.name = name
        self.html_name = form.add_prefix(name)
        self.html_initial_name = form.add_initial_prefix(name)
        self.html_initial_id = form.add_initial_prefix(self.auto_id)
        self.label = pretty_name(name) if field.label is None else field.label
        self.help_text = field.help_text or ""
        self.renderer = form.renderer

    @cached_property
    def subwidgets(self) -> list[BoundWidget]:
        """The widget's parts, which for most widgets is one."""
        id_ = self.field.widget.attrs.get("id") or self.auto_id
        attrs = self.build_widget_attrs({"id": id_} if id_ else {})
        return [
            BoundWidget(self.field.widget, widget, self.form.renderer)
            for widget in self.field.widget.subwidgets(self.html_name, self.value(), attrs=attrs)
        ]

    def __bool__(self) -> bool:
        # Not by `__len__`, which may have to ask for all choices.
        return True

    def __iter__(self) -> Iterator[BoundWidget]:
        return iter(self.subwidgets)

    def __len__(self) -> int:
        return len(self.subwidgets)

    def __getitem__(self, idx: Any) -> Any:
        # COMPAT: templates try `field["name"]` first, which must not look like a list's IndexError.
        if not isinstance(idx, (int, slice)):
            raise TypeError(
                f"BoundField indices must be integers or slices, not {type(idx).__name__}."
            )
        return self.subwidgets[idx]

    @property
    def errors(self) -> Any:
        """The field's errors, an `ErrorList`."""
        found = self.form.errors.get(self.name)
        if found is None:
            found = self.form.error_class(renderer=self.form.renderer)
        return found

    @property
    def template_name(self) -> Any:
        """The template of `as_field_group`."""
        return self.field.template_name or self.form.renderer.field_template_name

    def get_context(self) -> dict[str, Any]:
        return {"field": self}

    def as_widget(self, widget: Any = None, attrs: Any = None, only_initial: bool = False) -> Any:
        """The HTML of the field's widget, or of `widget`, with `attrs` more."""
        widget = widget or self.field.widget
        if self.field.localize:
            widget.is_localized = True
        attrs = self.build_widget_attrs({**(attrs or {})}, widget)
        if self.auto_id and "id" not in widget.attrs:
            attrs.setdefault("id", self.html_initial_id if only_initial else self.auto_id)
        value = self.value()
        if only_initial and self.html_initial_name in self.form.data:
            # What was submitted as initial stays so, whatever else has changed.
            value = self.form._widget_data_value(self.field.hidden_widget(), self.html_initial_name)
        return widget.render(
            name=self.html_initial_name if only_initial else self.html_name,
            value=value,
            attrs=attrs,
            renderer=self.form.renderer,
        )

    def as_text(self, attrs: Any = None, **kwargs: Any) -> Any:
        """The field as an input of text."""
        return self.as_widget(TextInput(), attrs, **kwargs)

    def as_textarea(self, attrs: Any = None, **kwargs: Any) -> Any:
        """The field as a ``<textarea>``."""
        return self.as_widget(Textarea(), attrs, **kwargs)

    def as_hidden(self, attrs: Any = None, **kwargs: Any) -> Any:
        """The field as a hidden input."""
        return self.as_widget(self.field.hidden_widget(), attrs, **kwargs)

    @property
    def data(self) -> Any:
        """What was submitted for the field, as it came; None for nothing."""
        return self.form._widget_data_value(self.field.widget, self.html_name)

    def value(self) -> Any:
        """What the widget shows: what was submitted, else the initial value."""
        data = self.initial
        if self.form.is_bound:
            data = self.field.bound_data(self.data, data)
        return self.field.prepare_value(data)

    def _has_changed(self) -> bool:
        field = self.field
        if field.show_hidden_initial:
            hidden = field.hidden_widget()
            submitted = self.form._widget_data_value(hidden, self.html_initial_name)
            try:
                initial_value = field.to_python(submitted)
            except ValidationError:
                # What cannot be read cannot be the same.
                return True
        else:
            initial_value = self.initial
        changed: bool = field.has_changed(initial_value, self.data)
        return changed

    def label_tag(
        self, contents: Any = None, attrs: Any = None, label_suffix: Any = None, tag: Any = None
    ) -> Any:
        """The ``<label>``; just its text if the field has no ID. `label_suffix` ends the text."""
        contents = contents or self.label
        if label_suffix is None:
            label_suffix = self.field.label_suffix
            if label_suffix is None:
                label_suffix = self.form.label_suffix
        # Translators: the marks after which a label gets no colon.
        if label_suffix and contents and contents[-1] not in _(":?.!"):
            contents = format_html("{}{}", contents, label_suffix)
        widget = self.field.widget
        id_ = widget.attrs.get("id") or self.auto_id
        if id_:
            id_for_label = widget.id_for_label(id_)
            if id_for_label:
                attrs = {**(attrs or {}), "for": id_for_label}
            if self.field.required and hasattr(self.form, "required_css_class"):
                attrs = {**(attrs or {})}
                own = f"{attrs['class']} " if "class" in attrs else ""
                attrs["class"] = own + self.form.required_css_class
        context = {
            "field": self,
            "label": contents,
            "attrs": attrs,
            "use_tag": bool(id_),
            "tag": tag or "label",
        }
        return self.form.render(self.form.template_name_label, context)

    def legend_tag(self, contents: Any = None, attrs: Any = None, label_suffix: Any = None) -> Any:
        """`label_tag` as a ``<legend>``."""
        return self.label_tag(contents, attrs, label_suffix, tag="legend")

    def css_classes(self, extra_classes: Any = None) -> str:
        """The field's CSS classes, each once: `extra_classes`, then the form's."""
        if hasattr(extra_classes, "split"):
            extra_classes = extra_classes.split()
        classes = dict.fromkeys(extra_classes or [])
        if self.errors and hasattr(self.form, "error_css_class"):
            classes[self.form.error_css_class] = None
        if self.field.required and hasattr(self.form, "required_css_class"):
            classes[self.form.required_css_class] = None
        return " ".join(classes)

    @property
    def is_hidden(self) -> bool:
        """Whether the widget is hidden."""
        hidden: bool = self.field.widget.is_hidden
        return hidden

    @property
    def auto_id(self) -> str:
        """The ID that the form gives, empty for none."""
        auto_id = self.form.auto_id
        if auto_id and "%s" in str(auto_id):
            return str(auto_id % self.html_name)
        if auto_id:
            return str(self.html_name)
        return ""

    @property
    def id_for_label(self) -> Any:
        """The ID that the ``for`` of a label names."""
        widget = self.field.widget
        return widget.id_for_label(widget.attrs.get("id") or self.auto_id)

    @cached_property
    def initial(self) -> Any:
        """The initial value; the same on each reading."""
        return self.form.get_initial_for_field(self.field, self.name)

    def build_widget_attrs(self, attrs: Any, widget: Any = None) -> Any:
        """`attrs` and those that the field's state asks for."""
        widget = widget or self.field.widget
        attrs = {**attrs}
        if (
            widget.use_required_attribute(self.initial)
            and self.field.required
            and self.form.use_required_attribute
        ):
            # Parts of a value may be optional on their own.
            if (
                hasattr(self.field, "require_all_fields")
                and not self.field.require_all_fields
                and isinstance(self.field.widget, MultiWidget)
            ):
                for part, field in zip(widget.widgets, self.field.fields, strict=False):
                    part.attrs["required"] = part.use_required_attribute(self.initial) and (
                        field.required
                    )
            else:
                attrs["required"] = True
        if self.field.disabled:
            attrs["disabled"] = True
        if not widget.is_hidden and self.errors:
            attrs["aria-invalid"] = "true"
        # A fieldset has the description itself.
        if not attrs.get("aria-describedby") and not self.use_fieldset and self.aria_describedby:
            attrs["aria-describedby"] = self.aria_describedby
        return attrs

    @property
    def aria_describedby(self) -> Any:
        """The IDs of the help text and of the errors; None if the widget names others."""
        if self.field.widget.attrs.get("aria-describedby"):
            return None
        if not self.auto_id or self.is_hidden:
            return ""
        ids = []
        if self.help_text:
            ids.append(f"{self.auto_id}_helptext")
        if self.errors:
            ids.append(f"{self.auto_id}_error")
        return " ".join(ids)

    @property
    def widget_type(self) -> str:
        """The widget's class in lower case, without ``widget`` or ``input`` at its end."""
        return re.sub(r"widget$|input$", "", type(self.field.widget).__name__.lower())

    @property
    def use_fieldset(self) -> bool:
        """Whether the widget is to be in a ``<fieldset>``."""
        return bool(self.field.widget.use_fieldset)


@html_safe
class BoundWidget:
    """One part of a widget: a radio button, or the whole of a simple widget."""

    def __init__(self, parent_widget: Any, data: Any, renderer: Any) -> None:
        self.parent_widget = parent_widget
        self.data = data
        self.renderer = renderer

    def __str__(self) -> str:
        return str(self.tag(wrap_label=True))

    def tag(self, wrap_label: bool = False) -> Any:
        """The part's HTML, in a ``<label>`` if it has one and `wrap_label` is true."""
        context = {"widget": {**self.data, "wrap_label": wrap_label}}
        return self.parent_widget._render(self.template_name, context, self.renderer)

    @property
    def template_name(self) -> Any:
        """The part's own template, else the widget's."""
        if "template_name" in self.data:
            return self.data["template_name"]
        return self.parent_widget.template_name

    @property
    def id_for_label(self) -> Any:
        """The part's ID."""
        return self.data["attrs"].get("id")

    @property
    def choice_label(self) -> Any:
        """The label of the choice it stands for."""
        return self.data["label"]
