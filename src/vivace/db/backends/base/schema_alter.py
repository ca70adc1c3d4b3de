"""Altering a column in place: the steps, in an order in which each leaves the table whole.

What stands in the way goes first (foreign keys, unique constraints, indexes, checks), then the
column gets its new name, type, default and nullability, then what it needs is made, and what was
dropped of other tables comes back. Each database overrides the steps that it says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vivace.db.backends.base.schema_changes import Action, SchemaChanges


def _is_relevant_relation(relation: Any, altered_field: Any) -> bool:
    """Whether a relation to the field's model has a column that follows the field's."""
    field = relation.field
    if field.many_to_many:
        # Its columns are those of the model in between.
        return False
    if altered_field.primary_key and field.to_fields == [None]:
        return True
    return altered_field.name in field.to_fields


def _all_related_fields(model: type[Any]) -> list[Any]:
    # Sorted, so that what is made has the same order each time.
    return sorted(
        model._meta._get_fields(
            forward=False, reverse=True, include_hidden=True, include_parents=False
        ),
        key=lambda relation: relation.name,
    )


def _related_non_m2m_objects(old_field: Any, new_field: Any) -> Iterator[tuple[Any, Any]]:
    """Pairs of the relations to the old field and to the new one, also through other keys."""
    old_relations = _relevant(old_field)
    new_relations = _relevant(new_field)
    for old_rel, new_rel in zip(old_relations, new_relations, strict=False):
        yield old_rel, new_rel
        # A relation may be the key of its own model, and others refer to that.
        yield from _related_non_m2m_objects(old_rel.remote_field, new_rel.remote_field)


def _relevant(field: Any) -> list[Any]:
    return [rel for rel in _all_related_fields(field.model) if _is_relevant_relation(rel, field)]


class SchemaAlteration(SchemaChanges):
    """How a column is altered."""

    def execute(self, sql: Any, params: Any = ()) -> None:
        raise NotImplementedError

    def alter_field(
        self, model: type[Any], old_field: Any, new_field: Any, strict: bool = False
    ) -> None:
        """Let a field's column, or the table in between, become that of another field.

        With `strict`, ValueError where not exactly one constraint is found to drop.
        """
        if not self._field_should_be_altered(old_field, new_field):
            return
        old_db_params = old_field.db_parameters(connection=self.connection)
        old_type = old_db_params["type"]
        new_db_params = new_field.db_parameters(connection=self.connection)
        new_type = new_db_params["type"]
        modifying_generated = False
        if (old_type is None and old_field.remote_field is None) or (
            new_type is None and new_field.remote_field is None
        ):
            raise ValueError(
                f"Cannot alter field {old_field} into {new_field} - they do not properly define "
                "db_type (are you using a badly-written custom field?)"
            )
        if old_type is None and new_type is None and _both_through(old_field, new_field, True):
            self._alter_many_to_many(model, old_field, new_field, strict)
            return
        if old_type is None and new_type is None and _both_through(old_field, new_field, False):
            # Both have a declared model in between: nothing is theirs.
            return
        if old_type is None or new_type is None:
            raise ValueError(
                f"Cannot alter field {old_field} into {new_field} - they are not compatible types "
                "(you cannot alter to or from M2M fields, or add or remove "
                "through= on M2M fields)"
            )
        if old_field.generated != new_field.generated or (
            new_field.generated and old_field.db_persist != new_field.db_persist
        ):
            modifying_generated = True
        elif new_field.generated:
            old_sql = old_field.generated_sql(self.connection)
            modifying_generated = bool(old_sql != new_field.generated_sql(self.connection))
        if modifying_generated:
            raise ValueError(
                f"Modifying GeneratedFields is not supported - the field {new_field} "
                "must be removed and re-added with the new definition."
            )
        self._alter_field(
            model,
            old_field,
            new_field,
            old_type,
            new_type,
            old_db_params,
            new_db_params,
            strict,
        )

    def _field_should_be_altered(self, old_field: Any, new_field: Any, ignore: Any = None) -> bool:
        if not old_field.concrete and not new_field.concrete and not old_field.many_to_many:
            return False
        ignore = ignore or set()
        _, old_path, old_args, old_kwargs = old_field.deconstruct()
        _, new_path, new_args, new_kwargs = new_field.deconstruct()
        # What says nothing about the column makes no difference.
        for attr in set(old_field.non_db_attrs) | ignore:
            old_kwargs.pop(attr, None)
        for attr in set(new_field.non_db_attrs) | ignore:
            new_kwargs.pop(attr, None)
        quote = self.quote_name
        return bool(
            quote(old_field.column or "") != quote(new_field.column or "")
            or (old_path, old_args, old_kwargs) != (new_path, new_args, new_kwargs)
        )

    def _field_became_primary_key(self, old_field: Any, new_field: Any) -> bool:
        return bool(not old_field.primary_key and new_field.primary_key)

    def _unique_should_be_added(self, old_field: Any, new_field: Any) -> bool:
        return bool(
            not new_field.primary_key
            and new_field.unique
            and (not old_field.unique or old_field.primary_key)
        )

    def _field_db_check(self, field: Any, field_db_params: dict[str, Any]) -> str | None:
        # Always the check of the column itself: another name must not look like another check.
        return field_db_params["check"]  # type: ignore[no-any-return]

    # --- what stands in the way

    def _drop(
        self,
        model: type[Any],
        names: list[str],
        what: str,
        column: str,
        statement: Any,
        strict: bool,
    ) -> int:
        if strict and len(names) != 1:
            raise ValueError(
                f"Found wrong number ({len(names)}) of {what} for {model._meta.db_table}.{column}"
            )
        for name in names:
            self.execute(statement(model, name))
        return len(names)

    def _drop_what_is_in_the_way(
        self,
        model: type[Any],
        old_field: Any,
        new_field: Any,
        old_db_params: dict[str, Any],
        new_db_params: dict[str, Any],
        strict: bool,
    ) -> bool:
        """Drop the column's constraints that do not stay; whether a foreign key was among them."""
        column = old_field.column
        meta = model._meta
        fks_dropped = 0
        if (
            self.connection.features.supports_foreign_keys
            and old_field.remote_field
            and old_field.db_constraint
            and self._field_should_be_altered(old_field, new_field, ignore={"db_comment"})
        ):
            names = self._constraint_names(model, [column], foreign_key=True)
            fks_dropped = self._drop(
                model, names, "foreign key constraints", column, self._delete_fk_sql, strict
            )
        became_key = self._field_became_primary_key(old_field, new_field)
        if old_field.unique and (not new_field.unique or became_key):
            declared = {constraint.name for constraint in meta.constraints}
            names = self._constraint_names(
                model, [column], unique=True, primary_key=False, exclude=declared
            )
            self._drop(model, names, "unique constraints", column, self._delete_unique_sql, strict)
        if self._type_changes(old_field, new_field, old_db_params, new_db_params):
            for _, new_rel in _related_non_m2m_objects(old_field, new_field):
                related = new_rel.related_model
                for name in self._constraint_names(
                    related, [new_rel.field.column], foreign_key=True
                ):
                    self.execute(self._delete_fk_sql(related, name))
        if (
            old_field.db_index
            and not old_field.unique
            and (not new_field.db_index or new_field.unique)
        ):
            declared = {index.name for index in meta.indexes}
            names = self._constraint_names(
                model, [column], index=True, type_="idx", exclude=declared
            )
            for name in names:
                # There may be none, or several: an index is no promise.
                self.execute(self._delete_index_sql(model, name))
        old_check = self._field_db_check(old_field, old_db_params)
        if old_check and old_check != self._field_db_check(new_field, new_db_params):
            declared = {constraint.name for constraint in meta.constraints}
            names = self._constraint_names(model, [column], check=True, exclude=declared)
            self._drop(model, names, "check constraints", column, self._delete_check_sql, strict)
        return bool(fks_dropped)

    def _type_changes(
        self,
        old_field: Any,
        new_field: Any,
        old_db_params: dict[str, Any],
        new_db_params: dict[str, Any],
    ) -> bool:
        """Whether columns elsewhere that refer to this one must change with it."""
        both_keys = old_field.primary_key and new_field.primary_key
        both_unique = old_field.unique and new_field.unique
        differs = old_db_params["type"] != new_db_params["type"] or old_db_params.get(
            "collation"
        ) != new_db_params.get("collation")
        return bool(
            self.connection.features.supports_foreign_keys
            and (both_keys or both_unique)
            and differs
        )

    # --- the column

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
        """Alter a column by statements in place."""
        table = model._meta.db_table
        fks_dropped = self._drop_what_is_in_the_way(
            model, old_field, new_field, old_db_params, new_db_params, strict
        )
        type_changes = self._type_changes(old_field, new_field, old_db_params, new_db_params)
        if old_field.column != new_field.column:
            self.execute(self._rename_field_sql(table, old_field, new_field, new_type))
            for sql in self.deferred_sql:
                if hasattr(sql, "rename_column_references"):
                    sql.rename_column_references(table, old_field.column, new_field.column)
        drops_default = self._alter_column(
            model, old_field, new_field, old_type, new_type, old_db_params, new_db_params
        )
        became_key = self._field_became_primary_key(old_field, new_field)
        if became_key:
            self._delete_primary_key(model, strict)
        if self._unique_should_be_added(old_field, new_field):
            self.execute(self._create_unique_sql(model, [new_field]))
        if (
            (not old_field.db_index or old_field.unique)
            and new_field.db_index
            and not new_field.unique
        ):
            self.execute(self._create_index_sql(model, fields=[new_field]))
        relations = list(_related_non_m2m_objects(old_field, new_field)) if type_changes else []
        if became_key:
            self.execute(self._create_primary_key_sql(model, new_field))
            relations.extend(_related_non_m2m_objects(old_field, new_field))
        for old_rel, new_rel in relations:
            self._alter_referring_column(old_rel, new_rel)
        self._add_back(
            model, old_field, new_field, old_db_params, new_db_params, fks_dropped, relations
        )
        if drops_default:
            changes_sql, params = self._alter_column_default_sql(
                model, old_field, new_field, drop=True
            )
            self._alter_table(model, changes_sql, params)
        if self.connection.features.connection_persists_old_columns:
            self.connection.close()

    def _alter_table(self, model: type[Any], changes: str, params: Any) -> None:
        sql = self.sql_alter_column % {
            "table": self.quote_name(model._meta.db_table),
            "changes": changes,
        }
        self.execute(sql, params)

    def _alter_column(
        self,
        model: type[Any],
        old_field: Any,
        new_field: Any,
        old_type: str,
        new_type: str,
        old_db_params: dict[str, Any],
        new_db_params: dict[str, Any],
    ) -> bool:
        """Change type, default and nullability; whether the default must be dropped at the end."""
        actions: list[Action] = []
        post_actions: list[Action] = []
        suffix_changes = old_field.db_type_suffix(
            connection=self.connection
        ) != new_field.db_type_suffix(connection=self.connection)
        old_collation = old_db_params.get("collation")
        new_collation = new_db_params.get("collation")
        if old_type != new_type or suffix_changes or old_collation != new_collation:
            action, others = self._alter_column_type_sql(
                model, old_field, new_field, new_type, old_collation, new_collation
            )
            actions.append(action)
            post_actions.extend(others)
        if (
            new_field.db_comment != old_field.db_comment
            and self.connection.features.supports_comments
        ):
            action, others = self._alter_column_comment_sql(
                model, new_field, new_type, new_field.db_comment
            )
            if action:
                actions.append(action)
            post_actions.extend(others)
        becomes_not_null = old_field.null and not new_field.null
        new_default = self.effective_default(new_field)
        needs_default = bool(
            becomes_not_null
            and not new_field.has_db_default()
            and not self.skip_default_on_alter(new_field)
            and new_default is not None
            and self.effective_default(old_field) != new_default
        )
        if needs_default:
            actions.append(self._alter_column_default_sql(model, old_field, new_field))
        if new_field.has_db_default():
            if not old_field.has_db_default() or (
                old_field._db_default_expression != new_field._db_default_expression
            ):
                actions.append(self._alter_column_database_default_sql(model, old_field, new_field))
        elif old_field.has_db_default():
            actions.append(
                self._alter_column_database_default_sql(model, old_field, new_field, drop=True)
            )
        null_actions: list[Action] = []
        if old_field.null != new_field.null:
            null_action = self._alter_column_null_sql(model, old_field, new_field)
            if null_action:
                null_actions.append(null_action)
        fills = becomes_not_null and (new_field.has_default() or new_field.has_db_default())
        self._run_actions(model, new_field, new_default, actions, null_actions, bool(fills))
        for sql, params in post_actions:
            self.execute(sql, params)
        return needs_default

    def _run_actions(
        self,
        model: type[Any],
        new_field: Any,
        new_default: Any,
        actions: list[Action],
        null_actions: list[Action],
        fills: bool,
    ) -> None:
        """Run the changes; rows without a value get one before the column refuses NULL."""
        if not fills:
            actions = actions + null_actions
        if self.connection.features.supports_combined_alters and actions:
            changes, params = zip(*actions, strict=True)
            actions = [(", ".join(changes), [param for each in params for param in each])]
        for changes_sql, action_params in actions:
            self._alter_table(model, changes_sql, action_params)
        if not fills:
            return
        if new_field.has_db_default():
            default_sql, default_params = self.db_default_sql(new_field)
        else:
            default_sql, default_params = "%s", [new_default]
        # A literal has its place in the SQL; otherwise the marker of a parameter.
        self.execute(
            self.sql_update_with_default
            % {
                "table": self.quote_name(model._meta.db_table),
                "column": self.quote_name(new_field.column),
                "default": default_sql,
            },
            default_params,
        )
        for changes_sql, action_params in null_actions:
            self._alter_table(model, changes_sql, action_params)

    def _alter_referring_column(self, old_rel: Any, new_rel: Any) -> None:
        """Give the column of a relation to the altered field the type that it needs now."""
        rel_db_params = new_rel.field.db_parameters(connection=self.connection)
        old_rel_db_params = old_rel.field.db_parameters(connection=self.connection)
        (changes, params), others = self._alter_column_type_sql(
            new_rel.related_model,
            old_rel.field,
            new_rel.field,
            rel_db_params["type"],
            old_rel_db_params.get("collation"),
            rel_db_params.get("collation"),
        )
        self._alter_table(new_rel.related_model, changes, params)
        for sql, other_params in others:
            self.execute(sql, other_params)

    def _add_back(
        self,
        model: type[Any],
        old_field: Any,
        new_field: Any,
        old_db_params: dict[str, Any],
        new_db_params: dict[str, Any],
        fks_dropped: bool,
        relations: list[tuple[Any, Any]],
    ) -> None:
        """Make the foreign keys and the check that the column and those that refer to it need."""
        features = self.connection.features
        if (
            features.supports_foreign_keys
            and new_field.remote_field
            and (fks_dropped or not old_field.remote_field or not old_field.db_constraint)
            and new_field.db_constraint
        ):
            self.execute(self._create_fk_sql(model, new_field, "_fk_%(to_table)s_%(to_column)s"))
        for _, rel in relations:
            if features.supports_foreign_keys and rel.field.db_constraint:
                self.execute(self._create_fk_sql(rel.related_model, rel.field, "_fk"))
        new_check = self._field_db_check(new_field, new_db_params)
        if new_check and new_check != self._field_db_check(old_field, old_db_params):
            name = self._create_index_name(
                model._meta.db_table, [new_field.column], suffix="_check"
            )
            self.execute(self._create_check_sql(model, name, new_check))

    def _delete_primary_key(self, model: type[Any], strict: bool = False) -> None:
        names = self._constraint_names(model, primary_key=True)
        if strict and len(names) != 1:
            raise ValueError(
                f"Found wrong number ({len(names)}) of PK constraints for {model._meta.db_table}"
            )
        for name in names:
            self.execute(self._delete_primary_key_sql(model, name))

    # --- tables in between

    def _alter_many_to_many(
        self, model: type[Any], old_field: Any, new_field: Any, strict: bool
    ) -> None:
        """Rename the table in between and let its columns refer to the new field's models."""
        old_through = old_field.remote_field.through
        new_through = new_field.remote_field.through
        if old_through._meta.db_table != new_through._meta.db_table:
            self.alter_db_table(  # type: ignore[attr-defined]
                old_through, old_through._meta.db_table, new_through._meta.db_table
            )
        for name in ("m2m_reverse_field_name", "m2m_field_name"):
            self.alter_field(
                new_through,
                old_through._meta.get_field(getattr(old_field, name)()),
                new_through._meta.get_field(getattr(new_field, name)()),
            )


def _both_through(old_field: Any, new_field: Any, auto_created: bool) -> bool:
    """Whether both are many-to-many, with models in between that are made by themselves, or not."""
    old_through = getattr(old_field.remote_field, "through", None)
    new_through = getattr(new_field.remote_field, "through", None)
    if not old_through or not new_through:
        return False
    return bool(
        bool(old_through._meta.auto_created) is auto_created
        and bool(new_through._meta.auto_created) is auto_created
    )
