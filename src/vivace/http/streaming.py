"""Responses whose body is sent piece by piece: `StreamingHttpResponse` and `FileResponse`.

Both take iterators of either colour. A server of the other colour gets the body too, but all of it has
to be consumed first, and a warning says so.
"""

from __future__ import annotations

import io
import mimetypes
import os
import warnings
from collections.abc import AsyncIterator, Iterator
from typing import Any

from vivace.http.base import HttpResponseBase
from vivace.utils.bridge import async_to_sync, sync_to_async
from vivace.utils.http import content_disposition_header
from vivace.utils.naming import publish

__all__ = ["FileResponse", "StreamingHttpResponse", "mimetypes"]

# A browser that is told of a Content-Encoding would undo it; the file is to arrive as it is.
_TYPES_OF_COMPRESSED = {
    "br": "application/x-brotli",
    "bzip2": "application/x-bzip",
    "compress": "application/x-compress",
    "gzip": "application/gzip",
    "xz": "application/x-xz",
}


class StreamingHttpResponse(HttpResponseBase):
    """A response whose body is an iterator, or an asynchronous one, of strings or bytes.

    The other parameters are those of `HttpResponseBase`. The iterator can be consumed once.
    """

    streaming = True

    def __init__(self, streaming_content: Any = (), *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Middleware may wrap what is here before the server iterates over it.
        self.streaming_content = streaming_content

    def __repr__(self) -> str:
        return (
            f"<{type(self).__qualname__} status_code={self.status_code}"
            f"{self._content_type_for_repr}>"
        )

    @property
    def content(self) -> Any:
        raise AttributeError(
            f"This {type(self).__name__} instance has no `content` attribute. "
            "Use `streaming_content` instead."
        )

    @property
    def text(self) -> Any:
        raise AttributeError(f"This {type(self).__name__} instance has no `text` attribute.")

    @property
    def streaming_content(self) -> Any:
        """The body as an iterator of bytes, asynchronous if the given one was."""
        if self.is_async:
            return self._encoded(self._iterator)
        return self._pieces(self._iterator)

    @streaming_content.setter
    def streaming_content(self, value: Any) -> None:
        self._set_streaming_content(value)

    # PERF: a piece that is bytes costs no call.

    def _pieces(self, parts: Iterator[Any]) -> Iterator[bytes]:
        for part in parts:
            yield part if type(part) is bytes else self.make_bytes(part)

    async def _encoded(self, parts: AsyncIterator[Any]) -> AsyncIterator[bytes]:
        async for part in parts:
            yield part if type(part) is bytes else self.make_bytes(part)

    def _set_streaming_content(self, value: Any) -> None:
        try:
            self._iterator: Any = iter(value)
            self.is_async = False
        except TypeError:
            self._iterator = aiter(value)
            self.is_async = True
        if hasattr(value, "close"):
            self._resource_closers.append(value.close)

    def __iter__(self) -> Iterator[bytes]:
        if not self.is_async:
            return iter(self.streaming_content)
        warnings.warn(
            "StreamingHttpResponse must consume asynchronous iterators in order to "
            "serve them synchronously. Use a synchronous iterator instead.",
            Warning,
            stacklevel=2,
        )

        async def consume(parts: AsyncIterator[Any]) -> list[Any]:
            return [part async for part in parts]

        return map(self.make_bytes, iter(async_to_sync(consume)(self._iterator)))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self.is_async:
            async for part in self.streaming_content:
                yield part
            return
        warnings.warn(
            "StreamingHttpResponse must consume synchronous iterators in order to "
            "serve them asynchronously. Use an asynchronous iterator instead.",
            Warning,
            stacklevel=2,
        )
        parts: Iterator[bytes] = self.streaming_content

        def consume() -> list[bytes]:
            return list(parts)

        for part in await sync_to_async(consume)():
            yield part

    def getvalue(self) -> bytes:
        """The whole body, which is consumed."""
        return b"".join(self.streaming_content)


class FileResponse(StreamingHttpResponse):
    """A response that sends an open binary file, in blocks of `block_size` bytes.

    The file is closed when the response is. With `as_attachment` the browser is told to save it, as
    `filename`, which is the file's own name by default. Content-Length, Content-Type and
    Content-Disposition are set from what the file tells.
    """

    block_size = 4096

    def __init__(
        self, *args: Any, as_attachment: bool = False, filename: str = "", **kwargs: Any
    ) -> None:
        self.as_attachment = as_attachment
        self.filename = filename
        # A type that was asked for, in either way, is not guessed.
        self._no_explicit_content_type = (
            "content_type" not in kwargs or kwargs["content_type"] is None
        )
        super().__init__(*args, **kwargs)

    def _set_streaming_content(self, value: Any) -> None:
        if not hasattr(value, "read"):
            self.file_to_stream = None
            super()._set_streaming_content(value)
            return
        self.file_to_stream = filelike = value
        if hasattr(filelike, "close"):
            self._resource_closers.append(filelike.close)
        # A text file ends with another emptiness than the sentinel, and must end too.
        blocks = iter(lambda: filelike.read(self.block_size) or b"", b"")
        self.set_headers(filelike)
        super()._set_streaming_content(blocks)

    def set_headers(self, filelike: Any) -> None:
        """Set the headers that `filelike`, the file, decides."""
        filename = getattr(filelike, "name", "")
        filename = filename if isinstance(filename, str) else ""
        length = _remaining_size(filelike, filename)
        if length is not None:
            self.headers["Content-Length"] = length
        filename = os.path.basename(self.filename or filename)
        if self._no_explicit_content_type:
            self.headers["Content-Type"] = _guessed_type(filename)
        disposition = content_disposition_header(self.as_attachment, filename)
        if disposition:
            self.headers["Content-Disposition"] = disposition


def _remaining_size(filelike: Any, filename: str) -> int | None:
    """How many bytes are left to read, if there is a way to know."""
    seekable = hasattr(filelike, "seek") and (
        not hasattr(filelike, "seekable") or filelike.seekable()
    )
    if hasattr(filelike, "tell"):
        if seekable:
            position = filelike.tell()
            filelike.seek(0, io.SEEK_END)
            size: int = filelike.tell() - position
            filelike.seek(position)
            return size
        if hasattr(filelike, "getbuffer"):
            return filelike.getbuffer().nbytes - filelike.tell()  # type: ignore[no-any-return]
        if os.path.exists(filename):
            return os.path.getsize(filename) - filelike.tell()  # type: ignore[no-any-return]
    elif hasattr(filelike, "getbuffer"):
        return filelike.getbuffer().nbytes  # type: ignore[no-any-return]
    return None


def _guessed_type(filename: str) -> str:
    content_type, encoding = mimetypes.guess_type(filename)
    if encoding is not None:
        content_type = _TYPES_OF_COMPRESSED.get(encoding, content_type)
    return content_type or "application/octet-stream"


publish(__name__, "http.response")
