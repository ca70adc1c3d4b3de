"""Door to ``shell``."""

from vivace.management.commands.shell import Command

__all__ = ["Command"]
