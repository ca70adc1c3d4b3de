"""The parts of a multipart body: what their headers say, and reading a stream to its end."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import Any, NamedTuple

from vivace.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from vivace.utils.http import parse_header_parameters
from vivace.utils.naming import publish

__all__ = [
    "ChunkIter",
    "InputStreamExhausted",
    "Limits",
    "MultiPartParserError",
    "PartHeaders",
    "decode_field",
    "decode_file",
    "exhaust",
    "read_headers",
    "too_large",
    "too_many_fields",
    "too_many_files",
]


class MultiPartParserError(Exception):
    """The body is not multipart that can be understood; answered with 400."""


class InputStreamExhausted(Exception):
    """Nothing is left to read."""


class Limits(NamedTuple):
    """How much a body may hold: pieces that are no files, files, and bytes of fields."""

    pieces: int
    files: int
    body: int


def too_many_fields() -> TooManyFieldsSent:
    return TooManyFieldsSent(
        "The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS."
    )


def too_many_files() -> TooManyFilesSent:
    return TooManyFilesSent("The number of files exceeded settings.DATA_UPLOAD_MAX_NUMBER_FILES.")


def too_large() -> RequestDataTooBig:
    return RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.")


class PartHeaders(NamedTuple):
    """What the header block of a part says."""

    name: str | None
    filename: str | None
    base64: bool
    content_type: str
    content_length: int | None
    charset: bytes | None
    extra: dict[str, bytes]


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
    )


def decode_field(data: bytes) -> bytes:
    """The field that was sent as base64; what is not base64 is taken as it came."""
    try:
        return base64.b64decode(data)
    except binascii.Error:
        return data


def decode_file(data: bytes) -> bytes:
    """The bytes of a file that were sent as base64, without white space."""
    try:
        return base64.b64decode(data)
    except binascii.Error as error:
        raise MultiPartParserError("Could not decode base64 data.") from error


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


publish(
    __name__, "http.multipartparser", "ChunkIter InputStreamExhausted MultiPartParserError exhaust"
)
