"""Calls of SQL functions, and lists of expressions."""

from __future__ import annotations

from typing import Any, Self

from vivace.core.exceptions import EmptyResultSet, FullResultSet
from vivace.db.query.base import Expression, parse_expression
from vivace.db.query.f import F
from vivace.db.query.numeric import SQLiteNumericMixin
from vivace.db.query.ordering import OrderBy
from vivace.db.query.values import Value
from vivace.utils.functional import cached_property
from vivace.utils.naming import publish, published

__all__ = ["ExpressionList", "Func", "OrderByList"]


@published("db.models.Func")
class Func(SQLiteNumericMixin, Expression):
    """A call of a database function.

    `template` is filled with `function`, the `expressions` joined by `arg_joiner`, and what else was
    given by keyword: such keywords, and those of `as_sql`, go before the class's attributes. `arity` is
    the number of expressions that it takes, None for any. Documented at ref/models/expressions.

    SECURITY: keywords and `template` become SQL as they are.
    """

    tells_for_save = True
    function: str | None = None
    template = "%(function)s(%(expressions)s)"
    arg_joiner = ", "
    arity: int | None = None

    def __init__(self, *expressions: Any, output_field: Any = None, **extra: Any) -> None:
        if self.arity is not None and len(expressions) != self.arity:
            raise TypeError(
                f"'{self.__class__.__name__}' takes exactly {self.arity} "
                f"{'argument' if self.arity == 1 else 'arguments'} ({len(expressions)} given)"
            )
        super().__init__(output_field=output_field)
        self.source_expressions = self._parse_expressions(*expressions)
        self.extra = extra

    def __repr__(self) -> str:
        arguments = self.arg_joiner.join(str(each) for each in self.source_expressions)
        options = {**self.extra, **self._get_repr_options()}
        if options:
            listed = ", ".join(f"{name}={value}" for name, value in sorted(options.items()))
            return f"{self.__class__.__name__}({arguments}, {listed})"
        return f"{self.__class__.__name__}({arguments})"

    def _get_repr_options(self) -> dict[str, Any]:
        return {}

    def get_source_expressions(self) -> list[Any]:
        return self.source_expressions

    def set_source_expressions(self, exprs: Any) -> None:
        self.source_expressions = exprs

    def as_sql(
        self,
        compiler: Any,
        connection: Any,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> Any:
        """Fill the template. What is given here goes before what the constructor and the class say."""
        connection.ops.check_expression_support(self)
        parts = []
        params: list[Any] = []
        for each in self.source_expressions:
            sql, part_params = _argument_sql(each, compiler)
            parts.append(sql)
            params.extend(part_params)
        data = {**self.extra, **extra_context}
        if function is not None:
            data["function"] = function
        else:
            data.setdefault("function", self.function)
        template = template or data.get("template", self.template)
        arg_joiner = arg_joiner or data.get("arg_joiner", self.arg_joiner)
        data["expressions"] = data["field"] = arg_joiner.join(parts)
        return template % data, params

    def copy(self) -> Self:
        clone = super().copy()
        clone.source_expressions = self.source_expressions[:]
        clone.extra = self.extra.copy()
        return clone

    @cached_property
    def allowed_default(self) -> bool:
        return all(each.allowed_default for each in self.source_expressions)


def _argument_sql(argument: Any, compiler: Any) -> Any:
    try:
        return compiler.compile(argument)
    except EmptyResultSet:
        instead = getattr(argument, "empty_result_set_value", NotImplemented)
        if instead is NotImplemented:
            raise
        return compiler.compile(Value(instead))
    except FullResultSet:
        return compiler.compile(Value(True))


class ExpressionList(Func):
    """Expressions side by side, with commas: what PARTITION BY takes."""

    template = "%(expressions)s"

    def __str__(self) -> str:
        return self.arg_joiner.join(str(each) for each in self.source_expressions)

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        """As of `Func`; no SQL for no expressions."""
        if not self.source_expressions:
            return "", ()
        return super().as_sql(*args, **kwargs)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """As `as_sql`: a list is no number, even if all in it are."""
        return self.as_sql(compiler, connection, **extra_context)

    def get_group_by_cols(self) -> list[Any]:
        columns: list[Any] = []
        for each in self.get_source_expressions():
            columns.extend(each.get_group_by_cols())
        return columns


class OrderByList(ExpressionList):
    """An ORDER BY clause; a string that starts with ``-`` names a field that descends."""

    allowed_default = False
    template = "ORDER BY %(expressions)s"

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        super().__init__(
            *(
                OrderBy(F(each[1:]), descending=True)
                if isinstance(each, str) and each.startswith("-")
                else parse_expression(each)
                for each in expressions
            ),
            **extra,
        )


publish(__name__, "db.models.expressions")
