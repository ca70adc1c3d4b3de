"""Caches on Redis servers: the first is written to, the others are read from."""

from __future__ import annotations

import pickle
import random
import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from vivace.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from vivace.utils.bridge import sync_to_async
from vivace.utils.functional import cached_property
from vivace.utils.module_loading import import_string

__all__ = [
    "DEFAULT_TIMEOUT",
    "BaseCache",
    "RedisCache",
    "RedisCacheClient",
    "RedisSerializer",
    "cached_property",
    "import_string",
]


class RedisSerializer:
    """Pickle for all but integers, which Redis itself can count up and down."""

    def __init__(self, protocol: int | None = None) -> None:
        self.protocol = pickle.HIGHEST_PROTOCOL if protocol is None else protocol

    def dumps(self, obj: Any) -> Any:
        """`obj` as it is stored."""
        # Exactly int: a bool must come back as one.
        if type(obj) is int:
            return obj
        return pickle.dumps(obj, self.protocol)

    def loads(self, data: Any) -> Any:
        """The object of which `dumps` made `data`."""
        try:
            return int(data)
        except ValueError:
            return pickle.loads(data)


class RedisCacheClient:
    """Speaks to the servers; `options` go to the connection pools."""

    def __init__(
        self,
        servers: list[str],
        serializer: Any = None,
        pool_class: Any = None,
        parser_class: Any = None,
        **options: Any,
    ) -> None:
        redis: Any = import_module("redis")
        self._lib = redis
        self._servers = servers
        self._pools: dict[int, Any] = {}
        self._client = redis.Redis
        self._pool_class = _imported(pool_class) or redis.ConnectionPool
        self._serializer = _imported(serializer)
        if self._serializer is None:
            self._serializer = RedisSerializer()
        elif isinstance(self._serializer, type):
            self._serializer = self._serializer()
        parser_class = _imported(parser_class) or redis.connection.DefaultParser
        self._pool_options = {"parser_class": parser_class, **options}

    def _get_connection_pool_index(self, write: bool) -> int:
        if write or len(self._servers) == 1:
            return 0
        return random.randint(1, len(self._servers) - 1)

    def _get_connection_pool(self, write: bool) -> Any:
        index = self._get_connection_pool_index(write)
        if index not in self._pools:
            self._pools[index] = self._pool_class.from_url(
                self._servers[index], **self._pool_options
            )
        return self._pools[index]

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """A client; `key` is for subclasses that spread keys over servers."""
        return self._client(connection_pool=self._get_connection_pool(write))

    def add(self, key: Any, value: Any, timeout: int | None) -> bool:
        """Set `key` if it is not there; `timeout` in seconds, None for never."""
        client = self.get_client(key, write=True)
        value = self._serializer.dumps(value)
        if timeout == 0:
            # The server refuses a timeout of 0.
            added = bool(client.set(key, value, nx=True))
            if added:
                client.delete(key)
            return added
        return bool(client.set(key, value, ex=timeout, nx=True))

    def get(self, key: Any, default: Any) -> Any:
        """The value of `key`, or `default`."""
        value = self.get_client(key).get(key)
        return default if value is None else self._serializer.loads(value)

    def set(self, key: Any, value: Any, timeout: int | None) -> None:
        """Set `key`."""
        client = self.get_client(key, write=True)
        if timeout == 0:
            client.delete(key)
        else:
            client.set(key, self._serializer.dumps(value), ex=timeout)

    def touch(self, key: Any, timeout: int | None) -> bool:
        """Give `key` a new timeout; whether it is there."""
        client = self.get_client(key, write=True)
        if timeout is None:
            return bool(client.persist(key)) or bool(client.exists(key))
        return bool(client.expire(key, timeout))

    def delete(self, key: Any) -> bool:
        """Delete `key`; whether it was there."""
        return bool(self.get_client(key, write=True).delete(key))

    def get_many(self, keys: Iterable[Any]) -> dict[Any, Any]:
        """The values of those keys that are there."""
        keys = list(keys)
        values = self.get_client(None).mget(keys) if keys else []
        return {
            key: self._serializer.loads(value)
            for key, value in zip(keys, values, strict=True)
            if value is not None
        }

    def has_key(self, key: Any) -> bool:
        """Whether `key` is there."""
        return bool(self.get_client(key).exists(key))

    def incr(self, key: Any, delta: int) -> int:
        """Add `delta`; ValueError if `key` is not there."""
        client = self.get_client(key, write=True)
        if not client.exists(key):
            raise ValueError(f"Key '{key}' not found.")
        return int(client.incr(key, delta))

    def set_many(self, data: dict[Any, Any], timeout: int | None) -> None:
        """Set all of `data` in one step."""
        pipeline = self.get_client(None, write=True).pipeline()
        pipeline.mset({key: self._serializer.dumps(value) for key, value in data.items()})
        if timeout is not None:
            for key in data:
                pipeline.expire(key, timeout)
        pipeline.execute()

    def delete_many(self, keys: Iterable[Any]) -> None:
        """Delete all of `keys`."""
        self.get_client(None, write=True).delete(*keys)

    def clear(self) -> bool:
        """Delete everything in the database."""
        return bool(self.get_client(None, write=True).flushdb())


def _imported(value: Any) -> Any:
    return import_string(value) if isinstance(value, str) else value


class RedisCache(BaseCache):
    """The cache on `server`: one URL, several with ``,`` or ``;`` between them, or a list."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(params)
        self._servers = re.split("[;,]", server) if isinstance(server, str) else server
        self._class = RedisCacheClient
        self._options: dict[str, Any] = params.get("OPTIONS", {})

    @cached_property
    def _cache(self) -> RedisCacheClient:
        return self._class(self._servers, **self._options)

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> int | None:
        """Seconds; None for never, 0 for at once."""
        if timeout is DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        return None if timeout is None else max(0, int(timeout))

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        key = self.make_and_validate_key(key, version=version)
        return self._cache.add(key, value, self.get_backend_timeout(timeout))

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        key = self.make_and_validate_key(key, version=version)
        return self._cache.get(key, default)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        key = self.make_and_validate_key(key, version=version)
        self._cache.set(key, value, self.get_backend_timeout(timeout))

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        return self._cache.touch(key, self.get_backend_timeout(timeout))

    def delete(self, key: Any, version: Any = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        return self._cache.delete(key)

    def get_many(self, keys: Iterable[Any], version: Any = None) -> dict[Any, Any]:
        key_map = {self.make_and_validate_key(key, version=version): key for key in keys}
        found = self._cache.get_many(key_map.keys())
        return {key_map[key]: value for key, value in found.items()}

    def has_key(self, key: Any, version: Any = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        return self._cache.has_key(key)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        key = self.make_and_validate_key(key, version=version)
        return self._cache.incr(key, delta)

    async def aincr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        # The server counts in one step, which the base's two would give up.
        return await sync_to_async(self.incr, thread_sensitive=True)(key, delta, version)

    def set_many(
        self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> list[Any]:
        if data:
            safe_data = {
                self.make_and_validate_key(key, version=version): value
                for key, value in data.items()
            }
            self._cache.set_many(safe_data, self.get_backend_timeout(timeout))
        return []

    def delete_many(self, keys: Iterable[Any], version: Any = None) -> None:
        safe_keys = [self.make_and_validate_key(key, version=version) for key in keys]
        if safe_keys:
            self._cache.delete_many(safe_keys)

    def clear(self) -> bool:
        return self._cache.clear()
