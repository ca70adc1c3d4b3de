"""Fields of text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from vivace import checks
from vivace.core.limits import MaxLengthValidator
from vivace.db import connection
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.checks import databases_of
from vivace.db.schema.fields.formfields import forms
from vivace.utils.naming import published
from vivace.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from vivace.db.schema.fields.options import FieldOptions

    T = TypeVar("T", default=str)
else:
    from typing import TypeVar

    T = TypeVar("T")

__all__ = ["CharField", "TextField"]


class _Text(Field[T]):
    """What fields of text with a collation share."""

    db_collation: str | None

    def to_python(self, value: Any) -> Any:
        """`value` as text; None stays None."""
        if isinstance(value, str) or value is None:
            return value
        return str(value)

    def get_prep_value(self, value: Any) -> Any:
        """`value` as text."""
        # PERF: text is text already, unless a subclass makes something else of it.
        if type(value) is str and type(self).to_python is _Text.to_python:
            return value
        return self.to_python(super().get_prep_value(value))

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """``type`` and ``check``, and the column's ``collation``."""
        parameters = super().db_parameters(connection)
        parameters["collation"] = self.db_collation
        return parameters

    def slice_expression(self, expression: Any, start: int, length: int | None) -> Any:
        """A part of the text, by the database's function."""
        return self.slice_class(expression, start, length)

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `Field`, with ``db_collation`` if there is one."""
        name, path, args, kwargs = super().deconstruct()
        if self.db_collation:
            kwargs["db_collation"] = self.db_collation
        return name, path, args, kwargs

    def _collation_errors(
        self, databases: Iterable[str] | None, feature: str, kind: str
    ) -> list[Any]:
        if self.db_collation is None or feature in self.model._meta.required_db_features:
            return []
        return [
            checks.Error(
                f"{connection.display_name} does not support a database collation on {kind}s.",
                obj=self,
                id="fields.E190",
            )
            for connection in databases_of(self.model, databases)
            if not getattr(connection.features, feature)
        ]


@published("db.models.fields.CharField")
class CharField(_Text[T]):
    """Text of at most `max_length` characters, which most databases must be told."""

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: CharField[str],
            *args: Any,
            db_collation: str | None = None,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: CharField[str | None],
            *args: Any,
            db_collation: str | None = None,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    else:

        def __init__(self, *args, db_collation=None, **kwargs):
            super().__init__(*args, **kwargs)
            self.db_collation = db_collation
            if self.max_length is not None:
                self.validators.append(MaxLengthValidator(self.max_length))

    @property
    def description(self) -> Any:
        """What the documentation of a model calls the field."""
        if self.max_length is not None:
            return _("String (up to %(max_length)s)")
        return _("String (unlimited)")

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the field, its length and its collation."""
        databases = kwargs.get("databases") or []
        return [
            *super().check(**kwargs),
            *self._check_db_collation(databases),
            *self._check_max_length_attribute(**kwargs),
        ]

    def _check_max_length_attribute(self, **kwargs: Any) -> list[Any]:
        if self.max_length is None:
            if (
                connection.features.supports_unlimited_charfield
                or "supports_unlimited_charfield" in self.model._meta.required_db_features
            ):
                return []
            return [
                checks.Error(
                    "CharFields must define a 'max_length' attribute.",
                    obj=self,
                    id="fields.E120",
                )
            ]
        # True is an integer, and no length.
        if type(self.max_length) is bool or not (
            isinstance(self.max_length, int) and self.max_length > 0
        ):
            return [
                checks.Error("'max_length' must be a positive integer.", obj=self, id="fields.E121")
            ]
        return []

    def _check_db_collation(self, databases: Iterable[str] | None) -> list[Any]:
        return self._collation_errors(databases, "supports_collation_on_charfield", "CharField")

    def cast_db_type(self, connection: Any) -> str | None:
        """Without a length, the type that casts of text without a length name."""
        if self.max_length is None:
            return connection.ops.cast_char_field_without_max_length  # type: ignore[no-any-return]
        return super().cast_db_type(connection)

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "CharField"

    def formfield(self, **kwargs: Any) -> Any:
        """A field for a line of text; nothing is None if that can be stored."""
        # Further validation of the length is the model's.
        arguments: dict[str, Any] = {"max_length": self.max_length}
        if self.null and not connection.features.interprets_empty_strings_as_nulls:
            arguments["empty_value"] = None
        return super().formfield(**{**arguments, **kwargs})


@published("db.models.fields.TextField")
class TextField(_Text[T]):
    """Text of any length."""

    description = _("Text")

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: TextField[str],
            *args: Any,
            db_collation: str | None = None,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: TextField[str | None],
            *args: Any,
            db_collation: str | None = None,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    else:

        def __init__(self, *args, db_collation=None, **kwargs):
            super().__init__(*args, **kwargs)
            self.db_collation = db_collation

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the field and of its collation."""
        databases = kwargs.get("databases") or []
        return [*super().check(**kwargs), *self._check_db_collation(databases)]

    def _check_db_collation(self, databases: Iterable[str] | None) -> list[Any]:
        return self._collation_errors(databases, "supports_collation_on_textfield", "TextField")

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "TextField"

    def formfield(self, **kwargs: Any) -> Any:
        """A field for text of many lines; `max_length` is kept by the form only."""
        widget = {} if self.choices is not None else {"widget": forms.Textarea}
        return super().formfield(**{"max_length": self.max_length, **widget, **kwargs})
