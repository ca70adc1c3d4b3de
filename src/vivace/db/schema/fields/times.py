"""Fields of dates, times and durations."""

from __future__ import annotations

import datetime
import warnings
from functools import partialmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Unpack, overload

from vivace import checks
from vivace.conf import settings
from vivace.core import exceptions
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.formfields import forms
from vivace.utils import timezone
from vivace.utils.lazily import Later
from vivace.utils.naming import publish, published, say
from vivace.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from vivace.db.schema.fields.options import FieldOptions
    from vivace.utils import dateparse
    from vivace.utils import duration as durations

    D = TypeVar("D", default=datetime.date)
    DT = TypeVar("DT", default=datetime.datetime)
    TM = TypeVar("TM", default=datetime.time)
    TD = TypeVar("TD", default=datetime.timedelta)
else:
    from typing import TypeVar

    dateparse = Later("vivace.utils.dateparse")
    durations = Later("vivace.utils.duration")

    D = TypeVar("D")
    DT = TypeVar("DT")
    TM = TypeVar("TM")
    TD = TypeVar("TD")

__all__ = ["DateField", "DateTimeCheckMixin", "DateTimeField", "DurationField", "TimeField"]


def _to_naive(value: Any) -> Any:
    if timezone.is_aware(value):
        return timezone.make_naive(value, datetime.UTC)
    return value


def _get_naive_now() -> Any:
    return _to_naive(timezone.now())


class DateTimeCheckMixin:
    """The checks of what may set itself to the present time."""

    def check(self: Any, **kwargs: Any) -> list[Any]:
        """The messages of the field, of its options, and of a default that stands still."""
        return [
            *super().check(**kwargs),  # type: ignore[misc]
            *self._check_mutually_exclusive_options(),
            *self._check_fix_default_value(),
        ]

    def _check_mutually_exclusive_options(self: Any) -> list[Any]:
        # Each of the three says where the value comes from.
        if sum(map(bool, (self.auto_now_add, self.auto_now, self.has_default()))) < 2:
            return []
        return [
            checks.Error(
                "The options auto_now, auto_now_add, and default are mutually exclusive. "
                "Only one of these options may be present.",
                obj=self,
                id="fields.E160",
            )
        ]

    def _check_fix_default_value(self) -> list[Any]:
        return []

    def _check_if_value_fixed(self, value: Any, now: datetime.datetime | None = None) -> list[Any]:
        """A warning if `value` is so close to now that it was the time when the model was read."""
        if now is None:
            now = _get_naive_now()
        margin = datetime.timedelta(seconds=10)
        lower, upper = now - margin, now + margin
        if isinstance(value, datetime.datetime):
            value = _to_naive(value)
        else:
            lower, upper = lower.date(), upper.date()
        if not lower <= value <= upper:
            return []
        return [
            checks.Warning(
                "Fixed default value provided.",
                hint=(
                    "It seems you set a fixed date / time / datetime value as default for this "
                    "field. This may not be what you want. If you want to have the current date "
                    f"as default, use `{say('utils.timezone.now')}`"
                ),
                obj=self,
                id="fields.W161",
            )
        ]


class _Dated(Field[D]):
    """What dates and times share: `auto_now` and `auto_now_add`."""

    empty_strings_allowed = False
    auto_now: bool
    auto_now_add: bool
    # The type that is stored as it is.
    _exact: ClassVar[type] = type(None)

    if not TYPE_CHECKING:

        def __init__(
            self, verbose_name=None, name=None, auto_now=False, auto_now_add=False, **kwargs
        ):
            self.auto_now, self.auto_now_add = auto_now, auto_now_add
            if auto_now or auto_now_add:
                # Nobody enters it, so it is not asked for.
                kwargs["editable"] = False
                kwargs["blank"] = True
            super().__init__(verbose_name, name, **kwargs)

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `Field`, with the options of its own."""
        name, path, args, kwargs = super().deconstruct()
        if self.auto_now:
            kwargs["auto_now"] = True
        if self.auto_now_add:
            kwargs["auto_now_add"] = True
        if self.auto_now or self.auto_now_add:
            del kwargs["editable"]
            del kwargs["blank"]
        return name, path, args, kwargs

    def _now(self) -> Any:
        raise NotImplementedError

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """The value to store: the present where the options say so."""
        if self.auto_now or (self.auto_now_add and add):
            value = self._now()
            setattr(model_instance, self.attname, value)
            return value
        return super().pre_save(model_instance, add)

    def get_prep_value(self, value: Any) -> Any:
        """`value` as the field's type."""
        # PERF: of the exact types only; a datetime is a date too, and no date.
        if type(value) is self._exact and type(self).to_python in _TAKE_AS_IT_IS:
            return value
        return self.to_python(super().get_prep_value(value))

    def value_to_string(self, obj: Any) -> str:
        """The value of `obj` in ISO 8601; an empty text for none."""
        value = self.value_from_object(obj)
        return "" if value is None else value.isoformat()

    def _parsed(self, value: Any, parse: Any, code: str) -> Any:
        """``parse(value)``; None if it is no such text, `ValidationError` for a 31st of June."""
        try:
            return parse(value)
        except ValueError:
            raise self._wrong(code, value)

    def _wrong(self, code: str, value: Any) -> exceptions.ValidationError:
        return exceptions.ValidationError(
            self.error_messages[code], code=code, params={"value": value}
        )


@published("db.models.fields.DateField")
class DateField(DateTimeCheckMixin, _Dated[D]):
    """A date; today's with `auto_now` whenever it is saved, with `auto_now_add` when it is created."""

    default_error_messages = {
        "invalid": _(
            "“%(value)s” value has an invalid date format. It must be in YYYY-MM-DD format."
        ),
        "invalid_date": _(
            "“%(value)s” value has the correct format (YYYY-MM-DD) but it is an invalid date."
        ),
    }
    description = _("Date (without time)")
    _exact = datetime.date

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: DateField[datetime.date],
            *args: Any,
            auto_now: bool = False,
            auto_now_add: bool = False,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: DateField[datetime.date | None],
            *args: Any,
            auto_now: bool = False,
            auto_now_add: bool = False,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def _check_fix_default_value(self) -> list[Any]:
        if not self.has_default():
            return []
        value = self.default
        if isinstance(value, datetime.datetime):
            value = _to_naive(value).date()
        elif not isinstance(value, datetime.date):
            # A callable, or what to_python will read.
            return []
        # At midnight, "now" is a moment of this day.
        return self._check_if_value_fixed(value)

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "DateField"

    def to_python(self, value: Any) -> Any:
        """`value` as a date; None stays None. An aware datetime is taken in the default time zone."""
        if value is None:
            return value
        if isinstance(value, datetime.datetime):
            if settings.USE_TZ and timezone.is_aware(value):
                value = timezone.make_naive(value, timezone.get_default_timezone())
            return value.date()
        if isinstance(value, datetime.date):
            return value
        parsed = self._parsed(value, dateparse.parse_date, "invalid_date")
        if parsed is None:
            raise self._wrong("invalid", value)
        return parsed

    def _now(self) -> Any:
        return datetime.date.today()

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        """Become a field of `cls`, which gets ``get_next_by_…`` and ``get_previous_by_…``."""
        super().contribute_to_class(cls, name, private_only=private_only)
        if self.null:
            # Where there may be no date, there is no next one.
            return
        for direction, is_next in (("next", True), ("previous", False)):
            method = partialmethod(cls._get_next_or_previous_by_FIELD, field=self, is_next=is_next)
            setattr(cls, f"get_{direction}_by_{self.name}", method)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver takes a date."""
        if not prepared:
            value = self.get_prep_value(value)
        return connection.ops.adapt_datefield_value(value)

    def formfield(self, **kwargs: Any) -> Any:
        """A field for a date."""
        return super().formfield(**{"form_class": forms.DateField, **kwargs})


@published("db.models.fields.DateTimeField")
class DateTimeField(DateField[DT]):
    """A date and time; aware of its time zone where ``USE_TZ`` is set."""

    default_error_messages = {
        "invalid": _(
            "“%(value)s” value has an invalid format. It must be in "
            "YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] format."
        ),
        "invalid_date": _(
            "“%(value)s” value has the correct format (YYYY-MM-DD) but it is an invalid date."
        ),
        "invalid_datetime": _(
            "“%(value)s” value has the correct format (YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ]) "
            "but it is an invalid date/time."
        ),
    }
    description = _("Date (with time)")
    _exact = datetime.datetime

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: DateTimeField[datetime.datetime],
            *args: Any,
            auto_now: bool = False,
            auto_now_add: bool = False,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: DateTimeField[datetime.datetime | None],
            *args: Any,
            auto_now: bool = False,
            auto_now_add: bool = False,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def _check_fix_default_value(self) -> list[Any]:
        if self.has_default() and isinstance(self.default, (datetime.datetime, datetime.date)):
            return self._check_if_value_fixed(self.default)
        return []

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "DateTimeField"

    def to_python(self, value: Any) -> Any:
        """`value` as a datetime; None stays None. A date is its midnight in the default time zone."""
        if value is None or isinstance(value, datetime.datetime):
            return value
        if isinstance(value, datetime.date):
            moment = datetime.datetime(value.year, value.month, value.day)
            if not settings.USE_TZ:
                return moment
            # An ambiguous time is better than none, but somebody should know.
            self._warn_of_naive(moment)
            return timezone.make_aware(moment, timezone.get_default_timezone())
        parsed = self._parsed(value, dateparse.parse_datetime, "invalid_datetime")
        if parsed is not None:
            return parsed
        day = self._parsed(value, dateparse.parse_date, "invalid_date")
        if day is not None:
            return datetime.datetime(day.year, day.month, day.day)
        raise self._wrong("invalid", value)

    def _warn_of_naive(self, value: Any) -> None:
        try:
            name = f"{self.model.__name__}.{self.name}"
        except AttributeError:
            name = "(unbound)"
        warnings.warn(
            f"DateTimeField {name} received a naive datetime ({value}) while time zone support "
            "is active.",
            RuntimeWarning,
            stacklevel=3,
        )

    def _now(self) -> Any:
        return timezone.now()

    def get_prep_value(self, value: Any) -> Any:
        """`value` as a datetime, aware where ``USE_TZ`` is set."""
        value = super().get_prep_value(value)
        if value is not None and settings.USE_TZ and timezone.is_naive(value):
            # For compatibility with what was stored before: the default time zone is meant.
            self._warn_of_naive(value)
            value = timezone.make_aware(value, timezone.get_default_timezone())
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver takes a datetime."""
        if not prepared:
            value = self.get_prep_value(value)
        return connection.ops.adapt_datetimefield_value(value)

    def formfield(self, **kwargs: Any) -> Any:
        """A field for a date and a time."""
        return super().formfield(**{"form_class": forms.DateTimeField, **kwargs})


@published("db.models.fields.TimeField")
class TimeField(DateTimeCheckMixin, _Dated[TM]):
    """A time of day, without a time zone."""

    default_error_messages = {
        "invalid": _(
            "“%(value)s” value has an invalid format. It must be in HH:MM[:ss[.uuuuuu]] format."
        ),
        "invalid_time": _(
            "“%(value)s” value has the correct format (HH:MM[:ss[.uuuuuu]]) but it is an "
            "invalid time."
        ),
    }
    description = _("Time")
    _exact = datetime.time

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: TimeField[datetime.time],
            *args: Any,
            auto_now: bool = False,
            auto_now_add: bool = False,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: TimeField[datetime.time | None],
            *args: Any,
            auto_now: bool = False,
            auto_now_add: bool = False,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def _check_fix_default_value(self) -> list[Any]:
        if not self.has_default():
            return []
        value = self.default
        now = None
        if isinstance(value, datetime.time):
            now = _get_naive_now()
            value = datetime.datetime.combine(now.date(), value)
        elif not isinstance(value, datetime.datetime):
            return []
        return self._check_if_value_fixed(value, now=now)

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "TimeField"

    def to_python(self, value: Any) -> Any:
        """`value` as a time; None stays None."""
        if value is None or isinstance(value, datetime.time):
            return value
        if isinstance(value, datetime.datetime):
            # Some drivers have no type for a time alone.
            return value.time()
        parsed = self._parsed(value, dateparse.parse_time, "invalid_time")
        if parsed is None:
            raise self._wrong("invalid", value)
        return parsed

    def _now(self) -> Any:
        return datetime.datetime.now().time()

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver takes a time."""
        if not prepared:
            value = self.get_prep_value(value)
        return connection.ops.adapt_timefield_value(value)

    def formfield(self, **kwargs: Any) -> Any:
        """A field for a time."""
        return super().formfield(**{"form_class": forms.TimeField, **kwargs})


# Where no subclass makes something else of a value that is of the field's type.
_TAKE_AS_IT_IS = frozenset([DateField.to_python, DateTimeField.to_python, TimeField.to_python])


@published("db.models.fields.DurationField")
class DurationField(Field[TD]):
    """A length of time; in microseconds where the database has no type for it."""

    empty_strings_allowed = False
    default_error_messages = {
        "invalid": _(
            "“%(value)s” value has an invalid format. It must be in "
            "[DD] [[HH:]MM:]ss[.uuuuuu] format."
        )
    }
    description = _("Duration")

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: DurationField[datetime.timedelta],
            *args: Any,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: DurationField[datetime.timedelta | None],
            *args: Any,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "DurationField"

    def to_python(self, value: Any) -> Any:
        """`value` as a timedelta; None stays None."""
        if value is None or isinstance(value, datetime.timedelta):
            return value
        try:
            parsed = dateparse.parse_duration(value)
        except ValueError:
            parsed = None
        if parsed is None:
            raise exceptions.ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            )
        return parsed

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """`value` as the driver takes a length of time."""
        if connection.features.has_native_duration_field:
            return value
        if value is None:
            return None
        return durations.duration_microseconds(value)

    def get_db_converters(self, connection: Any) -> list[Any]:
        """As of `Field`, with what makes a timedelta of microseconds."""
        converters = super().get_db_converters(connection)
        if not connection.features.has_native_duration_field:
            return [connection.ops.convert_durationfield_value, *converters]
        return converters

    def value_to_string(self, obj: Any) -> str:
        """The value of `obj` as `to_python` reads it; an empty text for none."""
        value = self.value_from_object(obj)
        return "" if value is None else durations.duration_string(value)

    def formfield(self, **kwargs: Any) -> Any:
        """A field for a span of time."""
        return super().formfield(**{"form_class": forms.DurationField, **kwargs})


publish(__name__, "db.models.fields")
