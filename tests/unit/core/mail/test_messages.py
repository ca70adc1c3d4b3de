"""Messages in MIME; what is expected here is what Django sends."""

from __future__ import annotations

import email
from email import policy
from email.mime.base import MIMEBase
from pathlib import Path
from typing import Any

import pytest

from settings_layer import changed
from vivace.core.mail import (
    BadHeaderError,
    EmailAlternative,
    EmailAttachment,
    EmailMessage,
    EmailMultiAlternatives,
    SafeMIMEMultipart,
    SafeMIMEText,
    forbid_multi_line_headers,
)
from vivace.core.mail.message import sanitize_address


def parse(message: EmailMessage) -> Any:
    return email.message_from_bytes(message.message().as_bytes(), policy=policy.default)


def test_plain_message() -> None:
    headers = {"Date": "today", "Message-ID": "<1@x>", "X-Y": "z"}
    message = EmailMessage("S", "B\nFrom here\n", "f@x.com", ["t@x.com"], headers=headers)
    assert message.message().as_string() == (
        'Content-Type: text/plain; charset="utf-8"\n'
        "MIME-Version: 1.0\n"
        "Content-Transfer-Encoding: 7bit\n"
        "Subject: S\nFrom: f@x.com\nTo: t@x.com\n"
        "Date: today\nMessage-ID: <1@x>\nX-Y: z\n"
        "\nB\nFrom here\n"
    )


def test_text_beyond_ascii() -> None:
    message = EmailMessage("é", "é", "Fé <f@x.com>", ["Té <t@x.com>", "a@日.com"], cc=["c@x.com"])
    mime = message.message()
    assert mime["Subject"] == "=?utf-8?b?w6k=?="
    assert mime["From"] == "=?utf-8?b?RsOp?= <f@x.com>"
    assert mime["To"] == "=?utf-8?b?VMOp?= <t@x.com>, a@xn--wgv.com"
    assert mime["Content-Transfer-Encoding"] == "8bit"
    assert mime.as_bytes().endswith("\n\né".encode())


def test_other_encodings() -> None:
    message = EmailMessage("é", "é", to=["t@x.com"])
    message.encoding = "iso-8859-1"
    assert message.message()["Subject"] == "=?iso-8859-1?q?=E9?="
    assert message.message().as_bytes().endswith(b"\n\n=E9")
    with changed(DEFAULT_CHARSET="iso-8859-1"):
        assert EmailMessage("é").message()["Subject"] == "=?iso-8859-1?q?=E9?="


def test_long_lines_become_quoted_printable() -> None:
    mime = EmailMessage("S", "b" * 999).message()
    assert mime["Content-Transfer-Encoding"] == "quoted-printable"
    assert all(len(line) <= 998 for line in mime.as_bytes().splitlines())
    assert EmailMessage("S", "b" * 998).message()["Content-Transfer-Encoding"] == "7bit"


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        ({"subject": "a\nb"}, "Subject", "a\nb"),
        ({"subject": "a\rb"}, "Subject", "a\rb"),
        ({"to": ["a@x.com\nBcc: c@x.com"]}, "To", "a@x.com\nBcc: c@x.com"),
        ({"cc": ["a@x.com\r\n"]}, "Cc", "a@x.com\r\n"),
        ({"reply_to": ["a@x.com\n"]}, "Reply-To", "a@x.com\n"),
        ({"from_email": "a@x.com\n"}, "From", "a@x.com\n"),
        ({"headers": {"X": "a\r\nb"}}, "X", "a\r\nb"),
        ({"headers": {"Date": "a\nb"}}, "Date", "a\nb"),
    ],
)
@pytest.mark.parametrize("kind", [EmailMessage, EmailMultiAlternatives])
def test_headers_cannot_be_injected(kind: Any, options: Any, name: str, value: str) -> None:
    message = kind(**options)
    message.attach("a.txt", "x")
    with pytest.raises(BadHeaderError) as caught:
        message.message()
    expected = f"Header values can't contain newlines (got {value!r} for header {name!r})"
    assert str(caught.value) == expected
    for part in (SafeMIMEText("x"), SafeMIMEMultipart()):
        with pytest.raises(BadHeaderError):
            part[name] = value


@pytest.mark.parametrize("character", "\v\f\x1c\x1d\x1e")
@pytest.mark.parametrize("start", ["Hi", "é"])
def test_what_ends_a_line_for_mail_is_a_line_break(character: str, start: str) -> None:
    """A form feed in a subject would end the headers, and what follows be the text of the mail."""
    text = f"{start}{character}{character}Click here"
    address = f"{text} <a@x.com>"
    for options in (
        {"subject": text},
        {"from_email": address},
        {"to": [address]},
        {"cc": [address]},
        {"reply_to": [address]},
        {"headers": {"X": text}},
    ):
        with pytest.raises(BadHeaderError, match="Header values can't contain newlines"):
            EmailMessage(**options).message()
    with pytest.raises(ValueError, match="address parts cannot contain newlines"):
        sanitize_address((text, "a@x.com"), "utf-8")
    message = EmailMessage()
    message.attach(f"{text}.txt", "x", "text/plain")
    if start == "Hi":
        with pytest.raises(BadHeaderError):
            message.message()


@pytest.mark.parametrize("text", ["Hi\x85\x85Click", "Hi\u2028\u2029Click", "Hi\x1f\x00there"])
def test_other_separators_end_no_header(text: str) -> None:
    message = EmailMessage(text, "Body", f"{text} <f@x.com>", [f"{text} <t@x.com>"])
    read = email.message_from_bytes(message.message().as_bytes())
    assert read.get_payload() == "Body"
    assert read.defects == []
    assert read["To"].endswith("<t@x.com>")


def test_given_headers_replace_those_made() -> None:
    headers = {"From": "h@x.com", "To": "other@x.com", "Reply-To": "r@x.com", "Cc": "hc@x.com"}
    message = EmailMessage("S", "B", "f@x.com", ["t@x.com"], reply_to=["i@x.com"], headers=headers)
    mime = message.message()
    for name, value in headers.items():
        assert mime.get_all(name) == [value]
    assert message.recipients() == ["t@x.com"]


def test_recipients() -> None:
    message = EmailMessage(to=["a@x.com", ""], cc=["b@x.com"], bcc=["c@x.com"])
    assert message.recipients() == ["a@x.com", "b@x.com", "c@x.com"]
    assert "bcc" not in message.message()
    for name in ("to", "cc", "bcc", "reply_to"):
        with pytest.raises(TypeError, match=f'"{name}" argument must be a list or tuple'):
            EmailMessage(**{name: "a@x.com"})  # type: ignore[arg-type]


def test_attachments_and_their_types(tmp_path: Path) -> None:
    message = EmailMessage("S", "B", attachments=[("c.txt", "c", "text/plain"), ("d.txt", "d")])
    message.attach("e.txt", b"\xff\xfe")
    message.attach("f.pdf", b"%PDF")
    message.attach("noext", b"abc")
    (tmp_path / "g.txt").write_text("é", encoding="utf-8")
    message.attach_file(tmp_path / "g.txt")
    message.attach_file(str(tmp_path / "g.txt"), "application/x-own")
    assert message.attachments == [
        EmailAttachment("c.txt", "c", "text/plain"),
        EmailAttachment("d.txt", "d", "text/plain"),
        EmailAttachment("e.txt", b"\xff\xfe", "application/octet-stream"),
        EmailAttachment("f.pdf", b"%PDF", "application/pdf"),
        EmailAttachment("noext", b"abc", "application/octet-stream"),
        EmailAttachment("g.txt", "é", "text/plain"),
        EmailAttachment("g.txt", "é".encode(), "application/x-own"),
    ]
    body, *parts = parse(message).iter_parts()
    assert body.get_content() == "B"
    assert [part.get_filename() for part in parts] == [
        *("c.txt", "d.txt", "e.txt", "f.pdf", "noext", "g.txt", "g.txt")
    ]
    assert parts[3].get_content() == b"%PDF"
    assert parts[5].get_content().strip() == "é"


def test_attachment_with_a_name_beyond_ascii() -> None:
    message = EmailMessage("S", "B")
    message.attach("é.txt", "x")
    assert "filename*=utf-8''%C3%A9.txt" in message.message().as_string()
    assert [part.get_filename() for part in parse(message).iter_attachments()] == ["é.txt"]


def test_mime_parts_are_attached_as_they_are() -> None:
    part = MIMEBase("image", "png")
    part.set_payload("abc")
    message = EmailMessage("S", "B", attachments=[part])
    assert message.message().get_payload()[1] is part
    for extra in ({"content": "x"}, {"mimetype": "a/b"}):
        with pytest.raises(ValueError, match="content and mimetype must not be given when"):
            message.attach(part, **extra)
    with pytest.raises(ValueError, match=r"content must be provided\."):
        message.attach("name")


@pytest.mark.parametrize("form", ["object", "mime", "text"])
def test_messages_within_messages(form: str) -> None:
    inner = EmailMessage("Inner", "ib", "i@x.com", ["j@x.com"])
    forms: dict[str, Any] = {
        "object": inner,
        "mime": inner.message(),
        "text": "Subject: Inner\n\nib",
    }
    message = EmailMessage("S", "B")
    message.attach("in.eml", forms[form], "message/rfc822")
    (attached,) = parse(message).iter_attachments()
    assert attached.get_content()["Subject"] == "Inner"
    assert "base64" not in message.message().as_string()


def test_alternatives() -> None:
    message = EmailMultiAlternatives("S", "text", alternatives=[("<b>h</b>", "text/html")])
    message.attach_alternative("{}", "application/json")
    assert message.alternatives == [
        EmailAlternative("<b>h</b>", "text/html"),
        EmailAlternative("{}", "application/json"),
    ]
    mime = parse(message)
    assert mime.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in mime.iter_parts()]
    assert kinds == ["text/plain", "text/html", "application/json"]
    message.attach("a.txt", "x")
    mixed = parse(message)
    assert mixed.get_content_type() == "multipart/mixed"
    assert mixed.get_payload(0).get_content_type() == "multipart/alternative"
    for content, mimetype in ((None, "text/html"), ("x", None)):
        with pytest.raises(ValueError, match=r"Both content and mimetype must be provided\."):
            message.attach_alternative(content, mimetype)  # type: ignore[arg-type]


def test_body_contains() -> None:
    message = EmailMultiAlternatives("S", "text here", alternatives=[("<b>text</b>", "text/html")])
    message.attach_alternative("{}", "application/json")
    assert message.body_contains("text")
    assert not message.body_contains("here")
    assert not message.body_contains("<b>")


@pytest.mark.parametrize(
    ("address", "ascii_form"),
    [
        ("A <a@x.com>", "A <a@x.com>"),
        (("A", "a@x.com"), "A <a@x.com>"),
        ("é <a@x.com>", "=?utf-8?b?w6k=?= <a@x.com>"),
        ("é@x.com", "=?utf-8?b?w6k=?=@x.com"),
        ("a@é.com", "a@xn--9ca.com"),
        ("a b@x.com", '"a b"@x.com'),
        ("x", "x"),
        ("a b", '"a b"'),
    ],
)
def test_sanitize_address(address: Any, ascii_form: str) -> None:
    assert sanitize_address(address, "utf-8") == ascii_form


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", 'Invalid address ""'),
        ("a@b@c", 'Invalid address "a@b@c"'),
        (
            "a@x.com, b@x.com",
            'Invalid address; only a@x.com could be parsed from "a@x.com, b@x.com"',
        ),
        ("A\nB <a@x.com>", "Invalid address; address parts cannot contain newlines."),
        (("A\n", "a@x.com"), "Invalid address; address parts cannot contain newlines."),
    ],
)
def test_addresses_refused(address: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        sanitize_address(address, "utf-8")
    assert str(caught.value) == message


def test_forbid_multi_line_headers() -> None:
    assert forbid_multi_line_headers("To", "é <a@x.com>, b@x.com", "utf-8") == (
        "To",
        "=?utf-8?b?w6k=?= <a@x.com>, b@x.com",
    )
    assert forbid_multi_line_headers("X", "é", "iso-8859-1") == ("X", "=?iso-8859-1?q?=E9?=")


def test_date_is_local_or_utc() -> None:
    with changed(EMAIL_USE_LOCALTIME=False):
        assert EmailMessage().message()["Date"].endswith("-0000")
    with changed(EMAIL_USE_LOCALTIME=True):
        assert not EmailMessage().message()["Date"].endswith("-0000")
