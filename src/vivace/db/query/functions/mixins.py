"""What several functions share: the type of a result, and input that databases refuse."""

from __future__ import annotations

from typing import Any

from vivace.db.query.functions.comparison import Cast
from vivace.db.schema.fields.numbers import DecimalField, FloatField, IntegerField
from vivace.utils.naming import publish

__all__ = ["FixDecimalInputMixin", "FixDurationInputMixin", "NumericOutputFieldMixin"]


class FixDecimalInputMixin:
    """Casts floats for functions that PostgreSQL has for decimals only."""

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """The SQL, with every float among the sources cast to a decimal."""
        output_field: Any = DecimalField(decimal_places=4, max_digits=1000)
        clone = self.copy()  # type: ignore[attr-defined]
        clone.set_source_expressions(
            [
                Cast(each, output_field) if isinstance(each.output_field, FloatField) else each
                for each in self.get_source_expressions()  # type: ignore[attr-defined]
            ]
        )
        return clone.as_sql(compiler, connection, **extra_context)


class FixDurationInputMixin:
    """Casts durations to numbers for aggregates of MySQL."""

    def as_mysql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """The SQL, in which a duration is a number of microseconds."""
        sql, params = super().as_sql(compiler, connection, **extra_context)  # type: ignore[misc]
        if self.output_field.get_internal_type() == "DurationField":  # type: ignore[attr-defined]
            sql = f"CAST({sql} AS SIGNED)"
        return sql, params


class NumericOutputFieldMixin:
    """Lets the result be a decimal if a source is one, else a float if a source is an integer."""

    def _resolve_output_field(self) -> Any:
        fields = self.get_source_fields()  # type: ignore[attr-defined]
        if any(isinstance(each, DecimalField) for each in fields):
            return DecimalField()
        if any(isinstance(each, IntegerField) for each in fields):
            return FloatField()
        if fields:
            return super()._resolve_output_field()  # type: ignore[misc]
        return FloatField()


publish(__name__, "db.models.functions.mixins")
