"""Caches with a connection are closed after each request."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from vivace.core import cache as cache_module
from vivace.core.cache import CacheHandler, close_caches
from vivace.core.cache.backends.locmem import LocMemCache
from vivace.core.signals import request_finished


class ClosingCache(LocMemCache):
    closed = 0

    def close(self, **kwargs: Any) -> None:
        self.closed += 1


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[CacheHandler]:
    module = types.ModuleType("closing_cache_module")
    vars(module)["ClosingCache"] = ClosingCache
    monkeypatch.setitem(sys.modules, module.__name__, module)
    handler = CacheHandler({"default": {"BACKEND": "closing_cache_module.ClosingCache"}})
    monkeypatch.setattr(cache_module, "caches", handler)
    yield handler
    request_finished.disconnect(close_caches, dispatch_uid="core.cache.close_caches")


def test_closed_when_a_request_ends(handler: CacheHandler) -> None:
    first = handler["default"]
    assert first.closed == 0
    request_finished.send(sender=None)
    assert first.closed == 1


def test_one_receiver_for_all(handler: CacheHandler) -> None:
    before = len(request_finished.receivers)
    assert handler["default"]
    del handler["default"]
    assert handler["default"]
    assert len(request_finished.receivers) == before + 1
