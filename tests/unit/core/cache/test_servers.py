"""Caches on servers, with the real clients."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from memory_servers import Memcached, Redis, Store, serving
from vivace.core.cache.backends.base import BaseCache, CacheKeyWarning, InvalidCacheKey

pymemcache = pytest.importorskip("pymemcache")
redis = pytest.importorskip("redis")

from vivace.core.cache.backends.memcached import PyMemcacheCache  # noqa: E402
from vivace.core.cache.backends.redis import RedisCache, RedisSerializer  # noqa: E402


@pytest.fixture(scope="module")
def memcached_server() -> Iterator[tuple[str, Store]]:
    with serving(Memcached) as found:
        yield found


@pytest.fixture(scope="module")
def redis_server() -> Iterator[tuple[str, Store]]:
    with serving(Redis) as found:
        yield found


@pytest.fixture
def memcached(memcached_server: tuple[str, Store]) -> Iterator[PyMemcacheCache]:
    address, store = memcached_server
    store.__init__()  # type: ignore[misc]
    cache = PyMemcacheCache(address, {})
    yield cache
    cache.close()


@pytest.fixture
def redis_cache(redis_server: tuple[str, Store]) -> Iterator[RedisCache]:
    address, store = redis_server
    store.__init__()  # type: ignore[misc]
    cache = RedisCache(f"redis://{address}", {"OPTIONS": {"protocol": 2}})
    yield cache
    for pool in cache._cache._pools.values():
        pool.disconnect()


@pytest.fixture(params=["memcached", "redis_cache"])
def cache(request: pytest.FixtureRequest) -> BaseCache:
    found: BaseCache = request.getfixturevalue(request.param)
    return found


def test_operations(cache: BaseCache) -> None:
    cache.set("a", {"é": [1, None]})
    assert cache.get("a") == {"é": [1, None]}
    assert cache.get("missing", 5) == 5
    assert cache.add("a", 2) is False
    assert cache.add("b", True) is True
    assert cache.get("b") is True
    assert cache.has_key("b")
    assert "missing" not in cache
    assert cache.delete("b") is True
    assert cache.delete("b") is False
    assert cache.set_many({"x": 1, "y": "2"}) == []
    assert cache.get_many(["x", "y", "z"]) == {"x": 1, "y": "2"}
    assert cache.get_many([]) == {}
    cache.delete_many(["x", "z"])
    assert cache.get_many(["x", "y"]) == {"y": "2"}
    assert cache.get_or_set("g", lambda: "made") == "made"
    cache.clear()
    assert cache.get("a") is None


def test_counting_is_done_by_the_server(cache: BaseCache) -> None:
    cache.set("n", 10)
    assert cache.incr("n", 5) == 15
    assert cache.decr("n") == 14
    assert cache.incr("n", -4) == 10
    assert asyncio.run(cache.aincr("n")) == 11
    assert cache.get("n") == 11
    for operation in (cache.incr, cache.decr):
        with pytest.raises(ValueError, match=r"^Key ':1:missing' not found"):
            operation("missing")


def test_timeout_0_is_over_at_once(cache: BaseCache) -> None:
    cache.set("t", 1)
    cache.set("t", 2, timeout=0)
    assert cache.get("t") is None
    assert cache.add("t", 1, timeout=0) is True
    assert cache.get("t") is None
    cache.set("t", 1)
    assert cache.touch("t", 50) is True
    assert cache.touch("t", None) is True
    assert cache.touch("t", 0) is True
    assert cache.get("t") is None
    assert cache.touch("missing") is False


def test_timeouts_on_memcached(
    memcached: PyMemcacheCache,
    memcached_server: tuple[str, Store],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.5)
    sent = {None: b"0", 5: b"5", 2.7: b"2", 2_592_000: b"2592000", 2_592_001: b"1702592001"}
    for timeout, expected in sent.items():
        memcached.set("k", 1, timeout)
        assert memcached_server[1].timeouts[b":1:k"] == expected
    memcached.set("k", 1)
    assert memcached_server[1].timeouts[b":1:k"] == b"300"


def test_timeouts_on_redis(redis_cache: RedisCache, redis_server: tuple[str, Store]) -> None:
    for timeout, expected in {None: None, 5: b"5", 2.7: b"2"}.items():
        redis_cache.set("k", 1, timeout)
        assert redis_server[1].timeouts.get(b":1:k") == expected
    redis_cache.set_many({"a": 1, "b": 2}, timeout=7)
    assert redis_server[1].timeouts[b":1:b"] == b"7"


def test_what_is_too_large_replaces_what_was_there(memcached: PyMemcacheCache) -> None:
    memcached.set("k", "small")
    memcached.set("k", "x" * 2_000_000)
    assert memcached.get("k") is None


def test_several_servers() -> None:
    assert PyMemcacheCache("a:1;b:2,c:3", {}).client_servers == ["a:1", "b:2", "c:3"]
    assert PyMemcacheCache(["a:1"], {}).client_servers == ["a:1"]
    client = RedisCache("redis://a,redis://b;redis://c", {})._cache
    assert client._servers == ["redis://a", "redis://b", "redis://c"]
    assert client._get_connection_pool_index(write=True) == 0
    assert {client._get_connection_pool_index(write=False) for _ in range(50)} == {1, 2}


def test_redis_stores_integers_as_they_are() -> None:
    serializer = RedisSerializer()
    assert serializer.dumps(5) == 5
    for value in (True, 1.5, "5", b"5", None, [1]):
        stored = serializer.dumps(value)
        assert isinstance(stored, bytes)
        restored = serializer.loads(stored)
        assert restored == value
        assert type(restored) is type(value)


ATTACK = "k 0 0 1\r\nx\r\nset other 0 0 5\r\nowned"


@pytest.mark.parametrize("key", [ATTACK, "a b", "a\x7f", "a\n", "x" * 251])
def test_cve_2020_13254_malformed_keys_are_never_sent_to_memcached(
    memcached: PyMemcacheCache, memcached_server: tuple[str, Store], key: str
) -> None:
    operations: list[Any] = [
        lambda: memcached.add(key, 1),
        lambda: memcached.get(key),
        lambda: memcached.set(key, 1),
        lambda: memcached.touch(key),
        lambda: memcached.delete(key),
        lambda: memcached.has_key(key),
        lambda: memcached.incr(key),
        lambda: memcached.decr(key),
        lambda: memcached.get_many([key]),
        lambda: memcached.set_many({key: 1}),
        lambda: memcached.delete_many([key]),
        lambda: memcached.get_or_set(key, 1),
        lambda: memcached.incr_version(key),
        lambda: asyncio.run(memcached.aget(key)),
        lambda: asyncio.run(memcached.aincr(key)),
    ]
    for operation in operations:
        with pytest.raises(InvalidCacheKey):
            operation()
    assert memcached_server[1].commands == []


def test_redis_warns_of_malformed_keys(redis_cache: RedisCache) -> None:
    with pytest.warns(CacheKeyWarning, match="contains characters"):
        redis_cache.set("a b", 1)
