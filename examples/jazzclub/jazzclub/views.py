"""The pages."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from pathlib import Path

from jazzclub.programme import GIGS, coming, find
from vivace.conf import settings
from vivace.core.files.storage import FileSystemStorage
from vivace.core.files.uploadedfile import UploadedFile
from vivace.http import Http404, HttpRequest, HttpResponse
from vivace.shortcuts import redirect, render
from vivace.utils.text import slugify
from vivace.views.decorators.http import require_http_methods, require_safe

logger = logging.getLogger(__name__)

LARGEST = 2 * 1024 * 1024
# How files begin, and the ending they get.
IMAGES = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg"}
SHOWN = 24


@dataclass(frozen=True)
class Poster:
    """A poster on the wall: its file's name, and its address."""

    name: str
    url: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    first, *later = coming()
    return render(request, "home.html", {"next": first, "later": later})


@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """The programme; ``?style=`` narrows it down."""
    chosen = request.GET.get("style", "")
    styles = sorted({gig.style for gig in GIGS})
    if chosen and chosen not in styles:
        raise Http404(f"no such style: {chosen}")
    context = {"gigs": coming(chosen), "styles": styles, "chosen": chosen}
    return render(request, "programme.html", context)


@require_safe
def gig(request: HttpRequest, slug: str) -> HttpResponse:
    found = find(slug)
    if found is None:
        raise Http404(f"no such gig: {slug}")
    return render(request, "gig.html", {"gig": found})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html")


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
