"""Messages: what is written, to whom, and with what attached.

Defined at https://docs.djangoproject.com/en/5.2/topics/email/#the-emailmessage-class.
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterable, Sequence
from email import encoders, message_from_bytes
from email.message import Message
from email.mime.base import MIMEBase
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any, NamedTuple

from vivace.conf import settings
from vivace.core.mail.connections import get_connection
from vivace.core.mail.mime import (
    ADDRESS_HEADERS,
    RFC5322_EMAIL_LINE_LENGTH_LIMIT,
    BadHeaderError,
    MIMEMixin,
    SafeMIMEMessage,
    SafeMIMEMultipart,
    SafeMIMEText,
    forbid_multi_line_headers,
    sanitize_address,
    utf8_charset,
    utf8_charset_qp,
)
from vivace.core.mail.utils import DNS_NAME
from vivace.utils.encoding import force_bytes

__all__ = [
    "ADDRESS_HEADERS",
    "DEFAULT_ATTACHMENT_MIME_TYPE",
    "DNS_NAME",
    "RFC5322_EMAIL_LINE_LENGTH_LIMIT",
    "BadHeaderError",
    "EmailAlternative",
    "EmailAttachment",
    "EmailMessage",
    "EmailMultiAlternatives",
    "MIMEMixin",
    "SafeMIMEMessage",
    "SafeMIMEMultipart",
    "SafeMIMEText",
    "forbid_multi_line_headers",
    "make_msgid",
    "sanitize_address",
    "utf8_charset",
    "utf8_charset_qp",
]

#: For attachments of which nothing is known.
DEFAULT_ATTACHMENT_MIME_TYPE = "application/octet-stream"


class EmailAlternative(NamedTuple):
    """Another form of the body."""

    content: Any
    mimetype: str


class EmailAttachment(NamedTuple):
    """A file that goes with the message."""

    filename: str | None
    content: Any
    mimetype: str | None


def _addresses(name: str, value: Sequence[Any] | None) -> list[Any]:
    if isinstance(value, str):
        raise TypeError(f'"{name}" argument must be a list or tuple')
    return list(value) if value else []


class EmailMessage:
    """A message with one body.

    `to`, `cc`, `bcc` and `reply_to` are lists of addresses; `attachments` are MIMEBase instances or
    tuples ``(filename, content, mimetype)``; `headers` are added to, or replace, those made here.
    """

    content_subtype = "plain"
    mixed_subtype = "mixed"
    #: The body's and the headers' encoding; None for the setting DEFAULT_CHARSET.
    encoding: Any = None

    def __init__(
        self,
        subject: Any = "",
        body: Any = "",
        from_email: str | None = None,
        to: Sequence[Any] | None = None,
        bcc: Sequence[Any] | None = None,
        connection: Any = None,
        attachments: Iterable[Any] | None = None,
        headers: dict[str, Any] | None = None,
        cc: Sequence[Any] | None = None,
        reply_to: Sequence[Any] | None = None,
    ) -> None:
        self.to = _addresses("to", to)
        self.cc = _addresses("cc", cc)
        self.bcc = _addresses("bcc", bcc)
        self.reply_to = _addresses("reply_to", reply_to)
        self.from_email = from_email or settings.DEFAULT_FROM_EMAIL
        self.subject = subject
        self.body = body or ""
        self.attachments: list[Any] = []
        for attachment in attachments or ():
            if isinstance(attachment, MIMEBase):
                self.attach(attachment)
            else:
                self.attach(*attachment)
        self.extra_headers = headers or {}
        self.connection = connection

    def get_connection(self, fail_silently: bool = False) -> Any:
        """The message's own connection, made if there is none."""
        if not self.connection:
            self.connection = get_connection(fail_silently=fail_silently)
        return self.connection

    def message(self) -> Any:
        """The message in MIME (RFC 2045); BadHeaderError if a header has a line break in it."""
        encoding = self.encoding or settings.DEFAULT_CHARSET
        msg = self._create_message(SafeMIMEText(self.body, self.content_subtype, encoding))
        msg["Subject"] = self.subject
        msg["From"] = self.extra_headers.get("From", self.from_email)
        self._set_list_header_if_not_empty(msg, "To", self.to)
        self._set_list_header_if_not_empty(msg, "Cc", self.cc)
        self._set_list_header_if_not_empty(msg, "Reply-To", self.reply_to)

        # Header names are the same in any case.
        given = {name.lower() for name in self.extra_headers}
        if "date" not in given:
            msg["Date"] = formatdate(localtime=settings.EMAIL_USE_LOCALTIME)
        if "message-id" not in given:
            msg["Message-ID"] = make_msgid(domain=str(DNS_NAME))
        for name, value in self.extra_headers.items():
            if name.lower() not in ("from", "to", "cc", "reply-to"):
                msg[name] = value
        return msg

    def recipients(self) -> list[Any]:
        """All addresses that the message goes to."""
        return [email for email in (self.to + self.cc + self.bcc) if email]

    def send(self, fail_silently: bool = False) -> int:
        """Send the message; how many were sent: none if it has no recipients."""
        if not self.recipients():
            return 0
        return int(self.get_connection(fail_silently).send_messages([self]) or 0)

    def attach(
        self, filename: Any = None, content: Any = None, mimetype: str | None = None
    ) -> None:
        """Attach a MIMEBase instance, or a file's `content` with its name and type.

        A type that is not given is guessed from the name. Bytes of a text type that are not UTF-8
        are attached as data of no type.
        """
        if isinstance(filename, MIMEBase):
            if content is not None or mimetype is not None:
                raise ValueError(
                    "content and mimetype must not be given when a MIMEBase instance is provided."
                )
            self.attachments.append(filename)
            return
        if content is None:
            raise ValueError("content must be provided.")
        mimetype = mimetype or mimetypes.guess_type(filename)[0] or DEFAULT_ATTACHMENT_MIME_TYPE
        if mimetype.split("/", 1)[0] == "text" and isinstance(content, bytes):
            try:
                content = content.decode()
            except UnicodeDecodeError:
                mimetype = DEFAULT_ATTACHMENT_MIME_TYPE
        self.attachments.append(EmailAttachment(filename, content, mimetype))

    def attach_file(self, path: str | os.PathLike[str], mimetype: str | None = None) -> None:
        """Attach the file at `path`; see `attach`."""
        path = Path(path)
        self.attach(path.name, path.read_bytes(), mimetype)

    def _create_message(self, msg: Any) -> Any:
        return self._create_attachments(msg)

    def _create_attachments(self, msg: Any) -> Any:
        if not self.attachments:
            return msg
        encoding = self.encoding or settings.DEFAULT_CHARSET
        body_msg = msg
        msg = SafeMIMEMultipart(_subtype=self.mixed_subtype, encoding=encoding)
        if self.body or body_msg.is_multipart():
            msg.attach(body_msg)
        for attachment in self.attachments:
            if isinstance(attachment, MIMEBase):
                msg.attach(attachment)
            else:
                msg.attach(self._create_attachment(*attachment))
        return msg

    def _create_mime_attachment(self, content: Any, mimetype: str) -> Any:
        """The part for `content`, without a name."""
        basetype, subtype = mimetype.split("/", 1)
        if basetype == "text":
            encoding = self.encoding or settings.DEFAULT_CHARSET
            return SafeMIMEText(content, subtype, encoding)
        if basetype == "message" and subtype == "rfc822":
            # A message within a message is not encoded (RFC 2046, section 5.2.1).
            if isinstance(content, EmailMessage):
                content = content.message()
            elif not isinstance(content, Message):
                content = message_from_bytes(force_bytes(content))
            return SafeMIMEMessage(content, subtype)
        attachment = MIMEBase(basetype, subtype)
        attachment.set_payload(content)
        encoders.encode_base64(attachment)
        return attachment

    def _create_attachment(
        self, filename: str | None, content: Any, mimetype: str | None = None
    ) -> Any:
        """The part for `content`, with its name."""
        attachment = self._create_mime_attachment(content, mimetype or DEFAULT_ATTACHMENT_MIME_TYPE)
        if filename:
            # RFC 2231 for a name beyond ASCII.
            name: Any = filename if filename.isascii() else ("utf-8", "", filename)
            attachment.add_header("Content-Disposition", "attachment", filename=name)
        return attachment

    def _set_list_header_if_not_empty(self, msg: Any, header: str, values: list[Any]) -> None:
        """Set a header of addresses; a value among the extra headers goes first."""
        value = self.extra_headers.get(header)
        if value is None and values:
            value = ", ".join(str(v) for v in values)
        if value:
            msg[header] = value


class EmailMultiAlternatives(EmailMessage):
    """A message with its body in several forms, the best last: text and HTML, say."""

    alternative_subtype = "alternative"

    def __init__(
        self,
        subject: Any = "",
        body: Any = "",
        from_email: str | None = None,
        to: Sequence[Any] | None = None,
        bcc: Sequence[Any] | None = None,
        connection: Any = None,
        attachments: Iterable[Any] | None = None,
        headers: dict[str, Any] | None = None,
        alternatives: Iterable[Any] | None = None,
        cc: Sequence[Any] | None = None,
        reply_to: Sequence[Any] | None = None,
    ) -> None:
        super().__init__(
            subject,
            body,
            from_email,
            to,
            bcc,
            connection,
            attachments,
            headers,
            cc,
            reply_to,
        )
        self.alternatives = [EmailAlternative(*alternative) for alternative in alternatives or ()]

    def attach_alternative(self, content: Any, mimetype: str) -> None:
        """Add another form of the body."""
        if content is None or mimetype is None:
            raise ValueError("Both content and mimetype must be provided.")
        self.alternatives.append(EmailAlternative(content, mimetype))

    def _create_message(self, msg: Any) -> Any:
        return self._create_attachments(self._create_alternatives(msg))

    def _create_alternatives(self, msg: Any) -> Any:
        if not self.alternatives:
            return msg
        encoding = self.encoding or settings.DEFAULT_CHARSET
        body_msg = msg
        msg = SafeMIMEMultipart(_subtype=self.alternative_subtype, encoding=encoding)
        if self.body:
            msg.attach(body_msg)
        for alternative in self.alternatives:
            msg.attach(self._create_mime_attachment(alternative.content, alternative.mimetype))
        return msg

    def body_contains(self, text: str) -> bool:
        """Whether `text` is in the body and in every alternative that is text."""
        if text not in self.body:
            return False
        return all(
            text in content
            for content, mimetype in self.alternatives
            if mimetype.startswith("text/")
        )
