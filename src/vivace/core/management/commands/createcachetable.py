"""Door to ``createcachetable``."""

from vivace.management.commands.createcachetable import Command

__all__ = ["Command"]
