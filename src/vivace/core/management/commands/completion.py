"""Door to ``completion``."""

from vivace.management.commands.completion import Command

__all__ = ["Command"]
