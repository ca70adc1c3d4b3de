"""Columns of a query's tables, and references to what the query selects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vivace.db.query.base import Expression
from vivace.db.query.identity import identified
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.composite import CompositePrimaryKey
from vivace.utils.naming import publish

__all__ = ["Col", "ColPairs", "Ref"]


class Col(Expression):
    """The column of the field `target` in the table known as `alias`; without alias if it is None.

    `output_field` is the field whose rules the value follows, if it is another: that of the key which a
    foreign key stands for.
    """

    contains_aggregate = False
    contains_over_clause = False
    contains_subquery = False
    contains_column_references = True
    possibly_multivalued = False

    def __init__(self, alias: str | None, target: Any, output_field: Any = None) -> None:
        self.output_field = target if output_field is None else output_field
        self.alias = alias
        self.target = target

    @classmethod
    def _identity(cls, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        if cls is not Col or kwargs:
            return super()._identity(args, kwargs)
        # PERF: columns are compared more than anything else.
        alias, target, *output_field = args
        return (
            cls,
            ("alias", alias),
            ("target", identified(target)),
            ("output_field", identified(output_field[0]) if output_field else None),
        )

    def __repr__(self) -> str:
        names = (str(self.target),) if self.alias is None else (self.alias, str(self.target))
        return f"{self.__class__.__name__}({', '.join(names)})"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        quote = compiler.quote_name_unless_alias
        if self.alias:
            return f"{quote(self.alias)}.{quote(self.target.column)}", []
        return quote(self.target.column), []

    def relabeled_clone(self, relabels: Any) -> Any:
        if self.alias is None:
            return self
        return self.__class__(relabels.get(self.alias, self.alias), self.target, self.output_field)

    def get_group_by_cols(self) -> list[Any]:
        return [self]

    def get_db_converters(self, connection: Any) -> list[Any]:
        converters: list[Any] = self.output_field.get_db_converters(connection)
        if self.target is self.output_field or self.target == self.output_field:
            return converters
        return [*converters, *self.target.get_db_converters(connection)]


class ColPairs(Expression):
    """Several columns that are one value: a composite primary key."""

    is_composite = True

    def __init__(self, alias: str, targets: Any, sources: Any, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.alias = alias
        self.targets = targets
        self.sources = sources

    def __len__(self) -> int:
        return len(self.targets)

    def __iter__(self) -> Iterator[Col]:
        return iter(self.get_cols())

    def __repr__(self) -> str:
        return (
            f"{self.__class__.__name__}({self.alias!r}, {self.targets!r}, {self.sources!r}, "
            f"{self.output_field!r})"
        )

    def get_cols(self) -> list[Col]:
        """The columns, one by one."""
        return [
            Col(self.alias, target, source)
            for target, source in zip(self.targets, self.sources, strict=True)
        ]

    def get_source_expressions(self) -> list[Any]:
        return list(self.get_cols())

    def set_source_expressions(self, exprs: Any) -> None:
        assert all(isinstance(each, Col) and each.alias == self.alias for each in exprs)
        self.targets = [each.target for each in exprs]
        self.sources = [each.field for each in exprs]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        parts = []
        params: list[Any] = []
        for column in self.get_cols():
            sql, column_params = column.as_sql(compiler, connection)
            parts.append(sql)
            params.extend(column_params)
        return ", ".join(parts), params

    def relabeled_clone(self, relabels: Any) -> Any:
        alias = relabels.get(self.alias, self.alias)
        return self.__class__(alias, self.targets, self.sources, self.output_field)

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        return self

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        return sql, params


class Ref(Expression):
    """A reference, by the name `refs`, to `source`, which the query selects."""

    def __init__(self, refs: str, source: Any) -> None:
        super().__init__()
        self.refs, self.source = refs, source

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self.refs}, {self.source})"

    def get_source_expressions(self) -> list[Any]:
        return [self.source]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.source,) = exprs

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """Itself: the source was resolved when the query began to select it."""
        return self

    def get_refs(self) -> set[str]:
        return {self.refs}

    def relabeled_clone(self, relabels: Any) -> Any:
        return self

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return connection.ops.quote_name(self.refs), []

    def get_group_by_cols(self) -> list[Any]:
        return [self]


Field.column_class = Col
CompositePrimaryKey.pairs_class = ColPairs


publish(__name__, "db.models.expressions")
