"""Door to ``sqlsequencereset``."""

from vivace.management.commands.sqlsequencereset import Command

__all__ = ["Command"]
