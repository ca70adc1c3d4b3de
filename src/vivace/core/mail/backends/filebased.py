"""Mail that is written to files, one for each connection."""

from __future__ import annotations

import datetime
import os
from typing import Any

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.core.mail.backends.console import EmailBackend as ConsoleEmailBackend

__all__ = [
    "ConsoleEmailBackend",
    "EmailBackend",
    "ImproperlyConfigured",
    "settings",
]


class EmailBackend(ConsoleEmailBackend):
    """Writes messages to a file in the directory `file_path`, or EMAIL_FILE_PATH."""

    def __init__(
        self, *args: Any, file_path: str | os.PathLike[str] | None = None, **kwargs: Any
    ) -> None:
        self._fname: str | None = None
        if file_path is None:
            file_path = settings.EMAIL_FILE_PATH
        self.file_path = os.path.abspath(file_path)
        try:
            os.makedirs(self.file_path, exist_ok=True)
        except FileExistsError:
            raise ImproperlyConfigured(
                f"Path for saving email messages exists, but is not a directory: {self.file_path}"
            )
        except OSError as error:
            raise ImproperlyConfigured(
                f"Could not create directory for saving email messages: {self.file_path} ({error})"
            )
        if not os.access(self.file_path, os.W_OK):
            raise ImproperlyConfigured(f"Could not write to directory: {self.file_path}")
        # The stream is opened when there is something to write.
        kwargs["stream"] = None
        super().__init__(*args, **kwargs)

    def write_message(self, message: Any) -> None:
        """Write one message, and a line of dashes."""
        self.stream.write(message.message().as_bytes() + b"\n")
        self.stream.write(b"-" * 79)
        self.stream.write(b"\n")

    def _get_filename(self) -> str:
        """The path of this connection's file."""
        if self._fname is None:
            timestamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
            self._fname = os.path.join(self.file_path, f"{timestamp}-{abs(id(self))}.log")
        return self._fname

    def open(self) -> bool:
        if self.stream is None:
            self.stream = open(self._get_filename(), "ab")  # noqa: SIM115
            return True
        return False

    def close(self) -> None:
        try:
            if self.stream is not None:
                self.stream.close()
        finally:
            self.stream = None
