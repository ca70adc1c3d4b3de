"""Door to ``version``."""

from vivace.management.commands.version import Command

__all__ = ["Command"]
