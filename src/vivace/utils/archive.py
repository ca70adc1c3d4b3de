"""Unpacking tar and zip archives, such as project templates.

SECURITY: an archive is a stranger's. Every name is resolved against the directory that is unpacked
into before the first file is written; links, devices and pipes are not made.
"""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterable
from types import TracebackType
from typing import IO, Any, NamedTuple, Self

from vivace.core.exceptions import SuspiciousOperation

__all__ = [
    "Archive",
    "ArchiveException",
    "BaseArchive",
    "SuspiciousOperation",
    "TarArchive",
    "UnrecognizedArchiveFormat",
    "ZipArchive",
    "extension_map",
    "extract",
]


class ArchiveException(Exception):
    """An archive could not be read."""


class UnrecognizedArchiveFormat(ArchiveException):
    """The file's name has no extension of an archive that is known."""


class Member(NamedTuple):
    """One entry of an archive, and where it goes."""

    entry: Any
    filename: str
    is_dir: bool
    mode: int


def extract(path: str | os.PathLike[str], to_path: str | os.PathLike[str]) -> None:
    """Unpack the archive at `path` into the directory `to_path`."""
    with Archive(path) as archive:
        archive.extract(to_path)


class Archive:
    """An archive, given by its path or as a file object that has a name."""

    def __init__(self, file: Any) -> None:
        archive_cls: Any = self._archive_cls(file)
        self._archive: BaseArchive = archive_cls(file)

    @staticmethod
    def _archive_cls(file: Any) -> type[BaseArchive]:
        if isinstance(file, str | os.PathLike):
            filename = os.fspath(file)
        else:
            try:
                filename = file.name
            except AttributeError:
                raise UnrecognizedArchiveFormat("File object not a recognized archive format.")
        base, extension = os.path.splitext(str(filename).lower())
        cls = extension_map.get(extension)
        if not cls:
            # A second one below it: .tar.gz
            cls = extension_map.get(os.path.splitext(base)[1])
        if not cls:
            raise UnrecognizedArchiveFormat(f"Path not a recognized archive format: {filename}")
        return cls

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def extract(self, to_path: str | os.PathLike[str]) -> None:
        """Unpack everything into the directory `to_path`, without a leading directory of all.

        SuspiciousOperation if a member's place is outside of it; then nothing is unpacked.
        """
        self._archive.extract(to_path)

    def list(self) -> None:
        """Print the archive's contents."""
        self._archive.list()

    def close(self) -> None:
        """Close the file."""
        self._archive.close()


class BaseArchive:
    """What is the same for all formats."""

    @staticmethod
    def _copy_permissions(mode: int, filename: str) -> None:
        """Give the file the archive's mode, if that lets everybody read it.

        Archives made where there are no modes have 0 there.
        """
        if mode & stat.S_IROTH:
            os.chmod(filename, mode)

    def split_leading_dir(self, path: str) -> tuple[str, str]:
        """The first part of `path`, and the rest."""
        path = path.lstrip("/").lstrip("\\")
        slash, backslash = path.find("/"), path.find("\\")
        if slash >= 0 and (backslash < 0 or slash < backslash):
            first, _, rest = path.partition("/")
        else:
            first, _, rest = path.partition("\\")
        return first, rest

    def has_leading_dir(self, paths: Iterable[str]) -> bool:
        """Whether all paths begin with the same part."""
        return len({self.split_leading_dir(path)[0] for path in paths}) <= 1

    def target_filename(self, to_path: str | os.PathLike[str], name: str) -> str:
        """Where `name` goes; SuspiciousOperation if that is not `to_path` or below it."""
        target_path = os.path.abspath(to_path)
        filename = os.path.abspath(os.path.join(target_path, name))
        # The separator belongs to the comparison: /srv/project-evil begins with /srv/project.
        inside = os.path.join(target_path, "")
        if filename != target_path and not filename.startswith(inside):
            raise SuspiciousOperation(f"Archive contains invalid path: '{name}'")
        return filename

    def extract(self, to_path: str | os.PathLike[str] = "") -> None:
        """See `Archive.extract`."""
        raise NotImplementedError("subclasses of BaseArchive must provide an extract() method")

    def list(self) -> None:
        """See `Archive.list`."""
        raise NotImplementedError("subclasses of BaseArchive must provide a list() method")

    def close(self) -> None:
        """See `Archive.close`."""

    def _place(
        self,
        to_path: str | os.PathLike[str],
        entries: Iterable[tuple[Any, str, bool, int]],
    ) -> Iterable[Member]:
        """The members with their places, all of them checked."""
        entries = [*entries]
        leading = self.has_leading_dir([name for _entry, name, _is_dir, _mode in entries])
        members = []
        for entry, name, is_dir, mode in entries:
            if leading:
                # A single file has no directory before it to be left away.
                name = self.split_leading_dir(name)[1] or ("" if is_dir else name)
            members.append(Member(entry, self.target_filename(to_path, name), is_dir, mode))
        return members

    def _write(self, source: IO[bytes], member: Member) -> None:
        os.makedirs(os.path.dirname(member.filename), exist_ok=True)
        with open(member.filename, "wb") as target:
            shutil.copyfileobj(source, target)
        self._copy_permissions(member.mode, member.filename)


class TarArchive(BaseArchive):
    """A tar archive, compressed in any way that the standard library knows."""

    def __init__(self, file: Any) -> None:
        if isinstance(file, str | os.PathLike):
            self._archive = tarfile.open(file)  # noqa: SIM115
        else:
            self._archive = tarfile.open(fileobj=file)  # noqa: SIM115

    def list(self, *args: Any, **kwargs: Any) -> None:
        self._archive.list(*args, **kwargs)

    def extract(self, to_path: str | os.PathLike[str] = "") -> None:
        entries = [
            (entry, entry.name, entry.isdir(), entry.mode)
            for entry in self._archive.getmembers()
            if entry.isdir() or entry.isreg()
        ]
        for member in self._place(to_path, entries):
            if member.is_dir:
                os.makedirs(member.filename, exist_ok=True)
                continue
            source = self._archive.extractfile(member.entry)
            if source is not None:
                with source:
                    self._write(source, member)

    def close(self) -> None:
        self._archive.close()


class ZipArchive(BaseArchive):
    """A zip archive."""

    def __init__(self, file: Any) -> None:
        self._archive = zipfile.ZipFile(file)

    def list(self, *args: Any, **kwargs: Any) -> None:
        self._archive.printdir(*args, **kwargs)

    def extract(self, to_path: str | os.PathLike[str] = "") -> None:
        entries = [
            # The upper half of the attributes is the mode that Unix gave.
            (entry, entry.filename, entry.filename.endswith(("/", "\\")), entry.external_attr >> 16)
            for entry in self._archive.infolist()
        ]
        for member in self._place(to_path, entries):
            if member.is_dir:
                os.makedirs(member.filename, exist_ok=True)
                continue
            with self._archive.open(member.entry) as source:
                self._write(source, member)

    def close(self) -> None:
        self._archive.close()


extension_map: dict[str, type[BaseArchive]] = dict.fromkeys(
    (
        ".tar",
        ".tar.bz2",
        ".tbz2",
        ".tbz",
        ".tz2",
        ".tar.gz",
        ".tgz",
        ".taz",
        ".tar.lzma",
        ".tlz",
        ".tar.xz",
        ".txz",
    ),
    TarArchive,
) | {".zip": ZipArchive}
