"""Parts of dates and times, and dates and times cut short.

Documented at ref/models/database-functions.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vivace.conf import settings
from vivace.db.backends import zones
from vivace.db.query.func import Func
from vivace.db.query.lookups.base import Transform
from vivace.db.query.lookups.years import YearExact, YearGt, YearGte, YearLt, YearLte
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.numbers import IntegerField
from vivace.db.schema.fields.times import DateField, DateTimeField, DurationField, TimeField
from vivace.utils import timezone
from vivace.utils.naming import publish

__all__ = [
    "Extract",
    "ExtractDay",
    "ExtractHour",
    "ExtractIsoWeekDay",
    "ExtractIsoYear",
    "ExtractMinute",
    "ExtractMonth",
    "ExtractQuarter",
    "ExtractSecond",
    "ExtractWeek",
    "ExtractWeekDay",
    "ExtractYear",
    "Now",
    "TimezoneMixin",
    "Trunc",
    "TruncBase",
    "TruncDate",
    "TruncDay",
    "TruncHour",
    "TruncMinute",
    "TruncMonth",
    "TruncQuarter",
    "TruncSecond",
    "TruncTime",
    "TruncWeek",
    "TruncYear",
]

_OF_DAY = ("hour", "minute", "second")
_OF_DATE = ("year", "quarter", "month", "week", "day", "date")
_NOT_OF_DURATION = ("year", "iso_year", "month", "week", "week_day", "iso_week_day", "quarter")


class TimezoneMixin:
    """Computes in `tzinfo`, or the current time zone."""

    tzinfo: Any = None

    def get_tzname(self) -> str | None:
        """The name of the time zone to compute in; None if the project has none."""
        if not settings.USE_TZ:
            return None
        if self.tzinfo is None:
            return zones.current_name()
        return timezone._name(self.tzinfo)


class Extract(TimezoneMixin, Transform):
    """A part of a date, time or duration as a number: which, says `lookup_name`.

    Raises `ValueError` without a name, and when it is resolved for a field that has no such part.
    SECURITY: the name comes from lookups of users; it only ever becomes a parameter (CVE-2022-34265).
    """

    lookup_name: Any = None
    output_field = IntegerField()

    def __init__(
        self, expression: Any, lookup_name: str | None = None, tzinfo: Any = None, **extra: Any
    ) -> None:
        if self.lookup_name is None:
            self.lookup_name = lookup_name
        if self.lookup_name is None:
            raise ValueError("lookup_name must be provided")
        self.tzinfo = tzinfo
        super().__init__(expression, **extra)

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # type: ignore[override]
        ops = connection.ops
        sql, params = compiler.compile(self.lhs)
        field = self.lhs.output_field
        if isinstance(field, DateTimeField):
            return ops.datetime_extract_sql(self.lookup_name, sql, tuple(params), self.get_tzname())
        if self.tzinfo:
            raise ValueError("tzinfo can only be used with DateTimeField.")
        if isinstance(field, DateField):
            return ops.date_extract_sql(self.lookup_name, sql, tuple(params))
        if isinstance(field, DurationField) and not connection.features.has_native_duration_field:
            raise ValueError("Extract requires native DurationField database support.")
        return ops.time_extract_sql(self.lookup_name, sql, tuple(params))

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        resolved = super().resolve_expression(query, allow_joins, reuse, summarize, for_save)
        field = getattr(resolved.lhs, "output_field", None)
        if field is None:
            return resolved
        if not isinstance(field, (DateField, DateTimeField, TimeField, DurationField)):
            raise ValueError(
                "Extract input expression must be DateField, DateTimeField, TimeField, or "
                "DurationField."
            )
        if type(field) is DateField and resolved.lookup_name in _OF_DAY:
            raise ValueError(
                f"Cannot extract time component '{resolved.lookup_name}' from DateField "
                f"'{field.name}'."
            )
        if isinstance(field, DurationField) and resolved.lookup_name in _NOT_OF_DURATION:
            raise ValueError(
                f"Cannot extract component '{resolved.lookup_name}' from DurationField "
                f"'{field.name}'."
            )
        return resolved


@DateField.register_lookup
class ExtractYear(Extract):
    """The year."""

    lookup_name = "year"


@DateField.register_lookup
class ExtractIsoYear(Extract):
    """The year of ISO 8601, to which the week belongs."""

    lookup_name = "iso_year"


@DateField.register_lookup
class ExtractMonth(Extract):
    """The month, from 1."""

    lookup_name = "month"


@DateField.register_lookup
class ExtractDay(Extract):
    """The day of the month, from 1."""

    lookup_name = "day"


@DateField.register_lookup
class ExtractWeek(Extract):
    """The week of ISO 8601, from 1."""

    lookup_name = "week"


@DateField.register_lookup
class ExtractWeekDay(Extract):
    """The day of the week: 1 is Sunday, 7 is Saturday."""

    lookup_name = "week_day"


@DateField.register_lookup
class ExtractIsoWeekDay(Extract):
    """The day of the week of ISO 8601: 1 is Monday, 7 is Sunday."""

    lookup_name = "iso_week_day"


@DateField.register_lookup
class ExtractQuarter(Extract):
    """The quarter of the year, from 1."""

    lookup_name = "quarter"


@TimeField.register_lookup
@DateTimeField.register_lookup
class ExtractHour(Extract):
    """The hour."""

    lookup_name = "hour"


@TimeField.register_lookup
@DateTimeField.register_lookup
class ExtractMinute(Extract):
    """The minute."""

    lookup_name = "minute"


@TimeField.register_lookup
@DateTimeField.register_lookup
class ExtractSecond(Extract):
    """The second."""

    lookup_name = "second"


for _lookup in (YearExact, YearGt, YearGte, YearLt, YearLte):
    ExtractYear.register_lookup(_lookup)
    ExtractIsoYear.register_lookup(_lookup)


class Now(Func):
    """The time at the database; within a transaction, on some databases, the time at which it began."""

    template = "CURRENT_TIMESTAMP"
    output_field = DateTimeField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """The time of the statement, as elsewhere, not that of the transaction."""
        return self.as_sql(compiler, connection, template="STATEMENT_TIMESTAMP()", **extra_context)

    def as_mysql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """With microseconds."""
        return self.as_sql(compiler, connection, template="CURRENT_TIMESTAMP(6)", **extra_context)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """With milliseconds, which is what SQLite has."""
        return self.as_sql(
            compiler,
            connection,
            template="STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f', 'NOW')",
            **extra_context,
        )


class TruncBase(TimezoneMixin, Transform):
    """A date or time cut down to the beginning of its year, month, hour, ...: `kind` says which.

    `output_field` may make a date or a time of a datetime. Raises `ValueError` or `TypeError` when it is
    resolved for a field that cannot be cut so.
    """

    kind: Any = None
    tzinfo: Any = None

    def __init__(
        self, expression: Any, output_field: Any = None, tzinfo: Any = None, **extra: Any
    ) -> None:
        self.tzinfo = tzinfo
        super().__init__(expression, output_field=output_field, **extra)

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # type: ignore[override]
        ops = connection.ops
        sql, params = compiler.compile(self.lhs)
        tzname = self.get_tzname() if isinstance(self.lhs.output_field, DateTimeField) else None
        if isinstance(self.output_field, DateTimeField):
            return ops.datetime_trunc_sql(self.kind, sql, tuple(params), tzname)
        if isinstance(self.output_field, DateField):
            return ops.date_trunc_sql(self.kind, sql, tuple(params), tzname)
        if isinstance(self.output_field, TimeField):
            return ops.time_trunc_sql(self.kind, sql, tuple(params), tzname)
        raise ValueError("Trunc only valid on DateField, TimeField, or DateTimeField.")

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        resolved = super().resolve_expression(query, allow_joins, reuse, summarize, for_save)
        field = resolved.lhs.output_field
        if not isinstance(field, (DateField, TimeField)):
            raise TypeError(f"{field.name!r} isn't a DateField, TimeField, or DateTimeField.")
        if not isinstance(resolved.output_field, (DateField, DateTimeField, TimeField)):
            raise ValueError("output_field must be either DateField, TimeField, or DateTimeField")
        self._check_possible(resolved, field)
        return resolved

    def _check_possible(self, resolved: Any, field: Any) -> None:
        fixed = self.__class__.__dict__.get("output_field")
        fixed = fixed if isinstance(fixed, Field) else None
        output = fixed or resolved.output_field
        if type(field) is DateField:
            wrong = isinstance(output, DateTimeField) or self.kind in (*_OF_DAY, "time")
        elif isinstance(field, TimeField):
            wrong = isinstance(output, DateTimeField) or self.kind in _OF_DATE
        else:
            return
        if wrong:
            chosen = fixed is not None or type(field) is not type(resolved.output_field)
            raise ValueError(
                f"Cannot truncate {field.__class__.__name__} '{field.name}' to "
                f"{output.__class__.__name__ if chosen else 'DateTimeField'}."
            )

    def convert_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The value from the database in the time zone that it was computed in."""
        if isinstance(self.output_field, DateTimeField):
            if settings.USE_TZ and value is not None:
                return timezone.make_aware(value.replace(tzinfo=None), self.tzinfo)
            return value
        if isinstance(value, datetime):
            if isinstance(self.output_field, DateField):
                return value.date()
            if isinstance(self.output_field, TimeField):
                return value.time()
        return value


class Trunc(TruncBase):
    """A date or time cut down to its `kind`: ``year``, ``quarter``, ``month``, ``week``, ``day``, ..."""

    def __init__(
        self,
        expression: Any,
        kind: str,
        output_field: Any = None,
        tzinfo: Any = None,
        **extra: Any,
    ) -> None:
        self.kind = kind
        super().__init__(expression, output_field=output_field, tzinfo=tzinfo, **extra)


class TruncYear(TruncBase):
    """The beginning of the year."""

    kind = "year"


class TruncQuarter(TruncBase):
    """The beginning of the quarter."""

    kind = "quarter"


class TruncMonth(TruncBase):
    """The beginning of the month."""

    kind = "month"


class TruncWeek(TruncBase):
    """The beginning of the week, on Monday."""

    kind = "week"


class TruncDay(TruncBase):
    """The beginning of the day."""

    kind = "day"


@DateTimeField.register_lookup
class TruncDate(TruncBase):
    """The date of a datetime."""

    kind = "date"
    lookup_name = "date"
    output_field = DateField()

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # type: ignore[override]
        sql, params = compiler.compile(self.lhs)
        return connection.ops.datetime_cast_date_sql(sql, tuple(params), self.get_tzname())


@DateTimeField.register_lookup
class TruncTime(TruncBase):
    """The time of a datetime."""

    kind = "time"
    lookup_name = "time"
    output_field = TimeField()

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # type: ignore[override]
        sql, params = compiler.compile(self.lhs)
        return connection.ops.datetime_cast_time_sql(sql, tuple(params), self.get_tzname())


class TruncHour(TruncBase):
    """The beginning of the hour."""

    kind = "hour"


class TruncMinute(TruncBase):
    """The beginning of the minute."""

    kind = "minute"


class TruncSecond(TruncBase):
    """The beginning of the second."""

    kind = "second"


publish(__name__, "db.models.functions.datetime")
