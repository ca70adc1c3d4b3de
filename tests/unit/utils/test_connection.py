"""Connections by alias."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from settings_layer import changed
from vivace.utils.connection import (
    BaseConnectionHandler,
    ConnectionDoesNotExist,
    ConnectionProxy,
)


class Connection:
    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.closed = False

    def close(self) -> None:
        self.closed = True


class Handler(BaseConnectionHandler):
    settings_name = "CONNECTIONS"

    def create_connection(self, alias: str) -> Any:
        return Connection(alias)


def test_configured_by_its_setting() -> None:
    with changed(CONNECTIONS={"default": {}, "b": {}}):
        handler = Handler()
        assert list(handler) == ["default", "b"]
        assert [connection.alias for connection in handler.all()] == ["default", "b"]


def test_one_connection_per_thread_on_first_use() -> None:
    handler = Handler({"a": {}, "b": {}})
    assert handler.all(initialized_only=True) == []
    assert handler["a"] is handler["a"]
    assert handler.all(initialized_only=True) == [handler["a"]]
    others: list[Any] = []
    thread = threading.Thread(target=lambda: others.append(handler["a"]))
    thread.start()
    thread.join()
    assert others[0] is not handler["a"]


def test_unknown_alias() -> None:
    with pytest.raises(ConnectionDoesNotExist, match=r"The connection 'nope' doesn't exist\."):
        Handler({})["nope"]


def test_set_delete_and_close() -> None:
    handler = Handler({"a": {}})
    mine = handler["a"] = Connection("mine")
    assert handler["a"] is mine
    handler.close_all()
    assert mine.closed
    del handler["a"]
    assert handler["a"] is not mine


def test_subclasses_must_create() -> None:
    with pytest.raises(NotImplementedError, match=r"Subclasses must implement create_connection"):
        BaseConnectionHandler({"a": {}})["a"]


def test_proxy_stands_for_the_connection() -> None:
    handler = Handler({"a": {}})
    proxy: Any = ConnectionProxy(handler, "a")
    proxy.extra = 1
    assert handler["a"].extra == 1
    assert proxy.alias == "a"
    assert proxy == handler["a"]
    del proxy.extra
    assert not hasattr(handler["a"], "extra")
    with pytest.raises(TypeError, match="unhashable type"):
        hash(proxy)
