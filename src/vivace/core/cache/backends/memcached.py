"""Caches on memcached servers, through pymemcache or pylibmc.

SECURITY: every key is checked before it is sent. A blank or a line break in a key would end it, and
what follows would be taken for a command.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from vivace.core.cache.backends.base import (
    DEFAULT_TIMEOUT,
    BaseCache,
    InvalidCacheKey,
    memcache_key_warnings,
)
from vivace.utils.bridge import sync_to_async
from vivace.utils.functional import cached_property

__all__ = [
    "DEFAULT_TIMEOUT",
    "BaseCache",
    "BaseMemcachedCache",
    "InvalidCacheKey",
    "PyLibMCCache",
    "PyMemcacheCache",
    "cached_property",
    "memcache_key_warnings",
]

# The protocol takes larger numbers for points in time: 30 days in seconds.
_LONGEST_RELATIVE_TIMEOUT = 2_592_000


class BaseMemcachedCache(BaseCache):
    """What is the same for all libraries.

    `server` is one address, several with ``,`` or ``;`` between them, or a list; `library` has the
    client; `value_not_found_exception` is what it raises when a key to be counted is not there.
    """

    def __init__(
        self,
        server: str | list[str],
        params: dict[str, Any],
        library: Any,
        value_not_found_exception: type[Exception],
    ) -> None:
        super().__init__(params)
        self._servers = re.split("[;,]", server) if isinstance(server, str) else server
        # The exception of a missing key is another one in each library.
        self.LibraryValueNotFoundException = value_not_found_exception
        self._lib = library
        self._class: Any = library.Client
        self._options: dict[str, Any] = params.get("OPTIONS") or {}

    @property
    def client_servers(self) -> list[str]:
        """The servers in the form that the client wants."""
        return self._servers

    @cached_property
    def _cache(self) -> Any:
        """The client, connected when it is first used."""
        return self._class(self.client_servers, **self._options)

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> int:
        """A timeout as the protocol wants it: 0 for never, -1 for at once."""
        if timeout is DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        if timeout is None:
            return 0
        if int(timeout) == 0:
            return -1
        if timeout > _LONGEST_RELATIVE_TIMEOUT:
            timeout += int(time.time())
        return int(timeout)

    def validate_key(self, key: Any) -> None:
        """InvalidCacheKey for a key that would break the protocol."""
        for warning in memcache_key_warnings(key):
            raise InvalidCacheKey(warning)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        key = self.make_and_validate_key(key, version=version)
        return bool(self._cache.add(key, value, self.get_backend_timeout(timeout)))

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        key = self.make_and_validate_key(key, version=version)
        return self._cache.get(key, default)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        key = self.make_and_validate_key(key, version=version)
        if not self._cache.set(key, value, self.get_backend_timeout(timeout)):
            # What could not be set, for its size say, must not leave an older value behind.
            self._cache.delete(key)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        return bool(self._cache.touch(key, self.get_backend_timeout(timeout)))

    def delete(self, key: Any, version: Any = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        return bool(self._cache.delete(key))

    def get_many(self, keys: Iterable[Any], version: Any = None) -> dict[Any, Any]:
        key_map = {self.make_and_validate_key(key, version=version): key for key in keys}
        found = self._cache.get_multi(key_map.keys())
        return {key_map[key]: value for key, value in found.items()}

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        key = self.make_and_validate_key(key, version=version)
        try:
            # The protocol has no negative numbers here.
            if delta < 0:
                value = self._cache.decr(key, -delta)
            else:
                value = self._cache.incr(key, delta)
        except self.LibraryValueNotFoundException:
            value = None
        if value is None:
            self._not_found(key)
        return int(value)

    async def aincr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        # The server counts in one step, which the base's two would give up.
        return await sync_to_async(self.incr, thread_sensitive=True)(key, delta, version)

    def set_many(
        self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> list[Any]:
        safe_data = {}
        original_keys = {}
        for key, value in data.items():
            safe_key = self.make_and_validate_key(key, version=version)
            safe_data[safe_key] = value
            original_keys[safe_key] = key
        failed_keys = self._cache.set_multi(safe_data, self.get_backend_timeout(timeout))
        return [original_keys[key] for key in failed_keys]

    def delete_many(self, keys: Iterable[Any], version: Any = None) -> None:
        self._cache.delete_multi([self.make_and_validate_key(key, version=version) for key in keys])

    def clear(self) -> None:
        self._cache.flush_all()

    def close(self, **kwargs: Any) -> None:
        self._cache.disconnect_all()


class PyLibMCCache(BaseMemcachedCache):
    """A cache through pylibmc."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        pylibmc = import_module("pylibmc")
        super().__init__(
            server, params, library=pylibmc, value_not_found_exception=pylibmc.NotFound
        )

    @property
    def client_servers(self) -> list[str]:
        """The servers; a Unix socket's path is told without its prefix."""
        return [server.removeprefix("unix:") for server in self._servers]

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        if timeout == 0:
            return bool(self._cache.delete(key))
        return bool(self._cache.touch(key, self.get_backend_timeout(timeout)))

    def close(self, **kwargs: Any) -> None:
        # The library keeps its own connections.
        pass


class PyMemcacheCache(BaseMemcachedCache):
    """A cache through pymemcache."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        pymemcache = import_module("pymemcache")
        super().__init__(server, params, library=pymemcache, value_not_found_exception=KeyError)
        self._class = self._lib.HashClient
        self._options = {
            "allow_unicode_keys": True,
            "default_noreply": False,
            "serde": import_module("pymemcache.serde").pickle_serde,
            **self._options,
        }
