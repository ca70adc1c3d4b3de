"""Moving a file, by renaming it if that can be, else by copying it with its rights."""

from __future__ import annotations

import os
from shutil import copymode, copystat
from typing import Any

from vivace.core.files import locks

__all__ = ["file_move_safe"]


def file_move_safe(
    old_file_name: Any,
    new_file_name: Any,
    chunk_size: int = 1024 * 64,
    allow_overwrite: bool = False,
) -> None:
    """Move `old_file_name` to `new_file_name`.

    Between file systems it is copied, `chunk_size` bytes at a time, under an exclusive lock. Raises
    `FileExistsError` when the destination exists, unless `allow_overwrite`.
    """
    both_exist = os.path.exists(old_file_name) and os.path.exists(new_file_name)
    if both_exist and os.path.samefile(old_file_name, new_file_name):
        return
    if not allow_overwrite and os.access(new_file_name, os.F_OK):
        raise FileExistsError(
            f"Destination file {new_file_name} exists and allow_overwrite is False."
        )
    try:
        os.rename(old_file_name, new_file_name)
        return
    except OSError:
        # Another file system, or a platform that does not rename over a file.
        pass
    _copy(old_file_name, new_file_name, chunk_size, allow_overwrite)
    try:
        copystat(old_file_name, new_file_name)
    except PermissionError:
        # Some file systems keep no times or extended attributes; the rights matter most.
        try:
            copymode(old_file_name, new_file_name)
        except PermissionError:
            pass
    try:
        os.remove(old_file_name)
    except PermissionError as error:
        # Windows cannot remove what is open; whoever has the temporary file open removes it.
        if getattr(error, "winerror", 0) != 32:
            raise


def _copy(source: Any, target: Any, chunk_size: int, allow_overwrite: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0)
    # SECURITY: without leave to overwrite, whoever created the file since we looked has won.
    flags |= os.O_TRUNC if allow_overwrite else os.O_EXCL
    with open(source, "rb") as old_file:
        descriptor = os.open(target, flags)
        try:
            locks.lock(descriptor, locks.LOCK_EX)
            while chunk := old_file.read(chunk_size):
                view = memoryview(chunk)
                while view:
                    view = view[os.write(descriptor, view) :]
        finally:
            locks.unlock(descriptor)
            os.close(descriptor)
