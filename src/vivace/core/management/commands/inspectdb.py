"""Door to ``inspectdb``."""

from vivace.management.commands.inspectdb import Command

__all__ = ["Command"]
