"""The entry points of servers: a project, ready to serve."""

from __future__ import annotations

from vivace.boot.sequence import run, serving, setup, starting
from vivace.conf import settings
from vivace.pipeline.asgi import ASGIHandler
from vivace.pipeline.wsgi import WSGIHandler

__all__ = ["get_asgi_application", "get_wsgi_application"]


def get_wsgi_application() -> WSGIHandler:
    """The project as a WSGI application; what is wrong with it is raised here."""
    with starting():
        setup(set_prefix=False)
        application = WSGIHandler()
        _decide(application)
    return application


def get_asgi_application() -> ASGIHandler:
    """The project as an ASGI application; what is wrong with it is raised here."""
    with starting():
        setup(set_prefix=False)
        application = ASGIHandler()
        _decide(application)
    return application


def _decide(application: WSGIHandler | ASGIHandler) -> None:
    # An application without URLs may still answer through its middleware.
    if getattr(settings, "ROOT_URLCONF", None):
        run(serving())
        application.link()
