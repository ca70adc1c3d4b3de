"""What a field of a form is. Documented in ref/forms/fields and ref/forms/validation."""

from __future__ import annotations

import copy
from typing import Any, Self

from vivace.core.exceptions import ValidationError
from vivace.core.validators import EMPTY_VALUES
from vivace.forms.boundfield import BoundField
from vivace.forms.widgets import HiddenInput, TextInput
from vivace.utils.naming import object_repr, publish
from vivace.utils.translation import gettext_lazy as _


class Field:
    """One value of a form: its widget, how it is read, and what it must be.

    `initial` may be a function; `error_messages` replaces messages by their codes; `localize` shows
    and reads the value in the format of the language; what is `disabled` keeps its initial value.
    """

    widget: Any = TextInput
    hidden_widget: Any = HiddenInput
    default_validators: list[Any] = []
    default_error_messages: dict[str, Any] = {"required": _("This field is required.")}
    empty_values: Any = list(EMPTY_VALUES)
    bound_field_class: Any = None

    __repr__ = object_repr

    def __init__(
        self,
        *,
        required: bool = True,
        widget: Any = None,
        label: Any = None,
        initial: Any = None,
        help_text: Any = "",
        error_messages: Any = None,
        show_hidden_initial: bool = False,
        validators: Any = (),
        localize: bool = False,
        disabled: bool = False,
        label_suffix: Any = None,
        template_name: Any = None,
        bound_field_class: Any = None,
    ) -> None:
        self.required, self.label, self.initial = required, label, initial
        self.show_hidden_initial = show_hidden_initial
        self.help_text = help_text
        self.disabled = disabled
        self.label_suffix = label_suffix
        self.bound_field_class = bound_field_class or self.bound_field_class
        widget = widget or self.widget
        widget = widget() if isinstance(widget, type) else copy.deepcopy(widget)

        self.localize = localize
        if self.localize:
            widget.is_localized = True
        widget.is_required = self.required
        extra_attrs = self.widget_attrs(widget)
        if extra_attrs:
            widget.attrs.update(extra_attrs)
        self.widget = widget

        messages: dict[str, Any] = {}
        for cls in reversed(type(self).__mro__):
            messages.update(getattr(cls, "default_error_messages", {}))
        messages.update(error_messages or {})
        self.error_messages = messages
        self.validators: list[Any] = [*self.default_validators, *validators]
        self.template_name = template_name

    def prepare_value(self, value: Any) -> Any:
        """`value` as the widget gets it."""
        return value

    def to_python(self, value: Any) -> Any:
        """What was submitted, as Python's; raises ValidationError."""
        return value

    def validate(self, value: Any) -> None:
        """Raise ValidationError if there is no value but must be."""
        if value in self.empty_values and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Raise one ValidationError with all that the validators have to say."""
        if value in self.empty_values:
            return
        errors: list[ValidationError] = []
        for validator in self.validators:
            try:
                validator(value)
            except ValidationError as error:
                code = getattr(error, "code", None)
                if code is not None and code in self.error_messages:
                    error.message = self.error_messages[code]
                errors.extend(error.error_list)
        if errors:
            raise ValidationError(errors)

    def clean(self, value: Any) -> Any:
        """The value of what was submitted; raises ValidationError."""
        value = self.to_python(value)
        self.validate(value)
        self.run_validators(value)
        return value

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What a bound form shows: what was submitted, unless the field is disabled."""
        return initial if self.disabled else data

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        """HTML attributes that follow from the field, for its widget."""
        return {}

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether what was submitted differs from `initial`; nothing and empty text are the same."""
        if self.disabled:
            return False
        try:
            data = self.to_python(data)
            if hasattr(self, "_coerce"):
                return bool(self._coerce(data) != self._coerce(initial))
        except ValidationError:
            return True
        return bool(("" if initial is None else initial) != ("" if data is None else data))

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        """The field together with the data of `form`."""
        bound_field_class = self.bound_field_class or form.bound_field_class or BoundField
        return bound_field_class(form, self, field_name)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = copy.copy(self)
        memo[id(self)] = twin
        twin.widget = copy.deepcopy(self.widget, memo)
        twin.error_messages = self.error_messages.copy()
        twin.validators = self.validators[:]
        return twin

    def _clean_bound_field(self, bf: Any) -> Any:
        return self.clean(bf.initial if self.disabled else bf.data)


publish(__name__, "forms.fields")
