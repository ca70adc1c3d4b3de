"""A stream that ends where a declared length says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vivace.utils.naming import publish

__all__ = ["LimitedStream"]


class LimitedStream:
    """The first `limit` bytes of `stream`, which may not end there and would keep a reader waiting.

    `left` are the bytes that were not read yet.
    """

    __slots__ = ("_stream", "closed", "left")

    def __init__(self, stream: Any, limit: int) -> None:
        self._stream = stream
        self.left = limit
        self.closed = False

    def read(self, size: int | None = -1, /) -> bytes:
        """At most `size` bytes; all that are left by default. Empty at the end."""
        left = self.left
        if size is None or size < 0 or size > left:
            size = left
        if not size:
            return b""
        data: bytes = self._stream.read(size)
        self.left = left - len(data)
        return data

    def readline(self, size: int | None = -1, /) -> bytes:
        """The rest of the line, of at most `size` bytes. Empty at the end."""
        left = self.left
        if size is None or size < 0 or size > left:
            size = left
        if not size:
            return b""
        line: bytes = self._stream.readline(size)
        self.left = left - len(line)
        return line

    def readlines(self, hint: int | None = -1, /) -> list[bytes]:
        """The lines that are left."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        """Only this is closed; the stream behind it is the server's."""
        self.closed = True


publish(__name__, "core.handlers.wsgi")
