"""The caches that the setting CACHES configures: ``caches["alias"]``, and `cache` for "default".

Defined at https://docs.djangoproject.com/en/5.2/topics/cache/.
"""

from __future__ import annotations

from typing import Any

from vivace.core import signals
from vivace.core.cache.backends.base import (
    BaseCache,
    CacheKeyWarning,
    InvalidCacheBackendError,
    InvalidCacheKey,
)
from vivace.utils.connection import BaseConnectionHandler, ConnectionProxy
from vivace.utils.module_loading import import_string

__all__ = [
    "DEFAULT_CACHE_ALIAS",
    "BaseCache",
    "CacheKeyWarning",
    "InvalidCacheBackendError",
    "InvalidCacheKey",
    "cache",
    "caches",
]

DEFAULT_CACHE_ALIAS = "default"


class CacheHandler(BaseConnectionHandler):
    """The caches by alias; each thread and task has its own connections."""

    settings_name = "CACHES"
    exception_class = InvalidCacheBackendError

    def create_connection(self, alias: str) -> BaseCache:
        """A new cache; InvalidCacheBackendError if its backend cannot be imported."""
        params = self.settings[alias].copy()
        backend = params.pop("BACKEND")
        location = params.pop("LOCATION", "")
        try:
            backend_cls: Any = import_string(backend)
        except ImportError as error:
            raise InvalidCacheBackendError(
                f"Could not find backend '{backend}': {error}"
            ) from error
        connection: BaseCache = backend_cls(location, params)
        _close_after_requests(backend_cls)
        return connection


caches = CacheHandler()

cache: Any = ConnectionProxy(caches, DEFAULT_CACHE_ALIAS)


def close_caches(**kwargs: Any) -> None:
    """Close the caches that were used in this thread: done after each request, if need be."""
    caches.close_all()


def _close_after_requests(backend_cls: type) -> None:
    # PERF: a receiver makes the end of every request a signal, so there is none before the first
    # cache with something to close is used.
    if getattr(backend_cls, "close", None) is not BaseCache.close:
        signals.request_finished.connect(close_caches, dispatch_uid="core.cache.close_caches")
