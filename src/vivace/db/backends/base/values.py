"""Values on their way to a driver and back: the part of `BaseDatabaseOperations` about them."""

from __future__ import annotations

import datetime
import decimal
import json
from typing import Any

from vivace.conf import settings
from vivace.db.backends import zones
from vivace.utils import timezone
from vivace.utils.naming import root


class ValueOperations:
    """What drivers are given for values of fields, and what is made of what they give."""

    def validate_autopk_value(self, value: Any) -> Any:
        """`value`, as that of an automatic primary key; ValueError where the database refuses it."""
        return value

    def adapt_unknown_value(self, value: Any) -> Any:
        """`value` for the driver, judged by its type, where no field tells."""
        # A datetime is a date too.
        if isinstance(value, datetime.datetime):
            return self.adapt_datetimefield_value(value)
        if isinstance(value, datetime.date):
            return self.adapt_datefield_value(value)
        if isinstance(value, datetime.time):
            return self.adapt_timefield_value(value)
        if isinstance(value, decimal.Decimal):
            return self.adapt_decimalfield_value(value)
        return value

    def adapt_integerfield_value(self, value: Any, internal_type: str) -> Any:
        return value

    def adapt_datefield_value(self, value: Any) -> Any:
        return None if value is None else str(value)

    def adapt_datetimefield_value(self, value: Any) -> Any:
        return None if value is None else str(value)

    def adapt_timefield_value(self, value: Any) -> Any:
        if value is None:
            return None
        if timezone.is_aware(value):
            raise ValueError(f"{root().capitalize()} does not support timezone-aware times.")
        return str(value)

    def adapt_decimalfield_value(
        self, value: Any, max_digits: int | None = None, decimal_places: int | None = None
    ) -> Any:
        return value

    def adapt_ipaddressfield_value(self, value: Any) -> Any:
        return value or None

    def adapt_json_value(self, value: Any, encoder: Any) -> Any:
        """`value` as JSON text."""
        return json.dumps(value, cls=encoder)

    def year_lookup_bounds_for_date_field(self, value: int, iso_year: bool = False) -> list[Any]:
        """The first and the last date of a year, for BETWEEN."""
        first, last = _year(value, iso_year)
        return [self.adapt_datefield_value(first), self.adapt_datefield_value(last)]

    def year_lookup_bounds_for_datetime_field(
        self, value: int, iso_year: bool = False
    ) -> list[Any]:
        """The first and the last moment of a year in the current zone, for BETWEEN."""
        first, last = _year(value, iso_year)
        moments = [
            datetime.datetime.combine(first, datetime.time.min),
            datetime.datetime.combine(last, datetime.time.max),
        ]
        if settings.USE_TZ:
            zone = zones.current()
            moments = [timezone.make_aware(moment, zone) for moment in moments]
        return [self.adapt_datetimefield_value(moment) for moment in moments]

    def get_db_converters(self, expression: Any) -> list[Any]:
        """Functions ``(value, expression, connection)`` that make Python's values of the driver's."""
        return []

    def convert_durationfield_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else datetime.timedelta(0, 0, value)


def _year(value: int, iso_year: bool) -> tuple[datetime.date, datetime.date]:
    if not iso_year:
        return datetime.date(value, 1, 1), datetime.date(value, 12, 31)
    next_first = datetime.date.fromisocalendar(value + 1, 1, 1)
    return datetime.date.fromisocalendar(value, 1, 1), next_first - datetime.timedelta(days=1)
