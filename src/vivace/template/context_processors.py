"""Values that templates rendered for a request can have. Documented in ref/templates/api.

A processor takes the request and answers a dictionary; ``OPTIONS["context_processors"]`` names those
an engine uses. `csrf` is always among them.
"""

from __future__ import annotations

import itertools
from typing import Any

from vivace.conf import settings
from vivace.template.backends.utils import csrf_token
from vivace.utils import timezone, translation
from vivace.utils.functional import SimpleLazyObject, lazy
from vivace.utils.module_loading import import_string

__all__ = ["csp", "csrf", "debug", "i18n", "media", "request", "static", "tz"]


def csrf(request: Any) -> dict[str, Any]:
    """``csrf_token``, made when it is used: only then does the response set the cookie."""

    def get_token() -> str:
        token: Any = csrf_token(request)
        # COMPAT: a project may have put in place of `get_token` one that knows no token.
        return "NOTPROVIDED" if token is None else str(token)

    return {"csrf_token": SimpleLazyObject(get_token)}


def debug(request: Any) -> dict[str, Any]:
    """``debug`` and ``sql_queries``, for clients in ``INTERNAL_IPS`` while ``DEBUG`` is on."""
    if not settings.DEBUG or request.META.get("REMOTE_ADDR") not in settings.INTERNAL_IPS:
        return {}

    def sql_queries() -> list[Any]:
        # The connections belong to another room, which a site may do without.
        try:
            connections = import_string("vivace.db.connections")
        except ImportError:
            return []
        return list(
            itertools.chain.from_iterable(connections[alias].queries for alias in connections)
        )

    return {"debug": True, "sql_queries": lazy(sql_queries, list)}


def i18n(request: Any) -> dict[str, Any]:
    """``LANGUAGES``, ``LANGUAGE_CODE`` and ``LANGUAGE_BIDI``."""
    return {
        "LANGUAGES": settings.LANGUAGES,
        "LANGUAGE_CODE": translation.get_language(),
        "LANGUAGE_BIDI": translation.get_language_bidi(),
    }


def tz(request: Any) -> dict[str, Any]:
    """``TIME_ZONE``, the name of the current one."""
    return {"TIME_ZONE": timezone.get_current_timezone_name()}


def static(request: Any) -> dict[str, Any]:
    """``STATIC_URL``."""
    return {"STATIC_URL": settings.STATIC_URL}


def media(request: Any) -> dict[str, Any]:
    """``MEDIA_URL``."""
    return {"MEDIA_URL": settings.MEDIA_URL}


def request(request: Any) -> dict[str, Any]:
    """The request itself."""
    return {"request": request}


def csp(request: Any) -> dict[str, Any]:
    """``csp_nonce``, a number for this response's scripts and styles (Django 6.0)."""
    return {"csp_nonce": import_string("vivace.middleware.csp.get_nonce")(request)}
