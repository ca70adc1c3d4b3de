"""Mail that is written to a stream, for development."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from typing import Any

from vivace.core.mail.backends.base import BaseEmailBackend

__all__ = [
    "BaseEmailBackend",
    "EmailBackend",
]


class EmailBackend(BaseEmailBackend):
    """Writes messages to `stream`, the standard output if it is not given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.stream = kwargs.pop("stream", sys.stdout)
        self._lock = threading.RLock()
        super().__init__(*args, **kwargs)

    def write_message(self, message: Any) -> None:
        """Write one message, and a line of dashes."""
        msg = message.message()
        charset = msg.get_charset()
        encoding = charset.get_output_charset() if charset else "utf-8"
        self.stream.write(f"{msg.as_bytes().decode(encoding)}\n")
        self.stream.write("-" * 79)
        self.stream.write("\n")

    def send_messages(self, email_messages: Sequence[Any]) -> int | None:
        if not email_messages:
            return None
        count = 0
        with self._lock:
            try:
                stream_created = self.open()
                for message in email_messages:
                    self.write_message(message)
                    # Who watches wants to see the message now.
                    self.stream.flush()
                    count += 1
                if stream_created:
                    self.close()
            except Exception:
                if not self.fail_silently:
                    raise
        return count
