"""System checks that a database adds to those of models."""

from __future__ import annotations

from typing import Any


class BaseDatabaseValidation:
    """The checks of a database; `connection` is whose they are."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def check(self, **kwargs: Any) -> list[Any]:
        """Messages about the database and its settings (``check --database``)."""
        return []

    def check_field(self, field: Any, **kwargs: Any) -> list[Any]:
        """Messages about `field`, from `check_field_type` where a backend defines one."""
        errors: list[Any] = []
        check_type = getattr(self, "check_field_type", None)
        if check_type is None or getattr(field, "remote_field", None):
            return errors
        missing = any(
            not getattr(self.connection.features, feature, False)
            for feature in field.model._meta.required_db_features
        )
        if not missing:
            field_type = field.db_type(self.connection)
            # Without a type there is no column, as for many-to-many fields.
            if field_type is not None:
                errors.extend(check_type(field, field_type))
        return errors
