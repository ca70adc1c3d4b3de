"""Indexes of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, cast

from vivace.db.backends.names import names_digest, split_identifier
from vivace.db.query.combinable import make
from vivace.db.query.f import F
from vivace.db.query.q import Q
from vivace.utils.lazily import Later
from vivace.utils.naming import address, publish, published

if TYPE_CHECKING:
    from vivace.db.query import func, index_expressions
else:
    func = Later("vivace.db.query.func")
    index_expressions = Later("vivace.db.query.index_expressions")

__all__ = ["Index", "condition_sql"]


def condition_sql(condition: Any, model: Any, schema_editor: Any) -> str | None:
    """`condition` on rows of `model` as SQL without parameters; None if there is no condition."""
    if condition is None:
        return None
    query = make.query(model=model, alias_cols=False)
    where = query.build_where(condition)
    compiler = query.get_compiler(connection=schema_editor.connection)
    sql, params = where.as_sql(compiler, schema_editor.connection)
    return cast("str", sql % tuple(schema_editor.quote_value(param) for param in params))


@published("db.models.Index")
class Index:
    """An index on `fields`, with ``-`` for descending, or on `expressions`.

    Documented at ref/models/indexes. Raises `ValueError` for options that do not fit.
    """

    suffix = "idx"
    # What all databases can have, as names are shared by them.
    max_name_length = 30

    def __init__(
        self,
        *expressions: Any,
        fields: Any = (),
        name: str | None = None,
        db_tablespace: str | None = None,
        opclasses: Any = (),
        condition: Any = None,
        include: Any = None,
    ) -> None:
        if opclasses and not name:
            raise ValueError("An index must be named to use opclasses.")
        if not isinstance(condition, (type(None), Q)):
            raise ValueError("Index.condition must be a Q instance.")
        if condition and not name:
            raise ValueError("An index must be named to use condition.")
        if not isinstance(fields, (list, tuple)):
            raise ValueError("Index.fields must be a list or tuple.")
        if not isinstance(opclasses, (list, tuple)):
            raise ValueError("Index.opclasses must be a list or tuple.")
        if not expressions and not fields:
            raise ValueError("At least one field or expression is required to define an index.")
        if expressions and fields:
            raise ValueError("Index.fields and expressions are mutually exclusive.")
        if expressions and not name:
            raise ValueError("An index must be named to use expressions.")
        if expressions and opclasses:
            raise ValueError(
                "Index.opclasses cannot be used with expressions. Use "
                "django.contrib.postgres.indexes.OpClass() instead."
            )
        if opclasses and len(fields) != len(opclasses):
            raise ValueError(
                "Index.fields and Index.opclasses must have the same number of elements."
            )
        if fields and not all(isinstance(field, str) for field in fields):
            raise ValueError("Index.fields must contain only strings with field names.")
        if include and not name:
            raise ValueError("A covering index must be named.")
        if not isinstance(include, (type(None), list, tuple)):
            raise ValueError("Index.include must be a list or tuple.")
        self.fields = list(fields)
        # The fields with what follows their columns.
        self.fields_orders = [
            (field[1:], "DESC") if field.startswith("-") else (field, "") for field in self.fields
        ]
        self.name = name or ""
        self.db_tablespace = db_tablespace
        self.opclasses = opclasses
        self.condition = condition
        self.include = tuple(include) if include else ()
        self.expressions = tuple(F(each) if isinstance(each, str) else each for each in expressions)

    @property
    def contains_expressions(self) -> bool:
        """Whether it is made of expressions rather than fields."""
        return bool(self.expressions)

    def _get_condition_sql(self, model: Any, schema_editor: Any) -> str | None:
        return condition_sql(self.condition, model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        """The statement that creates the index."""
        fields: Any = None
        suffixes: Any = None
        expressions: Any = None
        if self.expressions:
            parts = []
            for expression in self.expressions:
                part = index_expressions.IndexExpression(expression)
                part.set_wrapper_classes(schema_editor.connection)
                parts.append(part)
            query = make.query(model, alias_cols=False)
            expressions = func.ExpressionList(*parts).resolve_expression(query)
        else:
            fields = [model._meta.get_field(name) for name, _ in self.fields_orders]
            if schema_editor.connection.features.supports_index_column_ordering:
                suffixes = [order for _, order in self.fields_orders]
            else:
                suffixes = [""] * len(self.fields_orders)
        return schema_editor._create_index_sql(
            model,
            fields=fields,
            name=self.name,
            using=using,
            db_tablespace=self.db_tablespace,
            col_suffixes=suffixes or (),
            opclasses=self.opclasses,
            condition=self._get_condition_sql(model, schema_editor),
            include=[model._meta.get_field(name).column for name in self.include],
            expressions=expressions,
            **kwargs,
        )

    def remove_sql(self, model: Any, schema_editor: Any, **kwargs: Any) -> Any:
        """The statement that drops the index."""
        return schema_editor._delete_index_sql(model, self.name, **kwargs)

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        """``(import path, args, kwargs)`` to make it again, for migrations."""
        kwargs: dict[str, Any] = {"name": self.name}
        if self.fields:
            kwargs["fields"] = self.fields
        if self.db_tablespace is not None:
            kwargs["db_tablespace"] = self.db_tablespace
        for name in ("opclasses", "condition", "include"):
            if getattr(self, name):
                kwargs[name] = getattr(self, name)
        return address(self.__class__), self.expressions, kwargs

    def clone(self) -> Self:
        """An equal index."""
        _path, args, kwargs = self.deconstruct()
        return self.__class__(*args, **kwargs)

    def set_name_with_model(self, model: Any) -> None:
        """Give it a name made of the table, the first column and a digest of all columns.

        The name is at most 30 characters, begins with a letter and is the same everywhere.
        """
        _, table = split_identifier(model._meta.db_table)
        columns = [model._meta.get_field(name).column for name, _ in self.fields_orders]
        ordered = [
            f"-{column}" if order else column
            for column, (_, order) in zip(columns, self.fields_orders, strict=True)
        ]
        digest = names_digest(table, *ordered, self.suffix, length=6)
        self.name = f"{table[:11]}_{columns[0][:7]}_{digest}_{self.suffix}"
        if len(self.name) > self.max_name_length:
            raise ValueError(
                "Index too long for multiple database support. Is self.suffix longer than 3 "
                "characters?"
            )
        if self.name[0] == "_" or self.name[0].isdigit():
            self.name = f"D{self.name[1:]}"

    def __repr__(self) -> str:
        parts = [
            f"<{self.__class__.__qualname__}:",
            f" fields={self.fields!r}" if self.fields else "",
            f" expressions={self.expressions!r}" if self.expressions else "",
            f" name={self.name!r}" if self.name else "",
            f" db_tablespace={self.db_tablespace!r}" if self.db_tablespace is not None else "",
            f" condition={self.condition}" if self.condition is not None else "",
            f" include={self.include!r}" if self.include else "",
            f" opclasses={self.opclasses!r}" if self.opclasses else "",
            ">",
        ]
        return "".join(parts)

    def __eq__(self, other: object) -> bool:
        if self.__class__ == other.__class__:
            return self.deconstruct() == other.deconstruct()
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]


publish(__name__, "db.models.indexes", "Index")
