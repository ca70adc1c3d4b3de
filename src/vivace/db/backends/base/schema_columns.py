"""Columns and tables in SQL: the part of the schema editor that only says, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from vivace.conf import settings
from vivace.db.backends.ddl_references import Columns, Table
from vivace.utils import timezone
from vivace.utils.module_loading import cached_import


def compiler_for(model: type[Any], connection: Any) -> Any:
    """A compiler for expressions about one table, which names columns without the table."""
    query = cached_import("vivace.db.planner.query", "Query")
    return query(model=model, alias_cols=False).get_compiler(connection=connection)


class SchemaColumns:
    """What CREATE TABLE and ADD COLUMN say; the templates are for the ``%`` operator."""

    connection: Any
    deferred_sql: list[Any]

    sql_create_table = "CREATE TABLE %(table)s (%(definition)s)"
    sql_rename_table = "ALTER TABLE %(old_table)s RENAME TO %(new_table)s"
    sql_retablespace_table = "ALTER TABLE %(table)s SET TABLESPACE %(new_tablespace)s"
    sql_delete_table = "DROP TABLE %(table)s CASCADE"

    sql_create_column = "ALTER TABLE %(table)s ADD COLUMN %(column)s %(definition)s"
    sql_alter_column = "ALTER TABLE %(table)s %(changes)s"
    sql_alter_column_type = "ALTER COLUMN %(column)s TYPE %(type)s%(collation)s"
    sql_alter_column_null = "ALTER COLUMN %(column)s DROP NOT NULL"
    sql_alter_column_not_null = "ALTER COLUMN %(column)s SET NOT NULL"
    sql_alter_column_default = "ALTER COLUMN %(column)s SET DEFAULT %(default)s"
    sql_alter_column_no_default = "ALTER COLUMN %(column)s DROP DEFAULT"
    sql_alter_column_no_default_null = sql_alter_column_no_default
    sql_delete_column = "ALTER TABLE %(table)s DROP COLUMN %(column)s CASCADE"
    sql_rename_column = "ALTER TABLE %(table)s RENAME COLUMN %(old_column)s TO %(new_column)s"
    sql_update_with_default = (
        "UPDATE %(table)s SET %(column)s = %(default)s WHERE %(column)s IS NULL"
    )
    sql_create_inline_fk: str | None = None
    sql_create_column_inline_fk: str | None = None
    sql_alter_table_comment: str | None = "COMMENT ON TABLE %(table)s IS %(comment)s"
    sql_alter_column_comment: str | None = "COMMENT ON COLUMN %(table)s.%(column)s IS %(comment)s"

    def quote_name(self, name: str) -> str:
        return self.connection.ops.quote_name(name)  # type: ignore[no-any-return]

    def quote_value(self, value: Any) -> str:
        """`value` as a literal, for statements that cannot have parameters.

        SECURITY: only for values from models and migrations, never for a user's.
        """
        raise NotImplementedError

    def prepare_default(self, value: Any) -> str:
        """`value` as a literal for DEFAULT, where the database takes no parameter there."""
        raise NotImplementedError(
            "subclasses of BaseDatabaseSchemaEditor for backends which have "
            "requires_literal_defaults must provide a prepare_default() method"
        )

    # --- tables

    def table_sql(self, model: type[Any]) -> tuple[str, list[Any]]:
        """The CREATE TABLE statement of `model`; constraints that must wait become deferred."""
        meta = model._meta
        for names in meta.unique_together:
            fields = [meta.get_field(name) for name in names]
            self.deferred_sql.append(self._create_unique_sql(model, fields))  # type: ignore[attr-defined]
        definitions: list[str] = []
        params: list[Any] = []
        for field in meta.local_fields:
            definition, extra_params = self._table_column_sql(model, field)
            if definition is not None:
                params.extend(extra_params)
                definitions.append(f"{self.quote_name(field.column)} {definition}")
        constraints = [constraint.constraint_sql(model, self) for constraint in meta.constraints]
        definitions.extend(str(constraint) for constraint in constraints if constraint)
        primary_key = getattr(meta, "pk_fields", ())
        if len(primary_key) > 1:
            columns = [field.column for field in primary_key]
            definitions.append(self._pk_constraint_sql(columns))  # type: ignore[attr-defined]
        sql = self.sql_create_table % {
            "table": self.quote_name(meta.db_table),
            "definition": ", ".join(definitions),
        }
        if meta.db_tablespace:
            tablespace = self.connection.ops.tablespace_sql(meta.db_tablespace)
            if tablespace:
                sql += f" {tablespace}"
        return sql, params

    def _table_column_sql(self, model: type[Any], field: Any) -> tuple[Any, Any]:
        definition, params = self.column_sql(model, field)
        if definition is None:
            return None, None
        db_params = field.db_parameters(connection=self.connection)
        if db_params["check"]:
            definition += f" {self.sql_check_constraint % db_params}"  # type: ignore[attr-defined]
        suffix = field.db_type_suffix(connection=self.connection)
        if suffix:
            definition += f" {suffix}"
        if field.remote_field and field.db_constraint:
            definition = self._table_column_reference(model, field, definition)
        internal_type = field.get_internal_type()
        if internal_type in ("AutoField", "BigAutoField", "SmallAutoField"):
            autoinc_sql = self.connection.ops.autoinc_sql(model._meta.db_table, field.column)
            if autoinc_sql:
                self.deferred_sql.extend(autoinc_sql)
        return definition, params

    def _table_column_reference(self, model: type[Any], field: Any, definition: str) -> str:
        """`definition` with its foreign key; a database that has none inline defers it."""
        if self.sql_create_inline_fk:
            remote = field.remote_field
            to_table = remote.model._meta.db_table
            to_column = remote.model._meta.get_field(remote.field_name).column
            return f"{definition} " + self.sql_create_inline_fk % {
                "to_table": self.quote_name(to_table),
                "to_column": self.quote_name(to_column),
            }
        if self.connection.features.supports_foreign_keys:
            self.deferred_sql.append(
                self._create_fk_sql(  # type: ignore[attr-defined]
                    model, field, "_fk_%(to_table)s_%(to_column)s"
                )
            )
        return definition

    # --- columns

    def _iter_column_sql(
        self,
        column_db_type: str,
        params: list[Any],
        model: type[Any],
        field: Any,
        field_db_params: dict[str, Any],
        include_default: bool,
    ) -> Iterator[str]:
        """The parts of a column's definition; what they need is appended to `params`."""
        features = self.connection.features
        yield column_db_type
        if collation := field_db_params.get("collation"):
            yield self._collate_sql(collation)
        if features.supports_comments_inline and field.db_comment:
            yield self._comment_sql(field.db_comment)
        null = field.null
        if field.has_db_default():
            default_sql, default_params = self.db_default_sql(field)
            yield f"DEFAULT {default_sql}"
            params.extend(default_params)
        elif include_default and not field.generated and not self.skip_default(field):
            default_value = self.effective_default(field)
            if default_value is not None:
                column_default = f"DEFAULT {self._column_default_sql(field)}"
                if features.requires_literal_defaults:
                    # The literal may have percent signs, which nothing doubles.
                    yield column_default % self.prepare_default(default_value)
                else:
                    yield column_default
                    params.append(default_value)
        # To Oracle an empty string is NULL.
        if (
            field.empty_strings_allowed
            and not field.primary_key
            and features.interprets_empty_strings_as_nulls
        ):
            null = True
        if field.generated:
            generated_sql, generated_params = self._column_generated_sql(field)
            params.extend(generated_params)
            yield generated_sql
        elif not null:
            yield "NOT NULL"
        elif not features.implied_column_null:
            yield "NULL"
        if field.primary_key:
            yield "PRIMARY KEY"
        elif field.unique:
            yield "UNIQUE"
        # Only if it is not that of the table.
        tablespace = field.db_tablespace or model._meta.db_tablespace
        if tablespace and features.supports_tablespaces and field.unique:
            yield self.connection.ops.tablespace_sql(tablespace, inline=True)

    def column_sql(
        self, model: type[Any], field: Any, include_default: bool = False
    ) -> tuple[str | None, list[Any] | None]:
        """A column's definition and its parameters; None twice for a field without a column.

        `field` must have had ``set_attributes_from_name()`` called.
        """
        db_params = field.db_parameters(connection=self.connection)
        column_db_type = db_params["type"]
        if column_db_type is None:
            return None, None
        params: list[Any] = []
        parts = self._iter_column_sql(
            column_db_type, params, model, field, db_params, include_default
        )
        return " ".join(parts), params

    def skip_default(self, field: Any) -> bool:
        """Whether the database cannot have a default for such a column."""
        return False

    def skip_default_on_alter(self, field: Any) -> bool:
        """Whether it cannot have one when a column is altered."""
        return False

    def _column_default_sql(self, field: Any) -> str:
        return "%s"

    def db_default_sql(self, field: Any) -> tuple[str, list[Any]]:
        """The default that the field asks the database for, and its parameters."""
        expression = field._db_default_expression
        value = cached_import("vivace.db.models.expressions", "Value")
        template = "%s" if isinstance(expression, value) else "(%s)"
        sql, params = compiler_for(field.model, self.connection).compile(expression)
        if self.connection.features.requires_literal_defaults:
            # Of the percent signs in the SQL itself only those that are doubled are left.
            sql %= tuple(self.prepare_default(param) for param in params)
            params = []
        return template % sql, list(params)

    def _column_generated_sql(self, field: Any) -> tuple[str, tuple[Any, ...]]:
        expression_sql, params = field.generated_sql(self.connection)
        persistency = "STORED" if field.db_persist else "VIRTUAL"
        if self.connection.features.requires_literal_defaults:
            expression_sql %= tuple(self.quote_value(param) for param in params)
            params = ()
        return f"GENERATED ALWAYS AS ({expression_sql}) {persistency}", params

    @staticmethod
    def _effective_default(field: Any) -> Any:
        """The value that rows get which are there already; None for none."""
        if field.has_default():
            return field.get_default()
        if not field.null and field.blank and field.empty_strings_allowed:
            return b"" if field.get_internal_type() == "BinaryField" else ""
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            internal_type = field.get_internal_type()
            if internal_type == "DateTimeField":
                return timezone.now()
            now = timezone.localtime() if settings.USE_TZ else datetime.now()
            return now.date() if internal_type == "DateField" else now.time()
        return None

    def effective_default(self, field: Any) -> Any:
        """The same, as the driver is given it."""
        return field.get_db_prep_save(self._effective_default(field), self.connection)

    def _collate_sql(
        self, collation: str, old_collation: str | None = None, table_name: str | None = None
    ) -> str:
        return f"COLLATE {self.quote_name(collation)}" if collation else ""

    def _comment_sql(self, comment: str | None) -> str:
        return self.quote_value(comment or "")

    def _columns(self, model: type[Any], fields: Any) -> Columns:
        return Columns(model._meta.db_table, [field.column for field in fields], self.quote_name)

    def _table(self, model: type[Any]) -> Table:
        return Table(model._meta.db_table, self.quote_name)
