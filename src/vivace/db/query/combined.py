"""Two expressions joined by an operator; durations, which most databases keep as numbers, apart."""

from __future__ import annotations

from typing import Any, cast

from vivace.core.exceptions import FieldError
from vivace.db.query.base import Expression
from vivace.db.query.combinable import Combinable, make
from vivace.db.query.numeric import SQLiteNumericMixin, _resolve_combined_type
from vivace.db.schema.fields.times import DurationField
from vivace.db.utils import DatabaseError
from vivace.utils.functional import cached_property
from vivace.utils.naming import publish

__all__ = ["CombinedExpression", "DurationExpression", "TemporalSubtraction"]

_TEMPORAL = ("DateField", "DateTimeField", "TimeField")
_SCALARS = ("DecimalField", "DurationField", "FloatField", "IntegerField")


def _internal_type(expression: Any) -> str | None:
    try:
        return cast("str", expression.output_field.get_internal_type())
    except (AttributeError, FieldError):
        return None


class CombinedExpression(SQLiteNumericMixin, Expression):
    """``lhs connector rhs``, in parentheses. What the operators of `Combinable` make."""

    def __init__(self, lhs: Any, connector: str, rhs: Any, output_field: Any = None) -> None:
        super().__init__(output_field=output_field)
        self.connector = connector
        self.lhs = lhs
        self.rhs = rhs

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}: {self}>"

    def __str__(self) -> str:
        return f"{self.lhs} {self.connector} {self.rhs}"

    def get_source_expressions(self) -> list[Any]:
        return [self.lhs, self.rhs]

    def set_source_expressions(self, exprs: Any) -> None:
        self.lhs, self.rhs = exprs

    def _resolve_output_field(self) -> Any:
        lhs: Any = type(self.lhs._output_field_or_none)
        rhs: Any = type(self.rhs._output_field_or_none)
        result = _resolve_combined_type(self.connector, lhs, rhs)
        if result is None:
            raise FieldError(
                f"Cannot infer type of {self.connector!r} expression involving these types: "
                f"{lhs.__name__}, {rhs.__name__}. You must set output_field."
            )
        return result()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        lhs, lhs_params = compiler.compile(self.lhs)
        rhs, rhs_params = compiler.compile(self.rhs)
        sql = connection.ops.combine_expression(self.connector, [lhs, rhs])
        return f"({sql})", [*lhs_params, *rhs_params]

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """Resolve; a combination with a duration, or the time between two, becomes its own class."""
        resolved = super().resolve_expression(query, allow_joins, reuse, summarize, for_save)
        if not isinstance(self, (DurationExpression, TemporalSubtraction)):
            lhs, rhs = _internal_type(resolved.lhs), _internal_type(resolved.rhs)
            special: Any = None
            if lhs != rhs and "DurationField" in (lhs, rhs):
                special = DurationExpression(resolved.lhs, resolved.connector, resolved.rhs)
            elif self.connector == self.SUB and lhs in _TEMPORAL and lhs == rhs:
                special = TemporalSubtraction(resolved.lhs, resolved.rhs)
            if special is not None:
                special.is_summary = resolved.is_summary
                return special
        return resolved

    @cached_property
    def allowed_default(self) -> bool:
        return bool(self.lhs.allowed_default and self.rhs.allowed_default)


class DurationExpression(CombinedExpression):
    """A combination in which one side is a duration and the other is not."""

    def compile(self, side: Any, compiler: Any, connection: Any) -> Any:
        """The SQL of one side; a duration in the form that the database computes with."""
        sql, params = compiler.compile(side)
        if _internal_type(side) == "DurationField":
            sql = connection.ops.format_for_duration_arithmetic(sql)
        return sql, params

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if connection.features.has_native_duration_field:
            return super().as_sql(compiler, connection)
        connection.ops.check_expression_support(self)
        lhs, lhs_params = self.compile(self.lhs, compiler, connection)
        rhs, rhs_params = self.compile(self.rhs, compiler, connection)
        sql = connection.ops.combine_duration_expression(self.connector, [lhs, rhs])
        return f"({sql})", [*lhs_params, *rhs_params]

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """As `as_sql`. Raises `DatabaseError` for a product with anything but a number."""
        sql, params = self.as_sql(compiler, connection, **extra_context)
        if self.connector in (Combinable.MUL, Combinable.DIV):
            sides = {
                self.lhs.output_field.get_internal_type(),
                self.rhs.output_field.get_internal_type(),
            }
            if not sides.issubset(_SCALARS):
                raise DatabaseError(f"Invalid arguments for operator {self.connector}.")
        return sql, params


class TemporalSubtraction(CombinedExpression):
    """The time between two dates, two times or two datetimes."""

    output_field = DurationField()

    def __init__(self, lhs: Any, rhs: Any) -> None:
        super().__init__(lhs, self.SUB, rhs)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        connection.ops.check_expression_support(self)
        lhs = compiler.compile(self.lhs)
        rhs = compiler.compile(self.rhs)
        kind = self.lhs.output_field.get_internal_type()
        return connection.ops.subtract_temporals(kind, lhs, rhs)


make.combined = CombinedExpression


publish(__name__, "db.models.expressions")
