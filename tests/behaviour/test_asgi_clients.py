"""What only ASGI tells an application: clients that leave, and the server's own life."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from sites import Site
from vivace.core.signals import request_finished
from vivace.http import HttpResponse, StreamingHttpResponse
from vivace.urls import path
from wire import Request, scope_for


@pytest.fixture
def finished() -> Iterator[list[Any]]:
    log: list[Any] = []

    def receiver(sender: Any, **kwargs: Any) -> None:
        log.append(sender)

    request_finished.connect(receiver)
    yield log
    request_finished.disconnect(receiver)


async def serve(site: Site, left: asyncio.Event, sent: list[dict[str, Any]]) -> None:
    """Serve one request whose client leaves when `left` is set."""
    body = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if body:
            return body.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    application: Any = site.application
    await asyncio.wait_for(application(scope_for(Request()), receive, send), timeout=30)


@pytest.fixture
def asgi() -> Iterator[Any]:
    made: list[Site] = []

    def make(*args: Any, **kwargs: Any) -> Site:
        made.append(Site("asgi", *args, **kwargs))
        return made[-1]

    yield make
    for site in made:
        site.close()


def test_a_client_that_leaves_a_stream_ends_it(asgi: Any, finished: list[Any]) -> None:
    events: list[str] = []
    sent: list[dict[str, Any]] = []

    async def main() -> None:
        left = asyncio.Event()

        async def endless() -> Any:
            try:
                while True:
                    yield b"tick"
                    left.set()
                    await asyncio.sleep(0.01)
            finally:
                events.append("closed")

        await serve(asgi([path("", lambda request: StreamingHttpResponse(endless()))]), left, sent)

    asyncio.run(main())
    assert events == ["closed"]
    assert sent[0]["status"] == 200
    assert all(message.get("more_body", True) for message in sent)
    assert len(finished) == 1


def test_a_client_that_leaves_before_the_answer_cancels_the_view(
    asgi: Any, finished: list[Any]
) -> None:
    events: list[str] = []
    sent: list[dict[str, Any]] = []

    async def main() -> None:
        left = asyncio.Event()

        async def view(request: Any) -> HttpResponse:
            left.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                events.append("cancelled")
                raise
            return HttpResponse()

        await serve(asgi([path("", view)]), left, sent)

    asyncio.run(main())
    assert events == ["cancelled"]
    assert sent == []
    assert len(finished) == 1


def test_lifespan(asgi: Any) -> None:
    sent: list[str] = []
    messages = ["lifespan.startup", "lifespan.shutdown"]

    async def receive() -> dict[str, Any]:
        return {"type": messages.pop(0)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["type"])

    asyncio.run(asgi([]).application({"type": "lifespan", "asgi": {}}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_other_connections_are_refused(asgi: Any) -> None:
    with pytest.raises(
        ValueError, match="Django can only handle ASGI/HTTP connections, not websocket"
    ):
        asyncio.run(asgi([]).application({"type": "websocket"}, None, None))
