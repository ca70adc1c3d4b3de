"""The programme for machines."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterator
from typing import Any

from jazzclub.programme import Gig, coming, find
from vivace.core.handlers.asgi import ASGIRequest
from vivace.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from vivace.urls import reverse
from vivace.views.decorators.cache import cache_control
from vivace.views.decorators.http import require_safe


def _as_data(request: HttpRequest, gig: Gig) -> dict[str, Any]:
    return {
        "slug": gig.slug,
        "artist": gig.artist,
        "style": gig.style,
        "starts": gig.starts,
        "price": gig.price,
        "url": request.build_absolute_uri(reverse("api-gig", args=[gig.slug])),
    }


@require_safe
@cache_control(public=True, max_age=60)
def gigs(request: HttpRequest) -> HttpResponse:
    """All gigs; ``?style=`` narrows them down."""
    found = coming(request.GET.get("style", ""))
    return JsonResponse({"count": len(found), "gigs": [_as_data(request, gig) for gig in found]})


@require_safe
def gig(request: HttpRequest, slug: str) -> HttpResponse:
    found = find(slug)
    if found is None:
        return JsonResponse({"error": f"there is no gig {slug!r}"}, status=404)
    more = {"line_up": found.line_up, "text": found.text}
    return JsonResponse({**_as_data(request, found), **more})


class _Line:
    """Something a CSV writer can write to, which gives back what it gets."""

    def write(self, line: str) -> str:
        return line


@require_safe
def programme_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The programme as CSV, sent line by line."""
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield writer.writerow(["date", "artist", "style", "price"])
        for gig in coming():
            yield writer.writerow([gig.starts.date().isoformat(), gig.artist, gig.style, gig.price])

    async def lines_in_turn() -> AsyncIterator[str]:
        for line in lines():
            yield line

    # An ASGI server sends what an asynchronous iterator gives as it comes.
    body = lines_in_turn() if isinstance(request, ASGIRequest) else lines()
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="programme.csv"'
    return response
