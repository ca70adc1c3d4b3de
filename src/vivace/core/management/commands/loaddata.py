"""Door to ``loaddata``."""

from vivace.management.commands.loaddata import READ_STDIN, Command, SingleZipReader, humanize

__all__ = ["READ_STDIN", "Command", "SingleZipReader", "humanize"]
