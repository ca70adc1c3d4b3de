"""Door to ``flush``."""

from vivace.management.commands.flush import Command

__all__ = ["Command"]
