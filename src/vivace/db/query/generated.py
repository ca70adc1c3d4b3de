"""`GeneratedField`: a column that the database computes of others."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from vivace import checks
from vivace.db import connections, router
from vivace.db.query.combinable import make
from vivace.db.schema.fields.base import NOT_PROVIDED, Field
from vivace.utils.functional import cached_property
from vivace.utils.naming import published

__all__ = ["GeneratedField"]


@published("db.models.fields.generated.GeneratedField")
class GeneratedField(Field[Any]):
    """The value of `expression` over fields of the same row, of the type of `output_field`.

    `db_persist` says whether the database stores it, or computes it when it is read. Documented at
    ref/models/fields. Raises `ValueError` for options that make no sense.
    """

    generated = True
    db_returning = True

    output_field: Any = None

    def __init__(
        self, *, expression: Any, output_field: Any, db_persist: bool | None = None, **kwargs: Any
    ) -> None:
        if kwargs.setdefault("editable", False):
            raise ValueError("GeneratedField cannot be editable.")
        if not kwargs.setdefault("blank", True):
            raise ValueError("GeneratedField must be blank.")
        if kwargs.get("default", NOT_PROVIDED) is not NOT_PROVIDED:
            raise ValueError("GeneratedField cannot have a default.")
        if kwargs.get("db_default", NOT_PROVIDED) is not NOT_PROVIDED:
            raise ValueError("GeneratedField cannot have a database default.")
        if db_persist not in (True, False):
            raise ValueError("GeneratedField.db_persist must be True or False.")
        self.expression = expression
        self.output_field = output_field
        self.db_persist = db_persist
        super().__init__(**kwargs)

    @cached_property
    def cached_col(self) -> Any:
        """`get_col` of the model's own table."""
        return self.column_class(self.model._meta.db_table, self, self.output_field)

    def get_col(self, alias: str, output_field: Any = None) -> Any:
        """The expression that reads the column of the table `alias`."""
        if alias != self.model._meta.db_table and output_field in (None, self):
            output_field = self.output_field
        return super().get_col(alias, output_field)

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        """Become a field of `cls`, with the lookups of the output field."""
        super().contribute_to_class(cls, name, private_only=private_only)
        for lookup_name, lookup in self.output_field.get_class_lookups().items():
            self.register_lookup(lookup, lookup_name=lookup_name)

    def generated_sql(self, connection: Any) -> tuple[str, Any]:
        """``(SQL, parameters)`` of the expression, as it is in the definition of the table."""
        # The columns are those of the model that the field is of now: a table may be made anew.
        query = make.query(model=self.model, alias_cols=False)
        compiler = connection.ops.compiler("SQLCompiler")(query, connection=connection, using=None)
        resolved = self.expression.resolve_expression(query, allow_joins=False)
        sql, params = compiler.compile(resolved)
        if (
            getattr(self.expression, "conditional", False)
            and not connection.features.supports_boolean_expr_in_select_clause
        ):
            sql = f"CASE WHEN {sql} THEN 1 ELSE 0 END"
        return sql, params

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the field, of its output field, and of databases that cannot have it."""
        databases = kwargs.get("databases") or []
        return [
            *super().check(**kwargs),
            *self._check_supported(databases),
            *self._check_persistence(databases),
            *self._check_output_field(databases),
        ]

    def _check_output_field(self, databases: Iterable[str]) -> list[Any]:
        output_field = copy.copy(self.output_field)
        output_field.model, output_field.name = self.model, self.name
        messages = output_field.check(databases=databases)
        if not messages:
            return []
        errors = [each for each in messages if each.level >= checks.ERROR]
        warnings = [each for each in messages if each.level < checks.ERROR]
        found: list[Any] = []
        for each, kind, what, id in (
            (errors, checks.Error, "errors", "fields.E223"),
            (warnings, checks.Warning, "warnings", "fields.W224"),
        ):
            if each:
                listed = "\n    ".join(f"{message.msg} ({message.id})" for message in each)
                found.append(
                    kind(f"GeneratedField.output_field has {what}:\n    {listed}", obj=self, id=id)
                )
        return found

    def _unsupported(self, databases: Iterable[str], feature: str) -> Iterable[Any]:
        meta = self.model._meta
        for alias in databases:
            if not router.allow_migrate_model(alias, self.model):
                continue
            connection = connections[alias]
            if meta.required_db_vendor and meta.required_db_vendor != connection.vendor:
                continue
            if not (getattr(connection.features, feature) or feature in meta.required_db_features):
                yield connection

    def _has_generated_columns(self, connection: Any) -> bool:
        features = connection.features
        return bool(
            features.supports_virtual_generated_columns
            or features.supports_stored_generated_columns
        )

    def _check_supported(self, databases: Iterable[str]) -> list[Any]:
        if "supports_stored_generated_columns" in self.model._meta.required_db_features:
            return []
        return [
            checks.Error(
                f"{connection.display_name} does not support GeneratedFields.",
                obj=self,
                id="fields.E220",
            )
            for connection in self._unsupported(databases, "supports_virtual_generated_columns")
            if not self._has_generated_columns(connection)
        ]

    def _check_persistence(self, databases: Iterable[str]) -> list[Any]:
        if self.db_persist:
            feature, what, other, id = (
                "supports_stored_generated_columns",
                "persisted",
                "False",
                "fields.E222",
            )
        else:
            feature, what, other, id = (
                "supports_virtual_generated_columns",
                "non-persisted",
                "True",
                "fields.E221",
            )
        return [
            checks.Error(
                f"{connection.display_name} does not support {what} GeneratedFields.",
                obj=self,
                id=id,
                hint=f"Set db_persist={other} on the field.",
            )
            for connection in self._unsupported(databases, feature)
        ]

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `Field`, with the expression, its type and where it is computed."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["blank"]
        del kwargs["editable"]
        kwargs["db_persist"] = self.db_persist
        kwargs["expression"] = self.expression
        kwargs["output_field"] = self.output_field
        return name, path, args, kwargs

    def get_internal_type(self) -> Any:
        """Stored as the output field is."""
        return self.output_field.get_internal_type()

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """Those of the output field."""
        parameters: dict[str, Any] = self.output_field.db_parameters(connection)
        return parameters

    def db_type_parameters(self, connection: Any) -> Any:
        """Those of the output field."""
        return self.output_field.db_type_parameters(connection)
