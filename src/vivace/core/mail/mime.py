"""MIME parts whose headers cannot be broken out of, and whose text stays readable.

SECURITY: a header whose value has a line break in it could smuggle in another header, or a body;
every header of these parts is checked when it is set.
"""

from __future__ import annotations

from email import charset as Charset
from email import generator
from email._header_value_parser import get_mailbox
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, getaddresses
from io import BytesIO, StringIO
from typing import Any

from vivace.conf import settings
from vivace.utils.encoding import punycode
from vivace.utils.lazily import late_pattern
from vivace.utils.naming import publish

# Without base64: spam filters weigh it, and people read sources.
utf8_charset = Charset.Charset("utf-8")
utf8_charset.body_encoding = None  # type: ignore[assignment]
utf8_charset_qp = Charset.Charset("utf-8")
utf8_charset_qp.body_encoding = Charset.QP

#: Octets in a line, without its end (RFC 5322, section 2.1.1).
RFC5322_EMAIL_LINE_LENGTH_LIMIT = 998

#: The headers whose values are addresses, in lower case.
ADDRESS_HEADERS = {
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "resent-from",
    "resent-sender",
    "resent-to",
    "resent-cc",
    "resent-bcc",
}


# SECURITY: what `email` takes for the end of a line, and writes as one: form feeds, too, would end
# the headers (and take the rest of them for the text of the mail).
_line_breaks = late_pattern("[\n\r\v\f\x1c-\x1e]")


class BadHeaderError(ValueError):
    """A header's value contains a line break."""


def forbid_multi_line_headers(name: str, val: Any, encoding: str | None) -> tuple[str, str]:
    """A header's name and its value in ASCII; BadHeaderError if there is a line break in it."""
    encoding = encoding or settings.DEFAULT_CHARSET
    text = str(val)
    if _line_breaks.search(text):
        raise BadHeaderError(
            f"Header values can't contain newlines (got {text!r} for header {name!r})"
        )
    if not text.isascii():
        if name.lower() in ADDRESS_HEADERS:
            addresses = getaddresses((text,))
            text = ", ".join(sanitize_address(address, encoding) for address in addresses)
        else:
            text = Header(text, encoding).encode()
    elif name.lower() == "subject":
        text = Header(text).encode()
    return name, text


def sanitize_address(addr: str | tuple[str, str], encoding: str) -> str:
    """An address, given as text or as ``(name, address)``, in ASCII; ValueError if it is none."""
    if isinstance(addr, tuple):
        name, address = addr
        local_part, domain = address.rsplit("@", 1)
    else:
        name, local_part, domain = _parse_address(addr)
    parts = name + local_part + domain
    if _line_breaks.search(parts):
        raise ValueError("Invalid address; address parts cannot contain newlines.")
    if not name.isascii():
        name = Header(name, encoding).encode()
    if not local_part.isascii():
        local_part = Header(local_part, encoding).encode()
    address = Address(username=local_part, domain=punycode(domain)).addr_spec
    return formataddr((name, address))


def _parse_address(addr: str) -> tuple[str, str, str]:
    """The display name, the local part and the domain of an address."""
    try:
        token, rest = get_mailbox(addr)
    except (HeaderParseError, ValueError, IndexError):
        raise ValueError(f'Invalid address "{addr}"')
    if rest:
        raise ValueError(f'Invalid address; only {token} could be parsed from "{addr}"')
    return token.display_name or "", token.local_part, token.domain or ""


class MIMEMixin(Message):
    """Makes text of a part, leaving lines that begin with "From " alone."""

    def as_string(  # type: ignore[override]
        self, unixfrom: bool = False, linesep: str = "\n"
    ) -> str:
        """The whole part as text."""
        fp = StringIO()
        g = generator.Generator(fp, mangle_from_=False)
        g.flatten(self, unixfrom=unixfrom, linesep=linesep)
        return fp.getvalue()

    def as_bytes(  # type: ignore[override]
        self, unixfrom: bool = False, linesep: str = "\n"
    ) -> bytes:
        """The whole part as bytes."""
        fp = BytesIO()
        g = generator.BytesGenerator(fp, mangle_from_=False)
        g.flatten(self, unixfrom=unixfrom, linesep=linesep)
        return fp.getvalue()


class SafeMIMEMessage(MIMEMixin, MIMEMessage):
    """A message within a message."""

    def __setitem__(self, name: str, val: Any) -> None:
        # A part of type message/rfc822 is ASCII.
        name, val = forbid_multi_line_headers(name, val, "ascii")
        MIMEMessage.__setitem__(self, name, val)


class SafeMIMEText(MIMEMixin, MIMEText):
    """A text."""

    def __init__(self, _text: str, _subtype: str = "plain", _charset: str | None = None) -> None:
        self.encoding = _charset
        MIMEText.__init__(self, _text, _subtype=_subtype, _charset=_charset)

    def __setitem__(self, name: str, val: Any) -> None:
        name, val = forbid_multi_line_headers(name, val, self.encoding)
        MIMEText.__setitem__(self, name, val)

    def set_payload(self, payload: Any, charset: Any = None) -> None:
        """Set the text; one with lines longer than allowed becomes quoted-printable."""
        if charset == "utf-8" and not isinstance(charset, Charset.Charset):
            has_long_lines = any(
                len(line.encode(errors="surrogateescape")) > RFC5322_EMAIL_LINE_LENGTH_LIMIT
                for line in payload.splitlines()
            )
            charset = utf8_charset_qp if has_long_lines else utf8_charset
        MIMEText.set_payload(self, payload, charset=charset)


class SafeMIMEMultipart(MIMEMixin, MIMEMultipart):
    """Several parts."""

    def __init__(
        self,
        _subtype: str = "mixed",
        boundary: str | None = None,
        _subparts: Any = None,
        encoding: str | None = None,
        **_params: Any,
    ) -> None:
        self.encoding = encoding
        MIMEMultipart.__init__(self, _subtype, boundary, _subparts, **_params)

    def __setitem__(self, name: str, val: Any) -> None:
        name, val = forbid_multi_line_headers(name, val, self.encoding)
        MIMEMultipart.__setitem__(self, name, val)


publish(__name__, "core.mail.message")
