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
