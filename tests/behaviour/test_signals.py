"""The signals of a request (ref/signals), over WSGI and ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from vivace.core.signals import got_request_exception, request_finished, request_started
from vivace.http import HttpResponse, StreamingHttpResponse
from vivace.urls import path

SIGNALS = {
    "started": request_started,
    "exception": got_request_exception,
    "finished": request_finished,
}


@contextmanager
def heard(log: list[Any], is_async: bool = False) -> Iterator[None]:
    receivers = []
    for name, signal in SIGNALS.items():
        if is_async:

            async def receiver(sender: Any, name: str = name, **kwargs: Any) -> None:
                await asyncio.sleep(0)
                log.append((name, sender, kwargs))

        else:

            def receiver(sender: Any, name: str = name, **kwargs: Any) -> None:  # type: ignore[misc]
                log.append((name, sender, kwargs))

        signal.connect(receiver)
        receivers.append((signal, receiver))
    try:
        yield
    finally:
        for signal, receiver in receivers:
            signal.disconnect(receiver)


def view(request: Any) -> HttpResponse:
    return HttpResponse("x")


def broken(request: Any) -> HttpResponse:
    raise ValueError("broken")


@pytest.mark.parametrize("is_async", [False, True])
def test_started_and_finished(site: Any, is_async: bool) -> None:
    web = site([path("a/", view)])
    log: list[Any] = []
    with heard(log, is_async):
        assert web.ask("/a/").status == 200
    assert [name for name, _, _ in log] == ["started", "finished"]
    expected = "WSGIHandler" if web.colour == "wsgi" else "ASGIHandler"
    assert [sender.__name__ for _, sender, _ in log] == [expected, expected]
    started = log[0][2]
    if web.colour == "wsgi":
        assert started["environ"]["PATH_INFO"] == "/a/"
    else:
        assert started["scope"]["path"] == "/a/"


@pytest.mark.parametrize("is_async", [False, True])
def test_an_exception_is_told_with_its_request(site: Any, is_async: bool) -> None:
    log: list[Any] = []
    with heard(log, is_async):
        assert site([path("a/", broken)]).ask("/a/").status == 500
    assert [name for name, _, _ in log] == ["started", "exception", "finished"]
    assert log[1][2]["request"].path == "/a/"


@pytest.mark.parametrize("target", ["/none/", "/a/"])
def test_an_expected_error_is_no_exception(site: Any, target: str) -> None:
    from vivace.core.exceptions import PermissionDenied

    def refuses(request: Any) -> HttpResponse:
        raise PermissionDenied

    log: list[Any] = []
    with heard(log):
        site([path("a/", refuses)]).ask(target)
    assert [name for name, _, _ in log] == ["started", "finished"]


def test_receivers_that_come_after_the_first_request_are_heard(site: Any) -> None:
    web = site([path("", view)])
    log: list[Any] = []
    for _ in range(2):
        assert web.ask().status == 200
        with heard(log):
            assert web.ask().status == 200
    assert [name for name, _, _ in log] == ["started", "finished"] * 2


def test_finished_comes_after_the_last_part_of_a_stream(site: Any) -> None:
    log: list[Any] = []

    async def aparts() -> Any:
        log.append(("part", None, None))
        yield b"1"
        log.append(("part", None, None))

    def parts() -> Any:
        log.append(("part", None, None))
        yield b"1"
        log.append(("part", None, None))

    def stream(request: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(aparts() if web.colour == "asgi" else parts())

    web = site([path("", stream)])
    with heard(log):
        assert web.ask().body == b"1"
    assert [name for name, _, _ in log] == ["started", "part", "part", "finished"]
