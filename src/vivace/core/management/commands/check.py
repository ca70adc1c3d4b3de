"""Door to ``check``."""

from vivace.management.commands.check import Command

__all__ = ["Command"]
