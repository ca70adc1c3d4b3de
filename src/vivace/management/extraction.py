"""The files that ``makemessages`` reads: which there are, and their form for xgettext."""

from __future__ import annotations

import os
from functools import total_ordering
from pathlib import Path
from typing import Any

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.management.utils import is_ignored_path
from vivace.utils.translation import templatize

# Where messages go that have no place to go to.
NO_LOCALE_DIR = object()


@total_ordering
class TranslatableFile:
    """A file with messages, and the locale directory for them."""

    def __init__(self, dirpath: str, file_name: str, locale_dir: Any) -> None:
        self.file = file_name
        self.dirpath = dirpath
        self.locale_dir = locale_dir

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {os.sep.join([self.dirpath, self.file])}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TranslatableFile) and self.path == other.path

    def __lt__(self, other: TranslatableFile) -> bool:
        return self.path < other.path

    def __hash__(self) -> int:
        return hash(self.path)

    @property
    def path(self) -> str:
        """The path from where the command runs."""
        return os.path.normpath(os.path.join(self.dirpath, self.file))


class BuildFile:
    """A file in the form that xgettext reads: a template as calls, anything else as it is.

    A template's form is written below `workspace`, under the same relative path, so that xgettext
    names the right file.
    """

    def __init__(self, command: Any, domain: str, translatable: Any, workspace: str) -> None:
        self.command = command
        self.domain = domain
        self.translatable = translatable
        self.workspace = workspace

    @property
    def path(self) -> str:
        path: str = self.translatable.path
        return path

    @property
    def is_templatized(self) -> bool:
        return self.domain == "django" and not self.path.endswith(".py")

    @property
    def work_path(self) -> str:
        """The file to give to xgettext."""
        return os.path.join(self.workspace, self.path) if self.is_templatized else self.path

    def preprocess(self) -> None:
        """Write the form for xgettext, if it is another. Raises `UnicodeDecodeError`."""
        source = Path(self.path).read_text(encoding="utf-8")
        if self.is_templatized:
            target = Path(self.work_path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(templatize(source, origin=self.path), encoding="utf-8")


class Finder:
    """Walks the tree below the current directory."""

    def __init__(self, command: Any) -> None:
        self.command = command
        self.ignored_roots = [os.path.abspath(path) for path in _served_directories()]

    def find(self, root: str) -> list[Any]:
        """All files with messages below `root`, sorted; locale directories are noted on the way."""
        found = []
        for dirpath, dirnames, filenames in os.walk(root, followlinks=self.command.symlinks):
            for dirname in dirnames[:]:
                path = os.path.join(dirpath, dirname)
                if self._is_ignored(path):
                    dirnames.remove(dirname)
                    self._say(f"ignoring directory {dirname}")
                elif dirname == "locale":
                    dirnames.remove(dirname)
                    self.command.locale_paths.insert(0, os.path.abspath(path))
            for filename in filenames:
                path = os.path.normpath(os.path.join(dirpath, filename))
                extension = os.path.splitext(filename)[1]
                if extension not in self.command.extensions or self._is_ignored(path):
                    self._say(f"ignoring file {filename} in {dirpath}")
                else:
                    place = self.locale_directory(dirpath)
                    found.append(self.command.translatable_file_class(dirpath, filename, place))
        return sorted(found)

    def locale_directory(self, dirpath: str) -> Any:
        """The nearest locale directory for what is in `dirpath`."""
        here = os.path.join(os.path.abspath(dirpath), "")
        near = [
            path
            for path in self.command.locale_paths
            if here.startswith(os.path.join(os.path.dirname(path), ""))
        ]
        if near:
            return max(near, key=lambda path: len(os.path.dirname(path)))
        return self.command.default_locale_path or NO_LOCALE_DIR

    def _is_ignored(self, path: str) -> bool:
        path = os.path.normpath(path)
        return os.path.abspath(path) in self.ignored_roots or is_ignored_path(
            path, self.command.ignore_patterns
        )

    def _say(self, text: str) -> None:
        if self.command.verbosity > 1:
            self.command.stdout.write(text)


def _served_directories() -> list[str]:
    """MEDIA_ROOT and STATIC_ROOT: what is there is no source."""
    try:
        roots = (settings.MEDIA_ROOT, settings.STATIC_ROOT)
    except ImproperlyConfigured:
        return []
    return [os.path.normpath(root) for root in roots if root]
