"""Door to what a management command is."""

from vivace import checks
from vivace.management.base import (
    ALL_CHECKS,
    AppCommand,
    BaseCommand,
    LabelCommand,
    handle_default_options,
    no_translations,
)
from vivace.management.color import color_style, no_style
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
    "checks",
    "color_style",
    "handle_default_options",
    "no_style",
    "no_translations",
]
