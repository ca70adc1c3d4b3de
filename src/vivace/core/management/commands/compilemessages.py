"""Door to ``compilemessages``."""

from vivace.management.commands.compilemessages import Command

__all__ = ["Command"]
