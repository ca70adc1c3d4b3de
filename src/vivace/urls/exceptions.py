"""What routing raises: no route matches a path, no path can be built for a name."""

from __future__ import annotations

from vivace.http.exceptions import Http404

__all__ = ["NoReverseMatch", "Resolver404"]


class Resolver404(Http404):
    """No route matches the path; ``args[0]`` holds the ``path`` and the routes that were ``tried``."""


class NoReverseMatch(Exception):
    """No route of that name can be built from the arguments given."""
