"""GNU gettext's programs, and what is said when one is missing or fails."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vivace.management.exceptions import CommandError
from vivace.management.utils import find_command, popen_wrapper

STATUS_OK = 0
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
)


def check_programs(*programs: str) -> None:
    """Raise `CommandError`, with the cure, unless all `programs` are there."""
    for program in programs:
        if find_command(program) is None:
            raise CommandError(
                f"Can't find {program}. Make sure you have GNU gettext tools 0.19 or newer "
                "installed."
            )


def gettext_version() -> tuple[int, ...]:
    """The version of gettext, as numbers."""
    out, _, status = popen_wrapper(["xgettext", "--version"])
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", out)
    if status != STATUS_OK or match is None:
        raise CommandError("Unable to get gettext version. Is it installed?")
    return tuple(int(number) for number in match.groups() if number is not None)


def run(args: Sequence[str], what: str = "") -> tuple[str, str]:
    """Run a program of gettext: its output, and what it complained of.

    Raises `CommandError` if it fails; `what` says on which files it ran.
    """
    out, errors, status = popen_wrapper(args)
    if errors and status != STATUS_OK:
        raise CommandError(f"errors happened while running {args[0]}{what}\n{errors}")
    return out, errors
