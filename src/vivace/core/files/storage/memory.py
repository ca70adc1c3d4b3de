"""InMemoryStorage: files in a tree of nodes, for tests.

It accepts and ignores the options of `FileSystemStorage` that have no meaning in memory.
"""

from __future__ import annotations

import errno
import io
import os
import pathlib
from datetime import datetime
from typing import Any

from vivace.core.files.base import ContentFile
from vivace.core.files.storage.base import Storage
from vivace.core.files.storage.mixins import StorageOptions
from vivace.utils import timezone
from vivace.utils._os import safe_join
from vivace.utils.deconstruct import deconstructible
from vivace.utils.naming import published

__all__ = ["InMemoryStorage"]


class TimingMixin:
    """Knows when it was created, read and written."""

    def _initialize_times(self) -> None:
        self.created_time = timezone.now()
        self.accessed_time = self.created_time
        self.modified_time = self.created_time

    def _update_accessed_time(self) -> None:
        self.accessed_time = timezone.now()

    def _update_modified_time(self) -> None:
        self.modified_time = timezone.now()


class InMemoryFileNode(ContentFile, TimingMixin):
    """A file of the tree. It is text or bytes, and becomes the other when opened as such."""

    def __init__(self, content: Any = "", name: Any = None) -> None:
        super().__init__(content, name=name)
        self._text = isinstance(content, str)
        self._initialize_times()

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Go to the start, with the contents as text or, with ``b`` in the mode, as bytes."""
        text = "b" not in (mode or "")
        if text != self._text:
            self.file.seek(0)
            content = self.file.read()
            self.file = io.StringIO(content.decode()) if text else io.BytesIO(content.encode())
            self._text = text
            self.__dict__.pop("size", None)
        self._update_accessed_time()
        return super().open(mode)

    def write(self, data: Any) -> int:
        written = super().write(data)
        self._update_modified_time()
        return written


class InMemoryDirNode(TimingMixin):
    """A directory of the tree."""

    def __init__(self) -> None:
        self._children: dict[str, Any] = {}
        self._initialize_times()

    def resolve(self, path: str, leaf_class: type | None = None) -> Any:
        """The node at the relative `path`, or None.

        With `leaf_class` what is missing is made: directories, and at the end one of that class.
        Raises `FileExistsError`, naming the part, when a file stands where a directory must be.
        """
        node: Any = self
        parts = pathlib.PurePath(path).parts
        for position, part in enumerate(parts):
            if not isinstance(node, InMemoryDirNode):
                raise _NotADirectory(*parts[:position])
            child = node._children.get(part)
            if child is None:
                if leaf_class is None:
                    return None
                last = position == len(parts) - 1
                child = leaf_class(name=part) if last else InMemoryDirNode()
                node._children[part] = child
                node._update_modified_time()
            node = child
        return node

    def listdir(self) -> tuple[list[str], list[str]]:
        """The names of the directories and of the files."""
        directories: list[str] = []
        files: list[str] = []
        for name, entry in self._children.items():
            (directories if isinstance(entry, InMemoryDirNode) else files).append(name)
        return directories, files

    def remove_child(self, name: str) -> None:
        """Forget the child `name`, if there is one."""
        if self._children.pop(name, None) is not None:
            self._update_modified_time()


class _NotADirectory(Exception):
    """Where a path goes through a file."""


@deconstructible
@published("core.files.storage.InMemoryStorage")
class InMemoryStorage(StorageOptions, Storage):
    """Keeps files in memory, for the life of the object."""

    def __init__(
        self,
        location: Any = None,
        base_url: str | None = None,
        file_permissions_mode: int | None = None,
        directory_permissions_mode: int | None = None,
    ) -> None:
        self._location = location
        self._base_url = base_url
        self._file_permissions_mode = file_permissions_mode
        self._directory_permissions_mode = directory_permissions_mode
        self._root = InMemoryDirNode()
        self._follow_settings()

    def _relative_path(self, name: str) -> str:
        return os.path.relpath(self.path(name), self.location)

    def _resolve(self, name: str, leaf_class: type | None = None) -> Any:
        try:
            return self._root.resolve(self._relative_path(name), leaf_class)
        except _NotADirectory as stop:
            path = os.path.join(self.location, *stop.args)
            raise FileExistsError(f"{path} exists and is not a directory.")

    def _existing(self, name: str, kind: type | tuple[type, ...]) -> Any:
        node = self._resolve(name)
        if node is None or not isinstance(node, kind):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        return node

    def _open(self, name: str, mode: str = "rb") -> Any:
        create = "w" in mode or "x" in mode
        node = self._resolve(name, InMemoryFileNode if create else None)
        if node is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        if not isinstance(node, InMemoryFileNode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
        return node.open(mode)

    def _save(self, name: str, content: Any) -> str:
        node = self._resolve(name, InMemoryFileNode)
        first = True
        for chunk in content.chunks():
            if first:
                node = node.open("wb" if isinstance(chunk, bytes) else "wt")
                first = False
            node.write(chunk)
        return self._relative_path(name).replace("\\", "/")

    def path(self, name: str) -> str:
        """Where the file would be, were this not in memory."""
        return safe_join(self.location, name)

    def delete(self, name: str) -> None:
        path, filename = os.path.split(self._relative_path(name))
        directory = self._resolve(os.path.join(self.location, path))
        if isinstance(directory, InMemoryDirNode):
            directory.remove_child(filename)

    def exists(self, name: str) -> bool:
        return self._resolve(name) is not None

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        node = self._resolve(path)
        if isinstance(node, InMemoryFileNode):
            raise FileExistsError(f"{self.path(path)} exists and is not a directory.")
        directory: InMemoryDirNode = self._existing(path, InMemoryDirNode)
        return directory.listdir()

    def size(self, name: str) -> int:
        return len(self._open(name))

    def get_accessed_time(self, name: str) -> datetime:
        node: TimingMixin = self._existing(name, TimingMixin)
        return node.accessed_time

    def get_created_time(self, name: str) -> datetime:
        node: TimingMixin = self._existing(name, TimingMixin)
        return node.created_time

    def get_modified_time(self, name: str) -> datetime:
        node: TimingMixin = self._existing(name, TimingMixin)
        return node.modified_time
