"""How tables are made and changed: `BaseDatabaseSchemaEditor` (ref/schema-editor of the documentation).

What is said is in the modules beside: `schema_columns`, `schema_indexes`, `schema_alter`. Here is
what is done.
"""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Any, Self

from vivace.db.backends.base.schema_alter import (
    SchemaAlteration,
    _all_related_fields,
    _is_relevant_relation,
    _related_non_m2m_objects,
)
from vivace.db.backends.ddl_references import Statement
from vivace.db.transaction import TransactionManagementError, atomic
from vivace.utils.naming import say

__all__ = [
    "BaseDatabaseSchemaEditor",
    "_all_related_fields",
    "_is_relevant_relation",
    "_related_non_m2m_objects",
]


class BaseDatabaseSchemaEditor(SchemaAlteration):
    """Makes, changes and drops tables; to be used as a context manager.

    Statements that must wait for others are executed when it ends. With `collect_sql` nothing is
    executed: the statements are in `collected_sql`. `atomic` asks for one transaction, where the
    database can roll such statements back.
    """

    def __init__(self, connection: Any, collect_sql: bool = False, atomic: bool = True) -> None:
        self.connection = connection
        self.collect_sql = collect_sql
        if self.collect_sql:
            self.collected_sql: list[str] = []
        self.atomic_migration = self.connection.features.can_rollback_ddl and atomic

    def __enter__(self) -> Self:
        self.deferred_sql = []
        if self.atomic_migration:
            self.atomic = atomic(self.connection.alias)
            self.atomic.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_type is None:
            for sql in self.deferred_sql:
                # What was literal is in the statement already.
                self.execute(sql, None)
        if self.atomic_migration:
            self.atomic.__exit__(exc_type, exc_value, traceback)

    def execute(self, sql: Any, params: Any = ()) -> None:
        """Execute a statement, or collect it."""
        if (
            not self.collect_sql
            and self.connection.in_atomic_block
            and not self.connection.features.can_rollback_ddl
        ):
            raise TransactionManagementError(
                "Executing DDL statements while in a transaction on databases "
                "that can't perform a rollback is prohibited."
            )
        sql = str(sql)
        logging.getLogger(say("db.backends.schema")).debug(
            "%s; (params %r)", sql, params, extra={"params": params, "sql": sql}
        )
        if self.collect_sql:
            ending = "" if sql.rstrip().endswith(";") else ";"
            if params is not None:
                sql %= tuple(map(self.quote_value, params))
            self.collected_sql.append(sql + ending)
            return
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)

    # --- models

    def create_model(self, model: type[Any]) -> None:
        """Create the table of a model, its indexes and constraints, and its tables in between."""
        sql, params = self.table_sql(model)
        # Without parameters percent signs are not doubled.
        self.execute(sql, params or None)
        if self.connection.features.supports_comments:
            if model._meta.db_table_comment:
                self.alter_db_table_comment(model, None, model._meta.db_table_comment)
            if not self.connection.features.supports_comments_inline:
                self._comment_on_columns(model)
        self.deferred_sql.extend(self._model_indexes_sql(model))
        for field in model._meta.local_many_to_many:
            if field.remote_field.through._meta.auto_created:
                self.create_model(field.remote_field.through)

    def _comment_on_columns(self, model: type[Any]) -> None:
        for field in model._meta.local_fields:
            if field.db_comment:
                db_params = field.db_parameters(connection=self.connection)
                _, others = self._alter_column_comment_sql(
                    model, field, db_params["type"], field.db_comment
                )
                for sql, params in others:
                    self.execute(sql, params or None)

    def delete_model(self, model: type[Any]) -> None:
        """Drop the table of a model, and its tables in between."""
        for field in model._meta.local_many_to_many:
            if field.remote_field.through._meta.auto_created:
                self.delete_model(field.remote_field.through)
        table = model._meta.db_table
        self.execute(self.sql_delete_table % {"table": self.quote_name(table)}, None)
        self._forget(lambda sql: sql.references_table(table))

    def _forget(self, about: Any) -> None:
        """Drop the deferred statements for which `about` is true."""
        self.deferred_sql[:] = [
            sql for sql in self.deferred_sql if not (isinstance(sql, Statement) and about(sql))
        ]

    # --- indexes and constraints

    def add_index(self, model: type[Any], index: Any) -> None:
        """Create an index."""
        if index.contains_expressions and not self.connection.features.supports_expression_indexes:
            return
        # Its literals are in the statement.
        self.execute(index.create_sql(model, self), params=None)

    def remove_index(self, model: type[Any], index: Any) -> None:
        """Drop an index."""
        if index.contains_expressions and not self.connection.features.supports_expression_indexes:
            return
        self.execute(index.remove_sql(model, self))

    def rename_index(self, model: type[Any], old_index: Any, new_index: Any) -> None:
        """Rename an index; where that cannot be, it is made anew."""
        if self.connection.features.can_rename_index:
            sql = self._rename_index_sql(model, old_index.name, new_index.name)
            self.execute(sql, params=None)
        else:
            self.remove_index(model, old_index)
            self.add_index(model, new_index)

    def add_constraint(self, model: type[Any], constraint: Any) -> None:
        """Add a constraint."""
        sql = constraint.create_sql(model, self)
        if sql:
            self.execute(sql, params=None)

    def remove_constraint(self, model: type[Any], constraint: Any) -> None:
        """Drop a constraint."""
        sql = constraint.remove_sql(model, self)
        if sql:
            self.execute(sql)

    def alter_unique_together(
        self, model: type[Any], old_unique_together: Any, new_unique_together: Any
    ) -> None:
        """Make the unique constraints of several fields those of the new ``unique_together``."""
        olds = {tuple(fields) for fields in old_unique_together}
        news = {tuple(fields) for fields in new_unique_together}
        for names in sorted(olds - news):
            self._delete_composed_index(
                model, names, {"unique": True, "primary_key": False}, self.sql_delete_unique
            )
        for names in sorted(news - olds):
            fields = [model._meta.get_field(name) for name in names]
            self.execute(self._create_unique_sql(model, fields))

    def alter_index_together(
        self, model: type[Any], old_index_together: Any, new_index_together: Any
    ) -> None:
        """Make the indexes of several fields those of the new ``index_together`` (old migrations)."""
        olds = {tuple(fields) for fields in old_index_together}
        news = {tuple(fields) for fields in new_index_together}
        for names in sorted(olds - news):
            self._delete_composed_index(
                model, names, {"index": True, "unique": False}, self.sql_delete_index
            )
        for names in sorted(news - olds):
            fields = [model._meta.get_field(name) for name in names]
            self.execute(self._create_index_sql(model, fields=fields, suffix="_idx"))

    def _delete_composed_index(
        self, model: type[Any], fields: Any, constraint_kwargs: dict[str, Any], sql: Any
    ) -> None:
        meta = model._meta
        declared = {each.name for each in [*meta.constraints, *meta.indexes]}
        columns = [meta.get_field(field).column for field in fields]
        names = self._constraint_names(model, columns, exclude=declared, **constraint_kwargs)
        if constraint_kwargs.get("unique") is True and names:
            # Of several the one with the name that was made for it.
            default_name = str(self._unique_constraint_name(meta.db_table, columns, quote=False))
            if default_name in names:
                names = [default_name]
        if len(names) != 1:
            raise ValueError(
                f"Found wrong number ({len(names)}) of constraints for "
                f"{meta.db_table}({', '.join(columns)})"
            )
        self.execute(self._delete_constraint_sql(sql, model, names[0]))

    # --- tables

    def alter_db_table(self, model: type[Any], old_db_table: str, new_db_table: str) -> None:
        """Rename a table."""
        if old_db_table == new_db_table or (
            self.connection.features.ignores_table_name_case
            and old_db_table.lower() == new_db_table.lower()
        ):
            return
        self.execute(
            self.sql_rename_table
            % {
                "old_table": self.quote_name(old_db_table),
                "new_table": self.quote_name(new_db_table),
            },
            None,
        )
        for sql in self.deferred_sql:
            if isinstance(sql, Statement):
                sql.rename_table_references(old_db_table, new_db_table)

    def alter_db_table_comment(
        self, model: type[Any], old_db_table_comment: str | None, new_db_table_comment: str | None
    ) -> None:
        """Change the comment on a table, where there are comments."""
        if self.sql_alter_table_comment and self.connection.features.supports_comments:
            self.execute(
                self.sql_alter_table_comment
                % {
                    "table": self.quote_name(model._meta.db_table),
                    "comment": self.quote_value(new_db_table_comment or ""),
                },
                None,
            )

    def alter_db_tablespace(
        self, model: type[Any], old_db_tablespace: str, new_db_tablespace: str
    ) -> None:
        """Move a table into another tablespace."""
        self.execute(
            self.sql_retablespace_table
            % {
                "table": self.quote_name(model._meta.db_table),
                "old_tablespace": self.quote_name(old_db_tablespace),
                "new_tablespace": self.quote_name(new_db_tablespace),
            },
            None,
        )

    # --- fields

    def add_field(self, model: type[Any], field: Any) -> None:
        """Add a field's column, or its table in between; rows that are there get the default."""
        if field.many_to_many and field.remote_field.through._meta.auto_created:
            self.create_model(field.remote_field.through)
            return
        definition, params = self.column_sql(model, field, include_default=True)
        if definition is None:
            return
        if suffix := field.db_type_suffix(connection=self.connection):
            definition += f" {suffix}"
        db_params = field.db_parameters(connection=self.connection)
        if db_params["check"]:
            definition += f" {self.sql_check_constraint % db_params}"
        if (
            field.remote_field
            and self.connection.features.supports_foreign_keys
            and field.db_constraint
        ):
            definition = self._column_reference(model, field, definition)
        sql = self.sql_create_column % {
            "table": self.quote_name(model._meta.db_table),
            "column": self.quote_name(field.column),
            "definition": definition,
        }
        # Without parameters percent signs are not doubled.
        self.execute(sql, params or None)
        # The default was only for the rows that are there.
        if (
            not field.has_db_default()
            and not self.skip_default_on_alter(field)
            and self.effective_default(field) is not None
        ):
            changes_sql, changes_params = self._alter_column_default_sql(
                model, None, field, drop=True
            )
            self._alter_table(model, changes_sql, changes_params)
        features = self.connection.features
        if (
            field.db_comment
            and features.supports_comments
            and not features.supports_comments_inline
        ):
            _, others = self._alter_column_comment_sql(
                model, field, db_params["type"], field.db_comment
            )
            for other_sql, other_params in others:
                self.execute(other_sql, other_params or None)
        self.deferred_sql.extend(self._field_indexes_sql(model, field))
        if features.connection_persists_old_columns:
            self.connection.close()

    def _column_reference(self, model: type[Any], field: Any, definition: str) -> str:
        suffix = "_fk_%(to_table)s_%(to_column)s"
        if not self.sql_create_column_inline_fk:
            self.deferred_sql.append(self._create_fk_sql(model, field, suffix))
            return definition
        remote = field.remote_field
        to_table = remote.model._meta.db_table
        to_column = remote.model._meta.get_field(remote.field_name).column
        namespace = (
            model._meta.db_table.partition('"."')[0] if '"."' in model._meta.db_table else ""
        )
        return f"{definition} " + self.sql_create_column_inline_fk % {
            "name": self._fk_constraint_name(model, field, suffix),
            "namespace": f"{self.quote_name(namespace)}." if namespace else "",
            "column": self.quote_name(field.column),
            "to_table": self.quote_name(to_table),
            "to_column": self.quote_name(to_column),
            "deferrable": self.connection.ops.deferrable_sql(),
        }

    def remove_field(self, model: type[Any], field: Any) -> None:
        """Drop a field's column, or its table in between."""
        if field.many_to_many and field.remote_field.through._meta.auto_created:
            self.delete_model(field.remote_field.through)
            return
        # A field without a column.
        if field.db_parameters(connection=self.connection)["type"] is None:
            return
        if field.remote_field:
            for name in self._constraint_names(model, [field.column], foreign_key=True):
                self.execute(self._delete_fk_sql(model, name))
        self.execute(
            self.sql_delete_column
            % {
                "table": self.quote_name(model._meta.db_table),
                "column": self.quote_name(field.column),
            },
            None,
        )
        if self.connection.features.connection_persists_old_columns:
            self.connection.close()
        table, column = model._meta.db_table, field.column
        self._forget(lambda sql: sql.references_column(table, column))

    def remove_procedure(self, procedure_name: str, param_types: Any = ()) -> None:
        """Drop a stored procedure."""
        sql = self.sql_delete_procedure % {
            "procedure": self.quote_name(procedure_name),
            "param_types": ",".join(param_types),
        }
        self.execute(sql)
