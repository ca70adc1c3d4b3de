"""How SQLite's tables are made and changed.

ALTER TABLE can add simple columns, rename, and drop columns that nothing refers to. For everything
else the table is made anew: a table of the new shape under another name, filled from the old one,
which is dropped and whose name it takes. Foreign keys must not be checked meanwhile, and SQLite
can stop checking only outside transactions; they are checked before the editor ends.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from vivace.db.backends.base.schema import BaseDatabaseSchemaEditor
from vivace.db.backends.base.schema_alter import _related_non_m2m_objects
from vivace.db.backends.sqlite3.literals import literal
from vivace.db.backends.sqlite3.shadows import Shadow
from vivace.db.utils import NotSupportedError
from vivace.utils.module_loading import cached_import


class DatabaseSchemaEditor(BaseDatabaseSchemaEditor):
    """Makes, changes and drops tables of SQLite."""

    sql_delete_table = "DROP TABLE %(table)s"
    sql_create_fk = None
    sql_create_inline_fk = "REFERENCES %(to_table)s (%(to_column)s) DEFERRABLE INITIALLY DEFERRED"
    sql_create_column_inline_fk = sql_create_inline_fk
    sql_delete_column = "ALTER TABLE %(table)s DROP COLUMN %(column)s"
    sql_create_unique = "CREATE UNIQUE INDEX %(name)s ON %(table)s (%(columns)s)"
    sql_delete_unique = "DROP INDEX %(name)s"
    sql_alter_table_comment = None
    sql_alter_column_comment = None

    def __enter__(self) -> Self:
        if not self.connection.disable_constraint_checking():
            raise NotSupportedError(
                "SQLite schema editor cannot be used while foreign key "
                "constraint checks are enabled. Make sure to disable them "
                "before entering a transaction.atomic() context because "
                "SQLite does not support disabling them in the middle of "
                "a multi-statement transaction."
            )
        return super().__enter__()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # After an exception everything is rolled back; what it left is not worth a look.
        if exc_type is None:
            self._check_constraints_or_roll_back()
        try:
            super().__exit__(exc_type, exc_value, traceback)
        finally:
            self.connection.enable_constraint_checking()

    def _check_constraints_or_roll_back(self) -> None:
        try:
            self.connection.check_constraints()
        except BaseException as exc:
            try:
                super().__exit__(type(exc), exc, exc.__traceback__)
            finally:
                self.connection.enable_constraint_checking()
            raise

    def quote_value(self, value: Any) -> str:
        return literal(value)

    def prepare_default(self, value: Any) -> str:
        return self.quote_value(value)

    def _collate_sql(
        self, collation: str, old_collation: str | None = None, table_name: str | None = None
    ) -> str:
        # Collations are names that SQLite does not quote.
        return f"COLLATE {collation}" if collation else ""

    # --- making a table anew

    def _remake_table(
        self,
        model: type[Any],
        create_field: Any = None,
        delete_field: Any = None,
        alter_fields: Any = None,
    ) -> None:
        """Make the table of `model` anew: with a field more or less, with altered fields.

        `alter_fields` are pairs of the old and the new field. Meta's constraints and indexes are
        those of `model`, with the names that the fields have now.
        """
        shadow = Shadow(model)
        if create_field is not None:
            shadow.add(create_field, self._value_for(create_field))
        for old_field, new_field in alter_fields or []:
            shadow.replace(old_field, new_field, self._source_of(old_field, new_field))
        if delete_field is not None:
            shadow.remove(delete_field)
            if delete_field.many_to_many and delete_field.remote_field.through._meta.auto_created:
                self.delete_model(delete_field.remote_field.through)
                return
        table = model._meta.db_table
        made = shadow.model(f"new__{table}")
        waiting = self.deferred_sql
        self.deferred_sql = []
        sql, params = self.table_sql(made)
        self.execute(sql, params or None)
        self.deferred_sql.extend(self._model_indexes_sql(made))
        columns = ", ".join(self.quote_name(column) for column in shadow.sources)
        sources = ", ".join(
            source if source is not None else self.quote_name(column)
            for column, source in shadow.sources.items()
        )
        self.execute(
            f"INSERT INTO {self.quote_name(made._meta.db_table)} ({columns}) "
            f"SELECT {sources} FROM {self.quote_name(table)}",
            None,
        )
        remade = self.deferred_sql
        self.deferred_sql = waiting
        self.delete_model(model, handle_autom2m=False)
        self.alter_db_table(made, made._meta.db_table, table)
        for statement in remade:
            # The new table has the name already; they were made with the one before.
            statement.rename_table_references(made._meta.db_table, table)
            self.execute(statement, None)

    def _value_for(self, field: Any) -> str | None:
        """What rows that are there have in a new column; None where its definition says it."""
        if field.many_to_many or field.has_db_default() or field.generated:
            return None
        return self.prepare_default(self.effective_default(field))

    def _source_of(self, old_field: Any, new_field: Any) -> str:
        """What a row has in an altered column: what it had, or the default where that is NULL."""
        column = self.quote_name(old_field.column)
        if not (old_field.null and not new_field.null):
            return column
        if new_field.has_db_default():
            default, _ = self.db_default_sql(new_field)
        else:
            default = self.prepare_default(self.effective_default(new_field))
        return f"coalesce({column}, {default})"

    def delete_model(self, model: type[Any], handle_autom2m: bool = True) -> None:
        """Drop the table of a model; with `handle_autom2m` also its tables in between."""
        if handle_autom2m:
            super().delete_model(model)
            return
        table = model._meta.db_table
        self.execute(self.sql_delete_table % {"table": self.quote_name(table)}, None)
        self._forget(lambda sql: sql.references_table(table))

    # --- fields

    def add_field(self, model: type[Any], field: Any) -> None:
        if field.many_to_many and field.remote_field.through._meta.auto_created:
            self.create_model(field.remote_field.through)
        elif field.db_parameters(connection=self.connection)["type"] is None:
            return
        elif (
            # ADD COLUMN takes none of these.
            field.primary_key
            or field.unique
            or not field.null
            # A default could not be dropped again.
            or self.effective_default(field) is not None
            or field.has_db_default()
            or field.generated
        ):
            self._remake_table(model, create_field=field)
        else:
            super().add_field(model, field)

    def remove_field(self, model: type[Any], field: Any) -> None:
        if field.many_to_many:
            # One with a declared model in between has nothing of its own.
            if field.remote_field.through._meta.auto_created:
                self.delete_model(field.remote_field.through)
        elif field.db_parameters(connection=self.connection)["type"] is None:
            return
        elif (
            self.connection.features.can_alter_table_drop_column
            and not field.primary_key
            and not field.unique
            and not field.db_index
            and not (field.remote_field and field.db_constraint)
        ):
            super().remove_field(model, field)
        else:
            self._remake_table(model, delete_field=field)

    def _alter_field(
        self,
        model: type[Any],
        old_field: Any,
        new_field: Any,
        old_type: str,
        new_type: str,
        old_db_params: dict[str, Any],
        new_db_params: dict[str, Any],
        strict: bool = False,
    ) -> None:
        if (
            old_field.column != new_field.column
            and self.column_sql(model, old_field) == self.column_sql(model, new_field)
            and not (
                (old_field.remote_field and old_field.db_constraint)
                or (new_field.remote_field and new_field.db_constraint)
            )
        ):
            self.execute(
                self._rename_field_sql(model._meta.db_table, old_field, new_field, new_type), None
            )
            for sql in self.deferred_sql:
                if hasattr(sql, "rename_column_references"):
                    sql.rename_column_references(
                        model._meta.db_table, old_field.column, new_field.column
                    )
            return
        self._remake_table(model, alter_fields=[(old_field, new_field)])
        if new_field.unique and (
            old_type != new_type or old_db_params.get("collation") != new_db_params.get("collation")
        ):
            self._remake_referring_tables(model, old_field, new_field)

    def _remake_referring_tables(self, model: type[Any], old_field: Any, new_field: Any) -> None:
        """Give the columns that refer to the field its new type, through all tables."""
        tables: dict[Any, list[tuple[Any, Any]]] = {}
        for old_rel, new_rel in _related_non_m2m_objects(old_field, new_field):
            if new_rel.related_model is not model:
                pairs = tables.setdefault(new_rel.related_model, [])
                pairs.append((old_rel.field, new_rel.field))
        if new_field.primary_key:
            for field in new_field.model._meta.many_to_many:
                through = field.remote_field.through
                if through._meta.auto_created and through not in tables:
                    tables[through] = []
        for related_model, pairs in tables.items():
            self._remake_table(related_model, alter_fields=pairs)

    def _alter_many_to_many(
        self, model: type[Any], old_field: Any, new_field: Any, strict: bool
    ) -> None:
        old_through = old_field.remote_field.through
        new_through = new_field.remote_field.through
        pairs = [
            (
                old_through._meta.get_field(getattr(old_field, name)()),
                new_through._meta.get_field(getattr(new_field, name)()),
            )
            for name in ("m2m_reverse_field_name", "m2m_field_name")
        ]
        if old_through._meta.db_table == new_through._meta.db_table:
            # The field names may be those of other models now.
            self._remake_table(old_through, alter_fields=pairs)
            return
        self.create_model(new_through)
        old_columns = ", ".join(["id", *(old.column for old, _ in reversed(pairs))])
        new_columns = ", ".join(["id", *(new.column for _, new in reversed(pairs))])
        self.execute(
            f"INSERT INTO {self.quote_name(new_through._meta.db_table)} ({new_columns}) "
            f"SELECT {old_columns} FROM {self.quote_name(old_through._meta.db_table)}",
            None,
        )
        self.delete_model(old_through)

    # --- constraints

    def add_constraint(self, model: type[Any], constraint: Any) -> None:
        if _is_index(constraint):
            super().add_constraint(model, constraint)
        elif not _is_unique(constraint) or not constraint.deferrable:
            self._remake_table(model)

    def remove_constraint(self, model: type[Any], constraint: Any) -> None:
        if _is_index(constraint):
            super().remove_constraint(model, constraint)
        elif not _is_unique(constraint) or not constraint.deferrable:
            self._remake_table(model)


def _is_unique(constraint: Any) -> bool:
    return isinstance(constraint, cached_import("vivace.db.models.constraints", "UniqueConstraint"))


def _is_index(constraint: Any) -> bool:
    """Whether a constraint is a unique index, which needs no new table."""
    return _is_unique(constraint) and bool(
        constraint.condition or constraint.contains_expressions or constraint.include
    )
