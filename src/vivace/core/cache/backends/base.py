"""What all caches have in common: keys, timeouts, and the operations made of others.

A backend provides add, get, set, touch, delete and clear, and the other operations too where it can
do them in one step. The asynchronous twins of those six run them in a thread; the twins of the
others are made of these six twins.
Defined at https://docs.djangoproject.com/en/5.2/topics/cache/#basic-usage.
"""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

from vivace.core.exceptions import ImproperlyConfigured
from vivace.utils.bridge import sync_to_async
from vivace.utils.module_loading import import_string

__all__ = [
    "DEFAULT_TIMEOUT",
    "MEMCACHE_MAX_KEY_LENGTH",
    "BaseCache",
    "CacheKeyWarning",
    "ImproperlyConfigured",
    "InvalidCacheBackendError",
    "InvalidCacheKey",
    "default_key_func",
    "get_key_func",
    "import_string",
    "memcache_key_warnings",
    "memcached_error_chars_re",
    "sync_to_async",
]

KeyFunction = Callable[[Any, str, Any], Any]


class InvalidCacheBackendError(ImproperlyConfigured):
    """The cache is not configured, or its backend cannot be imported."""


class CacheKeyWarning(RuntimeWarning):
    """The key would not work with every backend."""


class InvalidCacheKey(ValueError):
    """The key does not work with this backend."""


#: Stands for "the timeout that the cache is configured with"; None means "never".
DEFAULT_TIMEOUT: Any = object()

# The protocol allows 250 bytes per key, and no control characters or spaces in it.
MEMCACHE_MAX_KEY_LENGTH = 250
memcached_error_chars_re = re.compile(r"[\x00-\x20\x7f]")


def default_key_func(key: Any, key_prefix: str, version: Any) -> str:
    """``prefix:version:key``."""
    return f"{key_prefix}:{version}:{key}"


def get_key_func(key_func: KeyFunction | str | None) -> KeyFunction:
    """A function given as itself or by its path; `default_key_func` for None."""
    if key_func is None:
        return default_key_func
    if callable(key_func):
        return key_func
    imported: KeyFunction = import_string(key_func)
    return imported


def memcache_key_warnings(key: str) -> Iterator[str]:
    """What makes `key` unfit for memcached."""
    if len(key) > MEMCACHE_MAX_KEY_LENGTH:
        yield (
            "Cache key will cause errors if used with memcached: "
            f"{key!r} (longer than {MEMCACHE_MAX_KEY_LENGTH})"
        )
    if memcached_error_chars_re.search(key):
        yield (
            f"Cache key contains characters that will cause errors if used with memcached: {key!r}"
        )


def _integer(value: Any, default: int) -> int:
    try:
        return int(value)
    except (ValueError, TypeError):
        return default


class BaseCache:
    """Base of all caches; `params` is the configuration of one alias."""

    _missing_key: Any = object()

    def __init__(self, params: dict[str, Any]) -> None:
        timeout = params.get("timeout", params.get("TIMEOUT", 300))
        self.default_timeout = None if timeout is None else _integer(timeout, 300)
        options = params.get("OPTIONS", {})
        self._max_entries = _integer(
            params.get("max_entries", options.get("MAX_ENTRIES", 300)), 300
        )
        self._cull_frequency = _integer(
            params.get("cull_frequency", options.get("CULL_FREQUENCY", 3)), 3
        )
        self.key_prefix = params.get("KEY_PREFIX", "")
        self.version = params.get("VERSION", 1)
        self.key_func = get_key_func(params.get("KEY_FUNCTION"))

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> Any:
        """The point in time (seconds) at which an entry set now expires; None for never."""
        if timeout is DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        elif timeout == 0:
            # Just before the beginning of time: a clock near to it must not make 0 a future.
            timeout = -1
        return None if timeout is None else time.time() + timeout

    def make_key(self, key: Any, version: Any = None) -> Any:
        """The key that the backend sees."""
        if version is None:
            version = self.version
        return self.key_func(key, self.key_prefix, version)

    def validate_key(self, key: Any) -> None:
        """Warn of keys that would not work with memcached, so that code does with all backends."""
        for warning in memcache_key_warnings(key):
            warnings.warn(warning, CacheKeyWarning, stacklevel=2)

    def make_and_validate_key(self, key: Any, version: Any = None) -> Any:
        """`make_key`, then `validate_key`."""
        key = self.make_key(key, version=version)
        self.validate_key(key)
        return key

    def _not_found(self, key: Any) -> NoReturn:
        raise ValueError(f"Key '{key}' not found")

    # The six operations of which all others can be made.

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        """Set `key` if it is not there; whether it was set. `timeout` in seconds, None for never."""
        raise NotImplementedError("subclasses of BaseCache must provide an add() method")

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        """The value of `key`, or `default`."""
        raise NotImplementedError("subclasses of BaseCache must provide a get() method")

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        """Set `key`. `timeout` in seconds, None for never."""
        raise NotImplementedError("subclasses of BaseCache must provide a set() method")

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        """Give `key` a new timeout; whether it was there."""
        raise NotImplementedError("subclasses of BaseCache must provide a touch() method")

    def delete(self, key: Any, version: Any = None) -> bool:
        """Delete `key`; whether it was there."""
        raise NotImplementedError("subclasses of BaseCache must provide a delete() method")

    def clear(self) -> Any:
        """Delete everything, keys of other users of the same server too."""
        raise NotImplementedError("subclasses of BaseCache must provide a clear() method")

    async def aadd(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        """See `add`."""
        return await sync_to_async(self.add, thread_sensitive=True)(key, value, timeout, version)

    async def aget(self, key: Any, default: Any = None, version: Any = None) -> Any:
        """See `get`."""
        return await sync_to_async(self.get, thread_sensitive=True)(key, default, version)

    async def aset(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        """See `set`."""
        return await sync_to_async(self.set, thread_sensitive=True)(key, value, timeout, version)

    async def atouch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        """See `touch`."""
        return await sync_to_async(self.touch, thread_sensitive=True)(key, timeout, version)

    async def adelete(self, key: Any, version: Any = None) -> bool:
        """See `delete`."""
        return await sync_to_async(self.delete, thread_sensitive=True)(key, version)

    async def aclear(self) -> Any:
        """See `clear`."""
        return await sync_to_async(self.clear, thread_sensitive=True)()

    # The others.

    def get_many(self, keys: Iterable[Any], version: Any = None) -> dict[Any, Any]:
        """The values of those `keys` that are there, by key."""
        found = {}
        for key in keys:
            value = self.get(key, self._missing_key, version=version)
            if value is not self._missing_key:
                found[key] = value
        return found

    async def aget_many(self, keys: Iterable[Any], version: Any = None) -> dict[Any, Any]:
        """See `get_many`."""
        found = {}
        for key in keys:
            value = await self.aget(key, self._missing_key, version=version)
            if value is not self._missing_key:
                found[key] = value
        return found

    def get_or_set(
        self, key: Any, default: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> Any:
        """The value of `key`, which is set to `default` (or what that returns) if it is missing."""
        value = self.get(key, self._missing_key, version=version)
        if value is self._missing_key:
            if callable(default):
                default = default()
            self.add(key, default, timeout=timeout, version=version)
            # Another may have set it first, and then everybody should see the same value.
            return self.get(key, default, version=version)
        return value

    async def aget_or_set(
        self, key: Any, default: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> Any:
        """See `get_or_set`."""
        value = await self.aget(key, self._missing_key, version=version)
        if value is self._missing_key:
            if callable(default):
                default = default()
            await self.aadd(key, default, timeout=timeout, version=version)
            return await self.aget(key, default, version=version)
        return value

    def has_key(self, key: Any, version: Any = None) -> bool:
        """Whether `key` is there."""
        return self.get(key, self._missing_key, version=version) is not self._missing_key

    async def ahas_key(self, key: Any, version: Any = None) -> bool:
        """See `has_key`."""
        return await self.aget(key, self._missing_key, version=version) is not self._missing_key

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """Add `delta` to the value of `key` and return it; ValueError if `key` is not there."""
        value = self.get(key, self._missing_key, version=version)
        if value is self._missing_key:
            self._not_found(key)
        new_value: int = value + delta
        self.set(key, new_value, version=version)
        return new_value

    async def aincr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """See `incr`."""
        value = await self.aget(key, self._missing_key, version=version)
        if value is self._missing_key:
            self._not_found(key)
        new_value: int = value + delta
        await self.aset(key, new_value, version=version)
        return new_value

    def decr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """Subtract `delta` from the value of `key`; ValueError if `key` is not there."""
        return self.incr(key, -delta, version=version)

    async def adecr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """See `decr`."""
        return await self.aincr(key, -delta, version=version)

    def __contains__(self, key: Any) -> bool:
        # COMPAT: through has_key, which backends and subclasses override.
        return self.has_key(key)

    def set_many(
        self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> list[Any]:
        """Set all of `data`; the keys that could not be set, where the backend can tell."""
        for key, value in data.items():
            self.set(key, value, timeout=timeout, version=version)
        return []

    async def aset_many(
        self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> list[Any]:
        """See `set_many`."""
        for key, value in data.items():
            await self.aset(key, value, timeout=timeout, version=version)
        return []

    def delete_many(self, keys: Iterable[Any], version: Any = None) -> None:
        """Delete all of `keys`."""
        for key in keys:
            self.delete(key, version=version)

    async def adelete_many(self, keys: Iterable[Any], version: Any = None) -> None:
        """See `delete_many`."""
        for key in keys:
            await self.adelete(key, version=version)

    def incr_version(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """Move the value of `key` to a version higher by `delta`, and return that version."""
        if version is None:
            version = self.version
        value = self.get(key, self._missing_key, version=version)
        if value is self._missing_key:
            self._not_found(key)
        self.set(key, value, version=version + delta)
        self.delete(key, version=version)
        return int(version + delta)

    async def aincr_version(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """See `incr_version`."""
        if version is None:
            version = self.version
        value = await self.aget(key, self._missing_key, version=version)
        if value is self._missing_key:
            self._not_found(key)
        await self.aset(key, value, version=version + delta)
        await self.adelete(key, version=version)
        return int(version + delta)

    def decr_version(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """Move the value of `key` to a version lower by `delta`, and return that version."""
        return self.incr_version(key, -delta, version)

    async def adecr_version(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """See `decr_version`."""
        return await self.aincr_version(key, -delta, version)

    def close(self, **kwargs: Any) -> None:
        """Close the connection, if there is one."""

    async def aclose(self, **kwargs: Any) -> None:
        """See `close`."""
        # COMPAT: through the synchronous hook, the one that backends override.
        if type(self).close is not BaseCache.close:
            await sync_to_async(self.close, thread_sensitive=True)(**kwargs)
