"""Fields of text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from vivace import checks
from vivace.core import validators
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

__all__ = [
    "CharField",
    "CommaSeparatedIntegerField",
    "EmailField",
    "FilePathField",
    "SlugField",
    "TextField",
    "URLField",
]


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
                self.validators.append(validators.MaxLengthValidator(self.max_length))

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


@published("db.models.fields.CommaSeparatedIntegerField")
class CommaSeparatedIntegerField(CharField[T]):
    """Gone; there for migrations that were written when it was not."""

    default_validators = [validators.validate_comma_separated_integer_list]
    description = _("Comma-separated integers")
    system_check_removed_details = {
        "msg": (
            "CommaSeparatedIntegerField is removed except for support in historical migrations."
        ),
        "hint": ("Use CharField(validators=[validate_comma_separated_integer_list]) instead."),
        "id": "fields.E901",
    }


@published("db.models.fields.EmailField")
class EmailField(CharField[T]):
    """An email address."""

    default_validators = [validators.validate_email]
    description = _("Email address")

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: EmailField[str],
            *args: Any,
            db_collation: str | None = None,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: EmailField[str | None],
            *args: Any,
            db_collation: str | None = None,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    else:

        def __init__(self, *args, **kwargs):
            # The longest address there is, by RFC 3696 and RFC 5321.
            kwargs.setdefault("max_length", 254)
            super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `CharField`; the length is always told, as it was another once."""
        return super().deconstruct()

    def formfield(self, **kwargs: Any) -> Any:
        """A field for an address."""
        return super().formfield(**{"form_class": forms.EmailField, **kwargs})


@published("db.models.fields.URLField")
class URLField(CharField[T]):
    """A URL."""

    default_validators = [validators.URLValidator()]
    description = _("URL")

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: URLField[str],
            *args: Any,
            db_collation: str | None = None,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: URLField[str | None],
            *args: Any,
            db_collation: str | None = None,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    else:

        def __init__(self, verbose_name=None, name=None, **kwargs):
            kwargs.setdefault("max_length", 200)
            super().__init__(verbose_name, name, **kwargs)

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `CharField`, without the usual length."""
        name, path, args, kwargs = super().deconstruct()
        if kwargs.get("max_length") == 200:
            del kwargs["max_length"]
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        """A field for an address."""
        return super().formfield(**{"form_class": forms.URLField, **kwargs})


@published("db.models.fields.SlugField")
class SlugField(CharField[T]):
    """A short name for URLs: letters, digits, underscores and hyphens."""

    default_validators = [validators.validate_slug]
    description = _("Slug (up to %(max_length)s)")
    allow_unicode: bool

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: SlugField[str],
            *args: Any,
            allow_unicode: bool = False,
            db_collation: str | None = None,
            null: Literal[False] = False,
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: SlugField[str | None],
            *args: Any,
            allow_unicode: bool = False,
            db_collation: str | None = None,
            null: Literal[True],
            **kwargs: Unpack[FieldOptions],
        ) -> None: ...
        @overload
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    else:

        def __init__(self, *args, max_length=50, db_index=True, allow_unicode=False, **kwargs):
            self.allow_unicode = allow_unicode
            if allow_unicode:
                self.default_validators = [validators.validate_unicode_slug]
            super().__init__(*args, max_length=max_length, db_index=db_index, **kwargs)

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `CharField`, with what is unusual for a slug."""
        name, path, args, kwargs = super().deconstruct()
        if kwargs.get("max_length") == 50:
            del kwargs["max_length"]
        if self.db_index is False:
            kwargs["db_index"] = False
        else:
            del kwargs["db_index"]
        if self.allow_unicode is not False:
            kwargs["allow_unicode"] = self.allow_unicode
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        """Indexed otherwise than other text by some databases."""
        return "SlugField"

    def formfield(self, **kwargs: Any) -> Any:
        """A field for a slug."""
        return super().formfield(
            **{"form_class": forms.SlugField, "allow_unicode": self.allow_unicode, **kwargs}
        )


@published("db.models.fields.FilePathField")
class FilePathField(Field[T]):
    """The path of one of the files in a directory, `path`, which may be a callable."""

    description = _("File path")

    def __init__(
        self,
        verbose_name: Any = None,
        name: Any = None,
        path: Any = "",
        match: str | None = None,
        recursive: bool = False,
        allow_files: bool = True,
        allow_folders: bool = False,
        **kwargs: Any,
    ) -> None:
        self.path, self.match, self.recursive = path, match, recursive
        self.allow_files, self.allow_folders = allow_files, allow_folders
        kwargs.setdefault("max_length", 100)
        super().__init__(verbose_name, name, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the field, and whether anything can be chosen."""
        return [*super().check(**kwargs), *self._check_allowing_files_or_folders(**kwargs)]

    def _check_allowing_files_or_folders(self, **kwargs: Any) -> list[Any]:
        if self.allow_files or self.allow_folders:
            return []
        return [
            checks.Error(
                "FilePathFields must have either 'allow_files' or 'allow_folders' set to True.",
                obj=self,
                id="fields.E140",
            )
        ]

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `Field`, with where to look, and without the usual length."""
        name, path, args, kwargs = super().deconstruct()
        own = {
            "path": "",
            "match": None,
            "recursive": False,
            "allow_files": True,
            "allow_folders": False,
        }
        for option, default in own.items():
            value = getattr(self, option)
            if value != default:
                kwargs[option] = value
        if kwargs.get("max_length") == 100:
            del kwargs["max_length"]
        return name, path, args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        """`value` as text; None stays None."""
        value = super().get_prep_value(value)
        return None if value is None else str(value)

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "FilePathField"

    def formfield(self, **kwargs: Any) -> Any:
        """A field with the files of the directory, which is asked for now."""
        return super().formfield(
            **{
                "path": self.path() if callable(self.path) else self.path,
                "match": self.match,
                "recursive": self.recursive,
                "form_class": forms.FilePathField,
                "allow_files": self.allow_files,
                "allow_folders": self.allow_folders,
                **kwargs,
            }
        )
