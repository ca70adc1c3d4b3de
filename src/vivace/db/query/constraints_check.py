"""Conditions that all rows fulfil."""

from __future__ import annotations

import warnings
from typing import Any, cast

from vivace import checks
from vivace.core.exceptions import FieldError
from vivace.db.query.constraints_base import BaseConstraint, Exclude, unsupported
from vivace.db.query.indexes import condition_sql
from vivace.db.query.q import Q
from vivace.db.query.values import RawSQL
from vivace.db.utils import DEFAULT_DB_ALIAS
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.naming import publish, published

__all__ = ["CheckConstraint"]


@published("db.models.CheckConstraint")
class CheckConstraint(BaseConstraint):
    """`condition`, a `Q` or boolean expression, holds for every row, or is unknown.

    Documented at ref/models/constraints. Raises `TypeError` if it is no condition.
    """

    def __init__(
        self,
        *,
        name: str,
        condition: Any = None,
        check: Any = None,
        violation_error_code: str | None = None,
        violation_error_message: Any = None,
    ) -> None:
        if check is not None:
            warnings.warn(
                "CheckConstraint.check is deprecated in favor of `.condition`.",
                RemovedInDjango60Warning,
                stacklevel=2,
            )
            condition = check
        self.condition = condition
        if not getattr(condition, "conditional", False):
            raise TypeError("CheckConstraint.condition must be a Q instance or boolean expression.")
        super().__init__(
            name=name,
            violation_error_code=violation_error_code,
            violation_error_message=violation_error_message,
        )

    @property
    def check(self) -> Any:
        """The name that `condition` had."""
        warnings.warn(
            "CheckConstraint.check is deprecated in favor of `.condition`.",
            RemovedInDjango60Warning,
            stacklevel=2,
        )
        return self.condition

    @check.setter
    def check(self, value: Any) -> None:
        warnings.warn(
            "CheckConstraint.check is deprecated in favor of `.condition`.",
            RemovedInDjango60Warning,
            stacklevel=2,
        )
        self.condition = value

    def _check(self, model: Any, connection: Any) -> list[Any]:
        errors: list[Any] = []
        required = model._meta.required_db_features
        if not (
            connection.features.supports_table_check_constraints
            or "supports_table_check_constraints" in required
        ):
            errors.append(unsupported(connection, "check constraints", "models.W027", model))
        elif (
            connection.features.supports_table_check_constraints
            or "supports_table_check_constraints" not in required
        ):
            references: set[tuple[str, ...]] = set()
            if isinstance(self.condition, Q):
                references.update(model._get_expr_references(self.condition))
            if any(isinstance(each, RawSQL) for each in self.condition.flatten()):
                errors.append(
                    checks.Warning(
                        f"Check constraint {self.name!r} contains RawSQL() expression and won't be "
                        "validated during the model full_clean().",
                        hint="Silence this warning if you don't care about it.",
                        obj=model,
                        id="models.W045",
                    )
                )
            errors.extend(self._check_references(model, sorted(references)))
        return errors

    def _get_check_sql(self, model: Any, schema_editor: Any) -> str:
        return cast("str", condition_sql(self.condition, model, schema_editor))

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        return schema_editor._check_sql(self.name, self._get_check_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        check = self._get_check_sql(model, schema_editor)
        return schema_editor._create_check_sql(model, self.name, check)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return schema_editor._delete_check_sql(model, self.name)

    def validate(
        self, model: Any, instance: Any, exclude: Exclude = None, using: str = DEFAULT_DB_ALIAS
    ) -> None:
        against = instance._get_field_expression_map(meta=model._meta, exclude=exclude)
        try:
            if not Q(self.condition).check(against, using=using):
                raise self._violation()
        except FieldError:
            # It concerns a field that is left out.
            pass

    def __repr__(self) -> str:
        return (
            f"<{self.__class__.__qualname__}: condition={self.condition} name={self.name!r}"
            f"{self._repr_of_violation()}>"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CheckConstraint):
            return NotImplemented
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("name", "condition", "violation_error_code", "violation_error_message")
        )

    __hash__ = None  # type: ignore[assignment]

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs["condition"] = self.condition
        return path, args, kwargs


publish(__name__, "db.models.constraints")
