"""MultiPartParser: a multipart body into fields and files (RFC 7578), while it is read.

A small form whose files stay in memory takes the short way (`vivace.http.multipart.whole`), any other
body the long one (`vivace.http.multipart.steps`). SECURITY: on both all limits are counted in what was
really read.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core.files.uploadhandler import keeps_whole_files
from vivace.http.limited import LimitedStream
from vivace.http.multipart.events import MAX_TOTAL_HEADER_SIZE
from vivace.http.multipart.parts import (
    ChunkIter,
    InputStreamExhausted,
    Limits,
    MultiPartParserError,
    exhaust,
)
from vivace.http.multipart.steps import Upload
from vivace.http.multipart.whole import take_whole
from vivace.http.querydict import DEFAULT_ENCODING, MAX_FIELDS, QueryDict
from vivace.utils.datastructures import MultiValueDict
from vivace.utils.http import parse_header_parameters

__all__ = (
    "MAX_TOTAL_HEADER_SIZE",
    "ChunkIter",
    "InputStreamExhausted",
    "MultiPartParser",
    "MultiPartParserError",
    "exhaust",
)

MAX_BODY: Frozen[int | None] = Frozen(
    "http.max_body",
    lambda: settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    reads=("DATA_UPLOAD_MAX_MEMORY_SIZE",),
)
MAX_FILES: Frozen[int | None] = Frozen(
    "http.max_files",
    lambda: settings.DATA_UPLOAD_MAX_NUMBER_FILES,
    reads=("DATA_UPLOAD_MAX_NUMBER_FILES",),
)


def _limits() -> Limits:
    fields, files, body = MAX_FIELDS.value, MAX_FILES.value, MAX_BODY.value
    return Limits(
        # Before the first delimiter and after the last there is a piece that is no field.
        sys.maxsize if fields is None else fields + 2,
        sys.maxsize if files is None else files,
        sys.maxsize if body is None else body,
    )


LIMITS = Frozen("http.multipart_limits", _limits, after=(MAX_FIELDS, MAX_FILES, MAX_BODY))

_plain_content_type = re.compile(
    r"multipart/form-data; ?boundary=([0-9A-Za-z'()+_,./:?-]{1,70})"
).fullmatch


# Fields, files, and whether no file was broken off.
Parsed = tuple[dict[str, list[str]], dict[str, list[Any]], bool]


class MultiPartParser:
    """Parses the multipart body that `input_data`, a stream, gives.

    `META` must hold the body's ``CONTENT_TYPE`` and ``CONTENT_LENGTH``. Files go through
    `upload_handlers`; fields are decoded with `encoding`, ``DEFAULT_CHARSET`` by default. Raises
    `MultiPartParserError` when the type, the boundary or the length cannot be right.
    """

    boundary_re = re.compile(r"[ -~]{0,200}[!-~]")

    def __init__(
        self,
        META: Mapping[str, Any],
        input_data: Any,
        upload_handlers: Sequence[Any],
        encoding: str | None = None,
    ) -> None:
        boundary = self._find_boundary(META.get("CONTENT_TYPE", ""))
        try:
            content_length = int(META.get("CONTENT_LENGTH", 0))
        except (ValueError, TypeError):
            content_length = 0
        if content_length < 0:
            # A declared length below zero cannot be one; what was meant is unknown.
            raise MultiPartParserError(f"Invalid content length: {content_length!r}")
        self._boundary = boundary.encode("ascii")
        self._input_data = input_data
        # A power of two that fits into 32 bits, for streams that read no more.
        chunk_size = 2**31 - 4
        for handler in upload_handlers:
            size = handler.chunk_size
            if size and size < chunk_size:
                chunk_size = size
        self._chunk_size = chunk_size
        self._meta = META
        self._encoding = encoding or DEFAULT_ENCODING.value
        self._content_length = content_length
        self._upload_handlers = upload_handlers

    def _find_boundary(self, content_type: str) -> str:
        # PERF: what browsers send needs no general parser.
        plain = _plain_content_type(content_type)
        if plain is not None:
            return plain[1]
        if not content_type.startswith("multipart/"):
            raise MultiPartParserError(f"Invalid Content-Type: {content_type}")
        if not content_type.isascii():
            raise MultiPartParserError(
                f"Invalid non-ASCII Content-Type in multipart: {content_type}"
            )
        boundary = parse_header_parameters(content_type)[1].get("boundary")
        if not boundary or not self.boundary_re.fullmatch(boundary):
            raise MultiPartParserError(f"Invalid boundary in multipart: {boundary}")
        return boundary

    def parse(self) -> tuple[QueryDict, MultiValueDict]:
        """The fields and the files, as POST and FILES.

        May raise `MultiPartParserError`, `TooManyFieldsSent`, `TooManyFilesSent`,
        `RequestDataTooBig`, and what the upload handlers raise.
        """
        if self._content_length == 0:
            return QueryDict(encoding=self._encoding), MultiValueDict()
        for handler in self._upload_handlers:
            result = handler.handle_raw_input(
                self._input_data,
                self._meta,
                self._content_length,
                self._boundary,
                self._encoding,
            )
            if result is not None:
                return result[0], result[1]
        try:
            fields, files, complete = self._read()
            if not complete:
                for handler in self._upload_handlers:
                    handler.upload_interrupted()
            for handler in self._upload_handlers:
                if handler.upload_complete():
                    break
        except BaseException:
            self._close_files()
            raise
        post = QueryDict()
        dict.update(post, fields)
        return post, MultiValueDict(files)

    def _read(self) -> Parsed:
        """Read the body to its end, or until a handler stops it."""
        read = self._input_data.read
        size = self._chunk_size
        chunk = read(size)
        stream = getattr(self._input_data, "_stream", None)
        # PERF: a request's stream that has no more to give is not asked.
        at_end = type(stream) is LimitedStream and not stream.left
        following = read(size) if chunk and not at_end else b""
        handlers = self._upload_handlers
        if (
            following
            # Subclasses may change a step that is left out.
            or type(self) is not MultiPartParser
            or not handlers
            or not keeps_whole_files(handlers[0])
        ):
            upload = Upload(self, LIMITS.value)
            upload.run(chunk, following)
            return upload.fields, upload.files, upload.complete
        return take_whole(
            chunk,
            self._boundary,
            self._encoding,
            LIMITS.value,
            self.sanitize_file_name,
            handlers[0].keep,
        )

    def handle_file_complete(self, old_field_name: str, counters: list[int]) -> Any:
        """Tell the handlers that a file ends; the first to return one gives the file."""
        for handler, size in zip(self._upload_handlers, counters, strict=True):
            file = handler.file_complete(size)
            if file:
                return file
        return None

    def sanitize_file_name(self, file_name: str) -> str | None:
        """The last path component of `file_name`, without what does not print; None if no name.

        SECURITY: custom handlers get no path (CVE-2021-28658), in whatever system's notation, and
        written as HTML entities neither.
        """
        if "&" in file_name:
            file_name = html.unescape(file_name)
        if "/" in file_name or "\\" in file_name:
            file_name = file_name.rsplit("/")[-1]
            file_name = file_name.rsplit("\\")[-1]
        if not file_name.isprintable():
            file_name = "".join(character for character in file_name if character.isprintable())
        if file_name in ("", ".", ".."):
            return None
        return file_name

    IE_sanitize = sanitize_file_name

    def _close_files(self, keep: Iterable[Any] = ()) -> None:
        # What handlers hold open is of no use any more once an upload is broken off.
        for handler in self._upload_handlers:
            file = getattr(handler, "file", None)
            if file is not None and not any(file is kept for kept in keep):
                file.close()
