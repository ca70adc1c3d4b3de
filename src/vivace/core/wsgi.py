"""A door: the WSGI application of a project (documentation: "How to deploy with WSGI")."""

from vivace.boot.application import get_wsgi_application

__all__ = ["get_wsgi_application"]
