"""A door: the ASGI application of a project (documentation: "How to deploy with ASGI")."""

from vivace.boot.application import get_asgi_application

__all__ = ["get_asgi_application"]
