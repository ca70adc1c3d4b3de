"""The command line: commands, how they are found, and how they are called.

``manage.py`` calls `execute_from_command_line`, ``vivace`` calls `run_program`, programs `call_command`.
Commands are imported by name when they are asked for, never before.
"""

from vivace.utils.lasting import lasting

# PERF: collecting garbage among what is imported takes a fiftieth of the time that `check` takes.
with lasting():
    from vivace.management.base import (
        AppCommand,
        BaseCommand,
        LabelCommand,
        handle_default_options,
        no_translations,
    )
    from vivace.management.call import call_command
    from vivace.management.exceptions import CommandError, SystemCheckError
    from vivace.management.parser import CommandParser
    from vivace.management.registry import find_commands, get_commands, load_command_class
    from vivace.management.utility import (
        ManagementUtility,
        execute_from_command_line,
        run_program,
    )

__all__ = [
    "AppCommand",
    "BaseCommand",
    "CommandError",
    "CommandParser",
    "LabelCommand",
    "ManagementUtility",
    "SystemCheckError",
    "call_command",
    "execute_from_command_line",
    "find_commands",
    "get_commands",
    "handle_default_options",
    "load_command_class",
    "no_translations",
    "run_program",
]
