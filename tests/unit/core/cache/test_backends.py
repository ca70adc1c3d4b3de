"""The same operations on every backend that needs no server, in both colours."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import stat
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vivace.core.cache import CacheHandler, InvalidCacheBackendError
from vivace.core.cache.backends.base import BaseCache, CacheKeyWarning
from vivace.core.cache.backends.dummy import DummyCache
from vivace.core.cache.backends.filebased import FileBasedCache
from vivace.core.cache.backends.locmem import LocMemCache
from vivace.core.cache.utils import make_template_fragment_key
from vivace.core.signals import request_finished


class ThroughAsync:
    """A cache whose synchronous face calls the asynchronous twins."""

    def __init__(self, cache: BaseCache) -> None:
        self.cache = cache

    def __getattr__(self, name: str) -> Any:
        twin = getattr(self.cache, "a" + name)

        def call(*args: Any, **kwargs: Any) -> Any:
            async def run() -> Any:
                return await twin(*args, **kwargs)

            return asyncio.run(run())

        return call


class MinimalCache(BaseCache):
    """A backend with the six operations only."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.inner = LocMemCache(f"minimal-{id(self)}", {})

    def add(self, key: Any, value: Any, timeout: Any = 300, version: Any = None) -> bool:
        return self.inner.add(key, value, 300, version)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self.inner.get(key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = 300, version: Any = None) -> None:
        self.inner.set(key, value, 300 if timeout not in (0, -1, None) else timeout, version)

    def touch(self, key: Any, timeout: Any = 300, version: Any = None) -> bool:
        return self.inner.touch(key, timeout, version)

    def delete(self, key: Any, version: Any = None) -> bool:
        return self.inner.delete(key, version)

    def clear(self) -> None:
        self.inner.clear()


@pytest.fixture(params=["locmem", "filebased", "minimal"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> BaseCache:
    makers: dict[str, Callable[[], BaseCache]] = {
        "locmem": lambda: LocMemCache(f"test-{tmp_path}", {}),
        "filebased": lambda: FileBasedCache(tmp_path / "cache", {}),
        "minimal": lambda: MinimalCache({}),
    }
    return makers[request.param]()


@pytest.fixture(params=["sync", "async"])
def cache(request: pytest.FixtureRequest, backend: BaseCache) -> Any:
    return backend if request.param == "sync" else ThroughAsync(backend)


def test_set_get_delete(cache: Any) -> None:
    cache.set("a", [1, 2])
    assert cache.get("a") == [1, 2]
    assert cache.get("missing") is None
    assert cache.get("missing", 7) == 7
    assert cache.has_key("a") is True
    assert cache.delete("a") is True
    assert cache.delete("a") is False
    assert cache.has_key("a") is False


def test_add_sets_only_once(cache: Any) -> None:
    assert cache.add("a", 1) is True
    assert cache.add("a", 2) is False
    assert cache.get("a") == 1


def test_none_is_a_value(cache: Any) -> None:
    cache.set("n", None)
    assert cache.get("n", 5) is None
    assert cache.has_key("n")
    assert cache.get_or_set("n", 6) is None


def test_many(cache: Any) -> None:
    assert cache.set_many({"a": 1, "b": 2}) == []
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    cache.delete_many(["a", "c"])
    assert cache.get_many(["a", "b"]) == {"b": 2}
    cache.clear()
    assert cache.get_many(["a", "b"]) == {}


def test_counting(cache: Any) -> None:
    cache.set("n", 1)
    assert cache.incr("n") == 2
    assert cache.incr("n", 10) == 12
    assert cache.decr("n") == 11
    assert cache.decr("n", 20) == -9
    for operation in (cache.incr, cache.decr, cache.incr_version, cache.decr_version):
        with pytest.raises(ValueError, match=r"^Key '.*missing' not found$"):
            operation("missing")


def test_get_or_set(cache: Any) -> None:
    assert cache.get_or_set("a", 5) == 5
    assert cache.get_or_set("a", 6) == 5
    assert cache.get_or_set("b", lambda: 8) == 8
    assert cache.get("b") == 8


def test_timeouts(cache: Any) -> None:
    for timeout in (0, -1):
        cache.set("e", 1, timeout)
        assert cache.get("e") is None
    cache.set("e", 1, None)
    assert cache.get("e") == 1
    assert cache.touch("e", 100) is True
    assert cache.touch("e", 0) is True
    assert cache.get("e") is None
    assert cache.touch("missing") is False


def test_versions(cache: Any) -> None:
    cache.set("v", 1, version=2)
    assert cache.get("v") is None
    assert cache.get("v", version=2) == 1
    assert cache.incr_version("v", version=2) == 3
    assert cache.get("v", version=2) is None
    assert cache.decr_version("v", delta=2, version=3) == 1
    assert cache.get("v") == 1


def test_values_are_copies(cache: Any) -> None:
    value = [1]
    cache.set("a", value)
    value.append(2)
    cache.get("a").append(3)
    assert cache.get("a") == [1]


def test_contains_and_close(backend: BaseCache) -> None:
    backend.set("a", 1)
    assert "a" in backend
    assert "b" not in backend
    backend.close()
    asyncio.run(backend.aclose())


def ignoring_value_errors(operation: Callable[[], Any]) -> None:
    with contextlib.suppress(ValueError):
        operation()


def test_cve_2020_13254_malformed_keys_are_told_of(backend: BaseCache) -> None:
    """By every backend and operation, so that nobody relies on keys that memcached refuses."""
    backend.set("a", 1)
    keys = {"a b": "contains characters", "a\x7f": "contains characters", "x" * 251: "longer than"}
    for key, why in keys.items():
        operations: list[Callable[[], Any]] = [
            lambda key=key: backend.add(key, 1),
            lambda key=key: backend.get(key),
            lambda key=key: backend.set(key, 1),
            lambda key=key: backend.touch(key),
            lambda key=key: backend.delete(key),
            lambda key=key: backend.has_key(key),
            lambda key=key: backend.get_many([key]),
            lambda key=key: backend.set_many({key: 1}),
            lambda key=key: backend.delete_many([key]),
            lambda key=key: backend.incr(key),
        ]
        for operation in operations:
            with pytest.warns(CacheKeyWarning, match=why):
                ignoring_value_errors(operation)


def test_dummy_keeps_nothing() -> None:
    cache = DummyCache("", {})
    cache.set("a", 1)
    assert cache.get("a", 2) == 2
    assert cache.add("a", 1) is True
    assert not cache.has_key("a")
    assert cache.touch("a") is False
    assert cache.delete("a") is False
    assert cache.get_or_set("a", 3) == 3
    cache.clear()
    with pytest.warns(CacheKeyWarning, match="contains characters"):
        cache.get("a b")


class TestLocalMemory:
    def test_the_least_recently_used_leaves(self) -> None:
        cache = LocMemCache("lru", {"OPTIONS": {"MAX_ENTRIES": 6, "CULL_FREQUENCY": 2}})
        for number in range(6):
            cache.set(number, number)
        cache.get(0)
        cache.set(6, 6)
        assert [number for number in range(7) if number in cache] == [0, 4, 5, 6]

    def test_cull_frequency_0_clears(self) -> None:
        cache = LocMemCache("cull", {"OPTIONS": {"MAX_ENTRIES": 2, "CULL_FREQUENCY": 0}})
        for number in range(3):
            cache.set(number, number)
        assert [number for number in range(3) if number in cache] == [2]

    def test_instances_share_by_name(self) -> None:
        LocMemCache("shared", {}).set("a", 1)
        assert LocMemCache("shared", {}).get("a") == 1
        assert LocMemCache("other", {}).get("a") is None

    def test_counting_loses_nothing_among_threads(self) -> None:
        cache = LocMemCache("threads", {})
        cache.set("n", 0)
        threads = [
            threading.Thread(target=lambda: [cache.incr("n") for _ in range(200)]) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert cache.get("n") == 800

    def test_counting_keeps_the_timeout(self) -> None:
        cache = LocMemCache("kept", {})
        cache.set("n", 1, None)
        cache.incr("n")
        assert cache._expire_info[":1:n"] is None


class TestFiles:
    def test_layout_is_djangos(self, tmp_path: Path) -> None:
        cache = FileBasedCache(tmp_path, {})
        cache.set("fk", {"q": 1}, None)
        (file,) = tmp_path.iterdir()
        assert file.name == "caefb14ff4ce0f4c864ec16f67a0dc89.djcache"
        with file.open("rb") as stream:
            assert pickle.load(stream) is None
            assert pickle.loads(zlib.decompress(stream.read())) == {"q": 1}

    def test_cve_2020_24584_directories_are_private(self, tmp_path: Path) -> None:
        old = os.umask(0o022)
        try:
            FileBasedCache(tmp_path / "a" / "b", {}).set("k", 1)
        finally:
            os.umask(old)
        for name in ("a", "a/b"):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700
        (file,) = (tmp_path / "a" / "b").iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_other_files_are_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "other.txt").write_text("x")
        cache = FileBasedCache(tmp_path, {})
        cache.set("k", 1)
        cache.clear()
        assert [file.name for file in tmp_path.iterdir()] == ["other.txt"]

    def test_an_empty_file_is_missing(self, tmp_path: Path) -> None:
        cache = FileBasedCache(tmp_path, {})
        Path(cache._key_to_file("k")).write_bytes(b"")
        assert cache.get("k", 5) == 5
        assert list(tmp_path.iterdir()) == []

    def test_too_many_entries_are_culled(self, tmp_path: Path) -> None:
        options = {"MAX_ENTRIES": 6, "CULL_FREQUENCY": 2}
        cache = FileBasedCache(tmp_path, {"OPTIONS": options})
        for number in range(7):
            cache.set(number, number)
        assert len(list(tmp_path.iterdir())) == 4
        everything = FileBasedCache(tmp_path, {"OPTIONS": {"MAX_ENTRIES": 1, "CULL_FREQUENCY": 0}})
        everything.set("x", 1)
        assert len(list(tmp_path.iterdir())) == 1

    def test_a_value_that_cannot_be_written_leaves_nothing(self, tmp_path: Path) -> None:
        cache = FileBasedCache(tmp_path, {})
        with pytest.raises(AttributeError, match="local object"):
            cache.set("k", lambda: 1)
        assert list(tmp_path.iterdir()) == []

    def test_a_cache_in_a_directory_with_a_pattern_in_its_name(self, tmp_path: Path) -> None:
        cache = FileBasedCache(tmp_path / "[x]*", {})
        cache.set("k", 1)
        cache.clear()
        assert cache.get("k") is None


class TestParameters:
    @pytest.mark.parametrize(
        ("params", "expected"),
        [
            ({}, (300, 300, 3)),
            ({"TIMEOUT": None}, (None, 300, 3)),
            ({"timeout": "7"}, (7, 300, 3)),
            ({"TIMEOUT": "x"}, (300, 300, 3)),
            ({"OPTIONS": {"MAX_ENTRIES": "9", "CULL_FREQUENCY": "x"}}, (300, 9, 3)),
            ({"max_entries": 4, "cull_frequency": "2"}, (300, 4, 2)),
        ],
    )
    def test_numbers(self, params: Any, expected: Any) -> None:
        cache = BaseCache(params)
        assert (cache.default_timeout, cache._max_entries, cache._cull_frequency) == expected

    def test_keys(self) -> None:
        assert BaseCache({}).make_key("k") == ":1:k"
        assert BaseCache({"KEY_PREFIX": "p", "VERSION": 3}).make_key("k") == "p:3:k"
        assert BaseCache({}).make_key("k", version=9) == ":9:k"
        own = BaseCache({"KEY_FUNCTION": "os.path.join", "KEY_PREFIX": "p", "VERSION": "1"})
        assert own.make_key("k") == "k/p/1"

    def test_a_backend_must_provide_six_operations(self) -> None:
        cache = BaseCache({})
        for name, args in {
            "add": ("k", 1),
            "get": ("k",),
            "set": ("k", 1),
            "touch": ("k",),
            "delete": ("k",),
            "clear": (),
        }.items():
            article = "an" if name == "add" else "a"
            message = rf"^subclasses of BaseCache must provide {article} {name}\(\) method$"
            with pytest.raises(NotImplementedError, match=message):
                getattr(cache, name)(*args)


class TestHandler:
    def test_unknown_alias_and_backend(self) -> None:
        handler = CacheHandler({"bad": {"BACKEND": "no_such.Backend"}})
        with pytest.raises(InvalidCacheBackendError) as caught:
            handler["nope"]
        assert str(caught.value) == "The connection 'nope' doesn't exist."
        with pytest.raises(InvalidCacheBackendError) as caught:
            handler["bad"]
        assert str(caught.value) == (
            "Could not find backend 'no_such.Backend': No module named 'no_such'"
        )

    def test_only_caches_that_close_listen_to_the_end_of_requests(self) -> None:
        before = len(request_finished.receivers)
        handler = CacheHandler(
            {
                "plain": {"BACKEND": "vivace.core.cache.backends.locmem.LocMemCache"},
            }
        )
        assert isinstance(handler["plain"], LocMemCache)
        assert len(request_finished.receivers) == before


def test_template_fragment_keys_are_djangos() -> None:
    empty = "template.cache.f.d41d8cd98f00b204e9800998ecf8427e"
    assert make_template_fragment_key("f") == make_template_fragment_key("f", []) == empty
    assert (
        make_template_fragment_key("f", ("abc", 5, None))
        == "template.cache.f.eacd78afed73f77516952a4228ff0842"
    )
