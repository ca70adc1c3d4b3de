"""Door to ``dbshell``."""

from vivace.management.commands.dbshell import Command

__all__ = ["Command"]
