"""Fields of numbers and truth. Documented in ref/forms/fields."""

from __future__ import annotations

import math
from decimal import Decimal, DecimalException
from typing import Any

from vivace.core import validators
from vivace.core.exceptions import ValidationError
from vivace.forms.fields.base import Field
from vivace.forms.widgets import CheckboxInput, NullBooleanSelect, NumberInput
from vivace.utils.formats import sanitize_separators
from vivace.utils.naming import publish
from vivace.utils.regex_helper import _lazy_re_compile
from vivace.utils.translation import gettext_lazy as _


class IntegerField(Field):
    """A whole number, within bounds and a multiple of `step_size` (from `min_value` on) if told so."""

    widget = NumberInput
    default_error_messages = {"invalid": _("Enter a whole number.")}
    re_decimal = _lazy_re_compile(r"\.0*\s*$")

    def __init__(
        self,
        *,
        max_value: Any = None,
        min_value: Any = None,
        step_size: Any = None,
        **kwargs: Any,
    ) -> None:
        self.max_value, self.min_value, self.step_size = max_value, min_value, step_size
        if kwargs.get("localize") and self.widget == NumberInput:
            # An input of a number shows no number in the format of a language.
            kwargs.setdefault("widget", Field.widget)
        super().__init__(**kwargs)
        if max_value is not None:
            self.validators.append(validators.MaxValueValidator(max_value))
        if min_value is not None:
            self.validators.append(validators.MinValueValidator(min_value))
        if step_size is not None:
            self.validators.append(validators.StepValueValidator(step_size, offset=min_value))

    def _read(self, value: Any, kind: Any, errors: Any) -> Any:
        if self.localize:
            value = sanitize_separators(value)
        try:
            return kind(value)
        except errors:
            raise ValidationError(self.error_messages["invalid"], code="invalid")

    def _as_int(self, value: Any) -> int:
        # What spreadsheets write: 1.0 is a whole number.
        return int(self.re_decimal.sub("", str(value)))

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if value in self.empty_values:
            return None
        return self._read(value, self._as_int, (ValueError, TypeError))

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        if isinstance(widget, NumberInput):
            if self.min_value is not None:
                attrs["min"] = self.min_value
            if self.max_value is not None:
                attrs["max"] = self.max_value
            if self.step_size is not None:
                attrs["step"] = self.step_size
        return attrs


class FloatField(IntegerField):
    """A floating-point number, never infinite."""

    default_error_messages = {"invalid": _("Enter a number.")}

    def to_python(self, value: Any) -> Any:
        value = Field.to_python(self, value)
        if value in self.empty_values:
            return None
        return self._read(value, float, (ValueError, TypeError))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value not in self.empty_values and not math.isfinite(value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        if isinstance(widget, NumberInput) and "step" not in widget.attrs:
            attrs.setdefault("step", "any")
        return attrs


class DecimalField(IntegerField):
    """A decimal number of at most `max_digits`, `decimal_places` of them after the point."""

    default_error_messages = {"invalid": _("Enter a number.")}

    def __init__(
        self,
        *,
        max_value: Any = None,
        min_value: Any = None,
        max_digits: int | None = None,
        decimal_places: int | None = None,
        **kwargs: Any,
    ) -> None:
        self.max_digits, self.decimal_places = max_digits, decimal_places
        super().__init__(max_value=max_value, min_value=min_value, **kwargs)
        self.validators.append(validators.DecimalValidator(max_digits, decimal_places))

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        return self._read(value, lambda text: Decimal(str(text)), DecimalException)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value not in self.empty_values and not value.is_finite():
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            )

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        if isinstance(widget, NumberInput) and "step" not in widget.attrs:
            step = "any"
            if self.decimal_places is not None:
                step = str(Decimal(1).scaleb(-self.decimal_places)).lower()
            attrs.setdefault("step", step)
        return attrs


class BooleanField(Field):
    """True or False; one that is required must be True."""

    widget: Any = CheckboxInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.lower() in ("false", "0"):
            value = False
        else:
            value = bool(value)
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        if not value and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        return bool(self.to_python(initial) != self.to_python(data))


class NullBooleanField(BooleanField):
    """True, False or None; never an error."""

    widget = NullBooleanSelect

    def to_python(self, value: Any) -> Any:
        if value in (True, "True", "true", "1"):
            return True
        if value in (False, "False", "false", "0"):
            return False
        return None

    def validate(self, value: Any) -> None:
        """Nothing is required."""


publish(__name__, "forms.fields")
