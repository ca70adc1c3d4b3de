from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from vivace.http import HttpResponse, StreamingHttpResponse
from vivace.middleware.gzip import GZipMiddleware
from vivace.test import RequestFactory
from vivace.utils.text import acompress_sequence

Through = Callable[..., Any]
BODY = b"a long page that says the same again and again. " * 40


def request(**headers: str) -> Any:
    return RequestFactory().get("/", HTTP_ACCEPT_ENCODING="gzip", **headers)


def test_breach_length_is_padded_at_random(through: Through) -> None:
    lengths = set()
    for _ in range(60):
        response = through(GZipMiddleware, lambda request: HttpResponse(BODY), request())
        assert gzip.decompress(response.content) == BODY
        assert response.headers["Content-Length"] == str(len(response.content))
        lengths.add(len(response.content))
    assert len(lengths) > 10
    assert max(lengths) - min(lengths) <= GZipMiddleware.max_random_bytes


def test_breach_padding_can_be_set(through: Through) -> None:
    class Unpadded(GZipMiddleware):
        max_random_bytes = 0

    bodies = {
        through(Unpadded, lambda request: HttpResponse(BODY), request()).content for _ in range(20)
    }
    assert len(bodies) == 1


def test_breach_streams_are_padded_too() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield BODY

    async def lengths() -> set[int]:
        found = set()
        for _ in range(60):
            parts = [part async for part in acompress_sequence(chunks(), max_random_bytes=100)]
            assert gzip.decompress(b"".join(parts)) == BODY
            found.add(len(b"".join(parts)))
        return found

    assert len(asyncio.run(lengths())) > 10


def test_async_stream_is_sent_as_it_comes() -> None:
    """What was given to the compressor can be read before the next part is asked for."""
    asked: list[int] = []

    async def chunks() -> AsyncIterator[bytes]:
        for number in range(3):
            asked.append(number)
            yield f"part {number}.".encode()

    async def watch() -> list[tuple[int, bytes]]:
        reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
        response = GZipMiddleware(lambda request: None).process_response(
            request(), StreamingHttpResponse(chunks())
        )
        seen = []
        async for part in response.streaming_content:
            seen.append((len(asked), reader.decompress(part)))
        return [(count, text) for count, text in seen if text]

    assert asyncio.run(watch()) == [(1, b"part 0."), (2, b"part 1."), (3, b"part 2.")]


@pytest.mark.parametrize(
    "agent", ["Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)", "contype", "curl/8"]
)
def test_cve_2014_1418_vary_and_cache_control_stay_for_every_browser(
    through: Through, agent: str
) -> None:
    def view(request: Any) -> HttpResponse:
        headers = {"Vary": "Cookie", "Cache-Control": "private", "Content-Type": "image/png"}
        return HttpResponse(BODY, headers=headers)

    response = through(GZipMiddleware, view, request(HTTP_USER_AGENT=agent))
    assert response.headers["Vary"] == "Cookie, Accept-Encoding"
    assert response.headers["Cache-Control"] == "private"
