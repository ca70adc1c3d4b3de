"""Caching of one view: its pages, and its ``Cache-Control`` (RFC 9111)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vivace.middleware.cache import CacheMiddleware
from vivace.utils.cache import add_never_cache_headers, patch_cache_control
from vivace.utils.decorators import decorator_from_middleware_with_args
from vivace.views.decorators.colour import Before, ViewT, around

__all__ = [
    "CacheMiddleware",
    "add_never_cache_headers",
    "cache_control",
    "cache_page",
    "decorator_from_middleware_with_args",
    "never_cache",
    "patch_cache_control",
]


def _require_request(decorator_name: str) -> Before:
    def check(request: Any) -> None:
        # `META` tells a request from the instance that a bare method would pass; wrappers of
        # requests (REST framework has one) are welcome.
        if not hasattr(request, "META"):
            raise TypeError(
                f"{decorator_name} didn't receive an HttpRequest. If you are "
                "decorating a classmethod, be sure to use @method_decorator."
            )

    return check


def cache_page(
    timeout: float | None, *, cache: str | None = None, key_prefix: str | None = None
) -> Callable[[ViewT], ViewT]:
    """Keep a view's pages in a cache for `timeout` seconds, per URL and headers it varies on.

    `cache` is the cache's alias; `key_prefix` is put before the keys, as CACHE_MIDDLEWARE_KEY_PREFIX is.
    Documented in topics/cache.
    """
    decorator: Callable[[ViewT], ViewT] = decorator_from_middleware_with_args(CacheMiddleware)(
        page_timeout=timeout, cache_alias=cache, key_prefix=key_prefix
    )
    return decorator


def cache_control(**kwargs: Any) -> Callable[[ViewT], ViewT]:
    """Add directives to ``Cache-Control``: ``max_age=60`` (seconds), ``public=True``, and so on."""

    def change(request: Any, response: Any) -> None:
        patch_cache_control(response, **kwargs)

    def decorator(viewfunc: ViewT) -> ViewT:
        return around(viewfunc, before=_require_request("cache_control"), after=change)

    return decorator


def _never(request: Any, response: Any) -> None:
    add_never_cache_headers(response)


def never_cache(view_func: ViewT) -> ViewT:
    """Tell all caches to keep nothing of this view's answers."""
    return around(view_func, before=_require_request("never_cache"), after=_never)
