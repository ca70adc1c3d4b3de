"""Window functions: an expression computed over the rows around each row."""

from __future__ import annotations

from enum import Enum
from typing import Any

from vivace.db.query.base import Expression
from vivace.db.query.combinable import Combinable
from vivace.db.query.func import ExpressionList, OrderByList
from vivace.db.query.numeric import SQLiteNumericMixin
from vivace.db.query.values import Value
from vivace.db.schema.fields.numbers import DecimalField, FloatField
from vivace.db.utils import NotSupportedError
from vivace.utils.naming import publish

__all__ = ["RowRange", "ValueRange", "Window", "WindowFrame", "WindowFrameExclusion"]


class Window(SQLiteNumericMixin, Expression):
    """``expression OVER (PARTITION BY .. ORDER BY .. frame)``.

    `expression` is an aggregate or a window function; `partition_by` one or several expressions or
    names; `order_by` likewise, with ``-`` for descending; `frame` a `RowRange` or `ValueRange`. Raises
    `ValueError` for anything else. Documented at ref/models/expressions.
    """

    template = "%(expression)s OVER (%(window)s)"
    # The aggregate inside is computed per row: no grouping.
    contains_aggregate = False
    contains_over_clause = True

    def __init__(
        self,
        expression: Any,
        partition_by: Any = None,
        order_by: Any = None,
        frame: Any = None,
        output_field: Any = None,
    ) -> None:
        if not getattr(expression, "window_compatible", False):
            raise ValueError(
                f"Expression '{expression.__class__.__name__}' isn't compatible with OVER clauses."
            )
        self.partition_by = partition_by
        self.order_by = order_by
        self.frame = frame
        if partition_by is not None:
            if not isinstance(partition_by, (tuple, list)):
                partition_by = (partition_by,)
            self.partition_by = ExpressionList(*partition_by)
        if order_by is not None:
            if isinstance(order_by, (tuple, list)):
                self.order_by = OrderByList(*order_by)
            elif isinstance(order_by, (str, Combinable)):
                self.order_by = OrderByList(order_by)
            else:
                raise ValueError(
                    "Window.order_by must be either a string reference to a field, an expression, or a "
                    "list or tuple of them."
                )
        super().__init__(output_field=output_field)
        self.source_expression = self._parse_expressions(expression)[0]

    def _resolve_output_field(self) -> Any:
        return self.source_expression.output_field

    def get_source_expressions(self) -> list[Any]:
        return [self.source_expression, self.partition_by, self.order_by, self.frame]

    def set_source_expressions(self, exprs: Any) -> None:
        self.source_expression, self.partition_by, self.order_by, self.frame = exprs

    def as_sql(self, compiler: Any, connection: Any, template: str | None = None) -> Any:
        """Raises `NotSupportedError` on databases without window functions."""
        connection.ops.check_expression_support(self)
        if not connection.features.supports_over_clause:
            raise NotSupportedError("This backend does not support window expressions.")
        expression, params = compiler.compile(self.source_expression)
        parts = []
        window_params: list[Any] = []
        for clause, form in (
            (self.partition_by, "PARTITION BY %s"),
            (self.order_by, "%s"),
            (self.frame, "%s"),
        ):
            if clause is None:
                continue
            sql, clause_params = compiler.compile(clause)
            if sql:
                parts.append(form % sql)
                window_params.extend(clause_params)
        template = template or self.template
        window = {"expression": expression, "window": " ".join(parts).strip()}
        return template % window, (*params, *window_params)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """As `as_sql`; a decimal is cast outside of OVER, where a cast may be, not before it."""
        if isinstance(self.output_field, DecimalField):
            window = self.copy()
            sources = window.get_source_expressions()
            sources[0] = sources[0].copy()
            sources[0].output_field = FloatField()
            window.set_source_expressions(sources)
            return super(Window, window).as_sqlite(compiler, connection, **extra_context)
        return self.as_sql(compiler, connection, **extra_context)

    def __str__(self) -> str:
        return "{} OVER ({}{}{})".format(
            self.source_expression,
            f"PARTITION BY {self.partition_by}" if self.partition_by else "",
            self.order_by or "",
            self.frame or "",
        )

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}: {self}>"

    def get_group_by_cols(self) -> list[Any]:
        columns: list[Any] = []
        if self.partition_by:
            columns.extend(self.partition_by.get_group_by_cols())
        if self.order_by is not None:
            columns.extend(self.order_by.get_group_by_cols())
        return columns


class WindowFrameExclusion(Enum):
    """The rows around the current one that a frame leaves out."""

    CURRENT_ROW = "CURRENT ROW"
    GROUP = "GROUP"
    TIES = "TIES"
    NO_OTHERS = "NO OTHERS"

    def __repr__(self) -> str:
        return f"{self.__class__.__qualname__}.{self._name_}"


class WindowFrame(Expression):
    """The rows that a window function sees, from `start` to `end`, less `exclusion`.

    Negative numbers are before the current row, 0 is that row, None is the first or the last row. Not
    made itself: `RowRange` counts rows, `ValueRange` compares values. Raises `TypeError` if
    `exclusion` is no `WindowFrameExclusion`.
    """

    template = "%(frame_type)s BETWEEN %(start)s AND %(end)s%(exclude)s"
    frame_type: str

    def __init__(
        self, start: int | None = None, end: int | None = None, exclusion: Any = None
    ) -> None:
        self.start = Value(start)
        self.end = Value(end)
        if not isinstance(exclusion, (type(None), WindowFrameExclusion)):
            raise TypeError(
                f"{self.__class__.__qualname__}.exclusion must be a WindowFrameExclusion instance."
            )
        self.exclusion = exclusion

    def set_source_expressions(self, exprs: Any) -> None:
        self.start, self.end = exprs

    def get_source_expressions(self) -> list[Any]:
        return [self.start, self.end]

    def get_exclusion(self) -> str:
        """The end of the clause that says which rows are left out; empty if none are."""
        return "" if self.exclusion is None else f" EXCLUDE {self.exclusion.value}"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        connection.ops.check_expression_support(self)
        start, end = self.window_frame_start_end(connection, self.start.value, self.end.value)
        if self.exclusion and not connection.features.supports_frame_exclusion:
            raise NotSupportedError("This backend does not support window frame exclusions.")
        return self._filled(start, end), []

    def _filled(self, start: str, end: str) -> str:
        return self.template % {
            "frame_type": self.frame_type,
            "start": start,
            "end": end,
            "exclude": self.get_exclusion(),
        }

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}: {self}>"

    def get_group_by_cols(self) -> list[Any]:
        return []

    def __str__(self) -> str:
        return self._filled(
            _bound(self.start.value, "UNBOUNDED PRECEDING"),
            _bound(self.end.value, "UNBOUNDED FOLLOWING"),
        )

    def window_frame_start_end(self, connection: Any, start: Any, end: Any) -> tuple[str, str]:
        """The two bounds in the database's words; a subclass must say."""
        raise NotImplementedError("Subclasses must implement window_frame_start_end().")


def _bound(value: int | None, unbounded: str) -> str:
    if value is None:
        return unbounded
    if value == 0:
        return "CURRENT ROW"
    return f"{abs(value)} {'PRECEDING' if value < 0 else 'FOLLOWING'}"


class RowRange(WindowFrame):
    """A frame of so many rows before and after."""

    frame_type = "ROWS"

    def window_frame_start_end(self, connection: Any, start: Any, end: Any) -> tuple[str, str]:
        bounds: tuple[str, str] = connection.ops.window_frame_rows_start_end(start, end)
        return bounds


class ValueRange(WindowFrame):
    """A frame of the rows whose value of the ordering is so near to the current one's."""

    frame_type = "RANGE"

    def window_frame_start_end(self, connection: Any, start: Any, end: Any) -> tuple[str, str]:
        bounds: tuple[str, str] = connection.ops.window_frame_range_start_end(start, end)
        return bounds


publish(__name__, "db.models.expressions")
