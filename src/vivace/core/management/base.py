"""Door to what a management command is."""

from vivace.management.base import (
    ALL_CHECKS,
    AppCommand,
    BaseCommand,
    LabelCommand,
    handle_default_options,
    no_translations,
)
from vivace.management.color import no_style
from vivace.management.exceptions import CommandError, SystemCheckError
from vivace.management.output import OutputWrapper
from vivace.management.parser import CommandParser, DjangoHelpFormatter

__all__ = [
    "ALL_CHECKS",
    "AppCommand",
    "BaseCommand",
    "CommandError",
    "CommandParser",
    "DjangoHelpFormatter",
    "LabelCommand",
    "OutputWrapper",
    "SystemCheckError",
    "handle_default_options",
    "no_style",
    "no_translations",
]
