"""The pages."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from pathlib import Path

from jazzclub.booking import Refused, order
from jazzclub.models import LARGEST_PARTY, Artist, Booking, Club, Gig, SeatTaken
from vivace.conf import settings
from vivace.core.files.storage import FileSystemStorage
from vivace.core.files.uploadedfile import UploadedFile
from vivace.db.models import Count
from vivace.http import Http404, HttpRequest, HttpResponse
from vivace.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from vivace.utils.text import slugify
from vivace.views.decorators.cache import never_cache
from vivace.views.decorators.http import require_http_methods, require_POST, require_safe

logger = logging.getLogger(__name__)

LARGEST = 2 * 1024 * 1024
# How files begin, and the ending they get.
IMAGES = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg"}
SHOWN = 24
# How many gigs the first page names.
COMING = 6


@dataclass(frozen=True)
class Poster:
    """A poster on the wall: its file's name, and its address."""

    name: str
    url: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    first, *later = [*Gig.objects.coming().with_seats_left()[:COMING]] or [None]
    return render(request, "home.html", {"next": first, "later": later})


@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """The programme; ``?style=`` and ``?club=`` narrow it down."""
    coming = Gig.objects.coming()
    artists = Artist.objects.filter(gigs__in=coming).order_by("style")
    context = {
        "gigs": coming.narrowed(request.GET).with_seats_left(),
        "styles": artists.values_list("style", flat=True).distinct(),
        "clubs": Club.objects.filter(gigs__in=coming).distinct(),
        "style": request.GET.get("style", ""),
        "club": request.GET.get("club", ""),
    }
    if context["style"] and context["style"] not in context["styles"]:
        raise Http404("no such style")
    if context["club"] and context["club"] not in {club.slug for club in context["clubs"]}:
        raise Http404("no such club")
    return render(request, "programme.html", context)


@require_safe
def gig(request: HttpRequest, slug: str) -> HttpResponse:
    return _gig_page(request, _gig(slug))


def _gig(slug: str) -> Gig:
    return get_object_or_404(Gig.objects.select_related("artist", "club"), slug=slug)


def _gig_page(request: HttpRequest, gig: Gig, error: str = "", status: int = 200) -> HttpResponse:
    seats = list(gig.seats())
    context = {
        "gig": gig,
        "seats": seats,
        "left": sum(not seat.taken for seat in seats),
        "most": LARGEST_PARTY,
        "chosen": request.POST.getlist("seat"),
        "name": request.POST.get("name", ""),
        "error": error,
    }
    return render(request, "gig.html", context, status=status)


@require_POST
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """Book what was chosen on the page of a gig: all of it, or nothing."""
    gig = _gig(slug)
    asked = request.POST
    try:
        seats, name = order(gig, gig.club.seats.all(), asked.getlist("seat"), asked.get("name", ""))
        reference = gig.book(seats, name)
    except Refused as refusal:
        return _gig_page(request, gig, str(refusal), 400)
    except SeatTaken:
        return _gig_page(request, gig, "Somebody was quicker: one of these seats is sold.", 409)
    return redirect("booking", reference)


@require_safe
@never_cache
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """What was booked together; who knows the reference may see it, and give it back."""
    sold = Booking.objects.select_related("gig__artist", "gig__club", "seat")
    bookings = get_list_or_404(sold, reference=reference)
    context = {"bookings": bookings, "gig": bookings[0].gig, "name": bookings[0].name}
    context["price"] = bookings[0].gig.price * len(bookings)
    return render(request, "booking.html", context)


@require_POST
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Give back all seats of a booking, unless the evening is over."""
    bookings = get_list_or_404(Booking.objects.select_related("gig"), reference=reference)
    gig = bookings[0].gig
    if not gig.is_over:
        Booking.objects.filter(reference=reference).delete()
    return redirect("gig", gig.slug)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    clubs = Club.objects.annotate(chairs=Count("seats"))
    return render(request, "about.html", {"clubs": clubs})


@require_http_methods(["GET", "HEAD", "POST"])
def posters(request: HttpRequest) -> HttpResponse:
    """The wall of posters, and the form by which one is sent."""
    error = title = ""
    if request.method == "POST":
        title = request.POST.get("title", "").strip()
        file = request.FILES.get("poster")
        error = _refusal(title, file)
        if not error:
            _keep(title, file)
            return redirect("posters")
    context = {"posters": _kept(), "title": title, "error": error, "largest": LARGEST}
    return render(request, "posters.html", context, status=400 if error else 200)


def _storage() -> FileSystemStorage:
    return FileSystemStorage()


def _refusal(title: str, file: UploadedFile | None) -> str:
    """Why a poster is not taken; empty if it is."""
    if not title:
        return "Give it a title."
    if file is None:
        return "Choose a file."
    if file.size > LARGEST:
        return "That file is larger than 2 MB."
    if _ending(file) is None:
        return "That is neither a PNG nor a JPEG."
    return ""


def _ending(file: UploadedFile) -> str | None:
    # What a file is called, or said to be, may be anything; how it begins decides how it is served.
    start = file.read(8)
    file.seek(0)
    return next((ending for sign, ending in IMAGES.items() if start.startswith(sign)), None)


def _keep(title: str, file: UploadedFile) -> None:
    name = f"{slugify(title) or 'poster'}-{secrets.token_hex(4)}{_ending(file)}"
    logger.info("kept a poster as %s", _storage().save(name, file))


def _kept() -> list[Poster]:
    folder = Path(settings.MEDIA_ROOT)
    if not folder.is_dir():
        return []
    files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    names = [file.name for file in files if file.suffix in IMAGES.values()][:SHOWN]
    return [Poster(name, _storage().url(name)) for name in names]


def backstage(request: HttpRequest) -> HttpResponse:
    """A view that fails, to show what visitors see then."""
    raise RuntimeError("the piano is out of tune")
