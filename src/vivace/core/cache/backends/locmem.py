"""A cache in the memory of this process, the least recently used entry leaving first.

Values are kept pickled, so that what was cached does not change with the object it came from.
"""

from __future__ import annotations

import pickle
import time
from collections import OrderedDict
from threading import Lock
from typing import Any

from vivace.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

__all__ = [
    "DEFAULT_TIMEOUT",
    "BaseCache",
    "LocMemCache",
]

# The contents by the name of the cache: all its instances, one per thread, share them.
_caches: dict[str, OrderedDict[Any, bytes]] = {}
_expire_info: dict[str, dict[Any, float | None]] = {}
_locks: dict[str, Lock] = {}


class LocMemCache(BaseCache):
    """The cache called `name` in this process."""

    pickle_protocol = pickle.HIGHEST_PROTOCOL

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        # The least recently used entry is at the end.
        self._cache = _caches.setdefault(name, OrderedDict())
        self._expire_info = _expire_info.setdefault(name, {})
        self._lock = _locks.setdefault(name, Lock())

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        key = self.make_and_validate_key(key, version=version)
        pickled = pickle.dumps(value, self.pickle_protocol)
        with self._lock:
            if not self._has_expired(key):
                return False
            self._set(key, pickled, timeout)
            return True

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            if self._has_expired(key):
                self._delete(key)
                return default
            pickled = self._cache[key]
            self._cache.move_to_end(key, last=False)
        return pickle.loads(pickled)

    def _set(self, key: Any, value: bytes, timeout: Any = DEFAULT_TIMEOUT) -> None:
        if len(self._cache) >= self._max_entries:
            self._cull()
        self._cache[key] = value
        self._cache.move_to_end(key, last=False)
        self._expire_info[key] = self.get_backend_timeout(timeout)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        key = self.make_and_validate_key(key, version=version)
        pickled = pickle.dumps(value, self.pickle_protocol)
        with self._lock:
            self._set(key, pickled, timeout)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            if self._has_expired(key):
                return False
            self._expire_info[key] = self.get_backend_timeout(timeout)
            return True

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            if self._has_expired(key):
                self._delete(key)
                self._not_found(key)
            new_value: int = pickle.loads(self._cache[key]) + delta
            # The timeout stays.
            self._cache[key] = pickle.dumps(new_value, self.pickle_protocol)
            self._cache.move_to_end(key, last=False)
        return new_value

    def has_key(self, key: Any, version: Any = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            if self._has_expired(key):
                self._delete(key)
                return False
            return True

    def _has_expired(self, key: Any) -> bool:
        """Whether `key` is not there, or not any more."""
        expires = self._expire_info.get(key, -1)
        return expires is not None and expires <= time.time()

    def _cull(self) -> None:
        if self._cull_frequency == 0:
            self._cache.clear()
            self._expire_info.clear()
        else:
            for _ in range(len(self._cache) // self._cull_frequency):
                key, _value = self._cache.popitem()
                del self._expire_info[key]

    def _delete(self, key: Any) -> bool:
        try:
            del self._cache[key]
            del self._expire_info[key]
        except KeyError:
            return False
        return True

    def delete(self, key: Any, version: Any = None) -> bool:
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            return self._delete(key)

    def clear(self) -> None:
        with self._lock:
            self._cache.clear()
            self._expire_info.clear()
