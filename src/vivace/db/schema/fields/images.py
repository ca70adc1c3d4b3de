"""`ImageField`: a file whose width and height may be kept beside it."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any, ClassVar, Self, overload

from vivace import checks
from vivace.core.files.images import ImageFile
from vivace.db.completion import Installed
from vivace.db.schema.fields.files import FieldFile, FileDescriptor, FileField
from vivace.db.schema.fields.formfields import forms
from vivace.utils.naming import published
from vivace.utils.translation import gettext_lazy as _

__all__ = ["ImageField", "ImageFieldFile", "ImageFileDescriptor"]


@published("db.models.fields.files.ImageFileDescriptor")
class ImageFileDescriptor(FileDescriptor):
    """Brings the dimensions up to date when another image is assigned."""

    def __set__(self, instance: Any, value: Any) -> None:
        before = instance.__dict__.get(self.field.attname)
        super().__set__(instance, value)
        # The first assignment is the instance's making; its dimensions may come from the database.
        if before is not None:
            self.field.update_dimension_fields(instance, force=True)


@published("db.models.fields.files.ImageFieldFile")
class ImageFieldFile(ImageFile, FieldFile):
    """An image as the attribute of an instance, with ``width`` and ``height`` in pixels."""

    def _set_instance_attribute(self, name: Any, content: Any) -> None:
        setattr(self.instance, self.field.attname, content)
        # The dimensions were read from the content; the name alone must not have it read again.
        self.instance.__dict__[self.field.attname] = name

    def delete(self, save: bool = True) -> None:
        """As of `FieldFile`; the dimensions are forgotten."""
        if hasattr(self, "_dimensions_cache"):
            del self._dimensions_cache
        super().delete(save)


@published("db.models.fields.files.ImageField")
class ImageField(FileField):
    """An image; `width_field` and `height_field` name fields that its dimensions are kept in."""

    attr_class = ImageFieldFile
    descriptor_class = ImageFileDescriptor
    description = _("Image")

    # Set by the room of objects: the signal ``post_init``.
    post_init: ClassVar[Any] = Installed()

    def __init__(
        self,
        verbose_name: Any = None,
        name: Any = None,
        width_field: str | None = None,
        height_field: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.width_field, self.height_field = width_field, height_field
        super().__init__(verbose_name, name, **kwargs)

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Any, /) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: Any, /) -> ImageFieldFile: ...
        def __get__(self, instance: object | None, owner: Any, /) -> Self | ImageFieldFile: ...

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the field, and of a missing library."""
        return [*super().check(**kwargs), *self._check_image_library_installed()]

    def _check_image_library_installed(self) -> list[Any]:
        if importlib.util.find_spec("PIL") is not None:
            return []
        return [
            checks.Error(
                "Cannot use ImageField because Pillow is not installed.",
                hint=(
                    "Get Pillow at https://pypi.org/project/Pillow/ or run command "
                    '"python -m pip install Pillow".'
                ),
                obj=self,
                id="fields.E210",
            )
        ]

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `FileField`, with the fields of the dimensions."""
        name, path, args, kwargs = super().deconstruct()
        if self.width_field:
            kwargs["width_field"] = self.width_field
        if self.height_field:
            kwargs["height_field"] = self.height_field
        return name, path, args, kwargs

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        """Become a field of `cls`; instances that are made have their dimensions read."""
        super().contribute_to_class(cls, name, private_only=private_only)
        # Nothing is to be read for an abstract model, or where dimensions are not kept.
        if not cls._meta.abstract and (self.width_field or self.height_field):
            self.post_init.connect(self.update_dimension_fields, sender=cls)

    def update_dimension_fields(
        self, instance: Any, force: bool = False, *args: Any, **kwargs: Any
    ) -> None:
        """Set the fields of the dimensions of `instance`, if they are empty or with `force`."""
        named = [name for name in (self.width_field, self.height_field) if name]
        # A deferred image is not loaded for this.
        if not named or self.attname not in instance.__dict__:
            return
        file = getattr(instance, self.attname)
        if not file and not force:
            return
        if not force and all(getattr(instance, name) for name in named):
            return
        width, height = (file.width, file.height) if file else (None, None)
        if self.width_field:
            setattr(instance, self.width_field, width)
        if self.height_field:
            setattr(instance, self.height_field, height)

    def formfield(self, **kwargs: Any) -> Any:
        """A field to upload with, which looks at the image."""
        return super().formfield(**{"form_class": forms.ImageField, **kwargs})
