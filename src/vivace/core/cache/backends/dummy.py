"""A cache that keeps nothing, for development."""

from __future__ import annotations

from typing import Any

from vivace.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

__all__ = [
    "DEFAULT_TIMEOUT",
    "BaseCache",
    "DummyCache",
]


class DummyCache(BaseCache):
    """Accepts everything, after checking the key, and has nothing."""

    def __init__(self, host: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        self.make_and_validate_key(key, version=version)
        return True

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        self.make_and_validate_key(key, version=version)
        return default

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        self.make_and_validate_key(key, version=version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        self.make_and_validate_key(key, version=version)
        return False

    def delete(self, key: Any, version: Any = None) -> bool:
        self.make_and_validate_key(key, version=version)
        return False

    def has_key(self, key: Any, version: Any = None) -> bool:
        self.make_and_validate_key(key, version=version)
        return False

    def clear(self) -> None:
        pass
