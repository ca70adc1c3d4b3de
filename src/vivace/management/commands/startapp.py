"""``startapp``: the skeleton of an app."""

from __future__ import annotations

import os
from typing import Any

from vivace.management.templates import TemplateCommand
from vivace.management.utils import source_directory


class Command(TemplateCommand):
    """Create an app with its modules for models, views, tests and configuration."""

    help = (
        "Creates a Django app directory structure for the given app name in the current "
        "directory or optionally in the given directory."
    )
    missing_args_message = "You must provide an application name."

    def home(self) -> str:
        """The directory in which the new one is made: where the project's code is."""
        return source_directory() or super().home()

    def handle(self, **options: Any) -> None:  # type: ignore[override]
        name, target = options.pop("name"), options.pop("directory")
        super().handle("app", name, target, **options)
        source = source_directory()
        if target is None and source is not None and self.verbosity >= 1:
            place = os.path.relpath(os.path.join(source, name))
            self.stdout.write(f'Made {place}. Now add "{name}" to INSTALLED_APPS in the settings.')
