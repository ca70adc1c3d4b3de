"""The threads of requests' synchronous code: one for each request at a time, kept for later ones."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from sites import Site
from vivace.http import HttpResponse
from vivace.urls import path
from vivace.utils import threads
from vivace.utils.threads import MOST_IDLE, OneThread, idle
from wire import Request, scope_for

DEADLINE = 10  # seconds, for what must not wait at all

Ask = Callable[[str], Coroutine[Any, Any, str]]


def thread_of_view(request: Any) -> HttpResponse:
    return HttpResponse(str(threading.get_ident()))


async def threads_of_calls(request: Any) -> HttpResponse:
    found = {await sync_to_async(threading.get_ident)() for _ in range(3)}
    return HttpResponse(",".join(map(str, found)))


class Meeting:
    """A view that answers when two requests are in it at the same time."""

    def __init__(self) -> None:
        self.barrier = threading.Barrier(2, timeout=DEADLINE)

    def __call__(self, request: Any) -> HttpResponse:
        self.barrier.wait()
        return thread_of_view(request)


class Waiting:
    """A view that goes on when it is told to."""

    def __init__(self) -> None:
        self.entered, self.may_go_on = threading.Event(), threading.Event()

    def __call__(self, request: Any) -> HttpResponse:
        self.entered.set()
        self.may_go_on.wait(DEADLINE)
        return HttpResponse()


@pytest.fixture(autouse=True)
def none_kept() -> Iterator[None]:
    idle.clear()
    yield
    idle.clear()


@pytest.fixture
def asking() -> Iterator[Callable[..., Ask]]:
    made: list[Site] = []

    def make(**views: Any) -> Ask:
        site = Site("asgi", [path(f"{name}/", view) for name, view in views.items()])
        made.append(site)

        async def ask(name: str) -> str:
            messages = [{"type": "http.request", "body": b"", "more_body": False}]
            sent: list[Any] = []

            async def receive() -> Any:
                if messages:
                    return messages.pop()
                await asyncio.Event().wait()

            async def send(message: Any) -> None:
                sent.append(message)

            await site.application(scope_for(Request("GET", f"/{name}/".encode())), receive, send)
            assert sent[0]["status"] == 200
            return str(sent[1]["body"].decode())

        return ask

    yield make
    for site in made:
        site.close()


def test_a_later_request_has_the_thread_of_an_earlier_one(asking: Callable[..., Ask]) -> None:
    ask = asking(view=thread_of_view, calls=threads_of_calls)

    async def run() -> list[str]:
        # asgiref begins the first.
        await ask("view")
        return [await ask(name) for name in ("view", "calls", "view", "view")]

    first, calls, *rest = asyncio.run(run())
    assert rest == [first, first]
    assert "," not in calls
    assert len(idle) == 1


def test_requests_at_the_same_time_have_threads_of_their_own(asking: Callable[..., Ask]) -> None:
    ask = asking(meeting=Meeting(), view=thread_of_view)

    async def run() -> list[str]:
        await ask("view")
        await asyncio.gather(ask("meeting"), ask("meeting"))
        return list(await asyncio.gather(ask("meeting"), ask("meeting")))

    first, second = asyncio.run(run())
    assert first != second


def test_a_thread_that_is_at_work_is_not_lent(asking: Callable[..., Ask]) -> None:
    """The code of a request that was given up goes on; nobody waits for it."""
    waiting = Waiting()
    ask = asking(waiting=waiting, view=thread_of_view)

    async def run() -> None:
        await ask("view")
        given_up = asyncio.create_task(ask("waiting"))
        assert await asyncio.to_thread(waiting.entered.wait, DEADLINE)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        await asyncio.wait_for(ask("view"), DEADLINE)

    try:
        asyncio.run(run())
    finally:
        waiting.may_go_on.set()


def test_work_that_was_cancelled_hides_none_that_goes_on() -> None:
    executor, may_go_on = OneThread(), threading.Event()
    try:
        running = executor.submit(may_go_on.wait, DEADLINE)
        waiting = executor.submit(int)
        assert waiting.cancel()
        assert not executor.is_idle
        may_go_on.set()
        assert running.result(DEADLINE)
        assert executor.is_idle
    finally:
        may_go_on.set()
        executor.shutdown()


def test_no_more_threads_are_kept_than_a_server_needs() -> None:
    contexts = [threads.ThreadOfRequest() for _ in range(2 * MOST_IDLE)]
    executors = [OneThread() for _ in contexts]
    for context, executor in zip(contexts, executors, strict=True):
        threads._executors[context] = executor  # type: ignore[index]
    for context in contexts:
        threads.give_back(context)
    assert idle == executors[:MOST_IDLE]
    with pytest.raises(RuntimeError, match="after shutdown"):
        executors[-1].submit(int)
