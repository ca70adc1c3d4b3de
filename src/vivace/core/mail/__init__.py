"""Sending mail.

While tests run, `outbox` holds what was sent through the backend for local memory.
Defined at https://docs.djangoproject.com/en/5.2/topics/email/.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from vivace.conf import settings
from vivace.core.mail.connections import get_connection
from vivace.core.mail.message import (
    DEFAULT_ATTACHMENT_MIME_TYPE,
    BadHeaderError,
    EmailAlternative,
    EmailAttachment,
    EmailMessage,
    EmailMultiAlternatives,
    SafeMIMEMultipart,
    SafeMIMEText,
    forbid_multi_line_headers,
    make_msgid,
)
from vivace.core.mail.utils import DNS_NAME, CachedDnsName

if TYPE_CHECKING:
    outbox: list[EmailMessage]

__all__ = [
    "DEFAULT_ATTACHMENT_MIME_TYPE",
    "DNS_NAME",
    "BadHeaderError",
    "CachedDnsName",
    "EmailAlternative",
    "EmailAttachment",
    "EmailMessage",
    "EmailMultiAlternatives",
    "SafeMIMEMultipart",
    "SafeMIMEText",
    "forbid_multi_line_headers",
    "get_connection",
    "mail_admins",
    "mail_managers",
    "make_msgid",
    "send_mail",
    "send_mass_mail",
]


def send_mail(
    subject: Any,
    message: Any,
    from_email: str | None,
    recipient_list: Sequence[Any],
    fail_silently: bool = False,
    auth_user: str | None = None,
    auth_password: str | None = None,
    connection: Any = None,
    html_message: Any = None,
) -> int:
    """Send one message; all recipients see each other. How many were sent: 0 or 1.

    `from_email` is DEFAULT_FROM_EMAIL if it is None; `auth_user` and `auth_password` are for a
    connection that is not given.
    """
    connection = connection or get_connection(
        username=auth_user, password=auth_password, fail_silently=fail_silently
    )
    mail = EmailMultiAlternatives(
        subject, message, from_email, recipient_list, connection=connection
    )
    if html_message:
        mail.attach_alternative(html_message, "text/html")
    return mail.send()


def send_mass_mail(
    datatuple: Iterable[tuple[Any, Any, str | None, Sequence[Any]]],
    fail_silently: bool = False,
    auth_user: str | None = None,
    auth_password: str | None = None,
    connection: Any = None,
) -> int:
    """Send a message for each ``(subject, message, from_email, recipient_list)``, over one connection.

    How many were sent.
    """
    connection = connection or get_connection(
        username=auth_user, password=auth_password, fail_silently=fail_silently
    )
    messages = [
        EmailMessage(subject, message, sender, recipients, connection=connection)
        for subject, message, sender, recipients in datatuple
    ]
    return int(connection.send_messages(messages) or 0)


def _send_server_message(
    setting_name: str,
    subject: Any,
    message: Any,
    html_message: Any,
    fail_silently: bool,
    connection: Any,
) -> None:
    recipients = getattr(settings, setting_name)
    if not recipients:
        return
    if not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in recipients):
        raise ValueError(f"The {setting_name} setting must be a list of 2-tuples.")
    mail = EmailMultiAlternatives(
        f"{settings.EMAIL_SUBJECT_PREFIX}{subject}",
        message,
        settings.SERVER_EMAIL,
        [address for _name, address in recipients],
        connection=connection,
    )
    if html_message:
        mail.attach_alternative(html_message, "text/html")
    mail.send(fail_silently=fail_silently)


def mail_admins(
    subject: Any,
    message: Any,
    fail_silently: bool = False,
    connection: Any = None,
    html_message: Any = None,
) -> None:
    """Send a message to those whom ADMINS lists."""
    _send_server_message("ADMINS", subject, message, html_message, fail_silently, connection)


def mail_managers(
    subject: Any,
    message: Any,
    fail_silently: bool = False,
    connection: Any = None,
    html_message: Any = None,
) -> None:
    """Send a message to those whom MANAGERS lists."""
    _send_server_message("MANAGERS", subject, message, html_message, fail_silently, connection)
