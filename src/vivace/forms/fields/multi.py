"""Fields made of several fields. Documented in ref/forms/fields."""

from __future__ import annotations

import copy
import datetime
from typing import Any, Self

from vivace.core.exceptions import ValidationError
from vivace.forms.fields.base import Field
from vivace.forms.fields.temporal import DateField, TimeField
from vivace.forms.utils import from_current_timezone
from vivace.forms.widgets import SplitDateTimeWidget, SplitHiddenDateTimeWidget
from vivace.utils.naming import publish
from vivace.utils.translation import gettext_lazy as _


class ComboField(Field):
    """A value that each of `fields` must accept, one after the other."""

    def __init__(self, fields: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # The combination says whether a value is required.
        for field in fields:
            field.required = False
        self.fields = fields

    def clean(self, value: Any) -> Any:
        super().clean(value)
        for field in self.fields:
            value = field.clean(value)
        return value


class MultiValueField(Field):
    """A value made of the values of `fields`; a subclass says how in `compress`.

    With `require_all_fields` a required field wants all of them; without, each says so itself.
    """

    default_error_messages = {
        "invalid": _("Enter a list of values."),
        "incomplete": _("Enter a complete value."),
    }

    def __init__(self, fields: Any, *, require_all_fields: bool = True, **kwargs: Any) -> None:
        self.require_all_fields = require_all_fields
        super().__init__(**kwargs)
        for field in fields:
            field.error_messages.setdefault("incomplete", self.error_messages["incomplete"])
            if self.disabled:
                field.disabled = True
            if self.require_all_fields:
                # Asked for all together, here.
                field.required = False
        self.fields = fields

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = super().__deepcopy__(memo)
        twin.fields = tuple(copy.deepcopy(field, memo) for field in self.fields)
        return twin

    def validate(self, value: Any) -> None:
        """Nothing: the parts are validated."""

    def _required(self) -> ValidationError:
        return ValidationError(self.error_messages["required"], code="required")

    def clean(self, value: Any) -> Any:
        if self.disabled and not isinstance(value, list):
            value = self.widget.decompress(value)
        if value and not isinstance(value, (list, tuple)):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not value or all(part in self.empty_values for part in value):
            if self.required:
                raise self._required()
            return self.compress([])
        out = self.compress(self._clean_parts(value))
        self.validate(out)
        self.run_validators(out)
        return out

    def _clean_parts(self, value: Any) -> list[Any]:
        parts: list[Any] = []
        errors: list[Any] = []
        for index, field in enumerate(self.fields):
            part = value[index] if index < len(value) else None
            if part in self.empty_values:
                if self.require_all_fields:
                    if self.required:
                        raise self._required()
                elif field.required:
                    if field.error_messages["incomplete"] not in errors:
                        errors.append(field.error_messages["incomplete"])
                    continue
            try:
                parts.append(field.clean(part))
            except ValidationError as error:
                errors.extend(each for each in error.error_list if each not in errors)
        if errors:
            raise ValidationError(errors)
        return parts

    def compress(self, data_list: Any) -> Any:
        """The value of the cleaned values of the fields; an empty list if nothing was given."""
        raise NotImplementedError("Subclasses must implement this method.")

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        if initial is None:
            initial = ["" for _part in range(len(data))]
        elif not isinstance(initial, list):
            initial = self.widget.decompress(initial)
        for field, former, part in zip(self.fields, initial, data, strict=False):
            try:
                former = field.to_python(former)
            except ValidationError:
                return True
            if field.has_changed(former, part):
                return True
        return False


class SplitDateTimeField(MultiValueField):
    """A date and a time, each with an input of its own."""

    widget = SplitDateTimeWidget
    hidden_widget = SplitHiddenDateTimeWidget
    default_error_messages = {
        "invalid_date": _("Enter a valid date."),
        "invalid_time": _("Enter a valid time."),
    }

    def __init__(
        self, *, input_date_formats: Any = None, input_time_formats: Any = None, **kwargs: Any
    ) -> None:
        errors = self.default_error_messages.copy()
        errors.update(kwargs.get("error_messages") or {})
        localize = kwargs.get("localize", False)
        fields = (
            DateField(
                input_formats=input_date_formats,
                error_messages={"invalid": errors["invalid_date"]},
                localize=localize,
            ),
            TimeField(
                input_formats=input_time_formats,
                error_messages={"invalid": errors["invalid_time"]},
                localize=localize,
            ),
        )
        super().__init__(fields, **kwargs)

    def compress(self, data_list: Any) -> Any:
        if not data_list:
            return None
        for part, code in zip(data_list, ("invalid_date", "invalid_time"), strict=False):
            # Only a field that is not required may have one of the two alone.
            if part in self.empty_values:
                raise ValidationError(self.error_messages[code], code=code)
        return from_current_timezone(datetime.datetime.combine(*data_list))


publish(__name__, "forms.fields")
