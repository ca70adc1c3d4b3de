"""``CASE WHEN .. THEN .. ELSE .. END``."""

from __future__ import annotations

from typing import Any, Self

from vivace.core.exceptions import EmptyResultSet, FullResultSet
from vivace.db.query.base import Expression, parse_expression
from vivace.db.query.numeric import SQLiteNumericMixin
from vivace.db.query.q import Q
from vivace.utils.functional import cached_property
from vivace.utils.naming import publish, published

__all__ = ["Case", "When"]


@published("db.models.When")
class When(Expression):
    """One branch of a `Case`: the result `then` where the condition holds.

    The condition is a `Q`, a boolean expression, lookups by keyword, or the first with the last. Raises
    `TypeError` if it is none of these, `ValueError` for an empty `Q`.
    """

    template = "WHEN %(condition)s THEN %(result)s"
    conditional = False

    def __init__(self, condition: Any = None, then: Any = None, **lookups: Any) -> None:
        if lookups:
            if condition is None:
                condition, lookups = Q(**lookups), {}
            elif getattr(condition, "conditional", False):
                condition, lookups = Q(condition, **lookups), {}
        if condition is None or not getattr(condition, "conditional", False) or lookups:
            raise TypeError(
                "When() supports a Q object, a boolean expression, or lookups as a condition."
            )
        if isinstance(condition, Q) and not condition:
            raise ValueError("An empty Q() can't be used as a When() condition.")
        super().__init__(output_field=None)
        self.condition = condition
        self.result = parse_expression(then)

    def __str__(self) -> str:
        return f"WHEN {self.condition!r} THEN {self.result!r}"

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}: {self}>"

    def get_source_expressions(self) -> list[Any]:
        return [self.condition, self.result]

    def set_source_expressions(self, exprs: Any) -> None:
        self.condition, self.result = exprs

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """Resolve condition and result; only the result is to be stored."""
        resolved = self.copy()
        resolved.is_summary = summarize
        resolved.condition = self.condition.resolve_expression(
            query, allow_joins, reuse, summarize, False
        )
        resolved.result = self.result.resolve_expression(
            query, allow_joins, reuse, summarize, for_save
        )
        return resolved

    def get_source_fields(self) -> list[Any]:
        # The type is that of the result alone.
        return [self.result._output_field_or_none]

    def as_sql(
        self, compiler: Any, connection: Any, template: str | None = None, **extra_context: Any
    ) -> Any:
        """The branch. Raises `EmptyResultSet` or `FullResultSet` if it never or always holds."""
        connection.ops.check_expression_support(self)
        condition, condition_params = compiler.compile(self.condition)
        result, result_params = compiler.compile(self.result)
        parts = {**extra_context, "condition": condition, "result": result}
        return (template or self.template) % parts, (*condition_params, *result_params)

    def get_group_by_cols(self) -> list[Any]:
        columns: list[Any] = []
        for each in self.get_source_expressions():
            columns.extend(each.get_group_by_cols())
        return columns

    @cached_property
    def allowed_default(self) -> bool:
        return bool(self.condition.allowed_default and self.result.allowed_default)


@published("db.models.Case")
class Case(SQLiteNumericMixin, Expression):
    """The result of the first of `cases` (`When` objects) whose condition holds, else `default`.

    Documented at ref/models/conditional-expressions.
    """

    template = "CASE %(cases)s ELSE %(default)s END"
    case_joiner = " "

    def __init__(
        self, *cases: Any, default: Any = None, output_field: Any = None, **extra: Any
    ) -> None:
        if not all(isinstance(case, When) for case in cases):
            raise TypeError("Positional arguments must all be When objects.")
        super().__init__(output_field)
        self.cases = list(cases)
        self.default = parse_expression(default)
        self.extra = extra

    def __str__(self) -> str:
        return "CASE {}, ELSE {!r}".format(
            ", ".join(str(case) for case in self.cases), self.default
        )

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}: {self}>"

    def get_source_expressions(self) -> list[Any]:
        return [*self.cases, self.default]

    def set_source_expressions(self, exprs: Any) -> None:
        *self.cases, self.default = exprs

    def copy(self) -> Self:
        clone = super().copy()
        clone.cases = self.cases[:]
        return clone

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """Resolve all branches and the default."""
        resolved = self.copy()
        resolved.is_summary = summarize
        resolved.cases = [
            case.resolve_expression(query, allow_joins, reuse, summarize, for_save)
            for case in self.cases
        ]
        resolved.default = self.default.resolve_expression(
            query, allow_joins, reuse, summarize, for_save
        )
        return resolved

    def as_sql(
        self,
        compiler: Any,
        connection: Any,
        template: str | None = None,
        case_joiner: str | None = None,
        **extra_context: Any,
    ) -> Any:
        """The branches that can hold, up to the first that always does."""
        connection.ops.check_expression_support(self)
        default = self.default
        branches = []
        params: list[Any] = []
        for case in self.cases:
            try:
                sql, branch_params = compiler.compile(case)
            except EmptyResultSet:
                continue
            except FullResultSet:
                default = case.result
                break
            branches.append(sql)
            params.extend(branch_params)
        default_sql, default_params = compiler.compile(default)
        if not branches:
            return default_sql, default_params
        data = {**self.extra, **extra_context}
        data["cases"] = (case_joiner or self.case_joiner).join(branches)
        data["default"] = default_sql
        params.extend(default_params)
        sql = (template or data.get("template", self.template)) % data
        if self._output_field_or_none is not None:
            sql = connection.ops.unification_cast_sql(self.output_field) % sql
        return sql, params

    def get_group_by_cols(self) -> list[Any]:
        if not self.cases:
            columns: list[Any] = self.default.get_group_by_cols()
            return columns
        return super().get_group_by_cols()

    @cached_property
    def allowed_default(self) -> bool:
        return bool(self.default.allowed_default) and all(
            case.allowed_default for case in self.cases
        )


publish(__name__, "db.models.expressions")
