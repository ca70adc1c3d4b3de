"""Door to ``runserver``."""

from vivace.management.commands.runserver import Command, naiveip_re

__all__ = ["Command", "naiveip_re"]
