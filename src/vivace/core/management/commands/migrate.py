"""Door to ``migrate``."""

from vivace.management.commands.migrate import Command

__all__ = ["Command"]
