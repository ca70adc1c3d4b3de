"""The functions that send, and the backends they send through."""

from __future__ import annotations

import io
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from settings_layer import changed
from vivace.core import mail
from vivace.core.exceptions import ImproperlyConfigured
from vivace.core.mail import DNS_NAME, BadHeaderError, EmailMessage, get_connection
from vivace.core.mail.backends.base import BaseEmailBackend
from vivace.core.mail.backends.smtp import EmailBackend as SMTPBackend

BACKENDS = "vivace.core.mail.backends."
DASHES = "-" * 79


@pytest.fixture
def outbox() -> Iterator[list[EmailMessage]]:
    with changed(EMAIL_BACKEND=BACKENDS + "locmem.EmailBackend"):
        mail.outbox = []
        yield mail.outbox


def test_send_mail(outbox: list[Any]) -> None:
    assert mail.send_mail("S", "B", None, ["t@x.com"], html_message="<b>") == 1
    assert mail.send_mail("S", "B", "f@x.com", []) == 0
    (sent,) = outbox
    assert (sent.subject, sent.body, sent.from_email, sent.to) == (
        *("S", "B", "webmaster@localhost"),
        ["t@x.com"],
    )
    assert sent.alternatives == [("<b>", "text/html")]
    with pytest.raises(BadHeaderError):
        mail.send_mail("S\n", "B", None, ["t@x.com"])
    assert len(outbox) == 1


def test_send_mass_mail(outbox: list[Any]) -> None:
    data = [(subject, "B", "f@x.com", ["t@x.com"]) for subject in ("1", "2")]
    assert mail.send_mass_mail(data) == 2
    assert [message.subject for message in outbox] == ["1", "2"]
    assert outbox[0].connection is not None


def test_admins_and_managers(outbox: list[Any]) -> None:
    with changed(ADMINS=[("A", "a@x.com"), ("B", "b@x.com")], MANAGERS=[]):
        mail.mail_admins("Sub", "Body", html_message="<p>")
        mail.mail_managers("Sub", "Body")
    with changed(MANAGERS=[("M", "m@x.com")], EMAIL_SUBJECT_PREFIX="[P] ", SERVER_EMAIL="s@x.com"):
        mail.mail_managers("Sub", "Body")
    first, second = outbox
    assert (first.subject, first.from_email) == ("[Django] Sub", "root@localhost")
    assert first.to == ["a@x.com", "b@x.com"]
    assert (second.subject, second.from_email, second.to) == ("[P] Sub", "s@x.com", ["m@x.com"])


@pytest.mark.parametrize("value", [["a@x.com"], "a@x.com", [("A",)], [("A", "b", "c")]])
def test_admins_must_be_pairs(outbox: list[Any], value: Any) -> None:
    message = r"^The ADMINS setting must be a list of 2-tuples\.$"
    with changed(ADMINS=value), pytest.raises(ValueError, match=message):
        mail.mail_admins("s", "b")


def test_outbox_holds_copies(outbox: list[Any]) -> None:
    message = EmailMessage("S", "B", to=["t@x.com"])
    message.send()
    message.subject = "changed"
    message.extra_headers["X"] = "1"
    assert (outbox[0].subject, outbox[0].extra_headers) == ("S", {})


def test_get_connection() -> None:
    with changed(EMAIL_BACKEND=BACKENDS + "dummy.EmailBackend"):
        assert get_connection(fail_silently=True).fail_silently is True
        assert get_connection().send_messages([1, 2]) == 2
    with pytest.raises(ImportError, match="x doesn't look like a module path"):
        get_connection("x")


def test_console() -> None:
    stream = io.StringIO()
    connection = get_connection(BACKENDS + "console.EmailBackend", stream=stream)
    assert connection.send_messages([]) is None
    assert connection.send_messages([EmailMessage("S", "Bé", to=["t@x.com"])]) == 1
    assert stream.getvalue().endswith(f"\n\nBé\n{DASHES}\n")


def test_console_failures() -> None:
    broken = EmailMessage("S\n", to=["t@x.com"])
    path = BACKENDS + "console.EmailBackend"
    with pytest.raises(BadHeaderError):
        get_connection(path, stream=io.StringIO()).send_messages([broken])
    silent = get_connection(path, fail_silently=True, stream=io.StringIO())
    assert silent.send_messages([broken]) == 0


def test_files(tmp_path: Path) -> None:
    path = BACKENDS + "filebased.EmailBackend"
    directory = tmp_path / "a" / "b"
    with changed(EMAIL_FILE_PATH=str(directory)):
        connection = get_connection(path)
    assert connection.send_messages([EmailMessage("1", "é"), EmailMessage("2", "B")]) == 2
    connection.send_messages([EmailMessage("3")])
    (file,) = directory.iterdir()
    assert file.read_bytes().count(DASHES.encode() + b"\n") == 3
    assert "é".encode() in file.read_bytes()
    (tmp_path / "file").write_text("")
    with pytest.raises(ImproperlyConfigured) as caught:
        get_connection(path, file_path=tmp_path / "file")
    assert str(caught.value) == (
        f"Path for saving email messages exists, but is not a directory: {tmp_path / 'file'}"
    )


def test_base_backend() -> None:
    with pytest.raises(NotImplementedError, match="subclasses of BaseEmailBackend must override"):
        BaseEmailBackend().send_messages([])

    class Failing(BaseEmailBackend):
        closed = False

        def open(self) -> None:
            raise OSError

        def close(self) -> None:
            self.closed = True

    backend = Failing()
    with pytest.raises(OSError), backend:
        pass
    assert backend.closed


class SMTPHandler(socketserver.StreamRequestHandler):
    """Enough of RFC 5321 to take a message."""

    def handle(self) -> None:
        server: Any = self.server
        server.connections += 1
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline().strip():
            server.commands.append(line)
            verb = line.split()[0].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                data = b""
                while not data.endswith(b"\r\n.\r\n"):
                    data += self.rfile.readline()
                server.messages.append(data)
            elif verb == b"EHLO":
                self.wfile.write(b"250-here\r\n")
                self.wfile.write(b"250-AUTH PLAIN\r\n250 SIZE 100000\r\n")
                continue
            if verb == b"AUTH":
                self.wfile.write(b"235 welcome\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            elif verb == b"RCPT" and b"refused" in line:
                self.wfile.write(b"550 no such user\r\n")
            else:
                self.wfile.write(b"250 fine\r\n")


@pytest.fixture
def server() -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), SMTPHandler) as found:
        smtp: Any = found
        smtp.daemon_threads = True
        smtp.commands, smtp.messages, smtp.connections = [], [], 0
        thread = threading.Thread(target=smtp.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield smtp
        smtp.shutdown()
        thread.join()


def connect(server: Any, **options: Any) -> SMTPBackend:
    host, port = server.server_address
    return SMTPBackend(host=host, port=port, **options)


def test_smtp_sends_all_over_one_connection(server: Any) -> None:
    messages = [
        EmailMessage("1", "é\n.dot", "Fé <f@x.com>", ["Té <t@é.com>"], bcc=["b@x.com"]),
        EmailMessage("2", "B", to=[]),
        EmailMessage("3", "B", to=["t@x.com"]),
    ]
    assert connect(server).send_messages(messages) == 2
    assert server.connections == 1
    # Commands have no case, and Python writes them as it likes.
    commands = [line.lower() for line in server.commands]
    assert f"ehlo {DNS_NAME}".lower().encode() in commands
    assert any(line.startswith(b"mail from:<f@x.com>") for line in commands)
    recipients = [line for line in commands if line.startswith(b"rcpt")]
    assert recipients == [b"rcpt to:<t@xn--9ca.com>", b"rcpt to:<b@x.com>", b"rcpt to:<t@x.com>"]
    assert b"\r\n\r\n\xc3\xa9\r\n..dot\r\n.\r\n" in server.messages[0]
    assert b"b@x.com" not in server.messages[0]


def test_smtp_login_and_reuse(server: Any) -> None:
    with connect(server, username="u", password="p", timeout=5) as backend:
        assert backend.open() is False
        backend.send_messages([EmailMessage(to=["t@x.com"])])
        assert backend.connection is not None
        backend.send_messages([EmailMessage(to=["t@x.com"])])
    assert backend.connection is None
    assert server.connections == 1
    assert sum(line.startswith(b"AUTH") for line in server.commands) == 1
    assert backend.send_messages([]) == 0


def test_smtp_refusals(server: Any) -> None:
    message = EmailMessage("S", "B", to=["refused@x.com"])
    with pytest.raises(OSError, match=r"refused@x\.com"):
        connect(server).send_messages([message])
    assert connect(server, fail_silently=True).send_messages([message]) == 0


def test_cve_2026_7666_nothing_is_sent_in_the_clear_where_encryption_was_asked_for(
    server: Any,
) -> None:
    """The server offers no STARTTLS: nothing may go out in the clear, silently or not."""
    message = EmailMessage("S", "secret", to=["t@x.com"])
    with pytest.raises(OSError, match="STARTTLS"):
        connect(server, use_tls=True).send_messages([message])
    silent = connect(server, use_tls=True, fail_silently=True)
    assert silent.send_messages([message]) == 0
    assert silent.connection is None
    assert silent.send_messages([message]) == 0
    assert server.messages == []


def test_smtp_settings() -> None:
    with changed(EMAIL_HOST="h", EMAIL_PORT=7, EMAIL_HOST_USER="u", EMAIL_HOST_PASSWORD="p"):
        backend = SMTPBackend()
        assert (backend.host, backend.port, backend.username, backend.password) == (
            "h",
            7,
            "u",
            "p",
        )
        assert SMTPBackend(username="", password="").username == ""
    with pytest.raises(ValueError, match="EMAIL_USE_TLS/EMAIL_USE_SSL are mutually exclusive"):
        SMTPBackend(use_tls=True, use_ssl=True)


def test_smtp_server_that_is_not_there() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), SMTPHandler) as taken:
        port = taken.server_address[1]
    with pytest.raises(OSError):
        SMTPBackend(host="127.0.0.1", port=port).open()
    assert SMTPBackend(host="127.0.0.1", port=port, fail_silently=True).open() is None
