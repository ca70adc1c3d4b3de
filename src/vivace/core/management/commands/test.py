"""Door to ``test``."""

from vivace.management.commands.test import Command

__all__ = ["Command"]
