"""StreamingHttpResponse and FileResponse."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from vivace.core.files.base import ContentFile
from vivace.http.streaming import FileResponse, StreamingHttpResponse


async def letters() -> AsyncIterator[Any]:
    for part in (b"a", "\xe9", 5):
        yield part


async def gather(parts: Any) -> list[bytes]:
    return [part async for part in parts]


def test_parts_become_bytes() -> None:
    response = StreamingHttpResponse(iter([b"a", "\xe9", 5, memoryview(b"m")]))
    assert not response.is_async
    assert list(response) == [b"a", b"\xc3\xa9", b"5", b"m"]
    assert list(response) == []
    assert StreamingHttpResponse(["a", "b"]).getvalue() == b"ab"


def test_async_parts() -> None:
    response = StreamingHttpResponse(letters())
    assert response.is_async
    assert asyncio.run(gather(response)) == [b"a", b"\xc3\xa9", b"5"]


def test_the_other_colour_is_served_with_a_warning() -> None:
    with pytest.warns(Warning, match="must consume asynchronous iterators"):
        assert list(StreamingHttpResponse(letters())) == [b"a", b"\xc3\xa9", b"5"]
    with pytest.warns(Warning, match="must consume synchronous iterators"):
        assert asyncio.run(gather(StreamingHttpResponse(["a", "b"]))) == [b"a", b"b"]


def test_middleware_can_wrap_the_content() -> None:
    response = StreamingHttpResponse(["a", "b"])
    response.streaming_content = map(bytes.upper, response.streaming_content)
    assert response.getvalue() == b"AB"


def test_content_and_text_are_not_there() -> None:
    response = StreamingHttpResponse()
    with pytest.raises(AttributeError, match="no `content` attribute"):
        response.content  # noqa: B018
    with pytest.raises(AttributeError, match="no `text` attribute"):
        response.text  # noqa: B018
    assert repr(response) == '<StreamingHttpResponse status_code=200, "text/html; charset=utf-8">'
    with pytest.raises(OSError, match="not writable"):
        response.write("x")


def test_closing_closes_the_iterator() -> None:
    closed = []

    def parts() -> Iterator[bytes]:
        try:
            yield b"a"
            yield b"b"
        finally:
            closed.append(True)

    response = StreamingHttpResponse(parts())
    assert next(iter(response)) == b"a"
    response.close()
    assert closed == [True]


@pytest.mark.parametrize(
    ("name", "content_type", "disposition"),
    [
        ("a.txt", "text/plain", 'filename="a.txt"'),
        ("a.tar.gz", "application/gzip", 'filename="a.tar.gz"'),
        ("a.bz2", "application/x-bzip", 'filename="a.bz2"'),
        ("a.xz", "application/x-xz", 'filename="a.xz"'),
        ("a.Z", "application/x-compress", 'filename="a.Z"'),
        ("a.txt.br", "application/x-brotli", 'filename="a.txt.br"'),
        ("none", "application/octet-stream", 'filename="none"'),
        ("\xe9.txt", "text/plain", "filename*=utf-8''%C3%A9.txt"),
    ],
)
def test_headers_of_a_file(tmp_path: Path, name: str, content_type: str, disposition: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"hello")
    file = path.open("rb")
    file.seek(2)
    response = FileResponse(file, as_attachment=True)
    assert dict(response.headers) == {
        "Content-Type": content_type,
        "Content-Length": "3",
        "Content-Disposition": "attachment; " + disposition,
    }
    assert response.getvalue() == b"llo"
    response.close()
    assert file.closed


def test_files_without_a_name() -> None:
    assert dict(FileResponse(io.BytesIO(b"abc")).headers) == {
        "Content-Type": "application/octet-stream",
        "Content-Length": "3",
    }
    response = FileResponse(io.BytesIO(b"abc"), filename="/x/report.csv", content_type="a/b")
    assert response["Content-Type"] == "a/b"
    assert response["Content-Disposition"] == 'inline; filename="report.csv"'
    assert FileResponse(ContentFile(b"a", name="z.txt"))["Content-Type"] == "text/plain"
    attachment = FileResponse(io.BytesIO(b""), as_attachment=True)
    assert attachment["Content-Disposition"] == "attachment"


def test_a_file_of_unknown_size_has_no_length() -> None:
    class Reader:
        parts = [b"ab", b"c"]

        def read(self, size: int) -> bytes:
            return self.parts.pop(0) if self.parts else b""

    response = FileResponse(Reader())
    assert "Content-Length" not in response
    assert response.getvalue() == b"abc"


def test_a_text_file_comes_to_an_end() -> None:
    assert FileResponse(io.StringIO("abc")).getvalue() == b"abc"


def test_anything_else_is_streamed_as_it_is() -> None:
    response = FileResponse(iter([b"a", b"b"]))
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response.getvalue() == b"ab"
    assert FileResponse(letters()).is_async


def test_cve_2015_0221_files_are_sent_in_blocks_not_lines() -> None:
    sizes = [len(block) for block in FileResponse(io.BytesIO(b"x" * 10000))]
    assert sizes == [4096, 4096, 1808]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ('a"; dummy=".txt', r'inline; filename="a\"; dummy=\".txt"'),
        ("a\\b.txt", r'inline; filename="a\\b.txt"'),
        ("a\r\nX: y", "inline; filename*=utf-8''a%0D%0AX%3A%20y"),
    ],
)
def test_cve_2022_36359_quotes_in_names_are_escaped(name: str, header: str) -> None:
    assert FileResponse(io.BytesIO(b""), filename=name)["Content-Disposition"] == header
