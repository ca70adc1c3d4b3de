"""Door to ``testserver``."""

from vivace.management.commands.testserver import Command

__all__ = ["Command"]
