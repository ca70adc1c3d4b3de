"""Leaving clients that do not send the body they announced, where reading cannot be interrupted.

A WSGI application reads the body in a thread of few, and the engine waits for bytes as long as the
connection stands: a handful of silent clients would stop a worker. So somebody watches the threads
that wait. When one has waited for half of its time, the worker's connections are looked at; when it
has waited for all of it, those which sent next to nothing in between and were sent nothing are shut
down, and the engine tells the thread that the body has ended.

The engine does not say which connection a request came by. Connections are told apart by address and
by how long they have been silent: as many are shut down as threads wait for that address, the most
silent first, after as many were passed over as there are views at work for it. Should it be the
wrong one all the same, it is one by which nothing came or went for as long.

Under TLS the engine also waits without end for a client to say hello. A connection by which the
server has sent nothing at all has made no request yet, and is shut down in its time.

What the kernel knows of a connection is in ``struct tcp_info``, see tcp(7). Elsewhere than on Linux,
and for unix sockets, nobody is left.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from types import CodeType
from typing import Any, Protocol

AVAILABLE = hasattr(socket, "TCP_INFO") and os.path.isdir("/proc/self/fd")

# Whoever sends less than this in the time he has is as good as silent.
BLOCK = 1 << 16

_LENGTH = 144
_SENT_AGO, _RECEIVED_AGO = 44, 52
_ACKNOWLEDGED, _RECEIVED = 120, 128


class Waiting(Protocol):
    """A body whose next block is being waited for, from that address, since that time."""

    address: str
    since: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """What has passed through a connection: bytes, and milliseconds since the last of them."""

    descriptor: int
    address: str
    received: int
    acknowledged: int
    silent: int
    unanswered: bool


class Patience:
    """Knows the bodies that are waited for, and shuts down the connections that do not bring them.

    Bodies have `seconds` for each block. Clients have `greeting` seconds for the beginning of TLS
    (None: it is not spoken). `at_work` are the functions whose first argument is the environ of a
    request that is being answered.
    """

    def __init__(
        self,
        seconds: float,
        port: int,
        greeting: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.seconds = seconds
        self.greeting = greeting
        self.clock = clock
        self.waiting: set[Waiting] = set()
        self.at_work: set[CodeType] = set()
        self._port = port
        self._before: dict[int, Traffic] = {}
        self._looked_at = 0.0
        self._mute: dict[int, float] = {}

    def start(self) -> None:
        """Watch from now on, in a thread of its own."""
        Thread(target=self._watch, name="patience", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(min(self.seconds, self.greeting or self.seconds) / 8)
            self.look()
            if self.greeting:
                self.look_for_greetings(self.greeting)

    def look(self) -> int:
        """Take note of the connections, or shut down those that are silent since; how many."""
        now = self.clock()
        waits = [(now - each.since, each) for each in tuple(self.waiting)]
        longest = max((wait for wait, _ in waits), default=0.0)
        if longest < self.seconds / 2:
            self._before = {}
        elif not self._before:
            self._before = dict(_connections(self._port))
            self._looked_at = now
        elif longest >= self.seconds and now - self._looked_at >= self.seconds / 2:
            late = [each for wait, each in waits if wait >= self.seconds]
            before, self._before = self._before, {}
            return self._shut_down(before, late)
        return 0

    def look_for_greetings(self, seconds: float) -> int:
        """Shut down connections by which nothing was sent for so long; how many."""
        now = self.clock()
        mute = {
            inode: (self._mute.get(inode, now), traffic.descriptor)
            for inode, traffic in _connections(self._port)
            if traffic.acknowledged == 0
        }
        self._mute = {inode: since for inode, (since, _) in mute.items()}
        late = [
            (descriptor, inode)
            for inode, (since, descriptor) in mute.items()
            if now - since >= seconds
        ]
        return sum(_end(descriptor, inode) for descriptor, inode in late)

    def _shut_down(self, before: dict[int, Traffic], late: list[Waiting]) -> int:
        wanted = Counter(each.address for each in late)
        spared = self._views_at_work()
        idle = [
            (now, inode)
            for inode, now in _connections(self._port)
            if inode in before and _is_idle(before[inode], now)
        ]
        idle.sort(key=lambda each: (each[0].unanswered, each[0].silent), reverse=True)
        count = 0
        for traffic, inode in idle:
            if spared[traffic.address] > 0:
                spared[traffic.address] -= 1
            elif wanted[traffic.address] > 0:
                wanted[traffic.address] -= 1
                count += _end(traffic.descriptor, inode)
        return count

    def _views_at_work(self) -> Counter[str]:
        """How many requests of each address are being answered and wait for no body."""
        found: Counter[str] = Counter()
        for top in sys._current_frames().values():
            frame: Any = top
            while frame is not None and frame.f_code not in self.at_work:
                frame = frame.f_back
            if frame is not None:
                environ = frame.f_locals[frame.f_code.co_varnames[0]]
                if environ["wsgi.input"] not in self.waiting:
                    found[environ.get("REMOTE_ADDR", "")] += 1
        return found


def _is_idle(before: Traffic, now: Traffic) -> bool:
    return now.received - before.received < BLOCK and now.acknowledged == before.acknowledged


def _connections(port: int) -> Iterator[tuple[int, Traffic]]:
    """The connections of this process that came to `port`, by the inode of their socket."""
    for name in os.listdir("/proc/self/fd"):
        # Others close descriptors meanwhile, and a connection may have ended.
        with suppress(OSError, struct.error), _socket(int(name)) as (connection, inode):
            internet = connection.family in (socket.AF_INET, socket.AF_INET6)
            if internet and connection.getsockname()[1] == port:
                yield inode, _look_at(int(name), connection)


def _end(descriptor: int, inode: int) -> bool:
    """Shut down the connection, if the descriptor is still its own."""
    with suppress(OSError), _socket(descriptor) as (connection, number):
        if number == inode:
            connection.shutdown(socket.SHUT_RDWR)
            return True
    return False


@contextmanager
def _socket(descriptor: int) -> Iterator[tuple[socket.socket, int]]:
    """A duplicate of the socket, and its inode. Raises ``OSError`` if it is none."""
    duplicate = os.dup(descriptor)
    about = os.fstat(duplicate)
    if not stat.S_ISSOCK(about.st_mode):
        os.close(duplicate)
        raise OSError("not a socket")
    with closing(socket.socket(fileno=duplicate)) as connection:
        yield connection, about.st_ino


def _look_at(descriptor: int, connection: socket.socket) -> Traffic:
    """Raises ``OSError`` if it is no TCP connection, or none any more."""
    address = connection.getpeername()[0]
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LENGTH)
    sent_ago = struct.unpack_from("=I", info, _SENT_AGO)[0]
    silent = struct.unpack_from("=I", info, _RECEIVED_AGO)[0]
    return Traffic(
        descriptor,
        address,
        received=struct.unpack_from("=Q", info, _RECEIVED)[0],
        acknowledged=struct.unpack_from("=Q", info, _ACKNOWLEDGED)[0],
        silent=silent,
        unanswered=sent_ago >= silent,
    )
