"""However a request ends, its signals are sent once and what it opened is closed."""

from __future__ import annotations

import asyncio
import io
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sites import Site
from vivace.core.exceptions import PermissionDenied
from vivace.core.signals import request_finished, request_started
from vivace.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from vivace.urls import path
from wire import Request, scope_for

STATELESS = [
    "vivace.middleware.security.SecurityMiddleware",
    "vivace.middleware.common.CommonMiddleware",
    "vivace.middleware.clickjacking.XFrameOptionsMiddleware",
]


@pytest.fixture
def told() -> Iterator[list[tuple[str, Any, set[str]]]]:
    """What the signals of requests told: their names, senders and arguments."""
    log: list[tuple[str, Any, set[str]]] = []

    def started(sender: Any, **kwargs: Any) -> None:
        log.append(("started", sender, kwargs.keys() - {"signal"}))

    def finished(sender: Any, **kwargs: Any) -> None:
        log.append(("finished", sender, kwargs.keys() - {"signal"}))

    request_started.connect(started)
    request_finished.connect(finished)
    yield log
    request_started.disconnect(started)
    request_finished.disconnect(finished)


def names(told: list[tuple[str, Any, set[str]]]) -> list[str]:
    return [name for name, _, _ in told]


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


async def aplain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


def cookies(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("x")
    response.set_cookie("a", "b")
    return response


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(io.BytesIO(b"x" * 10_000))


def raises(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


def nothing(request: HttpRequest) -> Any:
    return None


def coroutine(request: HttpRequest) -> Any:
    return aplain(request)


async def unawaited(request: HttpRequest) -> Any:
    return aplain(request)


VIEWS: dict[str, tuple[Any, int]] = {
    "plain": (plain, 200),
    "aplain": (aplain, 200),
    "json": (lambda request: JsonResponse({}), 200),
    "cookies": (cookies, 200),
    "file": (file, 200),
    "redirect": (lambda request: HttpResponseRedirect("/x/"), 302),
    "unsafe": (lambda request: HttpResponseRedirect("javascript:x"), 400),
    "missing": (raises(Http404("no")), 404),
    "forbidden": (raises(PermissionDenied("no")), 403),
    "broken": (raises(ValueError("secret text")), 500),
    "body": (lambda request: HttpResponse(request.body), 200),
    "nothing": (nothing, 500),
    "coroutine": (coroutine, 500),
    "unawaited": (unawaited, 500),
}


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@pytest.mark.parametrize("middleware", [[], STATELESS], ids=["bare", "stateless"])
@pytest.mark.parametrize("name", [*VIEWS, "unknown"])
def test_one_of_each_signal(site: Any, told: Any, name: str, middleware: list[str]) -> None:
    web = site([path(f"{key}/", view) for key, (view, _) in VIEWS.items()], middleware)
    response = web.ask(f"/{name}/")
    assert response.status == (VIEWS[name][1] if name in VIEWS else 404)
    assert b"secret text" not in response.body
    assert b"Traceback" not in response.body
    assert names(told) == ["started", "finished"]
    (_, sender, started), (_, other, finished) = told
    assert sender is other
    assert isinstance(web.application, sender)
    assert started == {"environ" if web.colour == "wsgi" else "scope"}
    assert finished == set()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing", "The view test_roads.nothing didn't return an HttpResponse object. "
                    "It returned None instead."),
        ("coroutine", "It returned an unawaited coroutine instead."),
    ],
)  # fmt: skip
def test_what_is_no_response_is_named_in_the_log(
    site: Any, exceptions: list[BaseException], name: str, message: str
) -> None:
    response = site([path("", VIEWS[name][0])]).ask()
    assert response.status == 500
    (error,) = exceptions
    assert message.rpartition("test_roads.")[2] in str(error)
    assert b"didn't return" not in response.body


def test_a_refused_query_over_asgi(told: Any) -> None:
    web = Site("asgi", [path("", plain)])
    try:
        assert web.ask(b"/?a=\xff").status == 400
    finally:
        web.close()
    assert names(told) == ["started", "finished"]


def test_a_stream_that_breaks(site: Any, told: Any) -> None:
    closed: list[str] = []

    def parts() -> Iterator[bytes]:
        try:
            yield b"1"
            raise ValueError("broken")
        finally:
            closed.append("closed")

    async def aparts() -> Any:
        try:
            yield b"1"
            raise ValueError("broken")
        finally:
            closed.append("closed")

    def stream(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(aparts() if web.colour == "asgi" else parts())

    web = site([path("", stream)])
    with pytest.raises(ValueError, match="broken"):
        web.ask()
    assert closed == ["closed"]
    assert names(told) == ["started", "finished"]


UPLOAD = (
    b'--X\r\nContent-Disposition: form-data; name="f"; filename="n.txt"\r\n\r\ntext\r\n--X--\r\n'
)
MULTIPART = ("Content-Type", "multipart/form-data; boundary=X")


@pytest.mark.parametrize("kind", ["Memory", "Temporary"])
@pytest.mark.parametrize("ending", ["answer", "error", "stream"])
def test_uploaded_files_are_closed(site: Any, kind: str, ending: str) -> None:
    seen: list[Any] = []

    def view(request: HttpRequest) -> Any:
        seen.append(request.FILES["f"])
        assert not seen[0].closed
        if ending == "error":
            raise ValueError
        if ending == "stream":

            async def aparts() -> Any:
                yield seen[0].read()

            return StreamingHttpResponse(
                aparts() if web.colour == "asgi" else iter([seen[0].read()])
            )
        return HttpResponse(seen[0].read())

    handler = f"vivace.core.files.uploadhandler.{kind}FileUploadHandler"
    web = site([path("", view)], FILE_UPLOAD_HANDLERS=[handler])
    response = web.ask("/", "POST", [MULTIPART], UPLOAD)
    assert response.status == (500 if ending == "error" else 200)
    assert response.body == b"text" or ending == "error"
    assert seen[0].closed


# ------------------------------------------------------------------ ASGI: messages and cancelling


class Talk:
    """One conversation over ASGI, under the test's control."""

    def __init__(self, *body: dict[str, Any]) -> None:
        self.body = list(body) or [{"type": "http.request", "body": b"", "more_body": False}]
        self.sent: list[dict[str, Any]] = []
        self.left = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if self.body:
            return self.body.pop(0)
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def run(self, site: Site, **request: Any) -> None:
        await site.application(scope_for(Request(**request)), self.receive, self.send)


@pytest.fixture
def asgi() -> Iterator[Callable[..., Site]]:
    made: list[Site] = []

    def make(*args: Any, **kwargs: Any) -> Site:
        made.append(Site("asgi", *args, **kwargs))
        return made[-1]

    yield make
    for site in made:
        site.close()


class Refusing(Talk):
    """A server that takes no more messages after the first, as for a client that is gone."""

    async def send(self, message: dict[str, Any]) -> None:
        if self.sent:
            raise ConnectionResetError
        await super().send(message)


@pytest.mark.parametrize("name", ["plain", "stream"])
def test_a_server_that_refuses_a_message(asgi: Any, told: Any, name: str) -> None:
    events: list[str] = []

    async def parts() -> Any:
        try:
            while True:
                yield b"x"
        finally:
            events.append("closed")

    def stream(request: HttpRequest) -> StreamingHttpResponse:
        response = StreamingHttpResponse(parts())
        response._resource_closers.append(lambda: events.append("response"))
        return response

    web = asgi([path("plain/", plain), path("stream/", stream)])

    async def main() -> None:
        with pytest.raises(ConnectionResetError):
            await Refusing().run(web, target=f"/{name}/".encode())

    asyncio.run(main())
    assert names(told) == ["started", "finished"]
    assert events == ([] if name == "plain" else ["closed", "response"])


@pytest.mark.parametrize("has_receivers", [True, False])
@pytest.mark.parametrize("where", ["view", "stream", "middleware"])
def test_a_task_that_is_cancelled(asgi: Any, where: str, has_receivers: bool) -> None:
    log: list[str] = []
    waiting = asyncio.Event()

    async def wait() -> None:
        waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            log.append("ended")

    async def parts() -> Any:
        yield b"1"
        await wait()

    async def view(request: HttpRequest) -> Any:
        uploads.append(request.FILES["f"])
        if where == "view":
            await wait()
        return StreamingHttpResponse(parts()) if where == "stream" else HttpResponse("x")

    def factory(get_response: Any) -> Any:
        async def middleware(request: HttpRequest) -> Any:
            response = await get_response(request)
            if where == "middleware":
                await wait()
            return response

        return middleware

    factory.async_capable = True  # type: ignore[attr-defined]
    factory.sync_capable = False  # type: ignore[attr-defined]
    uploads: list[Any] = []
    web = asgi([path("", view)], [factory])

    def finished(**kwargs: Any) -> None:
        log.append("finished")

    async def main() -> None:
        talk = Talk({"type": "http.request", "body": UPLOAD, "more_body": False})
        task = asyncio.ensure_future(
            talk.run(web, method="POST", headers=((b"Content-Type", MULTIPART[1].encode()),),
                     chunks=(UPLOAD,))
        )  # fmt: skip
        await asyncio.wait_for(waiting.wait(), 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    if has_receivers:
        request_finished.connect(finished)
    try:
        asyncio.run(main())
    finally:
        request_finished.disconnect(finished)
    assert log == ["ended"] + ["finished"] * has_receivers
    assert uploads[0].closed


def test_a_client_that_leaves_during_its_upload(
    asgi: Any, told: Any, caplog: pytest.LogCaptureFixture
) -> None:
    called: list[Any] = []
    web = asgi([path("", lambda request: called.append(request))])
    pieces = [{"type": "http.request", "body": b"x" * 70_000, "more_body": True}] * 3

    async def main() -> Talk:
        talk = Talk(*pieces)
        talk.left.set()
        await talk.run(web, method="POST")
        return talk

    assert asyncio.run(main()).sent == []
    assert called == []
    assert told == []
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


def test_an_endless_body_stays_on_disk(asgi: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(request._stream.seek(0, io.SEEK_END)))

    web = asgi([path("", view)], FILE_UPLOAD_MAX_MEMORY_SIZE=0)

    class Long(Talk):
        left_to_send = 400

        async def receive(self) -> dict[str, Any]:
            self.left_to_send -= 1
            return {
                "type": "http.request", "body": bytes(65536), "more_body": self.left_to_send > 0
            }  # fmt: skip

    async def main() -> list[dict[str, Any]]:
        talk = Long()
        await talk.run(web, method="POST")
        return talk.sent

    tracemalloc.start()
    try:
        sent = asyncio.run(main())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sent[-1]["body"] == str(400 * 65536).encode()
    assert peak < 4_000_000
