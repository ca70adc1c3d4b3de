"""``sendtestemail``: whether the mail settings work."""

from __future__ import annotations

import socket
from typing import Any

from vivace.conf import settings
from vivace.core.mail import mail_admins, mail_managers, send_mail
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.utils import timezone


class Command(BaseCommand):
    """Send a mail to the given addresses, to the managers or to the admins."""

    help = "Sends a test email to the email addresses specified as arguments."
    missing_args_message = (
        "You must specify some email recipients, or pass the --managers or --admin options."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("email", nargs="*", help="An address to send the mail to.")
        parser.add_argument(
            "--managers", action="store_true", help="Send it to the addresses in MANAGERS."
        )
        parser.add_argument(
            "--admins", action="store_true", help="Send it to the addresses in ADMINS."
        )

    def handle(self, *args: Any, **kwargs: Any) -> None:
        try:
            self._send(kwargs)
        except OSError as error:
            # What the server refuses is an OSError, too. COMPAT: programs expect it as it is.
            if not self._called_from_command_line:
                raise
            raise CommandError(
                f"The mail was not sent ({type(error).__name__}: {error}). Check the settings "
                f"EMAIL_HOST ({settings.EMAIL_HOST}), EMAIL_PORT ({settings.EMAIL_PORT}) and the "
                "others that begin with EMAIL; --traceback shows where it failed."
            ) from error

    def _send(self, kwargs: dict[str, Any]) -> None:
        subject = f"Test email from {socket.gethostname()} on {timezone.now()}"
        send_mail(
            subject=subject,
            message="If you're reading this, it was successful.",
            from_email=None,
            recipient_list=kwargs["email"],
        )
        if kwargs["managers"]:
            mail_managers(subject, "This email was sent to the site managers.")
        if kwargs["admins"]:
            mail_admins(subject, "This email was sent to the site admins.")
