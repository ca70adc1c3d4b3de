"""What is playing now: server-sent events (HTML standard, section 9.2)."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

from vivace.core.handlers.asgi import ASGIRequest
from vivace.http import HttpRequest, HttpResponse, StreamingHttpResponse
from vivace.views.decorators.cache import never_cache

# How soon a browser comes back when the stream ended, in milliseconds.
COME_BACK = 5000

TUNES = (
    ("Blue Lamp", "Marta Okafor Trio"),
    ("Second Breakfast", "Rosewood Quartet"),
    ("Low Tide", "Noor & the Tides"),
    ("Line 4 to the Harbour", "Okapi Brass"),
    ("A Room with No Clock", "Helen Strand"),
    ("Folded Twice", "Paper Lanterns"),
)
# How long each tune lasts on the club's radio, in seconds.
TUNE_LENGTH = 20


def playing(now: float) -> tuple[str, str, int]:
    """Title, artist, and the seconds that are left, at the POSIX time `now`."""
    number, into = divmod(int(now), TUNE_LENGTH)
    title, artist = TUNES[number % len(TUNES)]
    return title, artist, TUNE_LENGTH - into


def event(now: float) -> str:
    """What is playing at the POSIX time `now`, as an event."""
    title, artist, left = playing(now)
    data = json.dumps({"title": title, "artist": artist, "seconds": left})
    return f"event: playing\nretry: {COME_BACK}\ndata: {data}\n\n"


async def events() -> AsyncIterator[str]:
    """An event now and at the beginning of each tune, until the client leaves."""
    while True:
        now = time.time()
        yield event(now)
        await asyncio.sleep(playing(now)[2])


@never_cache
async def live(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The stream of events; one event, and a date to come back, where a server cannot wait."""
    kind = "text/event-stream"
    if not isinstance(request, ASGIRequest):
        return HttpResponse(event(time.time()), content_type=kind)
    return StreamingHttpResponse(events(), content_type=kind)
