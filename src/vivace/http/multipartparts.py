"""The parts of a multipart body: what their headers say, and reading a stream to its end."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from vivace.utils.http import parse_header_parameters

__all__ = [
    "ChunkIter",
    "InputStreamExhausted",
    "MultiPartParserError",
    "PartHeaders",
    "exhaust",
    "read_headers",
]


class MultiPartParserError(Exception):
    """The body is not multipart that can be understood; answered with 400."""


class InputStreamExhausted(Exception):
    """Nothing is left to read."""


class PartHeaders(NamedTuple):
    """What the header block of a part says."""

    name: str | None
    filename: str | None
    base64: bool
    content_type: str
    content_length: int | None
    charset: bytes | None
    extra: dict[str, bytes]
    # A field that is not encoded.
    plain: bool


# PERF: the forms of a site send the same few header blocks over and over.
@lru_cache(maxsize=256)
def read_headers(block: bytes, encoding: str) -> PartHeaders | None:
    """The headers of `block`; None without a Content-Disposition that can be read."""
    headers: dict[str, tuple[str, dict[str, bytes]]] = {}
    for line in block.split(b"\r\n"):
        try:
            main, params = parse_header_parameters(line.decode())
            name, value = main.split(":", 1)
        except (ValueError, LookupError):
            # Not a header; the others may be.
            continue
        headers[name] = (value, {key: text.encode() for key, text in params.items()})
    if "content-disposition" not in headers:
        return None
    disposition = headers["content-disposition"][1]
    field = disposition.get("name")
    filename = disposition.get("filename")
    content_type, extra = headers.get("content-type", ("", {}))
    try:
        content_length = int(headers["content-length"][0])
    except (KeyError, ValueError):
        content_length = None
    is_base64 = headers.get("content-transfer-encoding", ("",))[0].strip() == "base64"
    return PartHeaders(
        None if field is None else field.strip().decode(encoding, "replace"),
        filename.decode(encoding, "replace") if filename else None,
        is_base64,
        content_type.strip(),
        content_length,
        extra.get("charset"),
        extra,
        field is not None and not filename and not is_base64,
    )


class ChunkIter:
    """Iterates over a file object in chunks of `chunk_size` bytes."""

    def __init__(self, flo: Any, chunk_size: int = 64 * 1024) -> None:
        self.flo = flo
        self.chunk_size = chunk_size

    def __next__(self) -> Any:
        try:
            data = self.flo.read(self.chunk_size)
        except InputStreamExhausted:
            raise StopIteration
        if data:
            return data
        raise StopIteration

    def __iter__(self) -> ChunkIter:
        return self


def exhaust(stream_or_iterable: Any) -> None:
    """Read a stream, or go through an iterable, to its end, and forget what came."""
    try:
        iterator = iter(stream_or_iterable)
    except TypeError:
        iterator = ChunkIter(stream_or_iterable, 16384)
    for _ in iterator:
        pass
