"""Request bodies for tests: multipart encoding, and the stream that guards against over-reading.

Published in ``vivace.test.client``.
"""

from __future__ import annotations

import mimetypes
import os
import re
from collections.abc import Iterable, Mapping
from io import BytesIO, IOBase
from typing import Any

from vivace.conf import settings
from vivace.utils.encoding import force_bytes

BOUNDARY = "BoUnDaRyStRiNg"
MULTIPART_CONTENT = f"multipart/form-data; boundary={BOUNDARY}"
CONTENT_TYPE_RE = re.compile(r".*; charset=([\w-]+);?")
JSON_CONTENT_TYPE_RE = re.compile(r"^application\/(.+\+)?json")


class FakePayload(IOBase):
    """A request's body from which no more can be read than was declared.

    A server would block there, waiting for the client; this raises AssertionError.
    """

    def __init__(self, initial_bytes: bytes | str | None = None) -> None:
        self.__content = BytesIO()
        self.__len = 0
        self.read_started = False
        if initial_bytes is not None:
            self.write(initial_bytes)

    def __len__(self) -> int:
        return self.__len

    def read(self, size: int | None = -1, /) -> bytes:
        return self.__take(self.__content.read, size)

    def readline(self, size: int | None = -1, /) -> bytes:
        return self.__take(self.__content.readline, size)

    def __take(self, method: Any, size: int | None) -> bytes:
        if not self.read_started:
            self.__content.seek(0)
            self.read_started = True
        if size == -1 or size is None:
            size = self.__len
        assert self.__len >= size, (
            "Cannot read more than the available bytes from the HTTP incoming data."
        )
        content: bytes = method(size)
        self.__len -= len(content)
        return content

    def write(self, b: bytes | str, /) -> None:
        """Add to the body; raises ValueError once reading has begun."""
        if self.read_started:
            raise ValueError("Unable to write a payload after it's been read")
        content = force_bytes(b)
        self.__content.write(content)
        self.__len += len(content)


def encode_multipart(boundary: str, data: Mapping[Any, Any]) -> bytes:
    """`data` as a ``multipart/form-data`` body (RFC 7578).

    Values may be texts, numbers, files, or iterables of these, which become one part each. Raises
    TypeError for None. Names are written as they are: what a browser would escape, a test may want
    to send.
    """
    lines: list[bytes] = []
    for key, value in data.items():
        if value is None:
            raise TypeError(
                f"Cannot encode None for key '{key}' as POST data. Did you mean to pass an empty "
                "string or omit the value?"
            )
        if is_file(value):
            lines.extend(encode_file(boundary, key, value))
        elif not isinstance(value, str) and isinstance(value, Iterable):
            for item in value:
                if is_file(item):
                    lines.extend(encode_file(boundary, key, item))
                else:
                    lines.extend(encode_field(boundary, key, item))
        else:
            lines.extend(encode_field(boundary, key, value))
    lines += [to_bytes(f"--{boundary}--"), b""]
    return b"\r\n".join(lines)


def encode_field(boundary: str, key: Any, value: Any) -> list[bytes]:
    """The lines of one part that is no file."""
    head = (f"--{boundary}", f'Content-Disposition: form-data; name="{key}"', "")
    return [*map(to_bytes, head), to_bytes(value)]


def encode_file(boundary: str, key: Any, file: Any) -> list[bytes]:
    """The lines of one part that is a file, named by its ``name`` without directories."""
    # Python gives streams that were opened by descriptor a number for a name.
    name = getattr(file, "name", None)
    filename = os.path.basename(name) if isinstance(name, str) else ""
    if hasattr(file, "content_type"):
        content_type = file.content_type
    else:
        content_type = mimetypes.guess_type(filename)[0] if filename else None
    disposition = f'form-data; name="{key}"; filename="{filename or key}"'
    head = (
        f"--{boundary}",
        f"Content-Disposition: {disposition}",
        f"Content-Type: {content_type or 'application/octet-stream'}",
        "",
    )
    return [*map(to_bytes, head), to_bytes(file.read())]


def is_file(thing: Any) -> bool:
    """Whether `thing` can be read like a file."""
    return hasattr(thing, "read") and callable(thing.read)


def to_bytes(value: Any) -> bytes:
    """`value` in the charset of the settings."""
    content: bytes = force_bytes(value, settings.DEFAULT_CHARSET)
    return content
