"""The part of a queryset that describes rows of another form than instances of the model."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Literal, cast, overload

from vivace.conf import settings
from vivace.db.orm.querysets.builders import QuerySetBuilders
from vivace.db.orm.querysets.iterables import (
    FlatValuesListIterable,
    NamedValuesListIterable,
    ValuesIterable,
    ValuesListIterable,
)
from vivace.db.orm.querysets.state import M, Row
from vivace.db.query.expressions import F
from vivace.db.query.functions.datetime import Trunc
from vivace.db.schema.fields.times import DateField, DateTimeField
from vivace.utils import timezone

if TYPE_CHECKING:
    from vivace.db.orm.querysets.queryset import QuerySet

__all__ = ["QuerySetValues"]

DATE_KINDS = ("year", "month", "week", "day")
DATETIME_KINDS = (*DATE_KINDS, "hour", "minute", "second")


class QuerySetValues(QuerySetBuilders[M, Row]):
    """Dicts, tuples, single values, dates."""

    def _values(self, *fields: Any, **expressions: Any) -> Any:
        clone: Any = self._chain()
        if expressions:
            clone = clone.annotate(**expressions)
        clone._fields = fields
        clone.query.set_values(fields)
        return clone

    def values(self, *fields: Any, **expressions: Any) -> QuerySet[M, dict[str, Any]]:
        """Rows as dicts of these fields, and of the expressions by their names."""
        clone = self._values(*fields, *expressions, **expressions)
        clone._iterable_class = ValuesIterable
        return cast("QuerySet[M, dict[str, Any]]", clone)

    @overload
    def values_list(
        self, *fields: Any, flat: Literal[False] = False, named: Literal[False] = False
    ) -> QuerySet[M, tuple[Any, ...]]: ...

    @overload
    def values_list(
        self, *fields: Any, flat: Literal[True], named: Literal[False] = False
    ) -> QuerySet[M, Any]: ...

    @overload
    def values_list(
        self, *fields: Any, flat: bool = False, named: bool = False
    ) -> QuerySet[M, Any]: ...

    def values_list(self, *fields: Any, flat: bool = False, named: bool = False) -> Any:
        """Rows as tuples of these fields and expressions.

        `flat`: the single values instead. `named`: named tuples.
        """
        if flat and named:
            raise TypeError("'flat' and 'named' can't be used together.")
        if flat and len(fields) > 1:
            raise TypeError(
                "'flat' is not valid when values_list is called with more than one field."
            )
        names, expressions = _named(fields)
        clone = self._values(*names, **expressions)
        if named:
            clone._iterable_class = NamedValuesListIterable
        else:
            clone._iterable_class = FlatValuesListIterable if flat else ValuesListIterable
        return clone

    def dates(
        self, field_name: str, kind: str, order: Literal["ASC", "DESC"] = "ASC"
    ) -> QuerySet[M, date]:
        """The different dates in a field, cut to their year, month, week or day."""
        if kind not in DATE_KINDS:
            raise ValueError("'kind' must be one of 'year', 'month', 'week', or 'day'.")
        _check_order(order)
        trunc = Trunc(field_name, kind, output_field=DateField())
        return cast("QuerySet[M, date]", self._truncated("datefield", trunc, field_name, order))

    def datetimes(
        self,
        field_name: str,
        kind: str,
        order: Literal["ASC", "DESC"] = "ASC",
        tzinfo: tzinfo | None = None,
    ) -> QuerySet[M, datetime]:
        """The different moments in a field, cut to their year ... second, in `tzinfo`'s time."""
        if kind not in DATETIME_KINDS:
            raise ValueError(
                "'kind' must be one of 'year', 'month', 'week', 'day', "
                "'hour', 'minute', or 'second'."
            )
        _check_order(order)
        if settings.USE_TZ:
            zone = tzinfo or timezone.get_current_timezone()
        else:
            zone = None
        trunc = Trunc(field_name, kind, output_field=DateTimeField(), tzinfo=zone)
        found = self._truncated("datetimefield", trunc, field_name, order)
        return cast("QuerySet[M, datetime]", found)

    def _truncated(self, name: str, trunc: Any, field_name: str, order: str) -> Any:
        found = self.annotate(**{name: trunc, "plain_field": F(field_name)})
        values = found.values_list(name, flat=True).distinct()
        descending = "-" if order == "DESC" else ""
        return values.filter(plain_field__isnull=False).order_by(descending + name)


def _check_order(order: str) -> None:
    if order not in ("ASC", "DESC"):
        raise ValueError("'order' must be either 'ASC' or 'DESC'.")


def _named(fields: tuple[Any, ...]) -> tuple[list[Any], dict[str, Any]]:
    """Names for all `fields`, and the expressions among them by their names.

    A field that is named again is an expression too, because a row's columns need different names.
    """
    taken = {field for field in fields if not hasattr(field, "resolve_expression")}
    names: list[Any] = []
    expressions: dict[str, Any] = {}
    for field in fields:
        if hasattr(field, "resolve_expression"):
            prefix = getattr(field, "default_alias", type(field).__name__.lower())
            expression = field
        elif field in names:
            prefix, expression = field, F(field)
        else:
            names.append(field)
            continue
        number = 1
        while (name := f"{prefix}{number}") in taken:
            number += 1
        taken.add(name)
        names.append(name)
        expressions[name] = expression
    return names, expressions
