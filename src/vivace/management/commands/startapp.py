"""``startapp``: the skeleton of an app."""

from __future__ import annotations

from typing import Any

from vivace.management.templates import TemplateCommand


class Command(TemplateCommand):
    """Create an app with its modules for models, views, tests and configuration."""

    help = (
        "Creates a Django app directory structure for the given app name in the current "
        "directory or optionally in the given directory."
    )
    missing_args_message = "You must provide an application name."

    def handle(self, **options: Any) -> None:  # type: ignore[override]
        super().handle("app", options.pop("name"), options.pop("directory"), **options)
