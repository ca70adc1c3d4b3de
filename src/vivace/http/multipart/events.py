"""Splitting a multipart body (RFC 7578, RFC 2046) into parts while it arrives.

Takes bytes, gives events, does no I/O. The rules, which are those that clients of Django's servers have
come to rely on, and wider than the RFC's:

* The delimiter is ``--`` and the boundary, wherever it stands. One line end before it belongs to it:
  CRLF, or LF or CR alone.
* What is between two delimiters is a piece. Up to the first empty line it is a header block, the rest
  is the body. A piece without an empty line has no meaning, and what comes before the first delimiter
  and after the last is a piece like any other.
* A body that ends too soon is a body that ends there.

SECURITY: each byte is looked at a bounded number of times, every call of `feed` uses up all it was
given (CVE-2022-23833), and what is kept back is at most a header block or a delimiter.
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["END", "MAX_TOTAL_HEADER_SIZE", "HeadersTooLarge", "PartSplitter"]

# A header block, with the empty line that ends it, is at most this long, in bytes.
MAX_TOTAL_HEADER_SIZE = 1024

END = object()

_EMPTY_LINE = b"\r\n\r\n"


class HeadersTooLarge(Exception):
    """A piece has no empty line in its first bytes."""


class PartSplitter:
    """Gives, for each piece: its header block as ``(block,)``, then bytes of its body, then `END`.

    The block of a piece without headers is None, and no bytes follow it.
    """

    def __init__(self, boundary: bytes) -> None:
        self._delimiter = b"--" + boundary
        self._kept = b""
        self._in_body = False

    def feed(
        self, data: bytes, last: bool = False
    ) -> Iterator[tuple[bytes | None] | bytes | object]:
        """The events that `data`, the next bytes, bring about; `last` says that none come after.

        Must be iterated to its end before it is called again.
        """
        if self._kept:
            data = self._kept + data
        delimiter = self._delimiter
        length = len(data)
        start = 0
        while True:
            found = data.find(delimiter, start)
            if found >= 0:
                # The line end before the delimiter is not the part's.
                stop = found
                if stop > start and data[stop - 1] == 10:
                    stop -= 1
                if stop > start and data[stop - 1] == 13:
                    stop -= 1
            elif last:
                stop = length
            else:
                # A line end and all but the last byte of a delimiter may be at the end.
                stop = length - len(delimiter) - 1
            if not self._in_body:
                body = self._body_start(data, start, stop)
                if body < 0:
                    if found < 0:
                        if last and start < length:
                            yield (None,)
                            yield END
                        break
                    yield (None,)
                    yield END
                    start = found + len(delimiter)
                    continue
                yield (data[start : body - 4],)
                self._in_body = True
                start = body
            if stop > start:
                yield data[start:stop]
            if found < 0:
                if last:
                    yield END
                else:
                    start = max(start, stop)
                break
            yield END
            self._in_body = False
            start = found + len(delimiter)
        self._kept = b"" if last else data[start:]

    def _body_start(self, data: bytes, start: int, stop: int) -> int:
        """Where the body of the piece at `start` begins; -1 when there is no header block (yet)."""
        limit = start + MAX_TOTAL_HEADER_SIZE
        empty_line = data.find(_EMPTY_LINE, start, min(max(stop, start), limit))
        if empty_line >= 0:
            return empty_line + 4
        if stop >= limit:
            raise HeadersTooLarge
        return -1
