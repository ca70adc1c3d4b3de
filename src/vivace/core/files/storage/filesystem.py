"""FileSystemStorage: files in a directory of the local file system.

SECURITY: rights are set with chmod on what was just created, never by way of the process's umask, which
all threads share (CVE-2026-25674, CVE-2020-24583).
"""

from __future__ import annotations

import os
import warnings
from datetime import UTC, datetime
from typing import Any

from vivace.conf import settings
from vivace.core.files import locks
from vivace.core.files.base import File
from vivace.core.files.move import file_move_safe
from vivace.core.files.storage.base import Storage
from vivace.core.files.storage.mixins import StorageOptions
from vivace.utils._os import safe_join, safe_makedirs
from vivace.utils.deconstruct import deconstructible
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.naming import published

__all__ = ["FileSystemStorage"]


@deconstructible
@published("core.files.storage.FileSystemStorage")
class FileSystemStorage(StorageOptions, Storage):
    """Keeps files below `location` (``MEDIA_ROOT``), served below `base_url` (``MEDIA_URL``).

    Modes are numbers as for `os.chmod`; without them ``FILE_UPLOAD_PERMISSIONS`` and
    ``FILE_UPLOAD_DIRECTORY_PERMISSIONS`` count. With `allow_overwrite` a file saved under a name that
    is taken replaces the old one.
    """

    # COMPAT: overriding this is deprecated, but honoured.
    OS_OPEN_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)

    def __init__(
        self,
        location: Any = None,
        base_url: str | None = None,
        file_permissions_mode: int | None = None,
        directory_permissions_mode: int | None = None,
        allow_overwrite: bool = False,
    ) -> None:
        self._location = location
        self._base_url = base_url
        self._file_permissions_mode = file_permissions_mode
        self._directory_permissions_mode = directory_permissions_mode
        self._allow_overwrite = allow_overwrite
        self._follow_settings()
        if self.OS_OPEN_FLAGS != FileSystemStorage.OS_OPEN_FLAGS:
            warnings.warn(
                "Overriding OS_OPEN_FLAGS is deprecated. Use the allow_overwrite parameter instead.",
                RemovedInDjango60Warning,
                stacklevel=2,
            )

    def _open(self, name: str, mode: str = "rb") -> File:
        return File(open(self.path(name), mode))

    def _save(self, name: str, content: Any) -> str:
        full_path = self.path(name)
        directory = os.path.dirname(full_path)
        try:
            if self.directory_permissions_mode is None:
                os.makedirs(directory, exist_ok=True)
            else:
                safe_makedirs(directory, self.directory_permissions_mode, exist_ok=True)
        except FileExistsError:
            raise FileExistsError(f"{directory} exists and is not a directory.")
        while True:
            try:
                self._write(full_path, content)
                break
            except FileExistsError:
                # Somebody took the name since we looked.
                name = self.get_available_name(name)
                full_path = self.path(name)
        if self.file_permissions_mode is not None:
            os.chmod(full_path, self.file_permissions_mode)
        self._ensure_location_group_id(full_path)
        relative = os.path.relpath(full_path, self.location)
        return str(relative).replace("\\", "/")

    def _write(self, full_path: str, content: Any) -> None:
        """Put `content` at `full_path`; raises `FileExistsError` if that is taken and must not be."""
        if hasattr(content, "temporary_file_path"):
            file_move_safe(
                content.temporary_file_path(), full_path, allow_overwrite=self._allow_overwrite
            )
            return
        flags = self.OS_OPEN_FLAGS
        if self._allow_overwrite:
            flags = (flags & ~os.O_EXCL) | os.O_TRUNC
        # The process's umask applies to this mode.
        descriptor = os.open(full_path, flags, 0o666)
        file = None
        try:
            locks.lock(descriptor, locks.LOCK_EX)
            for chunk in content.chunks():
                if file is None:
                    mode = "wb" if isinstance(chunk, bytes) else "wt"
                    file = os.fdopen(descriptor, mode)
                file.write(chunk)
        finally:
            if file is not None:
                file.flush()
            locks.unlock(descriptor)
            if file is not None:
                file.close()
            else:
                os.close(descriptor)

    def _ensure_location_group_id(self, full_path: str) -> None:
        # A file moved here from elsewhere lacks the group that a set-group-id directory gives.
        if os.name == "posix":
            group = os.stat(self.location).st_gid
            if group != os.stat(full_path).st_gid:
                try:
                    os.chown(full_path, uid=-1, gid=group)
                except PermissionError:
                    pass

    def delete(self, name: str) -> None:
        """Delete the file or the empty directory `name`; nothing happens if it is not there."""
        if not name:
            raise ValueError("The name must be given to delete().")
        path = self.path(name)
        try:
            if os.path.isdir(path):
                os.rmdir(path)
            else:
                os.remove(path)
        except FileNotFoundError:
            # Somebody else deleted it; that is what was wanted.
            pass

    def is_name_available(self, name: str, max_length: int | None = None) -> bool:
        if self._allow_overwrite:
            return not (max_length and len(name) > max_length)
        return super().is_name_available(name, max_length=max_length)

    def get_alternative_name(self, file_root: str, file_ext: str) -> str:
        if self._allow_overwrite:
            return f"{file_root}{file_ext}"
        return super().get_alternative_name(file_root, file_ext)

    def exists(self, name: str) -> bool:
        return os.path.lexists(self.path(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        directories: list[str] = []
        files: list[str] = []
        with os.scandir(self.path(path)) as entries:
            for entry in entries:
                (directories if entry.is_dir() else files).append(entry.name)
        return directories, files

    def path(self, name: str) -> str:
        """The absolute path; raises `SuspiciousFileOperation` when it is outside of `location`."""
        return safe_join(self.location, name)

    def size(self, name: str) -> int:
        return os.path.getsize(self.path(name))

    def _datetime_from_timestamp(self, ts: float) -> datetime:
        return datetime.fromtimestamp(ts, tz=UTC if settings.USE_TZ else None)

    def get_accessed_time(self, name: str) -> datetime:
        return self._datetime_from_timestamp(os.path.getatime(self.path(name)))

    def get_created_time(self, name: str) -> datetime:
        return self._datetime_from_timestamp(os.path.getctime(self.path(name)))

    def get_modified_time(self, name: str) -> datetime:
        return self._datetime_from_timestamp(os.path.getmtime(self.path(name)))
