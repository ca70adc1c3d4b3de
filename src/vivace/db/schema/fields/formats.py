"""Fields of text that has a form: addresses, slugs, paths of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from vivace import checks
from vivace.core import validators
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.formfields import forms
from vivace.db.schema.fields.texts import CharField
from vivace.utils.naming import published
from vivace.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from vivace.db.schema.fields.options import FieldOptions

    T = TypeVar("T", default=str)
else:
    from typing import TypeVar

    T = TypeVar("T")

__all__ = ["CommaSeparatedIntegerField", "EmailField", "FilePathField", "SlugField", "URLField"]


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
