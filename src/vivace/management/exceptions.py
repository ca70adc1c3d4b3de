"""What a command raises to end with one sentence and an exit status."""

from __future__ import annotations

from typing import Any

from vivace.utils.naming import published


@published("core.management.base.CommandError")
class CommandError(Exception):
    """A command cannot do what was asked.

    On the command line the message goes to stderr and the process exits with `returncode`; under
    ``call_command()`` the exception reaches the caller. See the documentation page "How to create
    custom ``django-admin`` commands".
    """

    def __init__(self, *args: Any, returncode: int = 1, **kwargs: Any) -> None:
        self.returncode = returncode
        super().__init__(*args, **kwargs)


@published("core.management.base.SystemCheckError")
class SystemCheckError(CommandError):
    """The system checks found something serious; the message is the whole report, styled."""
