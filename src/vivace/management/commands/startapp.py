"""``startapp``: the skeleton of an app."""

from __future__ import annotations

import os
import sys
from typing import Any

from vivace.management.templates import TemplateCommand


class Command(TemplateCommand):
    """Create an app with its modules for models, views, tests and configuration."""

    help = (
        "Creates a Django app directory structure for the given app name in the current "
        "directory or optionally in the given directory."
    )
    missing_args_message = "You must provide an application name."

    def home(self) -> str:
        """The directory in which the new one is made: where the project's code is."""
        # manage.py of the layout with src/ has put it on the path; elsewhere it is as documented.
        source = os.path.join(os.getcwd(), "src")
        return source if source in sys.path and os.path.isfile("manage.py") else os.getcwd()

    def handle(self, **options: Any) -> None:  # type: ignore[override]
        name, target = options.pop("name"), options.pop("directory")
        super().handle("app", name, target, **options)
        if target is None and self.verbosity >= 1 and self.home() != os.getcwd():
            place = os.path.relpath(os.path.join(self.home(), name))
            self.stdout.write(f'Made {place}. Now add "{name}" to INSTALLED_APPS in the settings.')
