"""Templates in directories: those the engine's ``DIRS`` name, or others given to the loader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from vivace.core.exceptions import SuspiciousFileOperation
from vivace.template.exceptions import TemplateDoesNotExist
from vivace.template.language.template import Origin
from vivace.template.loaders.base import Loader as BaseLoader
from vivace.utils._os import safe_join

__all__ = ["Loader"]


class Loader(BaseLoader):
    """Documented in ref/templates/api."""

    def __init__(self, engine: Any, dirs: Any = None) -> None:
        super().__init__(engine)
        self.dirs = dirs

    def get_dirs(self) -> Iterable[Any]:
        """The directories, in the order in which they are searched."""
        dirs: Iterable[Any] = self.engine.dirs if self.dirs is None else self.dirs
        return dirs

    def get_contents(self, origin: Any) -> str:
        """The text of a file."""
        try:
            with open(origin.name, encoding=self.engine.file_charset) as file:
                return file.read()
        except FileNotFoundError:
            raise TemplateDoesNotExist(origin)

    def get_template_sources(self, template_name: Any) -> Iterator[Origin]:
        """An origin in each directory, passing over names that lead out of it."""
        for directory in self.get_dirs():
            # SECURITY: a name with dots must not reach files outside of the directory.
            try:
                name = safe_join(directory, template_name)
            except SuspiciousFileOperation:
                continue
            yield Origin(name=name, template_name=template_name, loader=self)
