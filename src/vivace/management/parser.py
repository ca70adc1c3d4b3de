"""How commands read their arguments: argparse, with errors that suit the caller."""

from __future__ import annotations

import os
import sys
from argparse import Action, ArgumentParser, HelpFormatter, Namespace, _SubParsersAction
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NoReturn

from vivace.management.exceptions import CommandError
from vivace.management.terminal import folded, terminal_width
from vivace.utils.lazily import Later, late_pattern
from vivace.utils.naming import published

# PERF: for those who mistype.
difflib = Later("difflib")

_UNRECOGNIZED = late_pattern(r"unrecognized arguments: (--[\w-]+)")
_NO_CHOICE = late_pattern(r"invalid choice: '([^']+)' \(choose from (.+)\)")


@published("core.management.base.DjangoHelpFormatter")
class DjangoHelpFormatter(HelpFormatter):
    """Help in which a command's own options come before those that every command has."""

    show_last = frozenset(
        {
            "--version",
            "--verbosity",
            "--traceback",
            "--settings",
            "--pythonpath",
            "--no-color",
            "--force-color",
            "--skip-checks",
        }
    )

    def __init__(
        self,
        prog: str,
        indent_increment: int = 2,
        max_help_position: int = 24,
        width: int | None = None,
        **kwargs: Any,
    ) -> None:
        # PERF: argparse imports shutil, with all its archives, to ask for the width.
        if width is None:
            width = terminal_width() - 2
        super().__init__(prog, indent_increment, max_help_position, width, **kwargs)

    def _reordered_actions(self, actions: Iterable[Action]) -> list[Action]:
        return sorted(
            actions, key=lambda action: not self.show_last.isdisjoint(action.option_strings)
        )

    def add_usage(
        self, usage: str | None, actions: Iterable[Action], *args: Any, **kwargs: Any
    ) -> None:
        super().add_usage(usage, self._reordered_actions(actions), *args, **kwargs)

    def add_arguments(self, actions: Iterable[Action]) -> None:
        super().add_arguments(self._reordered_actions(actions))


@published("core.management.base.CommandParser")
class CommandParser(ArgumentParser):
    """An `ArgumentParser` that exits when a person called, and raises when a program did.

    `missing_args_message` replaces argparse's message when no argument was given at all.
    """

    def __init__(
        self,
        *,
        missing_args_message: str | None = None,
        called_from_command_line: bool | None = None,
        **kwargs: Any,
    ) -> None:
        self.missing_args_message = missing_args_message
        self.called_from_command_line = called_from_command_line
        super().__init__(**kwargs)

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> Namespace:
        """Parse `args`, first making sure that there are some if the command cannot do without."""
        if self.missing_args_message and not args:
            self.error(self.missing_args_message)
        parsed: Namespace = super().parse_args(args, namespace)
        return parsed

    def error(self, message: str) -> NoReturn:
        """End with `message`: on stderr with usage and status 2, or as a `CommandError`."""
        if not self.called_from_command_line:
            raise CommandError(f"Error: {message}")
        self.print_usage(sys.stderr)
        text = f"{self.prog}: error: {message}{self._nearest(message)}"
        self.exit(2, folded(sys.stderr, text) + "\n")

    def add_subparsers(self, **kwargs: Any) -> _SubParsersAction[Any]:
        """As in argparse; the parsers of subcommands answer errors the same way as this one."""
        own_class = kwargs.get("parser_class", type(self))
        if issubclass(own_class, CommandParser):
            kwargs["parser_class"] = partial(
                own_class, called_from_command_line=self.called_from_command_line
            )
        return super().add_subparsers(**kwargs)

    def _nearest(self, message: str) -> str:
        if match := _UNRECOGNIZED.search(message):
            known = list(self._option_string_actions)
        elif match := _NO_CHOICE.search(message):
            known = [choice.strip("'") for choice in match[2].split(", ")]
        else:
            return ""
        near = difflib.get_close_matches(match[1], known, n=1, cutoff=0.7)
        return f". Did you mean {near[0]}?" if near else ""


def base_parser(prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
    """A parser named after the program and the subcommand, with the usual help formatter."""
    kwargs.setdefault("formatter_class", DjangoHelpFormatter)
    if sys.version_info >= (3, 14):
        # COMPAT: argparse colours its help from 3.14 on; whether to is for --no-color to say.
        kwargs.setdefault("color", False)
    return CommandParser(prog=f"{os.path.basename(prog_name)} {subcommand}", **kwargs)
