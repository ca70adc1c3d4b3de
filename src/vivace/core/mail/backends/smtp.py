"""Mail that is sent over SMTP (RFC 5321)."""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Sequence
from typing import Any

from vivace.conf import settings
from vivace.core.mail.backends.base import BaseEmailBackend
from vivace.core.mail.message import sanitize_address
from vivace.core.mail.utils import DNS_NAME
from vivace.utils.functional import cached_property

__all__ = [
    "DNS_NAME",
    "BaseEmailBackend",
    "EmailBackend",
    "cached_property",
    "sanitize_address",
    "settings",
]


class EmailBackend(BaseEmailBackend):
    """Sends messages over one connection to `host`; what is not given comes from EMAIL_* settings.

    `use_tls` begins without encryption and then asks for it, `use_ssl` begins with it: ValueError
    for both. `timeout` in seconds.
    """

    def __init__(
        self,
        host: str | None = None,
        port: int | None = None,
        username: str | None = None,
        password: str | None = None,
        use_tls: bool | None = None,
        fail_silently: bool = False,
        use_ssl: bool | None = None,
        timeout: float | None = None,
        ssl_keyfile: str | None = None,
        ssl_certfile: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fail_silently=fail_silently)
        self.host = host or settings.EMAIL_HOST
        self.port = port or settings.EMAIL_PORT
        # An empty name is a choice: no login.
        self.username = settings.EMAIL_HOST_USER if username is None else username
        self.password = settings.EMAIL_HOST_PASSWORD if password is None else password
        self.use_tls = settings.EMAIL_USE_TLS if use_tls is None else use_tls
        self.use_ssl = settings.EMAIL_USE_SSL if use_ssl is None else use_ssl
        self.timeout = settings.EMAIL_TIMEOUT if timeout is None else timeout
        self.ssl_keyfile = settings.EMAIL_SSL_KEYFILE if ssl_keyfile is None else ssl_keyfile
        self.ssl_certfile = settings.EMAIL_SSL_CERTFILE if ssl_certfile is None else ssl_certfile
        if self.use_ssl and self.use_tls:
            raise ValueError(
                "EMAIL_USE_TLS/EMAIL_USE_SSL are mutually exclusive, so only set "
                "one of those settings to True."
            )
        self.connection: Any = None
        self._lock = threading.RLock()

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The class of `connection`."""
        return smtplib.SMTP_SSL if self.use_ssl else smtplib.SMTP

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """How the server is checked, and what is shown to it."""
        if self.ssl_certfile or self.ssl_keyfile:
            ssl_context = ssl.SSLContext(protocol=ssl.PROTOCOL_TLS_CLIENT)
            ssl_context.load_cert_chain(self.ssl_certfile, self.ssl_keyfile)
            return ssl_context
        return ssl.create_default_context()

    def open(self) -> bool | None:
        if self.connection:
            return False
        # The name is given, for smtplib would ask for it, slowly, each time.
        params: dict[str, Any] = {"local_hostname": DNS_NAME.get_fqdn()}
        if self.timeout is not None:
            params["timeout"] = self.timeout
        if self.use_ssl:
            params["context"] = self.ssl_context
        connection = None
        try:
            connection = self.connection_class(self.host, self.port, **params)
            if not self.use_ssl and self.use_tls:
                connection.starttls(context=self.ssl_context)
            if self.username and self.password:
                connection.login(self.username, self.password)
        except Exception as error:
            # SECURITY: a connection that could not be encrypted must not be found and used later.
            if connection is not None:
                connection.close()
            if self.fail_silently and isinstance(error, OSError):
                return None
            raise
        self.connection = connection
        return True

    def close(self) -> None:
        if self.connection is None:
            return
        try:
            try:
                self.connection.quit()
            except (ssl.SSLError, smtplib.SMTPServerDisconnected):
                # The server was first to go, or the encryption failed.
                self.connection.close()
            except smtplib.SMTPException:
                if not self.fail_silently:
                    raise
        finally:
            self.connection = None

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        if not email_messages:
            return 0
        with self._lock:
            new_conn_created = self.open()
            if not self.connection or new_conn_created is None:
                return 0
            try:
                return sum(self._send(message) for message in email_messages)
            finally:
                if new_conn_created:
                    self.close()

    def _send(self, email_message: Any) -> bool:
        """Send one message; whether it was sent."""
        if not email_message.recipients():
            return False
        encoding = email_message.encoding or settings.DEFAULT_CHARSET
        from_email = sanitize_address(email_message.from_email, encoding)
        recipients = [sanitize_address(addr, encoding) for addr in email_message.recipients()]
        message = email_message.message()
        try:
            self.connection.sendmail(from_email, recipients, message.as_bytes(linesep="\r\n"))
        except smtplib.SMTPException:
            if not self.fail_silently:
                raise
            return False
        return True
