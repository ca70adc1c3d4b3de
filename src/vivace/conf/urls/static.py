"""Routes that serve a folder's files while developing.

Defined by howto/static-files, "Serving files uploaded by a user during development".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.urls import re_path
from vivace.urls.resolvers import URLPattern, URLResolver
from vivace.views.static import serve

__all__ = ["static"]


def static(
    prefix: str, view: Callable[..., Any] = serve, **kwargs: Any
) -> list[URLPattern | URLResolver]:
    """Routes for all paths below `prefix`; none unless DEBUG is on and `prefix` is on this host.

    `kwargs` go to `view`, such as ``document_root``. Raises `ImproperlyConfigured` without prefix.
    """
    if not prefix:
        raise ImproperlyConfigured("Empty static prefix not permitted")
    if not settings.DEBUG or urlsplit(prefix).netloc:
        return []
    start = re.escape(prefix.lstrip("/"))
    return [re_path(f"^{start}(?P<path>.*)$", view, kwargs=kwargs)]
