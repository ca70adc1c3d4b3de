"""The work for WSGI: bare callables, Falcon, Flask and Bottle; Django and Vivace share a project."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import bottle
import falcon
import flask

from benchmarks.contenders.project import CHUNK, DATA, FIELDS, MEGABYTE, SMALL_CHUNK

Application = Callable[..., Any]

HELLO = b"Hello, World!"


def chunks() -> Iterator[bytes]:
    return (CHUNK for _ in range(MEGABYTE // len(CHUNK)))


def small_chunks() -> Iterator[bytes]:
    return (SMALL_CHUNK for _ in range(MEGABYTE // len(SMALL_CHUNK)))


def bare(headers: list[tuple[str, str]], with_length: bool = False) -> Application:
    """A callable that answers any request with the JSON of the view, and these `headers`."""

    def application(environ: Any, start_response: Any) -> Any:
        body = json.dumps(DATA).encode()
        if with_length:
            start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
        else:
            start_response("200 OK", [*headers])
        return [body]

    return application


def of_falcon() -> Application:
    """Falcon, with a resource for each piece of work."""

    class Json:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.media = DATA

    class Constant:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.content_type = "text/html; charset=utf-8"
            resp.data = HELLO

    class Redirect:
        def on_get(self, req: Any, resp: Any) -> None:
            raise falcon.HTTPFound("/json")

    class Form:
        def on_post(self, req: Any, resp: Any) -> None:
            post = req.get_media()
            resp.content_type = "text/html; charset=utf-8"
            resp.data = ",".join([post[name] for name in FIELDS]).encode()

    class Upload:
        def on_post(self, req: Any, resp: Any) -> None:
            size = 0
            for part in req.get_media():
                size += len(part.stream.read())
            resp.content_type = "text/html; charset=utf-8"
            resp.data = b"%d" % size

    class Stream:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.content_type = "text/html; charset=utf-8"
            resp.stream = chunks()

    class SmallChunks:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.content_type = "text/html; charset=utf-8"
            resp.stream = small_chunks()

    application = falcon.App()
    for name, resource in [
        ("json", Json), ("constant", Constant), ("redirect", Redirect), ("form", Form),
        ("upload", Upload), ("stream", Stream), ("small_chunks", SmallChunks),
    ]:  # fmt: skip
        application.add_route(f"/{name}", resource())
    return application


def of_flask() -> Application:
    """Flask, with a function for each piece of work."""
    application = flask.Flask("benchmarks")

    @application.get("/json")
    def json_view() -> Any:
        return flask.jsonify(DATA)

    @application.get("/constant")
    def constant() -> Any:
        return flask.Response(HELLO)

    @application.get("/redirect")
    def redirect() -> Any:
        return flask.redirect("/json")

    @application.post("/form")
    def form() -> Any:
        post = flask.request.form
        return ",".join([post[name] for name in FIELDS]).encode()

    @application.post("/upload")
    def upload() -> Any:
        return b"%d" % len(flask.request.files["file"].read())

    @application.get("/stream")
    def stream() -> Any:
        return flask.Response(chunks())

    @application.get("/small_chunks")
    def small() -> Any:
        return flask.Response(small_chunks())

    return application


def of_bottle() -> Application:
    """Bottle, with a function for each piece of work."""
    application = bottle.Bottle()

    @application.get("/json")
    def json_view() -> Any:
        return DATA

    @application.get("/constant")
    def constant() -> Any:
        return HELLO

    @application.get("/redirect")
    def redirect() -> Any:
        raise bottle.HTTPResponse(status=302, headers={"Location": "/json"})

    @application.post("/form")
    def form() -> Any:
        post = bottle.request.forms.decode()
        return ",".join([post[name] for name in FIELDS]).encode()

    @application.post("/upload")
    def upload() -> Any:
        return b"%d" % len(bottle.request.files["file"].file.read())

    @application.get("/stream")
    def stream() -> Any:
        return chunks()

    @application.get("/small_chunks")
    def small() -> Any:
        return small_chunks()

    return application
