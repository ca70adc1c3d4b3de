"""Door to ``inspect``."""

from vivace.management.commands.inspect import Command

__all__ = ["Command"]
