"""The site that is soaked: its settings, its views, its applications, in one module."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

SECRET_KEY = "soak, not secret, but long enough, 0123456789 abcdef"
ALLOWED_HOSTS = ["soak.example"]
ROOT_URLCONF = "soak_site"
MIDDLEWARE = [
    "vivace.middleware.security.SecurityMiddleware",
    "vivace.middleware.common.CommonMiddleware",
]
LOGGING_CONFIG = None

os.environ.setdefault("VIVACE_SETTINGS_MODULE", "soak_site")

from vivace.core.asgi import get_asgi_application  # noqa: E402
from vivace.core.wsgi import get_wsgi_application  # noqa: E402
from vivace.http import (  # noqa: E402
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from vivace.urls import path  # noqa: E402


def index(request: HttpRequest) -> HttpResponseBase:
    return JsonResponse({"message": "Hello, World!"})


def slow(request: HttpRequest) -> HttpResponseBase:
    """As a view that waits for something else."""
    time.sleep(float(request.GET["seconds"]))
    return HttpResponse(b"slow and complete")


def upload(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse(str(len(request.body)))


def stream(request: HttpRequest) -> HttpResponseBase:
    def parts() -> Iterator[bytes]:
        for _ in range(16):
            yield b"x" * 4096

    return StreamingHttpResponse(parts())


def broken(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse(b"asked for", status=503)


urlpatterns = [
    path("", index),
    path("slow/", slow),
    path("upload/", upload),
    path("stream/", stream),
    path("broken/", broken),
]

if os.environ.get("SOAK_INTERFACE") == "asgi":
    application = get_asgi_application()
else:
    application = get_wsgi_application()
