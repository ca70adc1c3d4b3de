"""What may not occur twice."""

from __future__ import annotations

from enum import Enum
from typing import Any

from vivace.core.exceptions import FieldError, ValidationError
from vivace.db import connections
from vivace.db.query.combinable import make
from vivace.db.query.constraints_base import BaseConstraint, Exclude, unsupported
from vivace.db.query.f import F
from vivace.db.query.func import ExpressionList
from vivace.db.query.index_expressions import IndexExpression
from vivace.db.query.indexes import condition_sql
from vivace.db.query.lookups.comparison import Exact, IsNull
from vivace.db.query.q import Q
from vivace.db.query.subquery import Exists
from vivace.db.utils import DEFAULT_DB_ALIAS
from vivace.utils.naming import publish, published

__all__ = ["Deferrable", "UniqueConstraint"]


@published("db.models.Deferrable")
class Deferrable(Enum):
    """When a unique constraint is enforced: at the end of the transaction, or after each statement."""

    DEFERRED = "deferred"
    IMMEDIATE = "immediate"

    def __repr__(self) -> str:
        return f"{self.__class__.__qualname__}.{self._name_}"


@published("db.models.UniqueConstraint")
class UniqueConstraint(BaseConstraint):
    """No two rows have the same in `fields`, or in `expressions`, among those that fulfil `condition`.

    Documented at ref/models/constraints. Raises `ValueError` or `TypeError` for options that do not fit.
    """

    def __init__(
        self,
        *expressions: Any,
        fields: Any = (),
        name: str | None = None,
        condition: Any = None,
        deferrable: Any = None,
        include: Any = None,
        opclasses: Any = (),
        nulls_distinct: bool | None = None,
        violation_error_code: str | None = None,
        violation_error_message: Any = None,
    ) -> None:
        if not name:
            raise ValueError("A unique constraint must be named.")
        if not expressions and not fields:
            raise ValueError(
                "At least one field or expression is required to define a unique constraint."
            )
        if expressions and fields:
            raise ValueError("UniqueConstraint.fields and expressions are mutually exclusive.")
        if not isinstance(condition, (type(None), Q)):
            raise ValueError("UniqueConstraint.condition must be a Q instance.")
        if deferrable:
            _refuse_deferred(condition, include, opclasses, expressions)
        if expressions and opclasses:
            raise ValueError(
                "UniqueConstraint.opclasses cannot be used with expressions. Use "
                "django.contrib.postgres.indexes.OpClass() instead."
            )
        if not isinstance(deferrable, (type(None), Deferrable)):
            raise TypeError("UniqueConstraint.deferrable must be a Deferrable instance.")
        if not isinstance(include, (type(None), list, tuple)):
            raise TypeError("UniqueConstraint.include must be a list or tuple.")
        if not isinstance(opclasses, (list, tuple)):
            raise TypeError("UniqueConstraint.opclasses must be a list or tuple.")
        if not isinstance(nulls_distinct, (type(None), bool)):
            raise TypeError("UniqueConstraint.nulls_distinct must be a bool.")
        if opclasses and len(fields) != len(opclasses):
            raise ValueError(
                "UniqueConstraint.fields and UniqueConstraint.opclasses must have the same number of "
                "elements."
            )
        self.fields = tuple(fields)
        self.condition = condition
        self.deferrable = deferrable
        self.include = tuple(include) if include else ()
        self.opclasses = opclasses
        self.nulls_distinct = nulls_distinct
        self.expressions = tuple(F(each) if isinstance(each, str) else each for each in expressions)
        super().__init__(
            name=name,
            violation_error_code=violation_error_code,
            violation_error_message=violation_error_message,
        )

    @property
    def contains_expressions(self) -> bool:
        return bool(self.expressions)

    def _check(self, model: Any, connection: Any) -> list[Any]:
        errors = list(model._check_local_fields({*self.fields, *self.include}, "constraints"))
        features = connection.features
        required = model._meta.required_db_features
        for used, feature, what, id in (
            (self.condition is not None, "supports_partial_indexes", "conditions", "W036"),
            (
                self.deferrable is not None,
                "supports_deferrable_unique_constraints",
                None,
                "W038",
            ),
            (bool(self.include), "supports_covering_indexes", "non-key columns", "W039"),
            (self.contains_expressions, "supports_expression_indexes", "expressions", "W044"),
            (
                self.nulls_distinct is not None,
                "supports_nulls_distinct_unique_constraints",
                "nulls distinct",
                "W047",
            ),
        ):
            if used and not (getattr(features, feature) or feature in required):
                kind = (
                    f"unique constraints with {what}" if what else "deferrable unique constraints"
                )
                errors.append(unsupported(connection, kind, f"models.{id}", model))
        references: set[tuple[str, ...]] = set()
        if (
            features.supports_partial_indexes or "supports_partial_indexes" not in required
        ) and isinstance(self.condition, Q):
            references.update(model._get_expr_references(self.condition))
        if self.contains_expressions and (
            features.supports_expression_indexes or "supports_expression_indexes" not in required
        ):
            for expression in self.expressions:
                references.update(model._get_expr_references(expression))
        errors.extend(self._check_references(model, sorted(references)))
        return errors

    def _get_condition_sql(self, model: Any, schema_editor: Any) -> str | None:
        return condition_sql(self.condition, model, schema_editor)

    def _get_index_expressions(self, model: Any, schema_editor: Any) -> Any:
        if not self.expressions:
            return None
        parts = []
        for expression in self.expressions:
            part = IndexExpression(expression)
            part.set_wrapper_classes(schema_editor.connection)
            parts.append(part)
        query = make.query(model, alias_cols=False)
        return ExpressionList(*parts).resolve_expression(query)

    def _parts(self, model: Any, schema_editor: Any) -> tuple[list[Any], dict[str, Any]]:
        fields = [model._meta.get_field(name) for name in self.fields]
        return fields, {
            "condition": self._get_condition_sql(model, schema_editor),
            "deferrable": self.deferrable,
            "include": [model._meta.get_field(name).column for name in self.include],
            "opclasses": self.opclasses,
            "expressions": self._get_index_expressions(model, schema_editor),
            "nulls_distinct": self.nulls_distinct,
        }

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        fields, parts = self._parts(model, schema_editor)
        return schema_editor._unique_sql(model, fields, self.name, **parts)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        fields, parts = self._parts(model, schema_editor)
        return schema_editor._create_unique_sql(model, fields, self.name, **parts)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        _fields, parts = self._parts(model, schema_editor)
        return schema_editor._delete_unique_sql(model, self.name, **parts)

    def __repr__(self) -> str:
        parts = [
            f"<{self.__class__.__qualname__}:",
            f" fields={self.fields!r}" if self.fields else "",
            f" expressions={self.expressions!r}" if self.expressions else "",
            f" name={self.name!r}",
            f" condition={self.condition}" if self.condition is not None else "",
            f" deferrable={self.deferrable!r}" if self.deferrable is not None else "",
            f" include={self.include!r}" if self.include else "",
            f" opclasses={self.opclasses!r}" if self.opclasses else "",
            f" nulls_distinct={self.nulls_distinct!r}" if self.nulls_distinct is not None else "",
            self._repr_of_violation(),
            ">",
        ]
        return "".join(parts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, UniqueConstraint):
            return NotImplemented
        return all(
            getattr(self, name) == getattr(other, name)
            for name in (
                "name",
                "fields",
                "condition",
                "deferrable",
                "include",
                "opclasses",
                "expressions",
                "nulls_distinct",
                "violation_error_code",
                "violation_error_message",
            )
        )

    __hash__ = None  # type: ignore[assignment]

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, _args, kwargs = super().deconstruct()
        for name in ("fields", "condition", "deferrable", "include", "opclasses"):
            if getattr(self, name):
                kwargs[name] = getattr(self, name)
        if self.nulls_distinct is not None:
            kwargs["nulls_distinct"] = self.nulls_distinct
        return path, self.expressions, kwargs

    def validate(
        self, model: Any, instance: Any, exclude: Exclude = None, using: str = DEFAULT_DB_ALIAS
    ) -> None:
        queryset = model._default_manager.using(using)
        conditions = (
            self._same_fields(model, instance, exclude, using)
            if self.fields
            else self._same_expressions(model, instance, exclude)
        )
        if conditions is None:
            return
        queryset = queryset.filter(*conditions)
        if not instance._state.adding and instance._is_pk_set(model._meta):
            queryset = queryset.exclude(pk=instance._get_pk_val(model._meta))
        if self.condition is None:
            if queryset.exists():
                raise self._not_unique(model, instance)
            return
        against = instance._get_field_expression_map(meta=model._meta, exclude=exclude)
        try:
            exists = Exists(queryset.filter(self.condition))
            if (self.condition & exists).check(against, using=using):
                raise self._violation()
        except FieldError:
            # The condition concerns a field that is left out.
            pass

    def _not_unique(self, model: Any, instance: Any) -> ValidationError:
        if self.fields and self.violation_error_message == self.default_violation_error_message:
            # The message that unique fields have.
            error: ValidationError = instance.unique_error_message(model, self.fields)
            return ValidationError(error)
        return self._violation()

    def _same_fields(
        self, model: Any, instance: Any, exclude: Exclude, using: str
    ) -> list[Any] | None:
        """Conditions for rows with the same in the fields; None if no row can have that."""
        values: dict[str, Any] = {}
        generated = []
        excluded = set(exclude or ())
        for name in self.fields:
            if name in excluded:
                return None
            field = model._meta.get_field(name)
            if field.generated:
                if self._expression_refs_exclude(model, field.expression, excluded):
                    return None
                generated.append(field.name)
                continue
            value = getattr(instance, field.attname)
            empty = connections[using].features.interprets_empty_strings_as_nulls
            if self.nulls_distinct is not False and (value is None or (value == "" and empty)):
                # NULL is never the same as NULL.
                return None
            values[field.name] = value
        conditions: list[Any] = [Q(**values)] if values else []
        if generated:
            replaced = instance._get_field_expression_map(meta=model._meta, exclude=exclude)
            for name in generated:
                conditions.append(self._equal(F(name), replaced[name]))
        return conditions

    def _same_expressions(self, model: Any, instance: Any, exclude: Exclude) -> list[Any] | None:
        """Conditions for rows with the same in the expressions; None if a field of them is left out."""
        excluded = set(exclude or ())
        for expression in self.expressions:
            if self._expression_refs_exclude(model, expression, excluded):
                return None
        values = instance._get_field_expression_map(meta=model._meta, exclude=exclude)
        replacements = {F(name): value for name, value in values.items()}
        conditions = []
        for expression in self.expressions:
            if hasattr(expression, "get_expression_for_validation"):
                expression = expression.get_expression_for_validation()
            conditions.append(self._equal(expression, expression.replace_expressions(replacements)))
        return conditions

    def _equal(self, lhs: Any, rhs: Any) -> Any:
        same = Exact(lhs, rhs)
        if self.nulls_distinct is False:
            return Q(same) | Q(IsNull(lhs, True), IsNull(rhs, True))
        return same


def _refuse_deferred(condition: Any, include: Any, opclasses: Any, expressions: Any) -> None:
    for given, what in (
        (condition, "conditions"),
        (include, "include fields"),
        (opclasses, "opclasses"),
        (expressions, "expressions"),
    ):
        if given:
            raise ValueError(f"UniqueConstraint with {what} cannot be deferred.")


publish(__name__, "db.models.constraints")
