"""The body of a WSGI request, as its specification wants it: PEP 3333, "Input and Error Streams".

COMPAT: the engine's own stream loses line ends, and what follows the last of them; it gives at least
as much as is asked for, and says of a body that was cut short that it was empty. This one reads it in
blocks, and raises ``OSError`` for a body that is too long, or shorter than it was announced.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vivace.server.patience import BLOCK, Patience


class Body:
    """Up to `length` bytes of `stream` (None: to its end), at most `most` (0: any number)."""

    def __init__(
        self,
        stream: Any,
        length: int | None,
        most: int = 0,
        address: str = "",
        patience: Patience | None = None,
    ) -> None:
        self._stream = stream
        self._left = length
        self._most = most
        self._patience = patience
        self._taken = 0
        self._buffer = b""
        self._ended = length == 0
        self.address = address
        self.since = 0.0

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes; all there are if it is negative."""
        parts = [self._buffer]
        missing = None if size is None or size < 0 else size - len(self._buffer)
        while not self._ended and (missing is None or missing > 0):
            part = self._block(BLOCK if missing is None else min(missing, BLOCK))
            parts.append(part)
            if missing is not None:
                missing -= len(part)
        data = b"".join(parts)
        if size is None or size < 0:
            self._buffer = b""
            return data
        self._buffer = data[size:]
        return data[:size]

    def readline(self, size: int | None = -1) -> bytes:
        """Up to the next line feed, which is included."""
        most = -1 if size is None or size < 0 else size
        # SECURITY: a line may be as long as the body; each byte of it is looked at and copied once.
        parts: list[bytes] = []
        gathered = 0
        part = self._buffer
        while True:
            end = part.find(b"\n") + 1
            if 0 <= most < gathered + (end or len(part)):
                end = most - gathered
                break
            if end or self._ended or gathered + len(part) == most:
                end = end or len(part)
                break
            parts.append(part)
            gathered += len(part)
            # Of a long line more at once; what is left of a piece is copied for each short one.
            part = self._block(min(8192, 1024 + gathered))
        self._buffer = part[end:]
        parts.append(part[:end])
        return b"".join(parts)

    def readlines(self, hint: int | None = -1) -> list[bytes]:
        """The lines that are left; once they are `hint` bytes together, no more."""
        lines: list[bytes] = []
        total = 0
        for line in self:
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _block(self, size: int) -> bytes:
        """About `size` bytes that the client sends."""
        if self._left is not None:
            size = min(size, self._left)
        data = self._wait(size)
        self._taken += len(data)
        if len(data) < size:
            self._ended = True
        if self._left is not None:
            self._left -= len(data)
            if self._ended and self._left > 0:
                raise OSError("The client left before the body was complete.")
            self._ended = self._left <= 0
        if self._most and self._taken > self._most:
            self._ended = True
            raise OSError("The body of the request is too large.")
        return data

    def _wait(self, size: int) -> bytes:
        patience = self._patience
        if patience is None:
            data: bytes = self._stream.read(size)
            return data
        self.since = patience.clock()
        patience.waiting.add(self)
        try:
            data = self._stream.read(size)
            return data
        finally:
            patience.waiting.discard(self)
