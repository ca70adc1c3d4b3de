"""A multipart body that is there as a whole and whose files stay in memory: the usual form.

PERF: what `PartSplitter`, the parser and `MemoryFileUploadHandler` do step by step, in one loop.
SECURITY: every rule and every limit of theirs is here too; the tests send the same bodies both ways.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vivace.http.multipart.events import MAX_TOTAL_HEADER_SIZE
from vivace.http.multipart.parts import (
    Limits,
    MultiPartParserError,
    PartHeaders,
    decode_field,
    decode_file,
    read_headers,
    too_large,
    too_many_fields,
    too_many_files,
)

__all__ = ["take_whole"]

_EMPTY_LINE = b"\r\n\r\n"


def take_whole(
    data: bytes,
    boundary: bytes,
    encoding: str,
    limits: Limits,
    sanitize: Callable[[str], str | None],
    keep: Callable[..., Any],
) -> tuple[dict[str, list[str]], dict[str, list[Any]], bool]:
    """The fields and the files of `data`, and whether every file was whole.

    `sanitize` makes a file name of what was sent, or None; `keep` makes a file.
    """
    fields: dict[str, list[str]] = {}
    files: dict[str, list[Any]] = {}
    pieces_left, files_left, bytes_left = limits
    complete = True
    pending: tuple[str, PartHeaders, str, bytes] | None = None
    pieces = data.split(b"--" + boundary)
    left = len(pieces)
    for piece in pieces:
        left -= 1
        stop = len(piece)
        if left:
            # The line end before the delimiter is not the part's.
            if piece.endswith(b"\n"):
                stop -= 2 if piece.endswith(b"\r\n") else 1
            elif piece.endswith(b"\r"):
                stop -= 1
        elif not piece:
            break
        small = stop < MAX_TOTAL_HEADER_SIZE
        end = piece.find(_EMPTY_LINE, 0, stop if small else MAX_TOTAL_HEADER_SIZE)
        if end < 0 and not small:
            raise MultiPartParserError("Request max total header size exceeded.")
        if pending is not None:
            # A file is whole when something follows it: one that the body ends in may be cut short.
            name, part, file_name, body = pending
            file = keep(
                body,
                name,
                file_name,
                part.content_type,
                part.content_length,
                part.charset,
                part.extra.copy(),
            )
            if name in files:
                files[name].append(file)
            else:
                files[name] = [file]
            pending = None
            complete = True
        headers = read_headers(piece[:end], encoding) if end >= 0 else None
        if headers is None or headers.filename is None:
            pieces_left -= 1
            if pieces_left < 0:
                raise too_many_fields()
            if headers is None or headers.name is None:
                continue
            body = piece[end + 4 : stop]
            bytes_left -= len(headers.name) + 2 + len(body)
            if bytes_left < 0:
                raise too_large()
            if headers.base64:
                body = decode_field(body)
            text = body.decode(encoding, "replace")
            if headers.name in fields:
                fields[headers.name].append(text)
            else:
                fields[headers.name] = [text]
        elif headers.name is not None:
            files_left -= 1
            if files_left < 0:
                raise too_many_files()
            usable = sanitize(headers.filename)
            if usable:
                body = piece[end + 4 : stop]
                if headers.base64:
                    body = b"".join(body.split())
                    if len(body) % 4:
                        raise MultiPartParserError("Could not decode base64 data.")
                    body = decode_file(body)
                complete = False
                # COMPAT: a file of the field without a name is read and dropped.
                if headers.name:
                    pending = headers.name, headers, usable, body
    return fields, files, complete
