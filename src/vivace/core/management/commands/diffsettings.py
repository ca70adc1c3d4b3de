"""Door to ``diffsettings``."""

from vivace.management.commands.diffsettings import Command, module_to_dict

__all__ = ["Command", "module_to_dict"]
