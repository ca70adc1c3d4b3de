"""Clients that do not send the body they announced are left; no others are."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from vivace.server.patience import AVAILABLE, Patience

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="needs Linux")


@dataclass(eq=False)
class Waiting:
    since: float
    address: str = "127.0.0.1"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Server:
    """Accepted connections, from whose view it is looked at."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        self.pairs: list[tuple[socket.socket, socket.socket]] = []

    def client(self, sends: bytes = b"POST / HTTP/1.1\r\n") -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        accepted, _ = self.listening.accept()
        self.pairs.append((client, accepted))
        if sends:
            client.sendall(sends)
            accepted.settimeout(30)
            assert accepted.recv(len(sends)) == sends
        return client

    def answer(self, client: socket.socket, data: bytes) -> None:
        accepted = next(accepted for each, accepted in self.pairs if each is client)
        accepted.sendall(data)
        assert client.recv(len(data)) == data


def ended(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.listening.close()
    for pair in server.pairs:
        for each in pair:
            each.close()


def test_who_sends_nothing_is_left(server: Server, clock: Clock) -> None:
    patience = Patience(30, server.port, clock=clock)
    silent = server.client()
    patience.waiting.add(Waiting(clock.now))
    assert patience.look() == 0
    clock.now += 15
    assert patience.look() == 0
    clock.now += 14
    assert patience.look() == 0
    assert not ended(silent)
    clock.now += 1
    assert patience.look() == 1
    assert ended(silent)


def test_as_many_as_wait_and_those_that_owe_least_stay(server: Server, clock: Clock) -> None:
    patience = Patience(30, server.port, clock=clock)
    silent = server.client()
    answered = server.client()
    server.answer(answered, b"HTTP/1.1 200 OK\r\n\r\n")
    patience.waiting.add(Waiting(clock.now))
    clock.now += 15
    patience.look()
    clock.now += 15
    assert patience.look() == 1
    assert ended(silent)
    assert not ended(answered)


def test_who_sends_enough_or_is_sent_something_is_not_left(server: Server, clock: Clock) -> None:
    patience = Patience(30, server.port, clock=clock)
    sending, served = server.client(), server.client()
    patience.waiting.add(Waiting(clock.now))
    clock.now += 15
    patience.look()
    accepted = next(accepted for each, accepted in server.pairs if each is sending)
    for _ in range(3):
        sending.sendall(b"x" * 32768)
        accepted.recv(32768, socket.MSG_WAITALL)
    server.answer(served, b"more")
    clock.now += 15
    assert patience.look() == 0
    assert not ended(sending)
    assert not ended(served)


def test_who_came_meanwhile_is_not_left(server: Server, clock: Clock) -> None:
    patience = Patience(30, server.port, clock=clock)
    patience.waiting.add(Waiting(clock.now))
    server.client()
    clock.now += 15
    patience.look()
    late = server.client()
    clock.now += 15
    assert patience.look() == 1
    assert not ended(late)


def test_a_view_at_work_is_spared(server: Server, clock: Clock) -> None:
    patience = Patience(30, server.port, clock=clock)
    clients = [server.client(), server.client()]
    waiting = Waiting(clock.now)
    patience.waiting.add(waiting)

    def guard(environ: dict[str, Any]) -> None:
        clock.now += 15
        patience.look()
        clock.now += 15
        assert patience.look() == 1

    patience.at_work.add(guard.__code__)
    guard({"wsgi.input": object(), "REMOTE_ADDR": "127.0.0.1"})
    assert sum(map(ended, clients)) == 1


def test_somebody_elses_connection_is_not_shut_down(server: Server, clock: Clock) -> None:
    patience = Patience(30, server.port, clock=clock)
    client = server.client()
    patience.waiting.add(Waiting(clock.now, address="192.0.2.1"))
    clock.now += 15
    patience.look()
    clock.now += 15
    assert patience.look() == 0
    assert not ended(client)


def test_a_body_that_came_after_all(server: Server, clock: Clock) -> None:
    patience = Patience(30, server.port, clock=clock)
    client = server.client()
    waiting = Waiting(clock.now)
    patience.waiting.add(waiting)
    clock.now += 20
    patience.look()
    patience.waiting.discard(waiting)
    clock.now += 20
    assert patience.look() == 0
    assert not ended(client)


def test_clients_that_never_greet_are_left(server: Server, clock: Clock) -> None:
    patience = Patience(30, server.port, greeting=10, clock=clock)
    mute, greeted = server.client(b""), server.client(b"hello")
    server.answer(greeted, b"hello")
    assert patience.look_for_greetings(10) == 0
    clock.now += 9
    assert patience.look_for_greetings(10) == 0
    clock.now += 1
    assert patience.look_for_greetings(10) == 1
    assert ended(mute)
    assert not ended(greeted)
