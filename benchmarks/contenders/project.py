"""The work as a Django project, made for `django` or for `vivace`: the source is the same.

Both live in one process, each under its own name, each with its own settings.
"""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Sequence
from importlib import import_module
from typing import Any

DATA = {"message": "Hello, World!"}
CHUNK = b"x" * 65536
SMALL_CHUNK = b"x" * 4096
MEGABYTE = 1 << 20

# Of the root's own middleware: those that keep no state.
STATELESS = (
    "{root}.middleware.security.SecurityMiddleware",
    "{root}.middleware.common.CommonMiddleware",
    "{root}.middleware.clickjacking.XFrameOptionsMiddleware",
)


class PassingMiddleware:
    """A middleware as third parties write them."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)


class SecondMiddleware(PassingMiddleware):
    """Another one."""

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)


class ThirdMiddleware(PassingMiddleware):
    """And a third."""

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)


FOREIGN = tuple(f"{__name__}.{name}Middleware" for name in ("Passing", "Second", "Third"))


def middleware(root: str, foreign: int) -> list[str]:
    """The stateless built-ins, and behind the first of them that many foreign middleware."""
    first, *rest = (path.format(root=root) for path in STATELESS)
    return [first, *FOREIGN[:foreign], *rest]


def urlpatterns(root: str) -> list[Any]:
    """The URLconf and its views, with the classes of `root`."""
    http = import_module(f"{root}.http")
    path = import_module(f"{root}.urls").path
    http_response, json_response = http.HttpResponse, http.JsonResponse

    def json(request: Any) -> Any:
        return json_response(DATA)

    async def ajson(request: Any) -> Any:
        return json_response(DATA)

    def constant(request: Any) -> Any:
        return http_response(b"Hello, World!")

    async def aconstant(request: Any) -> Any:
        return http_response(b"Hello, World!")

    def redirect(request: Any) -> Any:
        return http.HttpResponseRedirect("/json")

    def form(request: Any) -> Any:
        post = request.POST
        return http_response(",".join([post[name] for name in FIELDS]).encode())

    async def aform(request: Any) -> Any:
        return form(request)

    def upload(request: Any) -> Any:
        return http_response(b"%d" % len(request.FILES["file"].read()))

    def stream(request: Any) -> Any:
        return http.StreamingHttpResponse(CHUNK for _ in range(MEGABYTE // len(CHUNK)))

    def small_chunks(request: Any) -> Any:
        parts = (SMALL_CHUNK for _ in range(MEGABYTE // len(SMALL_CHUNK)))
        return http.StreamingHttpResponse(parts)

    def process(request: Any) -> Any:
        return http_response(str(os.getpid()))

    views = (
        json, ajson, constant, aconstant, redirect, form, aform, upload, stream, small_chunks,
        process,
    )  # fmt: skip
    return [path(view.__name__, view) for view in views]


FIELDS = ("title", "name", "email", "city", "text")


def configure(root: str) -> None:
    """Configure `root` in this process: a project without DEBUG, without apps."""
    urlconf = types.ModuleType(f"benchmarks_urls_of_{root}")
    sys.modules[urlconf.__name__] = urlconf
    import_module(f"{root}.conf").settings.configure(
        SECRET_KEY="a key for benchmarks, long enough: 0123456789abcdefghijklmnopqrstuvwxyz",
        ALLOWED_HOSTS=["bench.example"],
        ROOT_URLCONF=urlconf.__name__,
        MIDDLEWARE=[],
        DEBUG=False,
        USE_TZ=True,
    )
    vars(urlconf)["urlpatterns"] = urlpatterns(root)
    import_module(root).setup()


def application(root: str, kind: str, chain: Sequence[str]) -> Any:
    """A handler (`kind` is ``wsgi`` or ``asgi``) with the middleware that `chain` names.

    It keeps its chain although the setting changes for the next one: the setting is changed without
    telling, for who is told builds anew.
    """
    settings = import_module(f"{root}.conf").settings
    settings._wrapped.__dict__["MIDDLEWARE"] = list(chain)
    settings.__dict__.pop("MIDDLEWARE", None)
    handler = getattr(import_module(f"{root}.core.handlers.{kind}"), f"{kind.upper()}Handler")()
    if hasattr(handler, "link"):
        handler.link()
    return handler
