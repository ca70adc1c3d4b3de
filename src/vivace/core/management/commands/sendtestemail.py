"""Door to ``sendtestemail``."""

from vivace.management.commands.sendtestemail import Command

__all__ = ["Command"]
