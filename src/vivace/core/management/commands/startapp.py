"""Door to ``startapp``."""

from vivace.management.commands.startapp import Command

__all__ = ["Command"]
