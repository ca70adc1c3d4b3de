"""The interface of mail backends."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

__all__ = [
    "BaseEmailBackend",
]


class BaseEmailBackend:
    """Base of mail backends: subclasses override `send_messages`, and what of the rest they need.

    With `fail_silently` errors in sending are not raised.
    """

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        self.fail_silently = fail_silently

    def open(self) -> bool | None:
        """Open a connection; whether a new one was opened, None if that failed silently."""
        return None

    def close(self) -> None:
        """Close the connection."""

    def __enter__(self) -> Self:
        try:
            self.open()
        except Exception:
            self.close()
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def send_messages(self, email_messages: Sequence[Any]) -> int | None:
        """Send the messages; how many were sent."""
        raise NotImplementedError(
            "subclasses of BaseEmailBackend must override send_messages() method"
        )
