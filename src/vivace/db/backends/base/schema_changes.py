"""What each change of a column is in SQL: what `schema_alter` puts in order.

Most are for ALTER TABLE, ``(changes, parameters)``; some databases say a change as statements of
their own.
"""

from __future__ import annotations

from typing import Any

from vivace.db.backends.base.schema_indexes import SchemaIndexes

Action = tuple[str, Any]


class SchemaChanges(SchemaIndexes):
    """The clauses that change type, default, nullability and comment."""

    def _alter_column_null_sql(
        self, model: type[Any], old_field: Any, new_field: Any
    ) -> Action | None:
        if (
            self.connection.features.interprets_empty_strings_as_nulls
            and new_field.empty_strings_allowed
        ):
            # Such a column is never NOT NULL.
            return None
        db_params = new_field.db_parameters(connection=self.connection)
        sql = self.sql_alter_column_null if new_field.null else self.sql_alter_column_not_null
        return (
            sql % {"column": self.quote_name(new_field.column), "type": db_params["type"]},
            [],
        )

    def _alter_column_default_sql(
        self, model: type[Any], old_field: Any, new_field: Any, drop: bool = False
    ) -> Action:
        new_default = self.effective_default(new_field)
        default = self._column_default_sql(new_field)
        params: list[Any] = [new_default]
        if drop:
            params = []
        elif self.connection.features.requires_literal_defaults:
            default = self.prepare_default(new_default)
            params = []
        db_params = new_field.db_parameters(connection=self.connection)
        sql = self.sql_alter_column_default
        if drop:
            sql = (
                self.sql_alter_column_no_default_null
                if new_field.null
                else self.sql_alter_column_no_default
            )
        return (
            sql
            % {
                "column": self.quote_name(new_field.column),
                "type": db_params["type"],
                "default": default,
            },
            params,
        )

    def _alter_column_database_default_sql(
        self, model: type[Any], old_field: Any, new_field: Any, drop: bool = False
    ) -> Action:
        if drop:
            sql, default_sql = self.sql_alter_column_no_default, ""
            params: list[Any] = []
        else:
            sql = self.sql_alter_column_default
            default_sql, params = self.db_default_sql(new_field)
        db_params = new_field.db_parameters(connection=self.connection)
        return (
            sql
            % {
                "column": self.quote_name(new_field.column),
                "type": db_params["type"],
                "default": default_sql,
            },
            params,
        )

    def _alter_column_type_sql(
        self,
        model: type[Any],
        old_field: Any,
        new_field: Any,
        new_type: str,
        old_collation: str | None,
        new_collation: str | None,
    ) -> tuple[Action, list[Action]]:
        """The change of a type, and what must follow it as statements of their own."""
        others: list[Action] = []
        if collate_sql := self._collate_sql(
            new_collation or "", old_collation, model._meta.db_table
        ):
            collate_sql = f" {collate_sql}"
        comment_sql = ""
        if self.connection.features.supports_comments and not new_field.many_to_many:
            if old_field.db_comment != new_field.db_comment:
                comment_sql, others = self._alter_column_comment_sql(
                    model, new_field, new_type, new_field.db_comment
                )
            elif self.connection.features.supports_comments_inline and new_field.db_comment:
                comment_sql = self._comment_sql(new_field.db_comment)
        return (
            (
                self.sql_alter_column_type
                % {
                    "column": self.quote_name(new_field.column),
                    "type": new_type,
                    "collation": collate_sql,
                    "comment": comment_sql,
                },
                [],
            ),
            others,
        )

    def _alter_column_comment_sql(
        self, model: type[Any], new_field: Any, new_type: str, new_db_comment: str | None
    ) -> tuple[Any, list[Action]]:
        return "", [
            (
                (self.sql_alter_column_comment or "")
                % {
                    "table": self.quote_name(model._meta.db_table),
                    "column": self.quote_name(new_field.column),
                    "comment": self._comment_sql(new_db_comment),
                },
                [],
            )
        ]

    def _rename_field_sql(self, table: str, old_field: Any, new_field: Any, new_type: str) -> str:
        return self.sql_rename_column % {
            "table": self.quote_name(table),
            "old_column": self.quote_name(old_field.column),
            "new_column": self.quote_name(new_field.column),
            "type": new_type,
        }
