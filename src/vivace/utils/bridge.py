"""asgiref's bridge between the two colours, imported when it is first crossed.

PERF: importing asgiref imports asyncio, which takes as long as the rest of what ``manage.py check``
needs; most commands never wait for anything. The names, parameters and answers are asgiref's own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from importlib import import_module
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from vivace.utils.lazily import Later

if TYPE_CHECKING:
    import inspect

    from vivace.utils import threads
else:
    inspect = Later("inspect")
    threads = Later("vivace.utils.threads", rare=True)

__all__ = [
    "async_to_sync",
    "gather",
    "iscoroutinefunction",
    "markcoroutinefunction",
    "sync_to_async",
]

# ``inspect.CO_COROUTINE``
_IS_ASYNC = 128

F = TypeVar("F", bound=Callable[..., Any])


def iscoroutinefunction(func: Any) -> TypeGuard[Callable[..., Coroutine[Any, Any, Any]]]:
    """Whether calling `func` gives a coroutine: it is an ``async def``, or marked as one."""
    if isinstance(func, FunctionType) and not vars(func):
        # PERF: its code says so; a mark would be an attribute.
        return bool(func.__code__.co_flags & _IS_ASYNC)
    if inspect.iscoroutinefunction(func):
        return True
    # Before Python 3.12 the mark is an object of asyncio's: who has it has imported asyncio.
    if sys.version_info >= (3, 12) or "asyncio" not in sys.modules:
        return False
    answer: bool = import_module("asgiref.sync").iscoroutinefunction(func)
    return answer


def markcoroutinefunction(func: F) -> F:
    """Say of `func` that calling it gives a coroutine."""
    marked: F = import_module("asgiref.sync").markcoroutinefunction(func)
    return marked


if TYPE_CHECKING:
    # Checkers know what the bridge itself says of arguments and answers.
    from asgiref.sync import async_to_sync as async_to_sync
    from asgiref.sync import sync_to_async as sync_to_async
else:

    def sync_to_async(*args: Any, **kwargs: Any) -> Any:
        """The synchronous function given, to be awaited: it runs in a thread."""
        # PERF: what is kept of an earlier request need not be begun anew.
        threads.lend()
        return import_module("asgiref.sync").sync_to_async(*args, **kwargs)

    def async_to_sync(*args: Any, **kwargs: Any) -> Any:
        """The asynchronous function given, to be called from synchronous code."""
        return import_module("asgiref.sync").async_to_sync(*args, **kwargs)


def gather(*awaitables: Any) -> Any:
    """``asyncio.gather``: the results of all of `awaitables`, which run at the same time."""
    return import_module("asyncio").gather(*awaitables)
