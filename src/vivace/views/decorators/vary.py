"""``Vary`` headers (RFC 9110, section 12.5.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vivace.utils.cache import patch_vary_headers
from vivace.views.decorators.colour import ViewT, around

__all__ = [
    "patch_vary_headers",
    "vary_on_cookie",
    "vary_on_headers",
]


def vary_on_headers(*headers: str) -> Callable[[ViewT], ViewT]:
    """Tell caches that the view's answer depends on the request's `headers`."""

    def change(request: Any, response: Any) -> None:
        patch_vary_headers(response, headers)

    def decorator(func: ViewT) -> ViewT:
        return around(func, after=change)

    return decorator


def vary_on_cookie(func: ViewT) -> ViewT:
    """Tell caches that the view's answer depends on the request's cookies."""
    return vary_on_headers("Cookie")(func)
