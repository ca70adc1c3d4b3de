"""What a plain request costs, as counts: Python calls, collections, settings read, signals sent.

Counts do not depend on how busy a machine is, so a slowdown fails a test without a clock. A number
here may go down at any time. If it goes up, something was put on every request's road: say in the
commit why it must be there, and change the number with it.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from typing import Any

import pytest

from sites import Site
from vivace.conf import LazySettings
from vivace.dispatch import Signal
from vivace.http import HttpResponse, JsonResponse, StreamingHttpResponse
from vivace.http.headers import MAX_TRANSITIONS
from vivace.pipeline import disconnect
from vivace.template.backends.django import DjangoTemplates
from vivace.template.response import TemplateResponse
from vivace.urls import path
from vivace.utils.decorators import sync_and_async_middleware
from wire import Request, environ_for, scope_for

STATELESS = (
    "vivace.middleware.security.SecurityMiddleware",
    "vivace.middleware.common.CommonMiddleware",
    "vivace.middleware.csrf.CsrfViewMiddleware",
    "vivace.middleware.clickjacking.XFrameOptionsMiddleware",
)


def page(request: Any) -> HttpResponse:
    return HttpResponse(b"Hello")


async def apage(request: Any) -> HttpResponse:
    return HttpResponse(b"Hello")


def item(request: Any, number: int) -> HttpResponse:
    return HttpResponse(b"Hello")


async def aitem(request: Any, number: int) -> HttpResponse:
    return HttpResponse(b"Hello")


def json(request: Any) -> HttpResponse:
    return JsonResponse({"message": "Hello"})


async def ajson(request: Any) -> HttpResponse:
    return JsonResponse({"message": "Hello"})


def upload(request: Any) -> HttpResponse:
    return HttpResponse(request.FILES["file"].read())


async def aupload(request: Any) -> HttpResponse:
    return upload(request)


def form(request: Any) -> HttpResponse:
    return HttpResponse(request.POST["name"].encode())


async def aform(request: Any) -> HttpResponse:
    return HttpResponse(request.POST["name"].encode())


def stream(request: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"Hello"] * 3))


async def astream(request: Any) -> StreamingHttpResponse:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"Hello"

    return StreamingHttpResponse(pieces())


_numbers = count()


def new_header(request: Any) -> HttpResponse:
    response = HttpResponse(b"Hello")
    response["Location"] = f"/item/{next(_numbers)}/"
    return response


async def anew_header(request: Any) -> HttpResponse:
    return new_header(request)


def own_headers(request: Any) -> HttpResponse:
    response = HttpResponse(b"Hello")
    response.headers["X-Band"] = "Trio"
    return response


async def aown_headers(request: Any) -> HttpResponse:
    return own_headers(request)


TEMPLATES = DjangoTemplates({"NAME": "django", "DIRS": [], "APP_DIRS": False, "OPTIONS": {}})
LATE = TEMPLATES.from_string("Hello")


def late(request: Any) -> TemplateResponse:
    return TemplateResponse(request, LATE)


async def alate(request: Any) -> TemplateResponse:
    return TemplateResponse(request, LATE)


def late_with_cookie(request: Any) -> TemplateResponse:
    response = TemplateResponse(request, LATE)
    response.set_cookie("band", "trio")
    return response


async def alate_with_cookie(request: Any) -> TemplateResponse:
    return late_with_cookie(request)


class Foreign:
    """A middleware as others write them."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)


@sync_and_async_middleware
def foreign_of_both_colours(get_response: Any) -> Any:
    async def middleware(request: Any) -> Any:
        return await get_response(request)

    return middleware


FOREIGN = {"wsgi": Foreign, "asgi": foreign_of_both_colours}

URLS = {
    "wsgi": [
        path("page/", page), path("item/<int:number>/", item), path("json/", json),
        path("form/", form), path("upload/", upload), path("stream/", stream),
        path("new/", new_header), path("own/", own_headers), path("late/", late),
        path("late-cookie/", late_with_cookie),
    ],
    "asgi": [
        path("page/", apage), path("item/<int:number>/", aitem), path("json/", ajson),
        path("form/", aform), path("upload/", aupload), path("stream/", astream),
        path("new/", anew_header), path("own/", aown_headers), path("late/", alate),
        path("late-cookie/", alate_with_cookie),
    ],
}  # fmt: skip


SECRET = b"a" * 32
URLENCODED = b"application/x-www-form-urlencoded"


class Driver:
    """Asks one request again and again with as little beside it as can be."""

    def __init__(
        self, site: Site, target: str, body: bytes = b"", kind: bytes = URLENCODED
    ) -> None:
        self.site = site
        self.loop = asyncio.new_event_loop() if site.colour == "asgi" else None
        headers = ((b"Content-Type", kind), (b"Cookie", b"csrftoken=" + SECRET)) if body else ()
        self.request = Request(
            "POST" if body else "GET", target.encode(), headers, (body,) if body else ()
        )
        self.body = body

    def ask(self, times: int) -> None:
        if self.loop is None:
            self._ask_wsgi(times)
        else:
            self.loop.run_until_complete(self._ask_asgi(times))

    def _ask_wsgi(self, times: int) -> None:
        application = self.site.application
        for _ in range(times):
            environ = environ_for(self.request)
            started: list[Any] = []
            with counting:
                answer = application(environ, lambda *args, to=started: to.append(args))
                for _ in answer:
                    pass
                if hasattr(answer, "close"):
                    answer.close()
            assert started[0][0] == "200 OK"

    async def _ask_asgi(self, times: int) -> None:
        message = {"type": "http.request", "body": self.body, "more_body": False}
        sent: list[Any] = []

        async def receive() -> Any:
            return message

        async def send(message: Any) -> None:
            sent.append(message)

        for _ in range(times):
            scope = scope_for(self.request)
            sent.clear()
            with counting:
                await self.site.application(scope, receive, send)
            assert sent[0]["status"] == 200

    def close(self) -> None:
        if self.loop is not None:
            self.loop.close()


class Counting:
    """Counts Python-level calls while it is on, by the name of what is called."""

    def __init__(self) -> None:
        self.calls: Counter[str] | None = None

    def __enter__(self) -> None:
        if self.calls is not None:
            sys.setprofile(self._see)

    def __exit__(self, *exc_info: object) -> None:
        if self.calls is not None:
            sys.setprofile(None)

    def _see(self, frame: Any, event: str, argument: Any) -> None:
        if event != "call" or (frame.f_code.co_filename == __file__ and _of_driver(frame)):
            return
        assert self.calls is not None
        # What is a call in one version of Python and none in another.
        module = frame.f_globals.get("__name__", "")
        if module.startswith("asyncio") or frame.f_code.co_name == "<listcomp>":
            return
        self.calls[f"{frame.f_code.co_qualname} ({module})"] += 1


_COUNTED = (
    "page", "apage", "item", "aitem", "json", "ajson", "form", "aform", "upload", "aupload",
    "stream", "astream", "pieces", "middleware", "__call__",
)  # fmt: skip


def _of_driver(frame: Any) -> bool:
    # Views and middleware are part of the request; the server is not.
    return frame.f_code.co_name not in _COUNTED


counting = Counting()


@pytest.fixture
def drive(colour: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Driver]]:
    """Make drivers for a site with the given middleware."""
    closing: list[Any] = []
    # On a busy machine the timer would be due, and the next request be the one that starts it again.
    monkeypatch.setattr(disconnect, "INTERVAL", 3600.0)

    def make(
        target: str, middleware: Any = (), body: bytes = b"", kind: bytes = URLENCODED
    ) -> Driver:
        made = Site(colour, URLS[colour], middleware)
        driver = Driver(made, target, body, kind)
        closing.extend((made, driver))
        # Whatever is made once is made now.
        driver.ask(20)
        return driver

    yield make
    for each in reversed(closing):
        each.close()


def calls_of(driver: Driver) -> Counter[str]:
    # What earlier tests left to the collector is not this request's, nor are its last words.
    gc.collect()
    gc.disable()
    counting.calls = Counter()
    try:
        driver.ask(1)
        return counting.calls
    finally:
        counting.calls = None
        gc.enable()


# target → Python calls per request, under WSGI and under ASGI; the same with and without the stateless
# middleware, which are a part of the one function that is called in any case. They are: `serve`, the
# view, and the response; `encode_json` for JSON; for a route with parameters `route`, `get_urlconf` and
# the matcher, `find`; for ASGI a context by which the threads of one request are one.
BUDGETS = {
    "/page/": {"wsgi": 3, "asgi": 3},
    "/item/7/": {"wsgi": 6, "asgi": 6},
    "/json/": {"wsgi": 3, "asgi": 3},
}


@pytest.mark.parametrize("middleware", [(), STATELESS], ids=["alone", "stateless"])
@pytest.mark.parametrize("target", BUDGETS)
def test_python_calls(
    colour: str, drive: Callable[..., Driver], target: str, middleware: Any
) -> None:
    found = calls_of(drive(target, middleware))
    budget = BUDGETS[target][colour]
    told = "\n".join(f"  {times} of {name}" for name, times in found.items())
    assert found.total() == budget, (
        f"{target} under {colour} with {len(middleware)} middleware makes {found.total()} Python "
        f"calls; the budget is {budget}. If it makes fewer now, lower the number; if more, take what "
        f"was added off the request's road, or say why it must be there. The calls:\n{told}"
    )


def test_a_foreign_middleware_costs_two_calls(colour: str, drive: Callable[..., Driver]) -> None:
    """Its own, and that of the function within it, which makes responses of exceptions."""
    alone = calls_of(drive("/page/")).total()
    assert calls_of(drive("/page/", [FOREIGN[colour]])).total() == alone + 2
    assert calls_of(drive("/page/", [FOREIGN[colour]] * 3)).total() == alone + 6


def test_what_is_within_a_foreign_middleware_costs_no_more(
    colour: str, drive: Callable[..., Driver]
) -> None:
    """Its built-in neighbours are written into the function within, too."""
    alone = calls_of(drive("/page/")).total()
    for middleware in ([FOREIGN[colour], *STATELESS], [*STATELESS, FOREIGN[colour]]):
        assert calls_of(drive("/page/", middleware)).total() == alone + 2


UPLOAD_BUDGET = {"wsgi": 50, "asgi": 51}
UPLOAD = (
    b'--limit\r\nContent-Disposition: form-data; name="file"; filename="poster.png"\r\n'
    b"Content-Type: image/png\r\n\r\n" + b"x" * 1024 + b"\r\n--limit--\r\n"
)


def test_a_small_upload_is_parsed_in_one_loop(colour: str, drive: Callable[..., Driver]) -> None:
    """From the request to the uploaded file and its closing."""
    kind = b"multipart/form-data; boundary=limit"
    found = calls_of(drive("/upload/", (), UPLOAD, kind))
    assert found["take_whole (vivace.http.multipart.whole)"] == 1
    told = "\n".join(f"  {times} of {name}" for name, times in found.items())
    assert found.total() <= UPLOAD_BUDGET[colour], told


def test_a_form_stays_on_the_road(drive: Callable[..., Driver]) -> None:
    """Reading a form makes no response unusual: what is added is the parsing of the body alone."""
    without_tokens = [each for each in STATELESS if "csrf" not in each]
    found = calls_of(drive("/form/", without_tokens, b"name=Ada"))
    assert [name for name in found if "pipeline" in name or "middleware" in name] == []


def test_a_form_with_a_token_is_judged_where_it_is(drive: Callable[..., Driver]) -> None:
    """No thread is begun for what is in memory."""
    found = calls_of(drive("/form/", STATELESS, b"name=Ada&csrfmiddlewaretoken=" + SECRET))
    assert found["CsrfViewMiddleware._check_token (vivace.middleware.csrf)"] == 1
    assert [name for name in found if "thread" in name or "asgiref" in name] == []


@pytest.mark.parametrize("target", ["/new/", "/own/"])
def test_headers_of_its_own_leave_a_response_on_the_road(
    drive: Callable[..., Driver], target: str
) -> None:
    """Values that differ each time, more of them than are remembered; and the mapping itself."""
    driver = drive(target, STATELESS)
    driver.ask(2 * MAX_TRANSITIONS)
    found = calls_of(driver)
    assert [name for name in found if "middleware" in name or "pipeline.runtime" in name] == []


def test_a_response_that_is_rendered_late_is_then_on_the_road(
    colour: str, drive: Callable[..., Driver]
) -> None:
    found = calls_of(drive("/late/", STATELESS))
    assert [name for name in found if "middleware" in name or "_finish" in name] == []
    with_cookie = calls_of(drive("/late-cookie/", STATELESS))
    assert [name for name in with_cookie if "_finish" in name] != []


def test_a_stream_stays_on_the_road(drive: Callable[..., Driver]) -> None:
    """The built-in middleware cost it nothing, and no thread is begun to close it."""
    alone, stateless = (calls_of(drive("/stream/", chain)) for chain in ((), STATELESS))
    assert alone == stateless
    assert [name for name in alone if "thread" in name or "asgiref" in name] == []


@pytest.mark.parametrize("middleware", [(), STATELESS], ids=["alone", "stateless"])
@pytest.mark.parametrize("target", BUDGETS)
def test_no_garbage_collection_in_ten_thousand_requests(
    drive: Callable[..., Driver], target: str, middleware: Any
) -> None:
    driver = drive(target, middleware)
    collections: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            collections.append(info["generation"])

    gc.collect()
    gc.callbacks.append(note)
    try:
        driver.ask(10_000)
    finally:
        gc.callbacks.remove(note)
    assert collections == [], "something on the request's road leaves circles to the collector"


@pytest.mark.parametrize("middleware", [(), STATELESS], ids=["alone", "stateless"])
@pytest.mark.parametrize("target", BUDGETS)
def test_no_setting_is_read_and_no_signal_sent(
    drive: Callable[..., Driver],
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    middleware: Any,
) -> None:
    driver = drive(target, middleware)
    seen: list[str] = []
    get = LazySettings.__getattribute__

    def spy(self: Any, name: str) -> Any:
        seen.append(f"settings.{name}")
        return get(self, name)

    def sent(self: Signal, *args: Any, **kwargs: Any) -> list[Any]:
        seen.append("a signal")
        return []

    monkeypatch.setattr(LazySettings, "__getattribute__", spy)
    monkeypatch.setattr(Signal, "send", sent)
    monkeypatch.setattr(Signal, "asend", sent)
    driver.ask(100)
    assert seen == []
