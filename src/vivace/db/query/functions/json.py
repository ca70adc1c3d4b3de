"""JSON made of expressions. Documented at ref/models/database-functions."""

from __future__ import annotations

from typing import Any

from vivace.db.query.func import Func
from vivace.db.query.functions.comparison import Cast
from vivace.db.query.values import Value
from vivace.db.schema.fields.json import JSONField
from vivace.db.schema.fields.texts import TextField
from vivace.db.utils import NotSupportedError
from vivace.utils.naming import publish

__all__ = ["JSONArray", "JSONObject"]


class JSONArray(Func):
    """A JSON array of the values of the expressions."""

    function = "JSON_ARRAY"
    output_field = JSONField()

    def as_sql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:  # type: ignore[override]
        """Raises `NotSupportedError` on databases without JSON."""
        if not connection.features.supports_json_field:
            raise NotSupportedError("JSONFields are not supported on this database backend.")
        return super().as_sql(compiler, connection, **extra_context)

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By PostgreSQL's function, which needs to know the type of parameters."""
        typed = self.copy()
        typed.set_source_expressions(
            [
                Cast(each, each.output_field) if isinstance(each, Value) else each
                for each in typed.get_source_expressions()
            ]
        )
        return typed.as_sql(compiler, connection, function="JSONB_BUILD_ARRAY", **extra_context)


class JSONObject(Func):
    """A JSON object whose keys are the keywords, with the values of their expressions."""

    function = "JSON_OBJECT"
    output_field = JSONField()

    def __init__(self, **fields: Any) -> None:
        pairs: list[Any] = []
        for key, value in fields.items():
            pairs.extend((Value(key), value))
        super().__init__(*pairs)

    def as_sql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:  # type: ignore[override]
        """Raises `NotSupportedError` on databases without such a function."""
        if not connection.features.has_json_object_function:
            raise NotSupportedError("JSONObject() is not supported on this database backend.")
        return super().as_sql(compiler, connection, **extra_context)

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """By PostgreSQL's function, which needs to know that keys are texts."""
        typed = self.copy()
        typed.set_source_expressions(
            [
                each if position % 2 else Cast(each, TextField())
                for position, each in enumerate(typed.get_source_expressions())
            ]
        )
        return typed.as_sql(compiler, connection, function="JSONB_BUILD_OBJECT", **extra_context)


publish(__name__, "db.models.functions.json")
