"""Storage: what keeps files by name. The base of all storages.

Defined by ref/files/storage and howto/custom-file-storage of the documentation.
"""

from __future__ import annotations

import os
import pathlib
from datetime import datetime
from typing import Any

from vivace.core.exceptions import SuspiciousFileOperation
from vivace.core.files.base import File
from vivace.core.files.utils import validate_file_name
from vivace.utils.crypto import get_random_string
from vivace.utils.text import get_valid_filename

__all__ = ["Storage"]


class Storage:
    """The base of storages: names are found here, files are kept by the subclass.

    A subclass writes ``_open(name, mode)`` and ``_save(name, content)``, and those of the methods at
    the end that it can answer; the others raise `NotImplementedError`.
    """

    def open(self, name: Any, mode: str = "rb") -> Any:
        """The file `name`, opened."""
        return self._open(name, mode)  # type: ignore[attr-defined]

    def save(self, name: Any, content: Any, max_length: int | None = None) -> str:
        """Keep `content` under `name`, or under one like it if that is taken; returns the name.

        `content` is a `File` or any file object; without a `name` its own is used. SECURITY: the name
        is judged here, before and after the methods that subclasses override (CVE-2024-39330).
        """
        if name is None:
            name = content.name
        if not hasattr(content, "chunks"):
            content = File(content, name)
        validate_file_name(name, allow_relative_path=True)
        name = self.get_available_name(name, max_length=max_length)
        validate_file_name(name, allow_relative_path=True)
        name = self._save(name, content)  # type: ignore[attr-defined]
        validate_file_name(name, allow_relative_path=True)
        return name  # type: ignore[no-any-return]

    def is_name_available(self, name: str, max_length: int | None = None) -> bool:
        """Whether `name` is free and not too long."""
        exceeds = bool(max_length and len(name) > max_length)
        return not self.exists(name) and not exceeds

    def get_valid_name(self, name: Any) -> str:
        """`name` reduced to what file names may consist of."""
        return get_valid_filename(name)

    def get_alternative_name(self, file_root: str, file_ext: str) -> str:
        """Another name: the old one with seven random characters before the extension.

        SECURITY: random, so that it needs no look at all the names before it (CVE-2014-0481).
        """
        return f"{file_root}_{get_random_string(7)}{file_ext}"

    def get_available_name(self, name: Any, max_length: int | None = None) -> str:
        """`name`, or one like it that is free and at most `max_length` characters long.

        Raises `SuspiciousFileOperation` when there is no room for such a name.
        """
        wanted = str(name).replace("\\", "/")
        dir_name, file_name = os.path.split(wanted)
        _stay_below(dir_name)
        validate_file_name(file_name)
        file_ext = "".join(pathlib.PurePath(file_name).suffixes)
        file_root = file_name.removesuffix(file_ext)
        while not self.is_name_available(wanted, max_length=max_length):
            wanted = os.path.join(dir_name, self.get_alternative_name(file_root, file_ext))
            if max_length is None:
                continue
            excess = len(wanted) - max_length
            if excess > 0:
                file_root = file_root[:-excess]
                if not file_root:
                    raise SuspiciousFileOperation(
                        f'Storage can not find an available filename for "{wanted}". '
                        "Please make sure that the corresponding file field "
                        'allows sufficient "max_length".'
                    )
                wanted = os.path.join(dir_name, self.get_alternative_name(file_root, file_ext))
        return wanted

    def generate_filename(self, filename: Any) -> str:
        """`filename`, which may have directories, with its last part made valid."""
        filename = str(filename).replace("\\", "/")
        dirname, filename = os.path.split(filename)
        _stay_below(dirname)
        return os.path.normpath(os.path.join(dirname, self.get_valid_name(filename)))

    def path(self, name: str) -> str:
        """The path of the file in the local file system, where `open()` finds it."""
        raise NotImplementedError("This backend doesn't support absolute paths.")

    def delete(self, name: str) -> None:
        """Delete the file `name`."""
        raise NotImplementedError("subclasses of Storage must provide a delete() method")

    def exists(self, name: str) -> bool:
        """Whether `name` is taken."""
        raise NotImplementedError("subclasses of Storage must provide an exists() method")

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """The names of the directories and of the files in `path`."""
        raise NotImplementedError("subclasses of Storage must provide a listdir() method")

    def size(self, name: str) -> int:
        """The size of the file `name`, in bytes."""
        raise NotImplementedError("subclasses of Storage must provide a size() method")

    def url(self, name: str | None) -> str:
        """The URL at which browsers find the file `name`."""
        raise NotImplementedError("subclasses of Storage must provide a url() method")

    def get_accessed_time(self, name: str) -> datetime:
        """When the file `name` was last read; an aware datetime if ``USE_TZ``."""
        raise NotImplementedError("subclasses of Storage must provide a get_accessed_time() method")

    def get_created_time(self, name: str) -> datetime:
        """When the file `name` was created; an aware datetime if ``USE_TZ``."""
        raise NotImplementedError("subclasses of Storage must provide a get_created_time() method")

    def get_modified_time(self, name: str) -> datetime:
        """When the file `name` was last written; an aware datetime if ``USE_TZ``."""
        raise NotImplementedError("subclasses of Storage must provide a get_modified_time() method")


def _stay_below(dir_name: str) -> None:
    if ".." in pathlib.PurePath(dir_name).parts:
        raise SuspiciousFileOperation(f"Detected path traversal attempt in '{dir_name}'")
