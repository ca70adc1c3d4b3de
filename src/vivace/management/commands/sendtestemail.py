"""``sendtestemail``: whether the mail settings work."""

from __future__ import annotations

import socket
from typing import Any

from vivace.core.mail import mail_admins, mail_managers, send_mail
from vivace.management.base import BaseCommand
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
