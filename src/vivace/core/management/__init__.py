"""Door to the command line."""

from vivace.management import (
    BaseCommand,
    CommandError,
    CommandParser,
    ManagementUtility,
    SystemCheckError,
    call_command,
    execute_from_command_line,
    find_commands,
    get_commands,
    handle_default_options,
    load_command_class,
)
from vivace.utils.lazily import lazily

__all__ = [
    "BaseCommand",
    "CommandError",
    "CommandParser",
    "ManagementUtility",
    "SystemCheckError",
    "call_command",
    "execute_from_command_line",
    "find_commands",
    "get_commands",
    "handle_default_options",
    "load_command_class",
]

# Submodules are there without an import of their own, as after Django's imports.
__getattr__, __dir__ = lazily(__name__, {})
