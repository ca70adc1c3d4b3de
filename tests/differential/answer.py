"""One side: serves the project with Django or with Vivace and answers the requests in a file.

``python answer.py SIDE VARIANT REQUESTS ANSWERS``, where SIDE is ``django`` or ``vivace``. Both files
hold a JSON value per line. Each request is asked over WSGI and over ASGI, in that order.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import sys
import time
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NOW = 1_750_000_000.25


class Records(logging.Handler):
    """The log, as (logger, level, message)."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[list[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append([record.name, record.levelname, record.getMessage()])


def request_from(case: dict[str, Any]) -> Any:
    from wire import Request

    values = {key: value for key, value in case.items() if key != "family"}
    values["target"] = case["target"].encode("latin-1")
    values["headers"] = tuple(
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in case["headers"]
    )
    values["chunks"] = tuple(chunk.encode("latin-1") for chunk in case["chunks"])
    return Request(**values)


def answered(ask: Any) -> dict[str, Any]:
    """The answer to one request as JSON can hold it; what escaped the application, too."""
    try:
        response = ask()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return {"escaped": f"{type(error).__name__}: {error}"}
    return {
        "status": response.status,
        "reason": response.reason,
        "headers": response.headers,
        "body": response.body.decode("latin-1"),
    }


def in_lower_case(application: Any) -> Any:
    """`application`, its headers' names as ASGI wants them: Django sends them as they were written."""

    async def lowering(scope: Any, receive: Any, send: Any) -> None:
        async def send_on(message: Any) -> None:
            pairs = message.get("headers")
            if pairs is not None:
                message = {**message, "headers": [(name.lower(), value) for name, value in pairs]}
            await send(message)

        await application(scope, receive, send_on)

    return lowering


def main(side: str, variant: str, requests: str, answers: str) -> None:
    time.time = lambda: NOW  # type: ignore[assignment]
    # The length of the padding against BREACH.
    secrets.randbelow = lambda limit: limit // 2  # type: ignore[assignment]
    warnings.simplefilter("ignore")
    os.environ["DIFFERENTIAL_VARIANT"] = variant
    os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
    sys.path[:0] = [str(HERE), str(HERE.parent)]
    if side == "vivace":
        import vivace

        vivace.install_as_django()
    from django.core.asgi import get_asgi_application
    from django.core.wsgi import get_wsgi_application

    from wire import acall_asgi, call_wsgi

    records = Records()
    logging.getLogger("django").addHandler(records)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    wsgi, asgi = get_wsgi_application(), get_asgi_application()
    if side == "django":
        asgi = in_lower_case(asgi)
    loop = asyncio.new_event_loop()
    with open(requests) as lines, open(answers, "w") as out:
        for line in lines:
            case = json.loads(line)
            for call in (
                lambda request: call_wsgi(wsgi, request),
                lambda request: loop.run_until_complete(acall_asgi(asgi, request)),
            ):
                records.seen = []
                answer = answered(lambda call=call, case=case: call(request_from(case)))
                answer["log"] = records.seen
                out.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
