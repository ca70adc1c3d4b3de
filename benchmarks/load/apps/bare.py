"""Bare callables, which send exactly the headers that Vivace sends for this view."""

from __future__ import annotations

import json
from typing import Any

DATA = {"message": "Hello, World!"}


def wsgi(environ: Any, start_response: Any) -> Any:
    body = json.dumps(DATA).encode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [body]


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    body = json.dumps(DATA).encode()
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _live(receive: Any, send: Any) -> None:
    while True:
        phase = (await receive())["type"]
        await send({"type": f"{phase}.complete"})
        if phase == "lifespan.shutdown":
            return
