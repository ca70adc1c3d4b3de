"""Fields of numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Unpack, overload

from vivace import checks
from vivace.core import exceptions, limits
from vivace.db import connection
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.formfields import forms
from vivace.utils.functional import cached_property
from vivace.utils.lazily import Later
from vivace.utils.naming import publish, published
from vivace.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    import decimal
    from decimal import Decimal

    from typing_extensions import TypeVar

    from vivace.db.schema.fields.options import FieldOptions, Resolvable

    I = TypeVar("I", default=int)  # noqa: E741
    F = TypeVar("F", default=float)
    D = TypeVar("D", default=Decimal)
else:
    from typing import TypeVar

    decimal = Later("decimal")
    I = TypeVar("I")  # noqa: E741
    F = TypeVar("F")
    D = TypeVar("D")

__all__ = [
    "BigIntegerField",
    "DecimalField",
    "FloatField",
    "IntegerField",
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveIntegerRelDbTypeMixin",
    "PositiveSmallIntegerField",
    "SmallIntegerField",
]


@published("db.models.fields.FloatField")
class FloatField(Field[F]):
    """A floating point number."""

    empty_strings_allowed = False
    default_error_messages = {
        "invalid": _("“%(value)s” value must be a float."),
    }
    description = _("Floating point number")

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: FloatField[float],
            *args: Any,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: FloatField[float | None],
            *args: Any,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def get_prep_value(self, value: Any) -> Any:
        """`value` as a float; errors name the field."""
        if type(value) is float:
            return value
        value = super().get_prep_value(value)
        if value is None:
            return None
        return _converted(self, float, value)

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "FloatField"

    def to_python(self, value: Any) -> Any:
        """`value` as a float; None stays None."""
        if value is None:
            return value
        try:
            return float(value)
        except (TypeError, ValueError):
            raise _invalid(self, value)

    def formfield(self, **kwargs: Any) -> Any:
        """A field for numbers."""
        return super().formfield(**{"form_class": forms.FloatField, **kwargs})


@published("db.models.fields.IntegerField")
class IntegerField(Field[I]):
    """An integer, within what the column can hold."""

    empty_strings_allowed = False
    default_error_messages = {
        "invalid": _("“%(value)s” value must be an integer."),
    }
    description = _("Integer")

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: IntegerField[int],
            *args: Any,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: IntegerField[int | None],
            *args: Any,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the field, and a warning of a length."""
        return [*super().check(**kwargs), *self._check_max_length_warning()]

    def _check_max_length_warning(self) -> list[Any]:
        if self.max_length is None:
            return []
        return [
            checks.Warning(
                f"'max_length' is ignored when used with {self.__class__.__name__}.",
                hint="Remove 'max_length' from field",
                obj=self,
                id="fields.W122",
            )
        ]

    @cached_property
    def validators(self) -> list[Any]:
        """As of `Field`, with the limits of the column, where the user's are not narrower."""
        given = [*self.default_validators, *self._validators]
        low, high = connection.ops.integer_field_range(self.get_internal_type())
        bounds: list[Any] = []
        if low is not None and not _limited(
            given, limits.MinValueValidator, lambda limit: limit >= low
        ):
            bounds.append(limits.MinValueValidator(low))
        if high is not None and not _limited(
            given, limits.MaxValueValidator, lambda limit: limit <= high
        ):
            bounds.append(limits.MaxValueValidator(high))
        return given + bounds

    def _validators_to_check(self) -> Iterable[Any]:
        if type(self).validators is not IntegerField.validators:
            return self.validators
        # PERF: those of the column's limits are right; asking for them imports the backend.
        return [*self.default_validators, *self._validators]

    def get_prep_value(self, value: Any) -> Any:
        """`value` as an int; errors name the field."""
        # PERF: a bool is an int too, but not of this type.
        if type(value) is int:
            return value
        value = super().get_prep_value(value)
        if value is None:
            return None
        return _converted(self, int, value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver takes an integer of this type."""
        value = super().get_db_prep_value(value, connection, prepared)
        return connection.ops.adapt_integerfield_value(value, self.get_internal_type())

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "IntegerField"

    def to_python(self, value: Any) -> Any:
        """`value` as an int; None stays None."""
        if value is None:
            return value
        try:
            return int(value)
        except (TypeError, ValueError):
            raise _invalid(self, value)

    def formfield(self, **kwargs: Any) -> Any:
        """A field for whole numbers."""
        return super().formfield(**{"form_class": forms.IntegerField, **kwargs})


@published("db.models.fields.BigIntegerField")
class BigIntegerField(IntegerField[I]):
    """An integer of 64 bits."""

    description = _("Big (8 byte) integer")
    MAX_BIGINT = 9223372036854775807

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: BigIntegerField[int],
            *args: Any,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: BigIntegerField[int | None],
            *args: Any,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "BigIntegerField"

    def formfield(self, **kwargs: Any) -> Any:
        """As of `IntegerField`, for what 64 bits hold."""
        return super().formfield(
            **{"min_value": -self.MAX_BIGINT - 1, "max_value": self.MAX_BIGINT, **kwargs}
        )


@published("db.models.fields.SmallIntegerField")
class SmallIntegerField(IntegerField[I]):
    """An integer of 16 bits."""

    description = _("Small integer")

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: SmallIntegerField[int],
            *args: Any,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: SmallIntegerField[int | None],
            *args: Any,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "SmallIntegerField"


class PositiveIntegerRelDbTypeMixin:
    """What points to a positive integer is of the plain integer type, where databases have no other."""

    integer_field_class: ClassVar[Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not hasattr(cls, "integer_field_class"):
            cls.integer_field_class = next(
                (
                    base
                    for base in cls.__mro__[1:]
                    if issubclass(base, IntegerField)
                    and not issubclass(base, PositiveIntegerRelDbTypeMixin)
                ),
                None,
            )

    def rel_db_type(self: Any, connection: Any) -> str | None:
        """The type of a column that points to this one."""
        if connection.features.related_fields_match_type:
            return self.db_type(connection)  # type: ignore[no-any-return]
        return self.integer_field_class().db_type(connection=connection)  # type: ignore[no-any-return]


@published("db.models.fields.PositiveBigIntegerField")
class PositiveBigIntegerField(PositiveIntegerRelDbTypeMixin, BigIntegerField[I]):
    """An integer of 0 to 2**63 - 1."""

    description = _("Positive big integer")

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: PositiveBigIntegerField[int],
            *args: Any,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: PositiveBigIntegerField[int | None],
            *args: Any,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "PositiveBigIntegerField"

    def formfield(self, **kwargs: Any) -> Any:
        """As of `IntegerField`, from 0."""
        return super().formfield(**{"min_value": 0, **kwargs})


@published("db.models.fields.PositiveIntegerField")
class PositiveIntegerField(PositiveIntegerRelDbTypeMixin, IntegerField[I]):
    """An integer of 0 to 2**31 - 1."""

    description = _("Positive integer")

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: PositiveIntegerField[int],
            *args: Any,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: PositiveIntegerField[int | None],
            *args: Any,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "PositiveIntegerField"

    def formfield(self, **kwargs: Any) -> Any:
        """As of `IntegerField`, from 0."""
        return super().formfield(**{"min_value": 0, **kwargs})


@published("db.models.fields.PositiveSmallIntegerField")
class PositiveSmallIntegerField(PositiveIntegerRelDbTypeMixin, SmallIntegerField[I]):
    """An integer of 0 to 32767."""

    description = _("Positive small integer")

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: PositiveSmallIntegerField[int],
            *args: Any,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: PositiveSmallIntegerField[int | None],
            *args: Any,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "PositiveSmallIntegerField"

    def formfield(self, **kwargs: Any) -> Any:
        """As of `IntegerField`, from 0."""
        return super().formfield(**{"min_value": 0, **kwargs})


@published("db.models.fields.DecimalField")
class DecimalField(Field[D]):
    """A decimal number of `max_digits` digits, of which `decimal_places` are behind the point."""

    empty_strings_allowed = False
    default_error_messages = {
        "invalid": _("“%(value)s” value must be a decimal number."),
    }
    description = _("Decimal number")
    max_digits: Any
    decimal_places: Any

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: DecimalField[Decimal],
            verbose_name: Any = None,
            name: str | None = None,
            max_digits: int | None = None,
            decimal_places: int | None = None,
            *,
            null: Literal[False] = False,
            **kwargs: Any,
        ) -> None: ...
        @overload
        def __init__(
            self: DecimalField[Decimal | None],
            verbose_name: Any = None,
            name: str | None = None,
            max_digits: int | None = None,
            decimal_places: int | None = None,
            *,
            null: Literal[True],
            **kwargs: Any,
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __set__(
            self, instance: object, value: D | Decimal | str | float | Resolvable, /
        ) -> None: ...

    else:

        def __init__(
            self, verbose_name=None, name=None, max_digits=None, decimal_places=None, **kwargs
        ):
            self.max_digits, self.decimal_places = max_digits, decimal_places
            super().__init__(verbose_name, name, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the field, and of its two numbers."""
        errors = super().check(**kwargs)
        of_digits = [*self._check_decimal_places(), *self._check_max_digits()]
        if of_digits:
            return errors + of_digits
        return errors + self._check_decimal_places_and_max_digits(**kwargs)

    def _check_decimal_places(self) -> list[Any]:
        return self._check_number("decimal_places", 0, "non-negative", "fields.E130", "fields.E131")

    def _check_max_digits(self) -> list[Any]:
        return self._check_number("max_digits", 1, "positive", "fields.E132", "fields.E133")

    def _check_number(self, name: str, least: int, kind: str, missing: str, bad: str) -> list[Any]:
        try:
            fine = int(getattr(self, name)) >= least
        except TypeError:
            text = f"DecimalFields must define a '{name}' attribute."
            return [checks.Error(text, obj=self, id=missing)]
        except ValueError:
            fine = False
        if fine:
            return []
        return [checks.Error(f"'{name}' must be a {kind} integer.", obj=self, id=bad)]

    def _check_decimal_places_and_max_digits(self, **kwargs: Any) -> list[Any]:
        if int(self.decimal_places) <= int(self.max_digits):
            return []
        return [
            checks.Error(
                "'max_digits' must be greater or equal to 'decimal_places'.",
                obj=self,
                id="fields.E134",
            )
        ]

    @cached_property
    def validators(self) -> list[Any]:
        """As of `Field`, with the number of digits."""
        return [
            *super().validators,
            limits.DecimalValidator(self.max_digits, self.decimal_places),
        ]

    @cached_property
    def context(self) -> decimal.Context:
        """The context in which floats become decimals."""
        return decimal.Context(prec=self.max_digits)

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `Field`, with the two numbers."""
        name, path, args, kwargs = super().deconstruct()
        if self.max_digits is not None:
            kwargs["max_digits"] = self.max_digits
        if self.decimal_places is not None:
            kwargs["decimal_places"] = self.decimal_places
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "DecimalField"

    def to_python(self, value: Any) -> Any:
        """`value` as a finite `Decimal`; None stays None. Floats are rounded to `max_digits`."""
        if value is None:
            return value
        try:
            if isinstance(value, float):
                number = self.context.create_decimal_from_float(value)
            else:
                number = decimal.Decimal(value)
        except (decimal.InvalidOperation, TypeError, ValueError):
            raise _invalid(self, value)
        if not number.is_finite():
            raise _invalid(self, value)
        return number

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver takes a decimal number."""
        if not prepared:
            value = self.get_prep_value(value)
        if hasattr(value, "as_sql"):
            return value
        if type(value) is not decimal.Decimal:
            # What a get_prep_value() of a subclass made of it.
            value = self.to_python(value)
        return connection.ops.adapt_decimalfield_value(value, self.max_digits, self.decimal_places)

    def get_prep_value(self, value: Any) -> Any:
        """`value` as a `Decimal`."""
        as_it_is = type(self).to_python is DecimalField.to_python
        if as_it_is and type(value) is decimal.Decimal and value.is_finite():
            return value
        return self.to_python(super().get_prep_value(value))

    def formfield(self, **kwargs: Any) -> Any:
        """A field for numbers of so many digits."""
        return super().formfield(
            **{
                "max_digits": self.max_digits,
                "decimal_places": self.decimal_places,
                "form_class": forms.DecimalField,
                **kwargs,
            }
        )


def _invalid(field: Any, value: Any) -> exceptions.ValidationError:
    return exceptions.ValidationError(
        field.error_messages["invalid"], code="invalid", params={"value": value}
    )


def _converted(field: Any, convert: type, value: Any) -> Any:
    """``convert(value)``; what that raises tells of which field it was."""
    try:
        return convert(value)
    except (TypeError, ValueError) as error:
        raise error.__class__(
            f"Field '{field.name}' expected a number but got {value!r}."
        ) from error


def _limited(given: list[Any], kind: type, narrow_enough: Any) -> bool:
    """Whether one of the validators `given` is of `kind`, with a limit that is narrow enough."""
    for validator in given:
        if isinstance(validator, kind):
            limit = validator.limit_value  # type: ignore[attr-defined]
            if narrow_enough(limit() if callable(limit) else limit):
                return True
    return False


publish(__name__, "db.models.fields")
