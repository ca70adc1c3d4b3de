"""A query within an expression."""

from __future__ import annotations

from typing import Any, Self

from vivace.core.exceptions import EmptyResultSet
from vivace.db.query.base import BaseExpression
from vivace.db.query.combinable import Combinable
from vivace.db.query.values import Value
from vivace.db.schema.fields.values import BooleanField
from vivace.utils.naming import publish

__all__ = ["Exists", "Subquery"]


class Subquery(BaseExpression, Combinable):
    """The rows of `queryset`, which may refer to the query around it by `OuterRef`.

    As a value it must give one column and at most one row. Documented at ref/models/expressions.
    """

    template = "(%(subquery)s)"
    contains_aggregate = False
    empty_result_set_value = None
    subquery = True

    def __init__(self, queryset: Any, output_field: Any = None, **extra: Any) -> None:
        # A query set or the description of a query; a copy, as it is changed here.
        self.query = getattr(queryset, "query", queryset).clone()
        self.query.subquery = True
        self.extra = extra
        super().__init__(output_field)

    def get_source_expressions(self) -> list[Any]:
        return [self.query]

    def set_source_expressions(self, exprs: Any) -> None:
        self.query = exprs[0]

    def _resolve_output_field(self) -> Any:
        return self.query.output_field

    def copy(self) -> Self:
        clone = super().copy()
        clone.query = clone.query.clone()
        return clone

    @property
    def external_aliases(self) -> Any:
        """The aliases of the outer query's tables that the subquery uses."""
        return self.query.external_aliases

    def get_external_cols(self) -> Any:
        """The columns of the outer query that the subquery uses."""
        return self.query.get_external_cols()

    def as_sql(
        self, compiler: Any, connection: Any, template: str | None = None, **extra_context: Any
    ) -> Any:
        """The query's SQL within the template. Raises `EmptyResultSet` if it cannot have rows."""
        connection.ops.check_expression_support(self)
        subquery_sql, params = self.query.as_sql(compiler, connection)
        data = {**self.extra, **extra_context}
        # The template has its own parentheses.
        data["subquery"] = subquery_sql[1:-1]
        return (template or data.get("template", self.template)) % data, params

    def get_group_by_cols(self) -> list[Any]:
        columns: list[Any] = self.query.get_group_by_cols(wrapper=self)
        return columns


class Exists(Subquery):
    """Whether `queryset` has a row."""

    template = "EXISTS(%(subquery)s)"
    output_field = BooleanField()
    empty_result_set_value = False  # type: ignore[assignment]

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, **kwargs)
        self.query = self.query.exists()

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        # Some databases select no conditions.
        if not compiler.connection.features.supports_boolean_expr_in_select_clause:
            sql = f"CASE WHEN {sql} THEN 1 ELSE 0 END"
        return sql, params

    def as_sql(self, compiler: Any, *args: Any, **kwargs: Any) -> Any:
        """As of `Subquery`; false, rather than an error, if the query cannot have rows."""
        try:
            return super().as_sql(compiler, *args, **kwargs)
        except EmptyResultSet:
            if not compiler.connection.features.supports_boolean_expr_in_select_clause:
                return "1=0", ()
            return compiler.compile(Value(False))


publish(__name__, "db.models.expressions")
