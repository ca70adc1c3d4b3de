"""``Cache-Control`` for one view (RFC 9111)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vivace.utils.cache import add_never_cache_headers, patch_cache_control
from vivace.views.decorators.colour import Before, ViewT, around


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
