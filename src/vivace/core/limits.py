"""Validators that compare a value, a length or a number of digits with a limit.

They are published at `vivace.core.validators`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from vivace.core.exceptions import ValidationError
from vivace.utils.deconstruct import deconstructible
from vivace.utils.lazily import Later
from vivace.utils.naming import object_repr, published
from vivace.utils.translation import gettext_lazy as _
from vivace.utils.translation import ngettext_lazy

if TYPE_CHECKING:
    import math
    from decimal import Decimal
else:
    math = Later("math")

#: Values that count as "nothing was entered": no validator is asked about them.
EMPTY_VALUES: tuple[Any, ...] = (None, "", [], (), {})


@deconstructible
@published("core.validators.BaseValidator")
class BaseValidator:
    """Base of validators that compare with a limit, which may be a callable that gives it."""

    message: Any = _("Ensure this value is %(limit_value)s (it is %(show_value)s).")
    code = "limit_value"

    __repr__ = object_repr

    def __init__(self, limit_value: Any, message: Any = None) -> None:
        self.limit_value = limit_value
        if message:
            self.message = message

    def __call__(self, value: Any) -> None:
        """ValidationError if `compare` says so of the cleaned value and the limit."""
        cleaned = self.clean(value)
        limit_value = self.limit_value() if callable(self.limit_value) else self.limit_value
        params = {"limit_value": limit_value, "show_value": cleaned, "value": value}
        if self.compare(cleaned, limit_value):
            raise ValidationError(self.message, code=self.code, params=params)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, self.__class__):
            return NotImplemented
        return bool(
            self.limit_value == other.limit_value
            and self.message == other.message
            and self.code == other.code
        )

    def compare(self, a: Any, b: Any) -> bool:
        """Whether `a` is wrong with regard to the limit `b`."""
        return a is not b

    def clean(self, x: Any) -> Any:
        """What of the value is compared."""
        return x


@deconstructible
@published("core.validators.MaxValueValidator")
class MaxValueValidator(BaseValidator):
    """At most the limit."""

    message = _("Ensure this value is less than or equal to %(limit_value)s.")
    code = "max_value"

    def compare(self, a: Any, b: Any) -> bool:
        return bool(a > b)


@deconstructible
@published("core.validators.MinValueValidator")
class MinValueValidator(BaseValidator):
    """At least the limit."""

    message = _("Ensure this value is greater than or equal to %(limit_value)s.")
    code = "min_value"

    def compare(self, a: Any, b: Any) -> bool:
        return bool(a < b)


@deconstructible
@published("core.validators.StepValueValidator")
class StepValueValidator(BaseValidator):
    """A multiple of the limit, counted from `offset`."""

    message = _("Ensure this value is a multiple of step size %(limit_value)s.")
    code = "step_size"

    def __init__(self, limit_value: Any, message: Any = None, offset: Any = None) -> None:
        super().__init__(limit_value, message)
        if offset is not None:
            self.message = _(
                "Ensure this value is a multiple of step size %(limit_value)s, starting "
                "from %(offset)s, e.g. %(offset)s, %(valid_value1)s, %(valid_value2)s, "
                "and so on."
            )
        self.offset = offset

    def __call__(self, value: Any) -> None:
        """ValidationError if `value` is not on a step."""
        if self.offset is None:
            super().__call__(value)
            return
        cleaned = self.clean(value)
        limit_value = self.limit_value() if callable(self.limit_value) else self.limit_value
        if self.compare(cleaned, limit_value):
            offset = cleaned.__class__(self.offset)
            params = {
                "limit_value": limit_value,
                "offset": offset,
                "valid_value1": offset + limit_value,
                "valid_value2": offset + 2 * limit_value,
            }
            raise ValidationError(self.message, code=self.code, params=params)

    def compare(self, a: Any, b: Any) -> bool:
        offset = 0 if self.offset is None else self.offset
        return not math.isclose(math.remainder(a - offset, b), 0, abs_tol=1e-9)


@deconstructible
@published("core.validators.MinLengthValidator")
class MinLengthValidator(BaseValidator):
    """A length of at least the limit."""

    message = ngettext_lazy(
        "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    )
    code = "min_length"

    def compare(self, a: Any, b: Any) -> bool:
        return bool(a < b)

    def clean(self, x: Any) -> Any:
        return len(x)


@deconstructible
@published("core.validators.MaxLengthValidator")
class MaxLengthValidator(BaseValidator):
    """A length of at most the limit."""

    message = ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    )
    code = "max_length"

    def compare(self, a: Any, b: Any) -> bool:
        return bool(a > b)

    def clean(self, x: Any) -> Any:
        return len(x)


@deconstructible
@published("core.validators.DecimalValidator")
class DecimalValidator:
    """A decimal with at most so many digits in all, and so many after the point; None is no limit."""

    messages: dict[str, Any] = {
        "invalid": _("Enter a number."),
        "max_digits": ngettext_lazy(
            "Ensure that there are no more than %(max)s digit in total.",
            "Ensure that there are no more than %(max)s digits in total.",
            "max",
        ),
        "max_decimal_places": ngettext_lazy(
            "Ensure that there are no more than %(max)s decimal place.",
            "Ensure that there are no more than %(max)s decimal places.",
            "max",
        ),
        "max_whole_digits": ngettext_lazy(
            "Ensure that there are no more than %(max)s digit before the decimal point.",
            "Ensure that there are no more than %(max)s digits before the decimal point.",
            "max",
        ),
    }

    __repr__ = object_repr

    def __init__(self, max_digits: int | None, decimal_places: int | None) -> None:
        self.max_digits = max_digits
        self.decimal_places = decimal_places

    def __call__(self, value: Decimal) -> None:
        """ValidationError if `value` is not finite, or has too many digits."""
        _sign, digit_tuple, exponent = value.as_tuple()
        if exponent in ("F", "n", "N"):
            raise ValidationError(self.messages["invalid"], code="invalid", params={"value": value})
        digits, decimals = _count_digits(digit_tuple, cast(int, exponent))
        if self.max_digits is not None and digits > self.max_digits:
            self._refuse("max_digits", self.max_digits, value)
        if self.decimal_places is not None and decimals > self.decimal_places:
            self._refuse("max_decimal_places", self.decimal_places, value)
        if self.max_digits is not None and self.decimal_places is not None:
            whole_digits = self.max_digits - self.decimal_places
            if digits - decimals > whole_digits:
                self._refuse("max_whole_digits", whole_digits, value)

    def _refuse(self, code: str, limit: int, value: Decimal) -> None:
        raise ValidationError(self.messages[code], code=code, params={"max": limit, "value": value})

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, self.__class__)
            and self.max_digits == other.max_digits
            and self.decimal_places == other.decimal_places
        )


def _count_digits(digit_tuple: tuple[int, ...], exponent: int) -> tuple[int, int]:
    """How many digits, and how many decimals, a decimal has when it is written out."""
    if exponent >= 0:
        digits = len(digit_tuple)
        if digit_tuple != (0,):
            # Trailing zeros that the exponent stands for.
            digits += exponent
        return digits, 0
    # 0.001 has the digit tuple (1,): the zeros after the point count as digits.
    decimals = abs(exponent)
    return max(len(digit_tuple), decimals), decimals
