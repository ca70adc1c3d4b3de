"""``version``: which version this is."""

from __future__ import annotations

from typing import Any

from vivace.management.base import BaseCommand


class Command(BaseCommand):
    """Print the version; the command line answers it before any project is loaded."""

    help = "Prints the version."
    requires_system_checks = []

    def handle(self, **options: Any) -> str:
        return self.get_version()
