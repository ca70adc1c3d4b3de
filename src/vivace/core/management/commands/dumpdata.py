"""Door to ``dumpdata``."""

from vivace.management.commands.dumpdata import Command, ProxyModelWarning

__all__ = ["Command", "ProxyModelWarning"]
