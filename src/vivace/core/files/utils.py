"""Judging file names, and lending the methods of a wrapped file."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from vivace.core.exceptions import SuspiciousFileOperation

__all__ = ["FileProxyMixin", "validate_file_name"]


def validate_file_name(name: Any, allow_relative_path: bool = False) -> Any:
    """`name` if it may be the name of a file; raises `SuspiciousFileOperation` otherwise.

    SECURITY: with `allow_relative_path` it may have directories, but must stay below where it starts;
    without, it is one path component (CVE-2021-31542, CVE-2021-45452).
    """
    if os.path.basename(name) in {"", ".", ".."}:
        raise SuspiciousFileOperation(f"Could not derive file name from '{name}'")
    if allow_relative_path:
        # A backslash separates on the system that the file may come to.
        path = pathlib.PurePosixPath(str(name).replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise SuspiciousFileOperation(f"Detected path traversal attempt in '{name}'")
    elif name != os.path.basename(name):
        raise SuspiciousFileOperation(f"File name '{name}' includes path elements")
    return name


def _of_file(name: str) -> property:
    return property(attrgetter(f"file.{name}"))


class FileProxyMixin:
    """Lends the methods of ``self.file``, as they are on that object at the time of the call."""

    file: Any

    encoding = _of_file("encoding")
    fileno = _of_file("fileno")
    flush = _of_file("flush")
    isatty = _of_file("isatty")
    newlines = _of_file("newlines")
    read = _of_file("read")
    readinto = _of_file("readinto")
    readline = _of_file("readline")
    readlines = _of_file("readlines")
    seek = _of_file("seek")
    tell = _of_file("tell")
    truncate = _of_file("truncate")
    write: Any = _of_file("write")
    writelines = _of_file("writelines")

    @property
    def closed(self) -> bool:
        """Whether there is no open file."""
        return not self.file or self.file.closed

    def readable(self) -> bool:
        """Whether the file can be read."""
        if self.closed:
            return False
        if hasattr(self.file, "readable"):
            return bool(self.file.readable())
        return True

    def writable(self) -> bool:
        """Whether the file can be written."""
        if self.closed:
            return False
        if hasattr(self.file, "writable"):
            return bool(self.file.writable())
        return "w" in getattr(self.file, "mode", "")

    def seekable(self) -> bool:
        """Whether the file has a position that can be set."""
        if self.closed:
            return False
        if hasattr(self.file, "seekable"):
            return bool(self.file.seekable())
        return True

    def __iter__(self) -> Iterator[Any]:
        return iter(self.file)
