"""Door to ``show_urls``."""

from vivace.management.commands.show_urls import Command

__all__ = ["Command"]
