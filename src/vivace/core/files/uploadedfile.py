"""Uploaded files: what ``request.FILES`` holds.

Defined by ref/files/uploads of the documentation.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, Self

from vivace.conf import settings
from vivace.core.files import temp as tempfile
from vivace.core.files.base import File
from vivace.core.files.utils import validate_file_name

__all__ = (
    "InMemoryUploadedFile",
    "SimpleUploadedFile",
    "TemporaryUploadedFile",
    "UploadedFile",
)

# What file systems allow.
MAX_NAME_LENGTH = 255

_plain_name = re.compile(r"[\w -]+(?:\.[\w -]+)*").fullmatch


class UploadedFile(File):
    """An uploaded file: the name, media type and charset as the client said, the size as received.

    SECURITY: all but the size is the client's word; the name at least is reduced to its last path
    component and to 255 characters, and one that is no name raises `SuspiciousFileOperation`.
    """

    def __init__(
        self,
        file: Any = None,
        name: Any = None,
        content_type: str | None = None,
        size: int | None = None,
        charset: Any = None,
        content_type_extra: Mapping[str, Any] | None = None,
    ) -> None:
        # PERF: what File's own __init__ does, without the call.
        self.file = file
        self.name = getattr(file, "name", None) if name is None else name
        if hasattr(file, "mode"):
            self.mode = file.mode
        self.size = size
        self.content_type = content_type
        self.charset = charset
        self.content_type_extra = content_type_extra

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}: {self.name} ({self.content_type})>"

    def _get_name(self) -> Any:
        return self._name

    def _set_name(self, name: Any) -> None:
        # PERF: the parser gives names that are one component already.
        if type(name) is str and len(name) <= MAX_NAME_LENGTH and _plain_name(name):
            self._name = name
            return
        if name is not None:
            name = os.path.basename(name)
            if len(name) > MAX_NAME_LENGTH:
                name, extension = os.path.splitext(name)
                extension = extension[:MAX_NAME_LENGTH]
                name = name[: MAX_NAME_LENGTH - len(extension)] + extension
            name = validate_file_name(name)
        self._name = name

    name = property(_get_name, _set_name)


class TemporaryUploadedFile(UploadedFile):
    """A file uploaded to a temporary file, in ``FILE_UPLOAD_TEMP_DIR`` if that is set."""

    def __init__(
        self,
        name: Any,
        content_type: str | None,
        size: int | None,
        charset: Any,
        content_type_extra: Mapping[str, Any] | None = None,
    ) -> None:
        extension = os.path.splitext(name)[1]
        file = tempfile.NamedTemporaryFile(
            suffix=".upload" + extension, dir=settings.FILE_UPLOAD_TEMP_DIR
        )
        super().__init__(file, name, content_type, size, charset, content_type_extra)

    def temporary_file_path(self) -> str:
        """Where the temporary file is."""
        return self.file.name  # type: ignore[no-any-return]

    def close(self) -> None:
        """Close the temporary file, which removes it unless it was moved before."""
        try:
            self.file.close()
        except FileNotFoundError:
            # Moved or removed meanwhile, which is where it should end.
            pass


class InMemoryUploadedFile(UploadedFile):
    """A file uploaded to memory, from the form's field `field_name`."""

    def __init__(
        self,
        file: Any,
        field_name: str | None,
        name: Any,
        content_type: str | None,
        size: int | None,
        charset: Any,
        content_type_extra: Mapping[str, Any] | None = None,
    ) -> None:
        # PERF: without the way over `super`.
        UploadedFile.__init__(self, file, name, content_type, size, charset, content_type_extra)
        self.field_name = field_name

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> Self:
        """Go to the start."""
        self.file.seek(0)
        return self

    def chunks(self, chunk_size: int | None = None) -> Iterator[Any]:
        """The whole, at once: it is in memory already."""
        self.file.seek(0)
        yield self.read()

    def multiple_chunks(self, chunk_size: int | None = None) -> bool:
        """False."""
        return False


class SimpleUploadedFile(InMemoryUploadedFile):
    """A file made of a name, bytes and a media type, for tests."""

    def __init__(self, name: Any, content: bytes | None, content_type: Any = "text/plain") -> None:
        content = content or b""
        super().__init__(BytesIO(content), None, name, content_type, len(content), None, None)

    @classmethod
    def from_dict(cls, file_dict: Mapping[str, Any]) -> Self:
        """A file of the keys ``filename``, ``content`` and, if it is there, ``content-type``."""
        return cls(
            file_dict["filename"],
            file_dict["content"],
            file_dict.get("content-type", "text/plain"),
        )
