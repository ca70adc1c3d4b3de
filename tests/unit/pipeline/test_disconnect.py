"""The tables of requests that are being answered: nothing stays in them, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from sites import Site
from vivace.http import HttpResponse
from vivace.pipeline import disconnect
from vivace.urls import path
from wire import Request, scope_for


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disconnect, "INTERVAL", 0.01)


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    yield
    assert disconnect.active == {}
    assert disconnect.listeners == {}
    assert disconnect._left == set()


class Client:
    def __init__(self) -> None:
        self.first = True
        self.listening = asyncio.Event()
        self.leaves = asyncio.Event()
        self.sent: list[Any] = []

    async def receive(self) -> dict[str, Any]:
        if self.first:
            self.first = False
            return {"type": "http.request", "body": b"", "more_body": False}
        self.listening.set()
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def ask(self, site: Site) -> None:
        await site.application(scope_for(Request()), self.receive, self.send)


@pytest.fixture
def site() -> Iterator[Any]:
    made: list[Site] = []

    def make(view: Any) -> Site:
        made.append(Site("asgi", [path("", view)]))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_quick_request_has_no_listener(site: Any) -> None:
    async def view(request: Any) -> HttpResponse:
        assert len(disconnect.active) == 1
        return HttpResponse()

    web = site(view)

    async def main() -> None:
        for _ in range(3):
            client = Client()
            await client.ask(web)
            assert not client.listening.is_set()
        # One timer for all of them.
        assert len([loop for loop in disconnect.loops if not loop.is_closed()]) == 1

    asyncio.run(main())


def test_a_slow_request_that_is_answered(site: Any, quick: None) -> None:
    clients: list[Client] = []

    async def view(request: Any) -> HttpResponse:
        await clients[0].listening.wait()
        return HttpResponse()

    web = site(view)

    async def main() -> None:
        clients.append(Client())
        await clients[0].ask(web)
        assert clients[0].sent[0]["status"] == 200
        await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(main(), 30))


def test_many_clients_one_of_whom_leaves(site: Any, quick: None) -> None:
    ended: list[str] = []
    done: list[asyncio.Event] = []

    async def view(request: Any) -> HttpResponse:
        try:
            await done[0].wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        ended.append("answered")
        return HttpResponse()

    web = site(view)

    async def main() -> None:
        done.append(asyncio.Event())
        clients = [Client() for _ in range(5)]
        tasks = [asyncio.ensure_future(client.ask(web)) for client in clients]
        for client in clients:
            await client.listening.wait()
        clients[2].leaves.set()
        await tasks[2]
        assert not tasks[2].cancelled()
        assert clients[2].sent == []
        done[0].set()
        await asyncio.gather(*tasks)
        assert [len(client.sent) for client in clients] == [2, 2, 0, 2, 2]

    asyncio.run(asyncio.wait_for(main(), 30))
    assert sorted(ended) == ["answered"] * 4 + ["cancelled"]


def test_loops_that_are_closed_are_forgotten(site: Any) -> None:
    async def view(request: Any) -> HttpResponse:
        return HttpResponse()

    web = site(view)
    for _ in range(20):
        asyncio.run(Client().ask(web))
    assert len(disconnect.loops) <= 1


def test_a_view_that_catches_its_cancellation(site: Any, quick: None) -> None:
    clients: list[Client] = []

    async def view(request: Any) -> HttpResponse:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return HttpResponse("too late")
        raise AssertionError

    web = site(view)

    async def main() -> None:
        clients.append(Client())
        task = asyncio.ensure_future(clients[0].ask(web))
        await clients[0].listening.wait()
        clients[0].leaves.set()
        await task

    asyncio.run(asyncio.wait_for(main(), 30))


def test_a_server_that_repeats_a_message_does_not_keep_the_loop_busy(
    site: Any, quick: None
) -> None:
    class Repeating(Client):
        times = 0

        async def receive(self) -> dict[str, Any]:
            self.times += 1
            if self.times > 1:
                self.listening.set()
            if self.times == 100:
                # A listener that does not stop must end, so that the test can say so.
                await self.leaves.wait()
            return {"type": "http.request", "body": b"", "more_body": False}

    clients: list[Repeating] = []

    async def view(request: Any) -> HttpResponse:
        await clients[0].listening.wait()
        listener = disconnect.listeners[request]
        await asyncio.wait([listener])
        return HttpResponse("late")

    web = site(view)

    async def main() -> None:
        clients.append(Repeating())
        await clients[0].ask(web)

    asyncio.run(asyncio.wait_for(main(), 30))
    assert clients[0].sent[-1]["body"] == b"late"
    assert clients[0].times == 2
