"""Fields of files: the column holds a name, the storage holds the file."""

from __future__ import annotations

import datetime
import posixpath
from typing import TYPE_CHECKING, Any, NoReturn, Self, overload

from vivace import checks
from vivace.core.exceptions import FieldError
from vivace.core.files.base import File
from vivace.core.files.storage import Storage, default_storage
from vivace.core.files.utils import validate_file_name
from vivace.db.schema.alters_data import AltersData
from vivace.db.schema.deferred import DeferredAttribute
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.formfields import forms
from vivace.utils.naming import address, published
from vivace.utils.translation import gettext_lazy as _

__all__ = ["FieldFile", "FileDescriptor", "FileField"]


@published("db.models.fields.files.FieldFile")
class FieldFile(File, AltersData):
    """A file as the attribute of an instance. Documented at ref/models/fields (FieldFile).

    It is false while there is no name. What touches the file raises `ValueError` then.
    """

    storage: Any

    def __init__(self, instance: Any, field: Any, name: Any) -> None:
        super().__init__(None, name)
        self.instance = instance
        self.field = field
        self.storage = field.storage
        self._committed = True

    def __eq__(self, other: object) -> bool:
        # COMPAT: once the attribute was the name, so it is equal to its name.
        if hasattr(other, "name"):
            return bool(self.name == other.name)
        return bool(self.name == other)

    def __hash__(self) -> int:
        return hash(self.name)

    def _require_file(self) -> None:
        if not self:
            raise ValueError(f"The '{self.field.name}' attribute has no file associated with it.")

    def _get_file(self) -> Any:
        self._require_file()
        if getattr(self, "_file", None) is None:
            self._file = self.storage.open(self.name, "rb")
        return self._file

    def _set_file(self, file: Any) -> None:
        self._file = file

    def _del_file(self) -> None:
        del self._file

    file = property(_get_file, _set_file, _del_file)

    @property
    def path(self) -> str:
        """The path in the local file system, of storages that have one."""
        self._require_file()
        return self.storage.path(self.name)  # type: ignore[no-any-return]

    @property
    def url(self) -> str:
        """The URL at which browsers find the file."""
        self._require_file()
        return self.storage.url(self.name)  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        """The size in bytes."""
        self._require_file()
        if not self._committed:
            return self.file.size  # type: ignore[no-any-return]
        return self.storage.size(self.name)  # type: ignore[no-any-return]

    def open(self, mode: str = "rb") -> Self:  # type: ignore[override]
        """Open the file, or go to its start; answers itself, also for ``with``."""
        self._require_file()
        if getattr(self, "_file", None) is None:
            self.file = self.storage.open(self.name, mode)
        else:
            self.file.open(mode)
        return self

    open.alters_data = True  # type: ignore[attr-defined]

    def _set_instance_attribute(self, name: Any, content: Any) -> None:
        setattr(self.instance, self.field.attname, name)

    def save(self, name: Any, content: Any, save: bool = True) -> None:
        """Store `content`, a `File`, under a name made from `name`; then the instance with `save`."""
        name = self.field.generate_filename(self.instance, name)
        self.name = self.storage.save(name, content, max_length=self.field.max_length)
        self._set_instance_attribute(self.name, content)
        self._committed = True
        if save:
            self.instance.save()

    save.alters_data = True  # type: ignore[attr-defined]

    def delete(self, save: bool = True) -> None:
        """Delete the file; then save the instance, which has none any more, with `save`."""
        if not self:
            return
        # Only what was opened must be closed; asking `file` would open it.
        if hasattr(self, "_file"):
            self.close()
            del self.file
        self.storage.delete(self.name)
        self.name = None
        setattr(self.instance, self.field.attname, self.name)
        self._committed = False
        if save:
            self.instance.save()

    delete.alters_data = True  # type: ignore[attr-defined]

    @property
    def closed(self) -> bool:
        """Whether no file is open."""
        file = getattr(self, "_file", None)
        return file is None or file.closed

    def close(self) -> None:
        """Close the file if it is open."""
        file = getattr(self, "_file", None)
        if file is not None:
            file.close()

    def __getstate__(self) -> dict[str, Any]:
        # The name is enough to open it again. The field and the instance come along, and lead back to
        # the storage.
        return {
            "name": self.name,
            "closed": False,
            "_committed": True,
            "_file": None,
            "instance": self.instance,
            "field": self.field,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.storage = self.field.storage


@published("db.models.fields.files.FileDescriptor")
class FileDescriptor(DeferredAttribute):
    """The attribute of an instance: whatever is assigned, a `FieldFile` is read."""

    def __get__(self, instance: Any, cls: type | None = None) -> Any:
        if instance is None:
            return self
        field = self.field
        file = super().__get__(instance, cls)
        if isinstance(file, field.attr_class):
            # One that came with another instance, or out of a pickle of an old kind.
            if getattr(file, "field", None) is None:
                file.field = field
                file.storage = field.storage
                file.instance = instance
            elif file.instance is not instance:
                file.instance = instance
            return file
        if isinstance(file, str) or file is None:
            file = field.attr_class(instance, field, file)
        elif field.has_db_default() and isinstance(file, field.database_default_class):
            file = field.attr_class(instance, field, field.db_default)
        elif isinstance(file, FieldFile):
            if file.instance is not instance:
                file.instance = instance
            return file
        elif isinstance(file, File):
            # New content, to be stored when the instance is saved.
            new = field.attr_class(instance, field, file.name)
            new.file = file
            new._committed = False
            file = new
        instance.__dict__[field.attname] = file
        return file

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


@published("db.models.fields.files.FileField")
class FileField(Field[Any]):
    """A file in a storage; `upload_to` is a directory, with ``strftime``'s codes, or a callable.

    `storage` is a storage, or a callable that answers one. Documented at ref/models/fields.
    """

    attr_class: type[FieldFile] = FieldFile
    descriptor_class: type[Any] = FileDescriptor
    description = _("File")

    def __init__(
        self,
        verbose_name: Any = None,
        name: Any = None,
        upload_to: Any = "",
        storage: Any = None,
        **kwargs: Any,
    ) -> None:
        self._primary_key_set_explicitly = "primary_key" in kwargs
        self.storage = storage or default_storage
        if callable(self.storage):
            # What migrations write down is the callable.
            self._storage_callable = self.storage
            self.storage = self.storage()
            if not isinstance(self.storage, Storage):
                raise TypeError(
                    f"{self.__class__.__qualname__}.storage must be a subclass/instance of "
                    f"{address(Storage)}"
                )
        self.upload_to = upload_to
        kwargs.setdefault("max_length", 100)
        super().__init__(verbose_name, name, **kwargs)

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Any, /) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: Any, /) -> FieldFile: ...
        def __get__(self, instance: object | None, owner: Any, /) -> Self | FieldFile: ...
        def __set__(self, instance: object, value: Any, /) -> None: ...

    def check(self, **kwargs: Any) -> list[Any]:
        """The messages of the field, of its being a key, and of where files go."""
        return [
            *super().check(**kwargs),
            *self._check_primary_key(),
            *self._check_upload_to(),
        ]

    def _check_primary_key(self) -> list[Any]:
        if not self._primary_key_set_explicitly:
            return []
        return [
            checks.Error(
                f"'primary_key' is not a valid argument for a {self.__class__.__name__}.",
                obj=self,
                id="fields.E201",
            )
        ]

    def _check_upload_to(self) -> list[Any]:
        if not (isinstance(self.upload_to, str) and self.upload_to.startswith("/")):
            return []
        return [
            checks.Error(
                f"{self.__class__.__name__}'s 'upload_to' argument must be a relative path, "
                "not an absolute path.",
                obj=self,
                id="fields.E202",
                hint="Remove the leading slash.",
            )
        ]

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `Field`, with where files go, and without the usual length."""
        name, path, args, kwargs = super().deconstruct()
        if kwargs.get("max_length") == 100:
            del kwargs["max_length"]
        kwargs["upload_to"] = self.upload_to
        storage = getattr(self, "_storage_callable", self.storage)
        if storage is not default_storage:
            kwargs["storage"] = storage
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        """Stored alike in all subclasses."""
        return "FileField"

    def get_prep_value(self, value: Any) -> Any:
        """The name of the file; what has none is stored as an empty text."""
        value = super().get_prep_value(value)
        return None if value is None else str(value)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """Store the file if it is new; answers it."""
        file = super().pre_save(model_instance, add)
        # COMPAT: what is neither a file nor a name is refused for what it lacks.
        if file.name is None and file._file is not None:
            self._refuse_nameless(file)
        if file and not file._committed:
            file.save(file.name, file.file, save=False)
        return file

    def _refuse_nameless(self, file: Any) -> NoReturn:
        error = FieldError(
            f"File for {self.name} must have the name attribute specified to be saved."
        )
        error.add_note("Pass a 'name' argument to ContentFile.")
        raise error

    def generate_filename(self, instance: Any, filename: Any) -> str:
        """The name under which a file uploaded as `filename` is stored.

        SECURITY: what `upload_to` answers must stay below the storage's root (CVE-2021-31542).
        """
        if callable(self.upload_to):
            filename = self.upload_to(instance, filename)
        else:
            directory = datetime.datetime.now().strftime(str(self.upload_to))
            filename = posixpath.join(directory, filename)
        filename = validate_file_name(filename, allow_relative_path=True)
        return self.storage.generate_filename(filename)  # type: ignore[no-any-return]

    def save_form_data(self, instance: Any, data: Any) -> None:
        """Set what was uploaded; None leaves the file as it is, False takes it away."""
        if data is not None:
            setattr(instance, self.name, data or "")

    def formfield(self, **kwargs: Any) -> Any:
        """A field to upload with."""
        return super().formfield(
            **{"form_class": forms.FileField, "max_length": self.max_length, **kwargs}
        )
