"""Functions that compare, choose and convert. Documented at ref/models/database-functions."""

from __future__ import annotations

import re
from typing import Any

from vivace.db.query.combinable import make
from vivace.db.query.func import Func
from vivace.utils.naming import publish

__all__ = ["Cast", "Coalesce", "Collate", "Greatest", "Least", "NullIf"]

# What SQLite needs instead of a cast, as it has no types for dates and times.
_SQLITE_TEMPORAL = {"datetime": "%Y-%m-%d %H:%M:%f", "time": "%H:%M:%f"}


class Cast(Func):
    """The value as of the type of `output_field`, a model field."""

    function = "CAST"
    template = "%(function)s(%(expressions)s AS %(db_type)s)"

    def __init__(self, expression: Any, output_field: Any) -> None:
        super().__init__(expression, output_field=output_field)

    def as_sql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:  # type: ignore[override]
        extra_context["db_type"] = self.output_field.cast_db_type(connection)
        return super().as_sql(compiler, connection, **extra_context)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """The cast; dates and times, which SQLite keeps as text, are formatted."""
        db_type = self.output_field.db_type(connection)
        if db_type in _SQLITE_TEMPORAL:
            sql, params = super().as_sql(
                compiler, connection, template="strftime(%%s, %(expressions)s)", **extra_context
            )
            return sql, [_SQLITE_TEMPORAL[db_type], *params]
        if db_type == "date":
            return super().as_sql(
                compiler, connection, template="date(%(expressions)s)", **extra_context
            )
        return self.as_sql(compiler, connection, **extra_context)

    def as_mysql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """The cast; MySQL has none to floats nor to JSON from every type."""
        template = None
        output_type = self.output_field.get_internal_type()
        if output_type == "FloatField":
            template = "(%(expressions)s + 0.0)"
        elif output_type == "JSONField":
            template = "JSON_EXTRACT(%(expressions)s, '$')"
        return self.as_sql(compiler, connection, template=template, **extra_context)

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """The cast, by the operator that indexes can have."""
        return self.as_sql(
            compiler, connection, template="(%(expressions)s)::%(db_type)s", **extra_context
        )


class Coalesce(Func):
    """The first of the expressions that is not NULL."""

    function = "COALESCE"

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        if len(expressions) < 2:
            raise ValueError("Coalesce must take at least two expressions")
        super().__init__(*expressions, **extra)

    @property
    def empty_result_set_value(self) -> Any:
        for expression in self.get_source_expressions():
            result = expression.empty_result_set_value
            if result is NotImplemented or result is not None:
                return result
        return None


class Collate(Func):
    """The text, compared by `collation`. Raises `ValueError` for what is no name of a collation."""

    function = "COLLATE"
    template = "%(expressions)s %(function)s %(collation)s"
    allowed_default = False
    # SECURITY: the name is quoted, and may have nothing that could end the quotation.
    collation_re = re.compile(r"^[\w-]+\Z")

    def __init__(self, expression: Any, collation: str) -> None:
        if not (collation and self.collation_re.match(collation)):
            raise ValueError(f"Invalid collation name: {collation!r}.")
        self.collation = collation
        super().__init__(expression)

    def as_sql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:  # type: ignore[override]
        extra_context.setdefault("collation", connection.ops.quote_name(self.collation))
        return super().as_sql(compiler, connection, **extra_context)


class Greatest(Func):
    """The greatest of the expressions; if one is NULL it depends on the database: NULL on SQLite."""

    function = "GREATEST"

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        if len(expressions) < 2:
            raise ValueError("Greatest must take at least two expressions")
        super().__init__(*expressions, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By MAX, which SQLite has for this as well."""
        return super().as_sqlite(compiler, connection, function="MAX", **extra_context)


class Least(Func):
    """The least of the expressions; if one is NULL it depends on the database: NULL on SQLite."""

    function = "LEAST"

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        if len(expressions) < 2:
            raise ValueError("Least must take at least two expressions")
        super().__init__(*expressions, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By MIN, which SQLite has for this as well."""
        return super().as_sqlite(compiler, connection, function="MIN", **extra_context)


class NullIf(Func):
    """NULL if the two are equal, else the first."""

    function = "NULLIF"
    arity = 2


make.coalesce = Coalesce


publish(__name__, "db.models.functions.comparison")
