"""Keeping synchronous-only operations away from event loops."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, overload

from vivace.core.exceptions import SynchronousOnlyOperation

__all__ = [
    "SynchronousOnlyOperation",
    "async_unsafe",
]

P = ParamSpec("P")
R = TypeVar("R")

MESSAGE = "You cannot call this from an async context - use a thread or sync_to_async."


def _look_for_loop() -> Any:
    # PERF: importing asyncio is a great part of what a command takes to start. Without it there is
    # no loop, and once somebody imported it, its own function stands here.
    global _get_running_loop
    published = getattr(sys.modules.get("asyncio.events"), "_get_running_loop", None)
    if published is None:
        return None
    _get_running_loop = published
    return published()


_get_running_loop: Callable[[], Any] = _look_for_loop

# COMPAT: projects and hosts set this variable under either name.
ESCAPES = ("VIVACE_ALLOW_ASYNC_UNSAFE", "DJANGO_ALLOW_ASYNC_UNSAFE")


@overload
def async_unsafe(message: str) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
@overload
def async_unsafe(message: Callable[P, R]) -> Callable[P, R]: ...
def async_unsafe(message: str | Callable[P, R]) -> Any:
    """Decorator: raise SynchronousOnlyOperation when called in a thread with a running event loop.

    Used bare or with a message. The environment variable
    ``DJANGO_ALLOW_ASYNC_UNSAFE`` turns it off.
    https://docs.djangoproject.com/en/5.2/topics/async/#async-safety
    """
    text = message if isinstance(message, str) else MESSAGE

    def decorator(func: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(func)
        def inner(*args: Any, **kwargs: Any) -> Any:
            # PERF: the published function raises where there is no loop, which is nearly always.
            if _get_running_loop() is not None and not any(
                os.environ.get(name) for name in ESCAPES
            ):
                raise SynchronousOnlyOperation(text)
            return func(*args, **kwargs)

        return inner

    return decorator if isinstance(message, str) else decorator(message)
