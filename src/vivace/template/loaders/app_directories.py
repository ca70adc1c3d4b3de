"""Templates in the ``templates`` directories of the installed apps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vivace.template.loaders.filesystem import Loader as FilesystemLoader
from vivace.template.utils import get_app_template_dirs

__all__ = ["Loader"]


class Loader(FilesystemLoader):
    """Documented in ref/templates/api."""

    def get_dirs(self) -> Iterable[Any]:
        """The apps' directories, in the order of ``INSTALLED_APPS``."""
        return get_app_template_dirs("templates")
