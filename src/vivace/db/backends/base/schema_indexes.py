"""Indexes and constraints in SQL, and their names: another part of the schema editor that only says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from vivace.db.backends.base.schema_columns import SchemaColumns, compiler_for
from vivace.db.backends.ddl_references import (
    Columns,
    Expressions,
    ForeignKeyName,
    IndexName,
    Statement,
    Table,
)
from vivace.db.backends.utils import names_digest, split_identifier

Suffixes = Sequence[str]

# Names are shortened to this where the database has no limit of its own.
LONGEST_NAME = 200


class SchemaIndexes(SchemaColumns):
    """What CREATE INDEX and ADD CONSTRAINT say."""

    sql_unique_constraint = "UNIQUE (%(columns)s)%(deferrable)s"
    sql_check_constraint = "CHECK (%(check)s)"
    sql_delete_constraint = "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s"
    sql_constraint = "CONSTRAINT %(name)s %(constraint)s"
    sql_pk_constraint = "PRIMARY KEY (%(columns)s)"

    sql_create_check = "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s CHECK (%(check)s)"
    sql_delete_check: str | None = sql_delete_constraint
    sql_create_unique: str | None = (
        "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s "
        "UNIQUE%(nulls_distinct)s (%(columns)s)%(deferrable)s"
    )
    sql_delete_unique: str | None = sql_delete_constraint
    sql_create_fk: str | None = (
        "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s FOREIGN KEY (%(column)s) "
        "REFERENCES %(to_table)s (%(to_column)s)%(deferrable)s"
    )
    sql_delete_fk: str | None = sql_delete_constraint
    sql_create_index = (
        "CREATE INDEX %(name)s ON %(table)s (%(columns)s)%(include)s%(extra)s%(condition)s"
    )
    sql_create_unique_index = (
        "CREATE UNIQUE INDEX %(name)s ON %(table)s "
        "(%(columns)s)%(include)s%(nulls_distinct)s%(condition)s"
    )
    sql_rename_index = "ALTER INDEX %(old_name)s RENAME TO %(new_name)s"
    sql_delete_index = "DROP INDEX %(name)s"
    sql_create_pk = "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s PRIMARY KEY (%(columns)s)"
    sql_delete_pk: str | None = sql_delete_constraint
    sql_delete_procedure = "DROP PROCEDURE %(procedure)s"

    # --- names

    def _create_index_name(
        self, table_name: str, column_names: Sequence[str], suffix: str = ""
    ) -> str:
        """A name for an index: of its table, columns, a hash of both, and `suffix`."""
        _, table_name = split_identifier(table_name)
        joined = "_".join(column_names)
        ending = f"{names_digest(table_name, *column_names, length=8)}{suffix}"
        longest = self.connection.ops.max_name_length() or LONGEST_NAME
        name = f"{table_name}_{joined}_{ending}"
        if len(name) <= longest:
            return name
        ending = ending[: longest // 3]
        # Two underscores, and the rest for table and columns alike.
        rest = (longest - len(ending)) // 2 - 1
        name = f"{table_name[:rest]}_{joined[:rest]}_{ending}"
        # Oracle's names begin with a letter.
        if name[0] == "_" or name[0].isdigit():
            name = f"D{name[:-1]}"
        return name

    def _unique_constraint_name(self, table: str, columns: Any, quote: bool = True) -> Any:
        def create(*args: Any, **kwargs: Any) -> str:
            name = self._create_index_name(*args, **kwargs)
            return self.quote_name(name) if quote else name

        return IndexName(table, columns, "_uniq", create)

    def _fk_constraint_name(self, model: type[Any], field: Any, suffix: str) -> Any:
        def create(*args: Any, **kwargs: Any) -> str:
            return self.quote_name(self._create_index_name(*args, **kwargs))

        target = field.target_field
        return ForeignKeyName(
            model._meta.db_table,
            [field.column],
            split_identifier(target.model._meta.db_table)[1],
            [target.column],
            suffix,
            create,
        )

    # --- indexes

    def _get_index_tablespace_sql(
        self, model: type[Any], fields: Sequence[Any], db_tablespace: str | None = None
    ) -> str:
        if db_tablespace is None:
            if len(fields) == 1 and fields[0].db_tablespace:
                db_tablespace = fields[0].db_tablespace
            elif model._meta.db_tablespace:
                db_tablespace = model._meta.db_tablespace
        if db_tablespace is not None:
            return f" {self.connection.ops.tablespace_sql(db_tablespace)}"
        return ""

    def _index_condition_sql(self, condition: str | None) -> str:
        return f" WHERE {condition}" if condition else ""

    def _index_include_sql(self, model: type[Any], columns: Any) -> Any:
        if not columns or not self.connection.features.supports_covering_indexes:
            return ""
        return Statement(
            " INCLUDE (%(columns)s)",
            columns=Columns(model._meta.db_table, columns, self.quote_name),
        )

    def _create_index_sql(
        self,
        model: type[Any],
        *,
        fields: Any = None,
        name: str | None = None,
        suffix: str = "",
        using: str = "",
        db_tablespace: str | None = None,
        col_suffixes: Suffixes = (),
        sql: str | None = None,
        opclasses: Suffixes = (),
        condition: str | None = None,
        include: Any = None,
        expressions: Any = None,
    ) -> Any:
        """The statement that creates an index, on `fields` or `expressions`."""
        fields = fields or []
        expressions = expressions or []
        table = model._meta.db_table
        columns = [field.column for field in fields]

        def create_name(*args: Any, **kwargs: Any) -> str:
            nonlocal name
            if name is None:
                name = self._create_index_name(*args, **kwargs)
            return self.quote_name(name)

        return Statement(
            sql or self.sql_create_index,
            table=Table(table, self.quote_name),
            name=IndexName(table, columns, suffix, create_name),
            using=using,
            columns=(
                self._index_columns(table, columns, col_suffixes, opclasses)
                if columns
                else self._expressions(model, expressions)
            ),
            extra=self._get_index_tablespace_sql(model, fields, db_tablespace=db_tablespace),
            condition=self._index_condition_sql(condition),
            include=self._index_include_sql(model, include),
        )

    def _expressions(self, model: type[Any], expressions: Any) -> Expressions:
        compiler = compiler_for(model, self.connection)
        return Expressions(model._meta.db_table, expressions, compiler, self.quote_value)

    def _delete_index_sql(self, model: type[Any], name: str, sql: str | None = None) -> Any:
        return Statement(
            sql or self.sql_delete_index, table=self._table(model), name=self.quote_name(name)
        )

    def _rename_index_sql(self, model: type[Any], old_name: str, new_name: str) -> Any:
        return Statement(
            self.sql_rename_index,
            table=self._table(model),
            old_name=self.quote_name(old_name),
            new_name=self.quote_name(new_name),
        )

    def _index_columns(
        self, table: str, columns: list[str], col_suffixes: Suffixes, opclasses: Suffixes
    ) -> Any:
        return Columns(table, columns, self.quote_name, col_suffixes=col_suffixes)

    def _model_indexes_sql(self, model: type[Any]) -> list[Any]:
        """The statements for all indexes of a model: of its fields, then of its Meta."""
        meta = model._meta
        if not meta.managed or meta.proxy or meta.swapped:
            return []
        output: list[Any] = []
        for field in meta.local_fields:
            output.extend(self._field_indexes_sql(model, field))
        for index in meta.indexes:
            supported = self.connection.features.supports_expression_indexes
            if not index.contains_expressions or supported:
                output.append(index.create_sql(model, self))
        return output

    def _field_indexes_sql(self, model: type[Any], field: Any) -> list[Any]:
        if self._field_should_be_indexed(model, field):
            return [self._create_index_sql(model, fields=[field])]
        return []

    def _field_should_be_indexed(self, model: type[Any], field: Any) -> bool:
        return bool(field.db_index and not field.unique)

    # --- foreign keys

    def _create_fk_sql(self, model: type[Any], field: Any, suffix: str) -> Any:
        target = field.target_field
        return Statement(
            self.sql_create_fk or "",
            table=self._table(model),
            name=self._fk_constraint_name(model, field, suffix),
            column=self._columns(model, [field]),
            to_table=self._table(target.model),
            to_column=self._columns(target.model, [target]),
            deferrable=self.connection.ops.deferrable_sql(),
        )

    def _delete_fk_sql(self, model: type[Any], name: str) -> Any:
        return self._delete_constraint_sql(self.sql_delete_fk, model, name)

    # --- unique constraints

    def _deferrable_constraint_sql(self, deferrable: Any) -> str:
        if deferrable is None:
            return ""
        kind = getattr(deferrable, "name", "")
        return f" DEFERRABLE INITIALLY {kind}" if kind in ("DEFERRED", "IMMEDIATE") else ""

    def _unique_index_nulls_distinct_sql(self, nulls_distinct: bool | None) -> str:
        if nulls_distinct is False:
            return " NULLS NOT DISTINCT"
        return " NULLS DISTINCT" if nulls_distinct is True else ""

    def _unique_supported(
        self,
        condition: Any = None,
        deferrable: Any = None,
        include: Any = None,
        expressions: Any = None,
        nulls_distinct: bool | None = None,
    ) -> bool:
        features = self.connection.features
        return bool(
            (not condition or features.supports_partial_indexes)
            and (not deferrable or features.supports_deferrable_unique_constraints)
            and (not include or features.supports_covering_indexes)
            and (not expressions or features.supports_expression_indexes)
            and (nulls_distinct is None or features.supports_nulls_distinct_unique_constraints)
        )

    def _unique_sql(
        self,
        model: type[Any],
        fields: Any,
        name: str,
        condition: Any = None,
        deferrable: Any = None,
        include: Any = None,
        opclasses: Any = None,
        expressions: Any = None,
        nulls_distinct: bool | None = None,
    ) -> str | None:
        """A unique constraint in CREATE TABLE; None where it is an index, which is deferred."""
        if not self._unique_supported(
            condition=condition,
            deferrable=deferrable,
            include=include,
            expressions=expressions,
            nulls_distinct=nulls_distinct,
        ):
            return None
        if condition or include or opclasses or expressions:
            index = self._create_unique_sql(
                model,
                fields,
                name=name,
                condition=condition,
                include=include,
                opclasses=opclasses,
                expressions=expressions,
                nulls_distinct=nulls_distinct,
            )
            if index:
                self.deferred_sql.append(index)
            return None
        columns = ", ".join(self.quote_name(field.column) for field in fields)
        constraint = self.sql_unique_constraint % {
            "columns": columns,
            "deferrable": self._deferrable_constraint_sql(deferrable),
        }
        return self.sql_constraint % {"name": self.quote_name(name), "constraint": constraint}

    def _create_unique_sql(
        self,
        model: type[Any],
        fields: Any,
        name: str | None = None,
        condition: Any = None,
        deferrable: Any = None,
        include: Any = None,
        opclasses: Any = None,
        expressions: Any = None,
        nulls_distinct: bool | None = None,
    ) -> Any:
        """The statement that adds a unique constraint, or an index; None where there is none such."""
        if not self._unique_supported(
            condition=condition,
            deferrable=deferrable,
            include=include,
            expressions=expressions,
            nulls_distinct=nulls_distinct,
        ):
            return None
        table = model._meta.db_table
        columns = [field.column for field in fields]
        as_index = condition or include or opclasses or expressions
        return Statement(
            (self.sql_create_unique_index if as_index else self.sql_create_unique) or "",
            table=Table(table, self.quote_name),
            name=(
                self._unique_constraint_name(table, columns)
                if name is None
                else self.quote_name(name)
            ),
            columns=(
                self._index_columns(table, columns, col_suffixes=(), opclasses=opclasses)
                if columns
                else self._expressions(model, expressions)
            ),
            condition=self._index_condition_sql(condition),
            deferrable=self._deferrable_constraint_sql(deferrable),
            include=self._index_include_sql(model, include),
            nulls_distinct=self._unique_index_nulls_distinct_sql(nulls_distinct),
        )

    def _delete_unique_sql(
        self,
        model: type[Any],
        name: str,
        condition: Any = None,
        deferrable: Any = None,
        include: Any = None,
        opclasses: Any = None,
        expressions: Any = None,
        nulls_distinct: bool | None = None,
    ) -> Any:
        if not self._unique_supported(
            condition=condition,
            deferrable=deferrable,
            include=include,
            expressions=expressions,
            nulls_distinct=nulls_distinct,
        ):
            return None
        as_index = condition or include or opclasses or expressions
        sql = self.sql_delete_index if as_index else self.sql_delete_unique
        return self._delete_constraint_sql(sql, model, name)

    # --- checks, primary keys, and which constraints there are

    def _check_sql(self, name: str, check: str) -> str:
        return self.sql_constraint % {
            "name": self.quote_name(name),
            "constraint": self.sql_check_constraint % {"check": check},
        }

    def _create_check_sql(self, model: type[Any], name: str, check: str) -> Any:
        if not self.connection.features.supports_table_check_constraints:
            return None
        return Statement(
            self.sql_create_check,
            table=self._table(model),
            name=self.quote_name(name),
            check=check,
        )

    def _delete_check_sql(self, model: type[Any], name: str) -> Any:
        if not self.connection.features.supports_table_check_constraints:
            return None
        return self._delete_constraint_sql(self.sql_delete_check, model, name)

    def _delete_constraint_sql(self, template: str | None, model: type[Any], name: str) -> Any:
        return Statement(template or "", table=self._table(model), name=self.quote_name(name))

    def _pk_constraint_sql(self, columns: Sequence[str]) -> str:
        return self.sql_pk_constraint % {"columns": ", ".join(map(self.quote_name, columns))}

    def _create_primary_key_sql(self, model: type[Any], field: Any) -> Any:
        name = self._create_index_name(model._meta.db_table, [field.column], suffix="_pk")
        return Statement(
            self.sql_create_pk,
            table=self._table(model),
            name=self.quote_name(name),
            columns=self._columns(model, [field]),
        )

    def _delete_primary_key_sql(self, model: type[Any], name: str) -> Any:
        return self._delete_constraint_sql(self.sql_delete_pk, model, name)

    def _constraint_names(
        self,
        model: type[Any],
        column_names: Any = None,
        unique: bool | None = None,
        primary_key: bool | None = None,
        index: bool | None = None,
        foreign_key: bool | None = None,
        check: bool | None = None,
        type_: str | None = None,
        exclude: Any = None,
    ) -> list[str]:
        """The names of the table's constraints that are such; None stands for either."""
        introspection = self.connection.introspection
        if column_names is not None:
            column_names = [
                introspection.identifier_converter(
                    self._truncated(name) if self.connection.features.truncates_names else name
                )
                for name in column_names
            ]
        with self.connection.cursor() as cursor:
            constraints = introspection.get_constraints(cursor, model._meta.db_table)
        wanted: dict[str, Callable[[Any], bool]] = {
            "unique": lambda found: unique is None or found == unique,
            "primary_key": lambda found: primary_key is None or found == primary_key,
            "index": lambda found: index is None or found == index,
            "check": lambda found: check is None or found == check,
            "foreign_key": lambda found: foreign_key is None or bool(found),
        }
        return [
            name
            for name, found in constraints.items()
            if (column_names is None or column_names == found["columns"])
            and all(fits(found[kind]) for kind, fits in wanted.items())
            and (type_ is None or found.get("type") == type_)
            and (not exclude or name not in exclude)
        ]

    def _truncated(self, name: str) -> str:
        longest = self.connection.ops.max_name_length()
        return name if longest is None else name[:longest]
