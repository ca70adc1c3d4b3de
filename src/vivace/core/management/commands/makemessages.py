"""Door to ``makemessages``."""

from vivace.management.commands.makemessages import Command

__all__ = ["Command"]
