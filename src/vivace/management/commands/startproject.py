"""``startproject``: the skeleton of a project."""

from __future__ import annotations

from typing import Any

from vivace.checks.security.base import SECRET_KEY_INSECURE_PREFIX
from vivace.management.templates import TemplateCommand
from vivace.management.utils import get_random_secret_key


class Command(TemplateCommand):
    """Create a project with a settings module, a URLconf, and WSGI and ASGI entry points."""

    help = (
        "Creates a Django project directory structure for the given project name in the current "
        "directory or optionally in the given directory."
    )
    missing_args_message = "You must provide a project name."

    def handle(self, **options: Any) -> None:  # type: ignore[override]
        name = options.pop("name")
        target = options.pop("directory")
        options["secret_key"] = SECRET_KEY_INSECURE_PREFIX + get_random_secret_key()
        super().handle("project", name, target, **options)
