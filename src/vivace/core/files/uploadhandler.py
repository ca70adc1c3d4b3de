"""Upload handlers: where the bytes of an uploaded file go while they arrive.

Each handler of a request is offered each file, and gets its data in pieces, from the one before it.
Defined by topics/http/file-uploads and ref/files/uploads of the documentation.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile
from vivace.utils.module_loading import import_string

__all__ = [
    "FileUploadHandler",
    "MemoryFileUploadHandler",
    "SkipFile",
    "StopFutureHandlers",
    "StopUpload",
    "TemporaryFileUploadHandler",
    "UploadFileException",
    "load_handler",
]

MAX_MEMORY: Frozen[int] = Frozen(
    "files.max_memory",
    lambda: settings.FILE_UPLOAD_MAX_MEMORY_SIZE,
    reads=("FILE_UPLOAD_MAX_MEMORY_SIZE",),
)

HANDLERS: Frozen[tuple[Any, ...]] = Frozen(
    "files.upload_handlers",
    lambda: tuple(import_string(path) for path in settings.FILE_UPLOAD_HANDLERS),
    reads=("FILE_UPLOAD_HANDLERS",),
)


class UploadFileException(Exception):
    """What handlers raise to steer an upload."""


class StopUpload(UploadFileException):
    """Raised by a handler to end the whole upload.

    With `connection_reset` the rest of the body is left unread, which most browsers show as a broken
    connection; without, it is read and thrown away.
    """

    def __init__(self, connection_reset: bool = False) -> None:
        self.connection_reset = connection_reset
        super().__init__(connection_reset)

    def __str__(self) -> str:
        if self.connection_reset:
            return "StopUpload: Halt current upload."
        return "StopUpload: Consume request data, then halt."


class SkipFile(UploadFileException):
    """Raised by a handler to leave out the current file."""


class StopFutureHandlers(UploadFileException):
    """Raised in `FileUploadHandler.new_file` when no later handler is to see the file."""


class FileUploadHandler:
    """The base of upload handlers; `receive_data_chunk` and `file_complete` must be written."""

    # How many bytes are read and handed on at once. Of several handlers the smallest counts.
    chunk_size = 64 * 2**10

    file_name: str | None = None
    content_type: str | None = None
    content_length: int | None = None
    charset: Any = None
    content_type_extra: Mapping[str, Any] | None = None

    def __init__(self, request: Any = None) -> None:
        self.request = request

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],
        content_length: int,
        boundary: bytes,
        encoding: str | None = None,
    ) -> Any:
        """Take over the parsing: return (POST, FILES), or None to leave it to the framework."""

    def new_file(
        self,
        field_name: str,
        file_name: str,
        content_type: str,
        content_length: int | None,
        charset: Any = None,
        content_type_extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Told that a file begins. `StopFutureHandlers` and `SkipFile` may be raised."""
        self.field_name = field_name
        self.file_name = file_name
        self.content_type = content_type
        self.content_length = content_length
        self.charset = charset
        self.content_type_extra = content_type_extra

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        """Given a piece of the file that begins `start` bytes into it.

        What is returned goes to the next handler; None keeps it from them.
        """
        raise NotImplementedError(
            "subclasses of FileUploadHandler must provide a receive_data_chunk() method"
        )

    def file_complete(self, file_size: int) -> Any:
        """Told that a file of `file_size` bytes ends: return an `UploadedFile`, or None."""
        raise NotImplementedError(
            "subclasses of FileUploadHandler must provide a file_complete() method"
        )

    def upload_complete(self) -> None:
        """Told that the whole upload is done."""

    def upload_interrupted(self) -> None:
        """Told that the upload was broken off."""


class TemporaryFileUploadHandler(FileUploadHandler):
    """Writes each file to a temporary file."""

    file: Any

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = TemporaryUploadedFile(
            self.file_name, self.content_type, 0, self.charset, self.content_type_extra
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> Any:
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            temp_location = self.file.temporary_file_path()
            try:
                self.file.close()
                os.remove(temp_location)
            except FileNotFoundError:
                # Closing it removed it.
                pass


class MemoryFileUploadHandler(FileUploadHandler):
    """Keeps the files in memory if the whole upload is not larger than FILE_UPLOAD_MAX_MEMORY_SIZE."""

    file: Any

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],
        content_length: int,
        boundary: bytes,
        encoding: str | None = None,
    ) -> Any:
        """Decide by the length of the body whether memory is the place.

        SECURITY: by its real length where that can be told, for the declared one may lie: an ASGI
        server has spooled the body to a file by now (CVE-2026-5766). A WSGI stream ends where the
        declared length does.
        """
        limit = MAX_MEMORY.value
        self.activated = content_length <= limit and _remaining(input_data) <= limit

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        if self.activated:
            self.file = BytesIO()
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        if not self.activated:
            return raw_data
        self.file.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> Any:
        if not self.activated:
            return None
        self.file.seek(0)
        return InMemoryUploadedFile(
            self.file,
            self.field_name,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )

    def keep(
        self,
        data: bytes,
        field_name: str,
        file_name: str,
        content_type: str,
        content_length: int | None,
        charset: Any,
        content_type_extra: Mapping[str, Any],
    ) -> InMemoryUploadedFile:
        """The file that is `data`: the three steps above in one, for who knows `keeps_whole_files`."""
        self.file = file = BytesIO(data)
        self.field_name = field_name
        self.file_name = file_name
        self.content_type = content_type
        self.content_length = content_length
        self.charset = charset
        self.content_type_extra = content_type_extra
        return InMemoryUploadedFile(
            file, field_name, file_name, content_type, len(data), charset, content_type_extra
        )


_new_file = MemoryFileUploadHandler.new_file
_receive_data_chunk = MemoryFileUploadHandler.receive_data_chunk
_file_complete = MemoryFileUploadHandler.file_complete


def keeps_whole_files(handler: Any) -> bool:
    """Whether `handler` takes each file into memory, with nobody's code but ours.

    Then no other handler sees a file after it. Asked when its `handle_raw_input` was called.
    """
    cls = MemoryFileUploadHandler
    return (
        type(handler) is cls
        and handler.activated
        and cls.new_file is _new_file
        and cls.receive_data_chunk is _receive_data_chunk
        and cls.file_complete is _file_complete
        # The request and what was decided: nothing was put on this one, and it is not used again.
        and len(handler.__dict__) == 2
    )


BUILT_IN = frozenset({MemoryFileUploadHandler, TemporaryFileUploadHandler})


def _remaining(input_data: Any) -> int:
    """How many bytes are left to read from a seekable stream, or from that of a request; else 0."""
    stream = getattr(input_data, "_stream", input_data)
    seekable = getattr(stream, "seekable", None)
    if seekable is None or not seekable():
        return 0
    position: int = stream.tell()
    end: int = stream.seek(0, os.SEEK_END)
    stream.seek(position)
    return end - position


def initial_handlers(request: Any) -> list[Any]:
    """New handlers of the classes that ``FILE_UPLOAD_HANDLERS`` names, for `request`."""
    return [handler(request) for handler in HANDLERS.value]


def load_handler(path: str, *args: Any, **kwargs: Any) -> Any:
    """An instance of the handler at the dotted `path`, made with the other arguments."""
    return import_string(path)(*args, **kwargs)
