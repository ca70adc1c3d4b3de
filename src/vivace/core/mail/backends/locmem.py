"""Mail that is kept in ``vivace.core.mail.outbox``, for tests."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from vivace.core import mail
from vivace.core.mail.backends.base import BaseEmailBackend

__all__ = [
    "BaseEmailBackend",
    "EmailBackend",
]


class EmailBackend(BaseEmailBackend):
    """Appends a copy of each message to the outbox, which is made if it is not there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not hasattr(mail, "outbox"):
            mail.outbox = []

    def send_messages(self, messages: Iterable[Any]) -> int:
        count = 0
        for message in messages:
            # A bad header must fail here as it would when the message is really sent.
            message.message()
            mail.outbox.append(copy.deepcopy(message))
            count += 1
        return count
