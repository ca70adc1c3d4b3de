"""File, which wraps an open file, and ContentFile, which is one made of a string.

Defined by ref/files/file of the documentation.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO, StringIO, UnsupportedOperation
from typing import Any, Self

from vivace.core.files.utils import FileProxyMixin
from vivace.utils.functional import cached_property

__all__ = ["ContentFile", "File", "FileProxyMixin", "endswith_cr", "endswith_lf", "equals_lf"]


class File(FileProxyMixin):
    """`file`, an open file object, with a name, a size, and reading by chunks.

    `name` is the file object's own unless given. ``size`` and ``len()`` raise `AttributeError` when no
    way to tell the size is found.
    """

    # What `chunks` reads at once, in bytes.
    DEFAULT_CHUNK_SIZE = 64 * 2**10

    name: Any
    mode: Any

    def __init__(self, file: Any, name: Any = None) -> None:
        self.file = file
        self.name = getattr(file, "name", None) if name is None else name
        if hasattr(file, "mode"):
            self.mode = file.mode

    def __str__(self) -> str:
        return self.name or ""

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}: {self or 'None'}>"

    def __bool__(self) -> bool:
        return bool(self.name)

    def __len__(self) -> int:
        return self.size  # type: ignore[no-any-return]

    @cached_property
    def size(self) -> Any:
        """The size in bytes."""
        if hasattr(self.file, "size"):
            return self.file.size
        if hasattr(self.file, "name"):
            try:
                return os.path.getsize(self.file.name)
            except (OSError, TypeError):
                pass
        if hasattr(self.file, "tell") and hasattr(self.file, "seek"):
            position = self.file.tell()
            self.file.seek(0, os.SEEK_END)
            size = self.file.tell()
            self.file.seek(position)
            return size
        raise AttributeError("Unable to determine the file's size.")

    def chunks(self, chunk_size: int | None = None) -> Iterator[Any]:
        """The contents from the start, in pieces of `chunk_size` bytes (64 KiB by default)."""
        chunk_size = chunk_size or self.DEFAULT_CHUNK_SIZE
        try:
            self.seek(0)
        except (AttributeError, UnsupportedOperation):
            pass
        while True:
            data = self.read(chunk_size)
            if not data:
                break
            yield data

    def multiple_chunks(self, chunk_size: int | None = None) -> bool:
        """Whether `chunks` would give more than one piece, judged by the size."""
        return bool(self.size > (chunk_size or self.DEFAULT_CHUNK_SIZE))

    def __iter__(self) -> Iterator[Any]:
        # Lines end with LF, CR or CRLF, whatever the file's own iteration would say.
        parts: list[Any] = []
        for chunk in self.chunks():
            lines = chunk.splitlines(True)
            if parts and endswith_cr(parts[-1]) and chunk[:1] not in ("\n", b"\n"):
                yield parts[0][:0].join(parts)
                parts = []
            for line in lines[:-1]:
                parts.append(line)
                yield line[:0].join(parts)
                parts = []
            last = lines[-1]
            parts.append(last)
            # A CR may be the first half of a line's end whose second is in the next chunk.
            if endswith_lf(last):
                yield last[:0].join(parts)
                parts = []
        if parts:
            yield parts[0][:0].join(parts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, exc_type: object, exc_value: object, tb: object) -> None:
        self.close()

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> Self:
        """Go to the start, reopening the file by its name if it was closed.

        Raises `ValueError` when it can be neither rewound nor reopened. Can be used in ``with``.
        """
        if not self.closed:
            self.seek(0)
        elif self.name and os.path.exists(self.name):
            self.file = open(self.name, mode or self.mode, *args, **kwargs)  # noqa: SIM115
        else:
            raise ValueError("The file cannot be reopened.")
        return self

    def close(self) -> None:
        """Close the wrapped file."""
        self.file.close()


class ContentFile(File):
    """A file of `content`, a string or bytes, that is in memory only."""

    def __init__(self, content: Any, name: Any = None) -> None:
        stream_class: Any = StringIO if isinstance(content, str) else BytesIO
        super().__init__(stream_class(content), name=name)
        self.size = len(content)

    def __str__(self) -> str:
        return "Raw content"

    def __bool__(self) -> bool:
        return True

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> Self:
        """Go to the start."""
        self.seek(0)
        return self

    def close(self) -> None:
        """Nothing to close: the content stays."""

    def write(self, data: Any) -> int:
        """Write `data` at the position; the size is determined anew."""
        self.__dict__.pop("size", None)
        return self.file.write(data)  # type: ignore[no-any-return]


def endswith_lf(line: Any) -> bool:
    """Whether `line`, text or bytes, ends with LF."""
    return bool(line.endswith("\n" if isinstance(line, str) else b"\n"))


def endswith_cr(line: Any) -> bool:
    """Whether `line`, text or bytes, ends with CR."""
    return bool(line.endswith("\r" if isinstance(line, str) else b"\r"))


def equals_lf(line: Any) -> bool:
    """Whether `line`, text or bytes, is a lone LF."""
    return bool(line == ("\n" if isinstance(line, str) else b"\n"))
