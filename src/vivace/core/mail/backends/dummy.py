"""Mail that goes nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vivace.core.mail.backends.base import BaseEmailBackend

__all__ = [
    "BaseEmailBackend",
    "EmailBackend",
]


class EmailBackend(BaseEmailBackend):
    """Does nothing with messages but count them."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        return len(list(email_messages))
