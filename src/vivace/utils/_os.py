"""Paths that stay where they belong."""

from __future__ import annotations

import os
import tempfile
from os.path import abspath, dirname, join, normcase, sep
from pathlib import Path

from vivace.core.exceptions import SuspiciousFileOperation

__all__ = [
    "SuspiciousFileOperation",
    "safe_join",
    "safe_makedirs",
    "sep",
    "symlinks_supported",
    "to_path",
]


def safe_join(base: str | os.PathLike[str], *paths: str | os.PathLike[str]) -> str:
    """Join `paths` to `base`, and return the absolute path.

    SuspiciousFileOperation if the result is not `base` itself or below it.
    """
    final_path = abspath(join(base, *paths))
    base_path = abspath(base)
    # SECURITY: the separator belongs to the comparison, or /media-private would pass for /media.
    # The root directory already ends with it, hence the third comparison.
    if (
        not normcase(final_path).startswith(normcase(base_path + sep))
        and normcase(final_path) != normcase(base_path)
        and dirname(normcase(base_path)) != normcase(base_path)
    ):
        raise SuspiciousFileOperation(
            f"The joined path ({final_path}) is located outside of the base "
            f"path component ({base_path})"
        )
    return final_path


def safe_makedirs(name: str | os.PathLike[str], mode: int = 0o777, exist_ok: bool = False) -> None:
    """Make a directory and its missing parents, *all* of them with exactly `mode`.

    SECURITY: ``os.makedirs`` gives the parents default permissions (CVE-2020-24584). The umask, which
    all threads share, is neither changed nor heeded (CVE-2026-25674).
    """
    missing = [Path(name)]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for path in reversed(missing[1:]):
        try:
            path.mkdir(mode)
            path.chmod(mode)
        except FileExistsError:
            # Another process was first.
            pass
    try:
        missing[0].mkdir(mode)
        missing[0].chmod(mode)
    except FileExistsError:
        if not exist_ok or not missing[0].is_dir():
            raise


def symlinks_supported() -> bool:
    """Whether this platform and user can make symbolic links."""
    with tempfile.TemporaryDirectory() as temp_dir:
        original_path = os.path.join(temp_dir, "original")
        symlink_path = os.path.join(temp_dir, "symlink")
        os.makedirs(original_path)
        try:
            os.symlink(original_path, symlink_path)
        except (OSError, NotImplementedError):
            return False
        return True


def to_path(value: str | Path) -> Path:
    """`value` as a Path; TypeError if it is neither a Path nor a str."""
    if isinstance(value, Path):
        return value
    if not isinstance(value, str):
        raise TypeError(f"Invalid path type: {type(value).__name__}")
    return Path(value)
