"""Door to ``startproject``."""

from vivace.management.commands.startproject import Command

__all__ = ["Command"]
