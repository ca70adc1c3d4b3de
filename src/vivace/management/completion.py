"""Shell completion: answers on stdout to the variables that the completion script sets.

The script sets ``DJANGO_AUTO_COMPLETE``, ``COMP_WORDS`` (the line so far) and ``COMP_CWORD`` (the
number of the word under the cursor).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from vivace.apps import apps

_TAKE_APP_LABELS = frozenset({"dumpdata", "sqlmigrate", "sqlsequencereset", "test"})


def answer(subcommands: Iterable[str], fetch: Callable[[str], Any]) -> None:
    """Print the words that may stand under the cursor, and exit with 0."""
    words = os.environ["COMP_WORDS"].split()[1:]
    number = int(os.environ["COMP_CWORD"])
    current = words[number - 1] if 0 < number <= len(words) else ""
    names = [*subcommands, "help"]
    if number <= 1:
        sys.stdout.write(" ".join(sorted(n for n in names if n.startswith(current))) + "\n")
    elif words[0] in names and words[0] != "help":
        for word in _options(words[0], words[1 : number - 1], fetch):
            if word.startswith(current):
                sys.stdout.write(word + "\n")
    sys.exit(0)


def _options(subcommand: str, before: list[str], fetch: Callable[[str], Any]) -> list[str]:
    """The labels and options of a subcommand that were not typed yet; ``=`` asks for a value."""
    used = {word.partition("=")[0] for word in before}
    words = []
    if subcommand in _TAKE_APP_LABELS and apps.ready:
        words += [config.label for config in apps.get_app_configs()]
    for action in fetch(subcommand).create_parser("", subcommand)._actions:
        if action.option_strings and used.isdisjoint(action.option_strings):
            words.append(min(action.option_strings) + ("" if action.nargs == 0 else "="))
    return sorted(words)
