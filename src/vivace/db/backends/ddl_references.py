"""SQL statements that are kept for later and must follow what is renamed meanwhile.

A schema editor defers indexes and constraints to its end. Until then the tables and columns that
they name may get other names or be dropped; each part of a deferred statement can say what it
refers to.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any


class Reference:
    """A part of a statement; one that refers to nothing."""

    def references_table(self, table: str) -> bool:
        """Whether it refers to the table."""
        return False

    def references_column(self, table: str, column: str) -> bool:
        """Whether it refers to the column."""
        return False

    def references_index(self, table: str, index: str) -> bool:
        """Whether it refers to the index."""
        return False

    def rename_table_references(self, old_table: str, new_table: str) -> None:
        """Refer to `new_table` where it referred to `old_table`."""

    def rename_column_references(self, table: str, old_column: str, new_column: str) -> None:
        """Refer to `new_column` where it referred to `old_column`."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {str(self)!r}>"

    def __str__(self) -> str:
        raise NotImplementedError("Subclasses must define how they should be converted to string.")


class Table(Reference):
    """The name of a table."""

    def __init__(self, table: str, quote_name: Callable[[str], str]) -> None:
        self.table = table
        self.quote_name = quote_name

    def references_table(self, table: str) -> bool:
        return self.table == table

    def references_index(self, table: str, index: str) -> bool:
        return self.references_table(table) and str(self) == index

    def rename_table_references(self, old_table: str, new_table: str) -> None:
        if self.table == old_table:
            self.table = new_table

    def __str__(self) -> str:
        return self.quote_name(self.table)


class TableColumns(Table):
    """Columns of a table; base of the parts that name some."""

    def __init__(self, table: str, columns: list[str]) -> None:
        self.table = table
        self.columns = columns

    def references_column(self, table: str, column: str) -> bool:
        return self.table == table and column in self.columns

    def rename_column_references(self, table: str, old_column: str, new_column: str) -> None:
        if self.table == table:
            for index, column in enumerate(self.columns):
                if column == old_column:
                    self.columns[index] = new_column


class Columns(TableColumns):
    """A list of columns, each with a suffix such as ``DESC`` if there are any."""

    def __init__(
        self,
        table: str,
        columns: list[str],
        quote_name: Callable[[str], str],
        col_suffixes: Sequence[str] = (),
    ) -> None:
        self.quote_name = quote_name
        self.col_suffixes = col_suffixes
        super().__init__(table, columns)

    def _suffix(self, index: int) -> str:
        suffix = self.col_suffixes[index] if index < len(self.col_suffixes) else ""
        return f" {suffix}" if suffix else ""

    def __str__(self) -> str:
        return ", ".join(
            self.quote_name(column) + self._suffix(index)
            for index, column in enumerate(self.columns)
        )


class IndexName(TableColumns):
    """The name of an index, made of its table and columns by `create_index_name`."""

    def __init__(
        self,
        table: str,
        columns: list[str],
        suffix: str,
        create_index_name: Callable[[str, list[str], str], str],
    ) -> None:
        self.suffix = suffix
        self.create_index_name = create_index_name
        super().__init__(table, columns)

    def __str__(self) -> str:
        return self.create_index_name(self.table, self.columns, self.suffix)


class IndexColumns(Columns):
    """The columns of an index, each with its operator class."""

    def __init__(
        self,
        table: str,
        columns: list[str],
        quote_name: Callable[[str], str],
        col_suffixes: Sequence[str] = (),
        opclasses: Sequence[str] = (),
    ) -> None:
        self.opclasses = opclasses
        super().__init__(table, columns, quote_name, col_suffixes)

    def __str__(self) -> str:
        return ", ".join(
            f"{self.quote_name(column)} {self.opclasses[index]}{self._suffix(index)}"
            for index, column in enumerate(self.columns)
        )


class ForeignKeyName(TableColumns):
    """The name of a foreign key, made of both its sides by `create_fk_name`."""

    def __init__(
        self,
        from_table: str,
        from_columns: list[str],
        to_table: str,
        to_columns: list[str],
        suffix_template: str,
        create_fk_name: Callable[[str, list[str], str], str],
    ) -> None:
        self.to_reference = TableColumns(to_table, to_columns)
        self.suffix_template = suffix_template
        self.create_fk_name = create_fk_name
        super().__init__(from_table, from_columns)

    def references_table(self, table: str) -> bool:
        return super().references_table(table) or self.to_reference.references_table(table)

    def references_column(self, table: str, column: str) -> bool:
        return super().references_column(table, column) or self.to_reference.references_column(
            table, column
        )

    def rename_table_references(self, old_table: str, new_table: str) -> None:
        super().rename_table_references(old_table, new_table)
        self.to_reference.rename_table_references(old_table, new_table)

    def rename_column_references(self, table: str, old_column: str, new_column: str) -> None:
        super().rename_column_references(table, old_column, new_column)
        self.to_reference.rename_column_references(table, old_column, new_column)

    def __str__(self) -> str:
        suffix = self.suffix_template % {
            "to_table": self.to_reference.table,
            "to_column": self.to_reference.columns[0],
        }
        return self.create_fk_name(self.table, self.columns, suffix)


class Statement(Reference):
    """A statement: a template for the ``%`` operator and its parts, texts or references."""

    def __init__(self, template: str, **parts: Any) -> None:
        self.template = template
        self.parts = parts

    def _references(self) -> list[Reference]:
        return [part for part in self.parts.values() if isinstance(part, Reference)]

    def references_table(self, table: str) -> bool:
        return any(part.references_table(table) for part in self._references())

    def references_column(self, table: str, column: str) -> bool:
        return any(part.references_column(table, column) for part in self._references())

    def references_index(self, table: str, index: str) -> bool:
        return any(part.references_index(table, index) for part in self._references())

    def rename_table_references(self, old_table: str, new_table: str) -> None:
        for part in self._references():
            part.rename_table_references(old_table, new_table)

    def rename_column_references(self, table: str, old_column: str, new_column: str) -> None:
        for part in self._references():
            part.rename_column_references(table, old_column, new_column)

    def __str__(self) -> str:
        return self.template % self.parts


class Expressions(TableColumns):
    """Compiled expressions of an index or constraint, which name columns of one table."""

    def __init__(
        self, table: str, expressions: Any, compiler: Any, quote_value: Callable[[Any], str]
    ) -> None:
        self.compiler = compiler
        self.expressions = expressions
        self.quote_value = quote_value
        columns = [col.target.column for col in compiler.query._gen_cols([expressions])]
        super().__init__(table, columns)

    def rename_table_references(self, old_table: str, new_table: str) -> None:
        if self.table != old_table:
            return
        self.expressions = self.expressions.relabeled_clone({old_table: new_table})
        super().rename_table_references(old_table, new_table)

    def rename_column_references(self, table: str, old_column: str, new_column: str) -> None:
        if self.table != table:
            return
        expressions = copy.deepcopy(self.expressions)
        self.columns = []
        for col in self.compiler.query._gen_cols([expressions]):
            if col.target.column == old_column:
                # The target is the model's own field, also of the copy.
                col.target = copy.copy(col.target)
                col.target.column = new_column
            self.columns.append(col.target.column)
        self.expressions = expressions

    def __str__(self) -> str:
        sql, params = self.compiler.compile(self.expressions)
        return sql % tuple(map(self.quote_value, params))  # type: ignore[no-any-return]
