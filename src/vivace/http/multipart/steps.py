"""One parse of one multipart body, step by step: whatever its size, and whoever takes its files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from vivace.core.files.uploadhandler import SkipFile, StopFutureHandlers, StopUpload
from vivace.http.multipart.events import END, HeadersTooLarge, PartSplitter
from vivace.http.multipart.parts import (
    Limits,
    MultiPartParserError,
    PartHeaders,
    decode_field,
    decode_file,
    exhaust,
    read_headers,
    too_large,
    too_many_fields,
    too_many_files,
)

if TYPE_CHECKING:
    from vivace.http.multipartparser import MultiPartParser

__all__ = ["Upload"]


class Upload:
    """One parse of one body: where its parts go, and what was counted so far."""

    def __init__(self, parser: MultiPartParser, limits: Limits) -> None:
        self.parser = parser
        self.encoding = parser._encoding
        self.handlers = list(parser._upload_handlers)
        self.fields: dict[str, list[str]] = {}
        self.files: dict[str, list[Any]] = {}
        self.limits = limits
        self.piece_count = self.file_count = self.field_bytes = 0
        # What takes the bytes of the part that is read, and its end. None throws them away.
        self.sink: Callable[[bytes], None] | None = None
        self.finish: Callable[[], None] | None = None
        self.headers: PartHeaders
        self.data: list[bytes]
        self.rest = b""
        self.counters: list[int] = []
        # False from a file's start until its handlers were told of its end.
        self.complete = True
        # A file is whole when something follows it: one that the body ends in may be cut short.
        self.pending = False
        self.kept: list[Any] = []

    def run(self, chunk: bytes, following: bytes) -> None:
        """Take the first two chunks, and read on to the end, or until a handler stops it."""
        parser = self.parser
        read = parser._input_data.read
        size = parser._chunk_size
        splitter = PartSplitter(parser._boundary)
        try:
            self._take(splitter.feed(chunk, last=not following))
            while following:
                self._take(splitter.feed(following))
                following = read(size)
                if not following:
                    self._take(splitter.feed(b"", last=True))
        except HeadersTooLarge:
            raise MultiPartParserError("Request max total header size exceeded.")
        except StopUpload as stop:
            # Nothing is interrupted any more: its handlers asked for it.
            self.complete = True
            parser._close_files(self.kept)
            if not stop.connection_reset:
                exhaust(parser._input_data)
        finally:
            # PERF: these refer to this object; without the circle no collector has to find it.
            self.sink = self.finish = None

    def _take(self, events: Iterable[Any]) -> None:
        for event in events:
            try:
                if type(event) is bytes:
                    if self.sink is not None:
                        self.sink(event)
                elif event is END:
                    if self.finish is not None:
                        self.finish()
                else:
                    block = event[0]
                    self._begin(None if block is None else read_headers(block, self.encoding))
            except SkipFile:
                self.sink = self.finish = None
                self.parser._close_files(self.kept)

    def _begin(self, headers: PartHeaders | None) -> None:
        if self.pending:
            self._complete_file()
        self.sink = self.finish = None
        if headers is None or headers.filename is None:
            self.piece_count += 1
            if self.piece_count > self.limits.pieces:
                raise too_many_fields()
        elif headers.name is not None:
            self.file_count += 1
            if self.file_count > self.limits.files:
                raise too_many_files()
        if headers is None or headers.name is None:
            return
        self.headers = headers
        if headers.filename is None:
            self.data = []
            self._count(len(headers.name) + 2)
            self.sink = self._take_field
            self.finish = self._end_field
        else:
            self._begin_file(headers, headers.name, headers.filename)

    # --- fields

    def _count(self, size: int) -> None:
        # Each field weighs as much as it would in an urlencoded body, with its "=" and "&".
        self.field_bytes += size
        if self.field_bytes > self.limits.body:
            raise too_large()

    def _take_field(self, chunk: bytes) -> None:
        self._count(len(chunk))
        self.data.append(chunk)

    def _end_field(self) -> None:
        data = b"".join(self.data)
        if self.headers.base64:
            data = decode_field(data)
        text = data.decode(self.encoding, "replace")
        self.fields.setdefault(self.headers.name or "", []).append(text)

    # --- files

    def _begin_file(self, headers: PartHeaders, name: str, filename: str) -> None:
        file_name = self.parser.sanitize_file_name(filename)
        if not file_name:
            return
        self.counters = [0] * len(self.handlers)
        self.complete = False
        for handler in self.handlers:
            try:
                handler.new_file(
                    name,
                    file_name,
                    headers.content_type,
                    headers.content_length,
                    headers.charset,
                    dict(headers.extra),
                )
            except StopFutureHandlers:
                break
        if headers.base64:
            self.rest = b""
            self.sink = self._take_base64
        else:
            self.sink = self._take_file
        self.finish = self._end_file

    def _take_file(self, chunk: bytes) -> None:
        counters = self.counters
        for index, handler in enumerate(self.handlers):
            size = len(chunk)
            chunk = handler.receive_data_chunk(chunk, counters[index])
            counters[index] += size
            if chunk is None:
                # This handler has taken it.
                break

    def _take_base64(self, chunk: bytes) -> None:
        # SECURITY: each byte is copied once, and handed on as soon as there are four
        # (CVE-2026-33033, CVE-2026-108147).
        data = self.rest + b"".join(chunk.split())
        whole = len(data) - len(data) % 4
        self.rest = data[whole:]
        if whole:
            self._take_file(decode_file(data[:whole]))

    def _end_file(self) -> None:
        if self.rest:
            raise MultiPartParserError("Could not decode base64 data.")
        # COMPAT: a file of the field without a name is read and dropped.
        self.pending = self.headers.name != ""

    def _complete_file(self) -> None:
        self.pending = False
        name = self.headers.name or ""
        file = self.parser.handle_file_complete(name, self.counters)
        self.complete = True
        if file:
            self.files.setdefault(name, []).append(file)
        for handler in self.handlers:
            if hasattr(handler, "file"):
                self.kept.append(handler.file)
