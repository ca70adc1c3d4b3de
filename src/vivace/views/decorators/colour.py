"""What the view decorators share: one wrapper for a sync view, one for an async view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from vivace.utils.bridge import iscoroutinefunction

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

Before = Callable[[Any], Any]
After = Callable[[Any, Any], None]


def _nothing(*args: Any) -> None:
    """The hook of a decorator that needs none."""


def around(view_func: ViewT, before: Before = _nothing, after: After = _nothing) -> ViewT:
    """`view_func`, in its own colour, between two hooks.

    ``before(request)`` may raise, or return a response that is then the answer; ``after(request,
    response)`` may change the view's response.
    """

    async def async_wrapper(request: Any, *args: Any, **kwargs: Any) -> Any:
        early = before(request)
        if early is not None:
            return early
        response = await view_func(request, *args, **kwargs)
        after(request, response)
        return response

    def wrapper(request: Any, *args: Any, **kwargs: Any) -> Any:
        early = before(request)
        if early is not None:
            return early
        response = view_func(request, *args, **kwargs)
        after(request, response)
        return response

    chosen: Any = async_wrapper if iscoroutinefunction(view_func) else wrapper
    return wraps(view_func)(chosen)  # type: ignore[return-value]
