"""What tools that trace requests replace in the classes of handlers is called, as they expect."""

from __future__ import annotations

from typing import Any

import pytest

from sites import Site
from vivace.core.handlers import base
from vivace.http import HttpResponse
from vivace.middleware.common import CommonMiddleware
from vivace.pipeline.asgi import ASGIHandler
from vivace.pipeline.handler import BaseHandler
from vivace.pipeline.wsgi import WSGIHandler
from vivace.urls import path

SHELLS = {"wsgi": WSGIHandler, "asgi": ASGIHandler}


@pytest.fixture(params=SHELLS)
def colour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def view(request: Any, n: int = 0) -> HttpResponse:
    return HttpResponse(f"view {n}")


async def later(request: Any) -> HttpResponse:
    return HttpResponse("later")


def answers(colour: str) -> list[bytes]:
    site = Site(
        colour,
        [path("", view), path("<int:n>/", view), path("later/", later)],
        ["vivace.middleware.common.CommonMiddleware"],
    )
    try:
        return [site.ask(place).body for place in ("/", "/3/", "/later/")]
    finally:
        site.close()


EXPECTED = [b"view 0", b"view 3", b"later"]


def test_the_call_of_a_shell(colour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    shell: Any = SHELLS[colour]
    written = shell.__call__

    def traced(self: Any, *args: Any) -> Any:
        called.append(type(self))
        return written(self, *args)

    monkeypatch.setattr(shell, "__call__", traced)
    assert answers(colour) == EXPECTED
    assert called == [shell] * 3


def test_getting_responses(colour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    name = "get_response" if colour == "wsgi" else "get_response_async"
    written = getattr(BaseHandler, name)

    def traced(self: Any, request: Any) -> Any:
        called.append(request.path)
        return written(self, request)

    monkeypatch.setattr(BaseHandler, name, traced)
    assert answers(colour) == EXPECTED
    assert called == ["/", "/3/", "/later/"]


def test_making_views_atomic(colour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    written = BaseHandler.make_view_atomic

    def traced(self: Any, view: Any) -> Any:
        called.append(view.__name__)
        return written(self, view)

    monkeypatch.setattr(BaseHandler, "make_view_atomic", traced)
    assert answers(colour) == EXPECTED
    assert called == ["view", "view", "later"]


def test_importing_middleware(colour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    class Wrapped(CommonMiddleware):
        def process_request(self, request: Any) -> Any:
            seen.append(request.path)
            return super().process_request(request)

    monkeypatch.setattr(base, "import_string", lambda path: Wrapped)
    assert answers(colour) == EXPECTED
    assert seen == ["/", "/3/", "/later/"]
