"""Expressions around one other: to give it an output field, or to negate it."""

from __future__ import annotations

from typing import Any

from vivace.core.exceptions import EmptyResultSet
from vivace.db.query.base import Expression
from vivace.db.query.combinable import make
from vivace.db.query.numeric import SQLiteNumericMixin
from vivace.db.query.values import Value
from vivace.db.schema.fields.values import BooleanField
from vivace.utils.naming import publish, published

__all__ = ["ExpressionWrapper", "NegatedExpression"]


@published("db.models.ExpressionWrapper")
class ExpressionWrapper(SQLiteNumericMixin, Expression):
    """`expression` with `output_field` for its type, where it cannot be inferred."""

    def __init__(self, expression: Any, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.expression = expression

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self.expression})"

    def get_source_expressions(self) -> list[Any]:
        return [self.expression]

    def set_source_expressions(self, exprs: Any) -> None:
        self.expression = exprs[0]

    def get_group_by_cols(self) -> list[Any]:
        if isinstance(self.expression, Expression):
            expression = self.expression.copy()
            expression.output_field = self.output_field
            return expression.get_group_by_cols()
        # Of a condition or a subquery the value is grouped by, not each of its columns.
        return super().get_group_by_cols()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return compiler.compile(self.expression)

    @property
    def allowed_default(self) -> bool:
        return bool(self.expression.allowed_default)


class NegatedExpression(ExpressionWrapper):
    """NOT `expression`, which must be a condition."""

    def __init__(self, expression: Any) -> None:
        super().__init__(expression, output_field=BooleanField())

    def __invert__(self) -> Any:
        return self.expression.copy()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        try:
            sql, params = super().as_sql(compiler, connection)
        except EmptyResultSet:
            if not connection.features.supports_boolean_expr_in_select_clause:
                return "1=1", ()
            return compiler.compile(Value(True))
        if connection.ops.conditional_expression_supported_in_where_clause(self.expression):
            return f"NOT {sql}", params
        return f"CASE WHEN {sql} = 0 THEN 1 ELSE 0 END", params

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """Resolve. Raises `TypeError` if the expression is no condition."""
        resolved = super().resolve_expression(query, allow_joins, reuse, summarize, for_save)
        if not getattr(resolved.expression, "conditional", False):
            raise TypeError("Cannot negate non-conditional expressions.")
        return resolved

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        connection = compiler.connection
        if not (
            connection.features.supports_boolean_expr_in_select_clause
            and connection.ops.conditional_expression_supported_in_where_clause(self.expression)
        ):
            sql = f"CASE WHEN {sql} THEN 1 ELSE 0 END"
        return sql, params


make.negated = NegatedExpression


publish(__name__, "db.models.expressions")
