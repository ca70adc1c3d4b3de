"""Calling a command from a program, with the arguments a person would type or their Python values.

The rules, as the documentation page of ``django-admin`` gives them under "Running management
commands from your code":

- positional arguments are parsed as on the command line, lists and tuples opened;
- keyword arguments name an option as typed (``no_input``) or its ``dest`` (``interactive``), and
  their values reach the command as they are;
- an option that the parser insists on may come by keyword: it is typed for the parser, too;
- unknown keywords are an error, unless the command lists them in ``stealth_options``;
- system checks are skipped unless ``skip_checks=False`` is passed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from vivace.management import registry
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError

_VALUELESS = (
    argparse._AppendConstAction,
    argparse._CountAction,
    argparse._StoreConstAction,
)


def call_command(command_name: str | BaseCommand, *args: Any, **options: Any) -> Any:
    """Run the command with that name, or that command instance; what its ``handle()`` returned.

    Raises `CommandError` for an unknown command or for arguments its parser refuses, ``TypeError``
    for unknown keywords.
    """
    command, name = _command(command_name)
    parser = command.create_parser("", name)
    own_spellings = {
        min(action.option_strings).lstrip("-").replace("-", "_"): action.dest
        for action in parser._actions
        if action.option_strings
    }
    values = {own_spellings.get(key, key): value for key, value in options.items()}
    actions = list(_all_actions(parser))
    typed = [*_flat(args), *_typed_for_parser(parser, actions, options, values)]
    parsed = dict(vars(parser.parse_args(args=typed)), **values)
    stealth = {*command.base_stealth_options, *command.stealth_options}
    valid = {action.dest for action in actions} | stealth | own_spellings.keys()
    if unknown := options.keys() - valid:
        raise TypeError(
            f"Unknown option(s) for {name} command: {', '.join(sorted(unknown))}. "
            f"Valid options are: {', '.join(sorted(valid))}."
        )
    positional = parsed.pop("args", ())
    if "skip_checks" not in options:
        parsed["skip_checks"] = True
    return command.execute(*positional, **parsed)


def _command(command_name: str | BaseCommand) -> tuple[BaseCommand, str]:
    if isinstance(command_name, BaseCommand):
        return command_name, type(command_name).__module__.rpartition(".")[2]
    try:
        owner = registry.get_commands()[command_name]
    except KeyError:
        raise CommandError(f"Unknown command: {command_name!r}") from None
    if isinstance(owner, BaseCommand):
        return owner, command_name
    return registry.load_command_class(owner, command_name), command_name


def _flat(args: Iterable[Any]) -> Iterator[str]:
    for arg in args:
        if isinstance(arg, list | tuple):
            yield from map(str, arg)
        else:
            yield str(arg)


def _all_actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The parser's arguments, and in place of subcommands theirs."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in action.choices.values():
                yield from _all_actions(choice)
        else:
            yield action


def _typed_for_parser(
    parser: argparse.ArgumentParser,
    actions: list[argparse.Action],
    options: dict[str, Any],
    values: dict[str, Any],
) -> Iterator[str]:
    """The options given by keyword that the parser would miss, as they would be typed."""
    needed_in_groups = {
        action
        for group in parser._mutually_exclusive_groups
        if group.required
        for action in group._group_actions
    }
    same_dest = Counter(action.dest for action in actions)
    for action in actions:
        if action.dest not in options or not (action.required or action in needed_in_groups):
            continue
        if same_dest[action.dest] > 1:
            raise TypeError(
                f"Cannot pass the dest {action.dest!r} that matches multiple arguments via "
                "**options."
            )
        yield min(action.option_strings)
        if not isinstance(action, _VALUELESS):
            yield from _flat([values[action.dest]])
