"""The programme for machines, and bookings by them."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from jazzclub.booking import Refused, order
from jazzclub.models import Gig, SeatTaken
from vivace.core.handlers.asgi import ASGIRequest
from vivace.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from vivace.urls import reverse
from vivace.utils import timezone
from vivace.views.decorators.cache import cache_control
from vivace.views.decorators.http import require_POST, require_safe


def _as_data(request: HttpRequest, gig: Gig) -> dict[str, Any]:
    return {
        "slug": gig.slug,
        "artist": gig.artist.name,
        "style": gig.artist.style,
        "club": gig.club.name,
        "starts": timezone.localtime(gig.starts),
        "price": gig.price,
        "left": gig.left,
        "url": request.build_absolute_uri(reverse("api-gig", args=[gig.slug])),
    }


@require_safe
@cache_control(public=True, max_age=60)
def gigs(request: HttpRequest) -> HttpResponse:
    """All gigs; ``?style=`` and ``?club=`` narrow them down."""
    found = Gig.objects.coming().narrowed(request.GET).with_seats_left()
    data = [_as_data(request, gig) for gig in found]
    return JsonResponse({"count": len(data), "gigs": data})


def _no_such_gig(slug: str) -> HttpResponse:
    return JsonResponse({"error": f"there is no gig {slug!r}"}, status=404)


@require_safe
def gig(request: HttpRequest, slug: str) -> HttpResponse:
    found = Gig.objects.with_seats_left().select_related("artist", "club").filter(slug=slug).first()
    if found is None:
        return _no_such_gig(slug)
    free = [str(seat) for seat in found.seats().filter(taken=False)]
    more = {"line_up": found.artist.line_up, "text": found.artist.text, "free": free}
    return JsonResponse({**_as_data(request, found), **more})


@require_POST
async def bookings(request: HttpRequest, slug: str) -> HttpResponse:
    """Book ``{"seats": ["B4", "B5"], "name": "Ada"}``: all of these seats, or none of them."""
    found = await Gig.objects.select_related("club").filter(slug=slug).afirst()
    if found is None:
        return _no_such_gig(slug)
    try:
        names, name = _wanted(request.body)
        seats, name = order(found, [seat async for seat in found.club.seats.all()], names, name)
        reference = await found.abook(seats, name)
    except Refused as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    except SeatTaken:
        return JsonResponse({"error": "One of these seats has just been sold."}, status=409)
    url = request.build_absolute_uri(reverse("booking", args=[reference]))
    return JsonResponse({"reference": reference, "url": url}, status=201, headers={"Location": url})


def _wanted(body: bytes) -> tuple[list[str], str]:
    try:
        data = json.loads(body)
        seats, name = data["seats"], data["name"]
    except (ValueError, TypeError, KeyError):
        raise Refused('Send {"seats": ["B4"], "name": "Ada"}.') from None
    if not isinstance(name, str) or not isinstance(seats, list):
        raise Refused("The seats are a list, the name is a text.")
    return [str(seat) for seat in seats], name


class _Line:
    """Something a CSV writer can write to, which gives back what it gets."""

    def write(self, line: str) -> str:
        return line


@require_safe
def programme_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The programme as CSV, sent line by line as the database gives them."""
    writer = csv.writer(_Line())
    found = Gig.objects.coming()
    head = writer.writerow(["date", "artist", "style", "club", "price"])

    def line(gig: Gig) -> str:
        date = timezone.localdate(gig.starts).isoformat()
        row = [date, gig.artist.name, gig.artist.style, gig.club.name, gig.price]
        return str(writer.writerow(row))

    def lines() -> Iterator[str]:
        yield head
        yield from map(line, found.iterator())

    async def lines_in_turn() -> AsyncIterator[str]:
        yield head
        async for gig in found.aiterator():
            yield line(gig)

    # An ASGI server sends what an asynchronous iterator gives as it comes.
    body = lines_in_turn() if isinstance(request, ASGIRequest) else lines()
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="programme.csv"'
    return response
