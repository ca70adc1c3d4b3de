"""What all constraints of models have in common."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, Self

from vivace import checks
from vivace.core.exceptions import FieldDoesNotExist, ValidationError
from vivace.db.schema.constants import LOOKUP_SEP
from vivace.db.utils import DEFAULT_DB_ALIAS
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.naming import address, publish, published
from vivace.utils.translation import gettext_lazy as _

__all__ = ["BaseConstraint", "Exclude", "unsupported"]

Exclude = Iterable[str] | None


@published("db.models.BaseConstraint")
class BaseConstraint:
    """What constraints have in common: a name, and the message and code of its violation."""

    default_violation_error_message: Any = _("Constraint “%(name)s” is violated.")
    violation_error_code: Any = None
    violation_error_message: Any = None

    # What the database does not know of.
    non_db_attrs: tuple[str, ...] = ("violation_error_code", "violation_error_message")

    def __init__(
        self,
        *args: Any,
        name: str | None = None,
        violation_error_code: str | None = None,
        violation_error_message: Any = None,
    ) -> None:
        if name is None and not args:
            raise TypeError(
                f"{self.__class__.__qualname__}.__init__() missing 1 required keyword-only argument: "
                "'name'"
            )
        if args:
            warnings.warn(
                f"Passing positional arguments to {self.__class__.__name__} is deprecated.",
                RemovedInDjango60Warning,
                stacklevel=2,
            )
            name = args[0] if name is None else name
            if len(args) > 1 and violation_error_message is None:
                violation_error_message = args[1]
        self.name = name
        if violation_error_code is not None:
            self.violation_error_code = violation_error_code
        if violation_error_message is not None:
            self.violation_error_message = violation_error_message
        else:
            self.violation_error_message = self.default_violation_error_message

    @property
    def contains_expressions(self) -> bool:
        """Whether it is made of expressions rather than fields."""
        return False

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """The constraint as part of CREATE TABLE."""
        raise NotImplementedError("This method must be implemented by a subclass.")

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """The statement that adds the constraint."""
        raise NotImplementedError("This method must be implemented by a subclass.")

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        """The statement that takes the constraint away."""
        raise NotImplementedError("This method must be implemented by a subclass.")

    @classmethod
    def _expression_refs_exclude(cls, model: Any, expression: Any, exclude: Any) -> bool:
        for name, *_rest in model._get_expr_references(expression):
            if name in exclude:
                return True
            field = model._meta.get_field(name)
            if field.generated and cls._expression_refs_exclude(model, field.expression, exclude):
                return True
        return False

    def validate(
        self, model: Any, instance: Any, exclude: Exclude = None, using: str = DEFAULT_DB_ALIAS
    ) -> None:
        """Raise `ValidationError` if `instance` violates it; fields in `exclude` are not looked at."""
        raise NotImplementedError("This method must be implemented by a subclass.")

    def get_violation_error_message(self) -> Any:
        """The message, with the name filled in."""
        return self.violation_error_message % {"name": self.name}

    def _violation(self) -> ValidationError:
        return ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def _check(self, model: Any, connection: Any) -> list[Any]:
        return []

    def _check_references(self, model: Any, references: Iterable[tuple[str, ...]]) -> list[Any]:
        """The messages about fields that do not exist, or belong to other models."""
        errors: list[Any] = []
        fields: set[str] = set()
        for name, *lookups in references:
            # The name of the primary key is always there; one of several columns is no operand.
            if name != "pk" or model._meta.is_composite_pk:
                fields.add(name)
            if lookups and _is_joined(model, name, lookups[0]):
                path = LOOKUP_SEP.join([name, *lookups])
                errors.append(
                    checks.Error(
                        f"'constraints' refers to the joined field '{path}'.",
                        obj=model,
                        id="models.E041",
                    )
                )
        errors.extend(model._check_local_fields(fields, "constraints"))
        return errors

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        """``(import path, args, kwargs)`` to make it again, for migrations."""
        kwargs: dict[str, Any] = {"name": self.name}
        if self.violation_error_message != self.default_violation_error_message:
            kwargs["violation_error_message"] = self.violation_error_message
        if self.violation_error_code is not None:
            kwargs["violation_error_code"] = self.violation_error_code
        return address(self.__class__), (), kwargs

    def clone(self) -> Self:
        """An equal constraint."""
        _path, args, kwargs = self.deconstruct()
        return self.__class__(*args, **kwargs)

    def _repr_of_violation(self) -> str:
        parts = ""
        if self.violation_error_code is not None:
            parts += f" violation_error_code={self.violation_error_code!r}"
        if self.violation_error_message not in (None, self.default_violation_error_message):
            parts += f" violation_error_message={self.violation_error_message!r}"
        return parts


def _is_joined(model: Any, name: str, lookup: str) -> bool:
    """Whether ``name__lookup`` leads to another table."""
    try:
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    if not field.is_relation or field.many_to_many or field.one_to_many:
        return False
    return field.get_transform(lookup) is None and field.get_lookup(lookup) is None


def unsupported(connection: Any, what: str, id: str, obj: Any) -> Any:
    """The warning that a database has no such constraints."""
    return checks.Warning(
        f"{connection.display_name} does not support {what}.",
        hint="A constraint won't be created. Silence this warning if you don't care about it.",
        obj=obj,
        id=id,
    )


publish(__name__, "db.models.constraints", "BaseConstraint")
