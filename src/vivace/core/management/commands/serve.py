"""Door to ``serve``."""

from vivace.management.commands.serve import Command

__all__ = ["Command"]
