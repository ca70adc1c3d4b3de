"""The pages."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

from jazzclub import pages
from jazzclub.programme import GIGS, coming, find
from vivace.conf import settings
from vivace.core.files.storage import FileSystemStorage
from vivace.core.files.uploadedfile import UploadedFile
from vivace.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from vivace.urls import reverse
from vivace.utils.text import slugify
from vivace.views.decorators.http import require_http_methods, require_safe

logger = logging.getLogger(__name__)

LARGEST = 2 * 1024 * 1024
# How files begin, and the ending they get.
IMAGES = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg"}
SHOWN = 24


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    first, *others = coming()
    parts = pages.hero(first), pages.heading("Coming up"), pages.gig_list(others[:4])
    return HttpResponse(pages.page(pages.CLUB, *parts, current="home"))


@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """The programme; ``?style=`` narrows it down."""
    style = request.GET.get("style", "")
    styles = sorted({gig.style for gig in GIGS})
    if style and style not in styles:
        raise Http404(f"no such style: {style}")
    parts = pages.styles(styles, style), pages.gig_list(coming(style))
    return HttpResponse(pages.page("Programme", *parts, current="programme", intro="Programme"))


@require_safe
def gig(request: HttpRequest, slug: str) -> HttpResponse:
    found = find(slug)
    if found is None:
        raise Http404(f"no such gig: {slug}")
    return HttpResponse(pages.page(found.artist, pages.gig_details(found), current="programme"))


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    intro = "A room under the street"
    return HttpResponse(pages.page("About", pages.about(), current="about", intro=intro))


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
            return HttpResponseRedirect(reverse("posters"))
    wall = pages.poster_wall(_kept(), f"/{settings.MEDIA_URL}".replace("//", "/"))
    parts = pages.poster_form(error, title), pages.heading("On the wall"), wall
    page = pages.page("Posters", *parts, current="posters", intro="Send us your poster")
    return HttpResponse(page, status=400 if error else 200)


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


def _kept() -> list[str]:
    folder = Path(settings.MEDIA_ROOT)
    if not folder.is_dir():
        return []
    files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    return [file.name for file in files if file.suffix in IMAGES.values()][:SHOWN]


def backstage(request: HttpRequest) -> HttpResponse:
    """A view that fails, to show what visitors see then."""
    raise RuntimeError("the piano is out of tune")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = "No such door down here. Perhaps the gig is over, or the address has a wrong note in it."
    return HttpResponse(pages.message("Not on the programme", text, "404"), status=404)


def failed(request: HttpRequest) -> HttpResponse:
    text = "A string broke on our side. It is being changed; please try again in a minute."
    return HttpResponse(pages.message("Out of tune", text, "500"), status=500)
