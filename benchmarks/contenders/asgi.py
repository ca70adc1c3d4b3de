"""The work for ASGI: bare callables and the frameworks that are made for it.

Each has an asynchronous JSON view at ``/json``, a constant at ``/constant``, and a form at ``/form``.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import blacksheep
import falcon.asgi
import fastapi
import litestar
import litestar.enums
import litestar.params
import starlette.applications
import starlette.responses
import starlette.routing

from benchmarks.contenders.project import DATA, FIELDS

Application = Callable[..., Awaitable[Any]]

HELLO = b"Hello, World!"
HTML = "text/html; charset=utf-8"

# Litestar looks a view's annotations up in its module.
UrlEncoded = Annotated[
    dict[str, str],
    litestar.params.Body(media_type=litestar.enums.RequestEncodingType.URL_ENCODED),
]


def bare(headers: list[tuple[bytes, bytes]], with_length: bool = False) -> Application:
    """A callable that answers any request with the JSON of the view, and these `headers`."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        body = json.dumps(DATA).encode()
        sent = [*headers, (b"content-length", b"%d" % len(body))] if with_length else [*headers]
        await send({"type": "http.response.start", "status": 200, "headers": sent})
        await send({"type": "http.response.body", "body": body})

    return application


def of_starlette() -> Application:
    async def json_view(request: Any) -> Any:
        return starlette.responses.JSONResponse(DATA)

    async def constant(request: Any) -> Any:
        return starlette.responses.Response(HELLO, media_type="text/html")

    async def form(request: Any) -> Any:
        async with request.form() as post:
            body = ",".join([post[name] for name in FIELDS]).encode()
        return starlette.responses.Response(body, media_type="text/html")

    route = starlette.routing.Route
    return starlette.applications.Starlette(
        routes=[
            route("/json", json_view),
            route("/constant", constant),
            route("/form", form, methods=["POST"]),
        ]
    )


def of_fastapi() -> Application:
    application = fastapi.FastAPI()

    @application.get("/json")
    async def json_view() -> Any:
        return DATA

    @application.get("/constant")
    async def constant() -> Any:
        return fastapi.Response(HELLO, media_type="text/html")

    @application.post("/form")
    async def form(request: fastapi.Request) -> Any:
        async with request.form() as post:
            body = ",".join([str(post[name]) for name in FIELDS]).encode()
        return fastapi.Response(body, media_type="text/html")

    return application


def of_litestar() -> Application:
    @litestar.get("/json")
    async def json_view() -> dict[str, Any]:
        return DATA

    @litestar.get("/constant", media_type=HTML)
    async def constant() -> bytes:
        return HELLO

    @litestar.post("/form", media_type=HTML, status_code=200)
    async def form(data: UrlEncoded) -> bytes:
        return ",".join([data[name] for name in FIELDS]).encode()

    return litestar.Litestar([json_view, constant, form], openapi_config=None)


async def of_blacksheep() -> Application:
    application = blacksheep.Application(router=blacksheep.Router())
    get, post = application.router.get, application.router.post

    @get("/json")
    async def json_view(request: blacksheep.Request) -> Any:
        return blacksheep.json(DATA)

    @get("/constant")
    async def constant(request: blacksheep.Request) -> Any:
        return blacksheep.Response(200, None, blacksheep.Content(HTML.encode(), HELLO))

    @post("/form")
    async def form(request: blacksheep.Request) -> Any:
        sent: Any = await request.form()
        body = ",".join([sent[name] for name in FIELDS]).encode()
        return blacksheep.Response(200, None, blacksheep.Content(HTML.encode(), body))

    await application.start()
    return application


def of_falcon() -> Application:
    class Json:
        async def on_get(self, req: Any, resp: Any) -> None:
            resp.media = DATA

    class Constant:
        async def on_get(self, req: Any, resp: Any) -> None:
            resp.content_type = HTML
            resp.data = HELLO

    class Form:
        async def on_post(self, req: Any, resp: Any) -> None:
            post = await req.get_media()
            resp.content_type = HTML
            resp.data = ",".join([post[name] for name in FIELDS]).encode()

    application = falcon.asgi.App()
    application.add_route("/json", Json())
    application.add_route("/constant", Constant())
    application.add_route("/form", Form())
    return application
