"""Door to ``sqlflush``."""

from vivace.management.commands.sqlflush import Command

__all__ = ["Command"]
