"""Expressions as orderings."""

from __future__ import annotations

from typing import Any

from vivace.db.query.base import Expression
from vivace.db.query.combinable import make
from vivace.utils.naming import publish, published

__all__ = ["OrderBy"]


@published("db.models.OrderBy")
class OrderBy(Expression):
    """`expression` as an ordering, ascending unless `descending`.

    `nulls_first` and `nulls_last` are True or None, and not both True. Raises `ValueError` else.
    """

    template = "%(expression)s %(ordering)s"
    conditional = False
    constraint_validation_compatible = False
    allows_composite_expressions = True

    def __init__(
        self,
        expression: Any,
        descending: bool = False,
        nulls_first: bool | None = None,
        nulls_last: bool | None = None,
    ) -> None:
        if nulls_first and nulls_last:
            raise ValueError("nulls_first and nulls_last are mutually exclusive")
        if nulls_first is False or nulls_last is False:
            raise ValueError("nulls_first and nulls_last values must be True or None.")
        if not hasattr(expression, "resolve_expression"):
            raise ValueError("expression must be an expression type")
        self.nulls_first = nulls_first
        self.nulls_last = nulls_last
        self.descending = descending
        self.expression = expression

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self.expression}, descending={self.descending})"

    def get_source_expressions(self) -> list[Any]:
        return [self.expression]

    def set_source_expressions(self, exprs: Any) -> None:
        self.expression = exprs[0]

    def as_sql(
        self, compiler: Any, connection: Any, template: str | None = None, **extra_context: Any
    ) -> Any:
        """The expression with its direction, and where nulls go, in the way the database can say it."""
        template = template or self.template
        if connection.features.supports_order_by_nulls_modifier:
            if self.nulls_last:
                template = f"{template} NULLS LAST"
            elif self.nulls_first:
                template = f"{template} NULLS FIRST"
        elif self.nulls_last and not (self.descending and connection.features.order_by_nulls_first):
            template = f"%(expression)s IS NULL, {template}"
        elif self.nulls_first and not (
            not self.descending and connection.features.order_by_nulls_first
        ):
            template = f"%(expression)s IS NOT NULL, {template}"
        connection.ops.check_expression_support(self)
        sql, params = compiler.compile(self.expression)
        placeholders = {
            "expression": sql,
            "ordering": "DESC" if self.descending else "ASC",
            **extra_context,
        }
        times = template.count("%(expression)s")
        return (template % placeholders).rstrip(), [*params] * times

    def get_group_by_cols(self) -> list[Any]:
        columns: list[Any] = []
        for each in self.get_source_expressions():
            columns.extend(each.get_group_by_cols())
        return columns

    def reverse_ordering(self) -> Any:
        self.descending = not self.descending
        self.nulls_first, self.nulls_last = self.nulls_last, self.nulls_first
        return self

    def asc(self) -> None:  # type: ignore[override]
        """Make it ascend."""
        self.descending = False

    def desc(self) -> None:  # type: ignore[override]
        """Make it descend."""
        self.descending = True


make.order_by = OrderBy


publish(__name__, "db.models.expressions")
