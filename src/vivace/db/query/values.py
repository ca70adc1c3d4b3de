"""Values, raw SQL and other leaves of expressions that name no column."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from vivace.db.query.base import Expression
from vivace.db.query.combinable import make
from vivace.db.query.numeric import SQLiteNumericMixin
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.numbers import DecimalField, FloatField, IntegerField
from vivace.db.schema.fields.texts import CharField
from vivace.db.schema.fields.times import DateField, DateTimeField, DurationField, TimeField
from vivace.db.schema.fields.values import BinaryField, BooleanField, UUIDField
from vivace.utils.naming import publish, published

__all__ = ["DatabaseDefault", "RawSQL", "Star", "Value"]

# In order: a bool is an int, a datetime is a date.
_FIELD_OF_TYPE: tuple[tuple[type, type[Any]], ...] = (
    (str, CharField),
    (bool, BooleanField),
    (int, IntegerField),
    (float, FloatField),
    (datetime.datetime, DateTimeField),
    (datetime.date, DateField),
    (datetime.time, TimeField),
    (datetime.timedelta, DurationField),
    (Decimal, DecimalField),
    (bytes, BinaryField),
    (UUID, UUIDField),
)


@published("db.models.Value")
class Value(SQLiteNumericMixin, Expression):
    """A Python value as a parameter of the query.

    The output field is inferred for text, numbers, dates and times, bytes and UUIDs.
    """

    # Whether the value is prepared as one to be stored; set when it is resolved.
    for_save = False
    allowed_default = True

    def __init__(self, value: Any, output_field: Any = None) -> None:
        super().__init__(output_field=output_field)
        self.value = value

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self.value!r})"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        connection.ops.check_expression_support(self)
        value = self.value
        field = self._output_field_or_none
        if field is not None:
            prepare = field.get_db_prep_save if self.for_save else field.get_db_prep_value
            value = prepare(value, connection=connection)
            if hasattr(field, "get_placeholder"):
                return field.get_placeholder(value, compiler, connection), [value]
        # A literal, as some drivers do not take None where they cannot tell the type.
        return ("NULL", []) if value is None else ("%s", [value])

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """A copy that knows whether it is to be stored."""
        resolved = self.copy()
        resolved.is_summary = summarize
        resolved.for_save = for_save
        return resolved

    def get_group_by_cols(self) -> list[Any]:
        return []

    def _resolve_output_field(self) -> Any:
        for kind, field in _FIELD_OF_TYPE:
            if isinstance(self.value, kind):
                return field()
        return None

    @property
    def empty_result_set_value(self) -> Any:
        return self.value


class RawSQL(Expression):
    """SQL of the user's own, in parentheses, with `params` for its ``%s``.

    SECURITY: nothing in `sql` is quoted or escaped; values belong into `params`.
    """

    allowed_default = True

    def __init__(self, sql: str, params: Any, output_field: Any = None) -> None:
        super().__init__(output_field=Field() if output_field is None else output_field)
        self.sql = sql
        self.params = params

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self.sql}, {self.params})"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return f"({self.sql})", self.params

    def get_group_by_cols(self) -> list[Any]:
        return [self]

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """Resolve, joining the tables of parent models whose columns the SQL mentions."""
        if query.model:
            for field in _inherited_fields(query.model):
                if field.column.lower() in self.sql.lower():
                    query.resolve_ref(field.name, allow_joins, reuse, summarize)
                    break
        return super().resolve_expression(query, allow_joins, reuse, summarize, for_save)


def _inherited_fields(model: Any) -> Iterable[Any]:
    for parent in model._meta.all_parents:
        yield from parent._meta.local_fields


class Star(Expression):
    """``*``, as in COUNT(*)."""

    def __repr__(self) -> str:
        return "'*'"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "*", []


class DatabaseDefault(Expression):
    """The value of a field that was given none: its default in the database, which is `expression`."""

    def __init__(self, expression: Any, output_field: Any = None) -> None:
        super().__init__(output_field)
        self.expression = expression

    def get_source_expressions(self) -> list[Any]:
        return [self.expression]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.expression,) = exprs

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """The default itself where a row is stored, the expression it stands for anywhere else."""
        resolved = self.expression.resolve_expression(
            query, allow_joins, reuse, summarize, for_save
        )
        if not for_save:
            return resolved
        clone = self.copy()
        clone.expression = resolved
        return clone

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not connection.features.supports_default_keyword_in_insert:
            return compiler.compile(self.expression)
        return "DEFAULT", []


make.value = Value
Field.value_class = Value
Field.database_default_class = DatabaseDefault


publish(__name__, "db.models.expressions")
