"""Thousands of connections that are kept and idle: they cost little, and keep nobody else waiting."""

from __future__ import annotations

import resource
import socket
import sys
from pathlib import Path

import pytest

from real_servers import Server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

WANTED = 10_000
# What a client and a server need besides.
OTHERS = 500


@pytest.fixture
def descriptors() -> int:
    """How many connections this process can open: as many as wanted, if the machine allows."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    return min(WANTED, before[1] - OTHERS)


@pytest.mark.parametrize("name", ["granian-wsgi", "granian-asgi"])
def test_idle_connections(
    name: str, descriptors: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A slow machine takes a while to open so many.
    monkeypatch.setenv("VIVACE_SERVE_HEADER_TIMEOUT", "60")
    server = Server(name, tmp_path)
    kept: list[socket.socket] = []
    ask = b"GET /any/a/ HTTP/1.1\r\nHost: testserver\r\n\r\n"
    try:
        before = server.memory()
        for _ in range(descriptors):
            kept.append(server.connect())
            kept[-1].sendall(ask)
            assert kept[-1].recv(1000).startswith(b"HTTP/1.1 200 ")
        assert server.get("/any/b/").json()["path"] == "/any/b/"
        grown = server.memory() - before
        assert grown < descriptors * 20_000, f"{grown / descriptors:.0f} bytes a connection"
        # They still are what they were.
        kept[-1].sendall(ask)
        assert kept[-1].recv(1000).startswith(b"HTTP/1.1 200 ")
    finally:
        for each in kept:
            each.close()
        server.end()
