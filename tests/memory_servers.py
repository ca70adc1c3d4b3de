"""Small memcached and Redis servers in a thread, to try real clients against."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Store:
    """What a server holds, and every command that it was sent."""

    def __init__(self) -> None:
        self.data: dict[bytes, tuple[bytes, bytes]] = {}
        self.timeouts: dict[bytes, bytes] = {}
        self.commands: list[bytes] = []


class Memcached(socketserver.StreamRequestHandler):
    """The text protocol, as far as pymemcache speaks it."""

    def handle(self) -> None:
        store: Store = self.server.store  # type: ignore[attr-defined]
        while line := self.rfile.readline():
            command, *args = line.split()
            store.commands.append(line)
            answer = getattr(self, "do_" + command.decode())(store, args)
            self.wfile.write(answer)

    def do_set(self, store: Store, args: list[bytes], only_new: bool = False) -> bytes:
        key, flags, timeout, size = args[:4]
        value = self.rfile.read(int(size) + 2)[:-2]
        if len(value) > 1_000_000:
            return b"NOT_STORED\r\n"
        if only_new and key in store.data:
            return b"NOT_STORED\r\n"
        store.data[key] = (flags, value)
        store.timeouts[key] = timeout
        if int(timeout) < 0:
            del store.data[key]
        return b"STORED\r\n"

    def do_add(self, store: Store, args: list[bytes]) -> bytes:
        return self.do_set(store, args, only_new=True)

    def do_get(self, store: Store, args: list[bytes]) -> bytes:
        found = b""
        for key in args:
            if key in store.data:
                flags, value = store.data[key]
                found += b"VALUE %s %s %d\r\n%s\r\n" % (key, flags, len(value), value)
        return found + b"END\r\n"

    do_gets = do_get

    def do_delete(self, store: Store, args: list[bytes]) -> bytes:
        return b"NOT_FOUND\r\n" if store.data.pop(args[0], None) is None else b"DELETED\r\n"

    def do_touch(self, store: Store, args: list[bytes]) -> bytes:
        if args[0] not in store.data:
            return b"NOT_FOUND\r\n"
        store.timeouts[args[0]] = args[1]
        if int(args[1]) < 0:
            del store.data[args[0]]
        return b"TOUCHED\r\n"

    def do_incr(self, store: Store, args: list[bytes], sign: int = 1) -> bytes:
        key, delta = args[:2]
        if key not in store.data:
            return b"NOT_FOUND\r\n"
        flags, value = store.data[key]
        result = b"%d" % max(0, int(value) + sign * int(delta))
        store.data[key] = (flags, result)
        return result + b"\r\n"

    def do_decr(self, store: Store, args: list[bytes]) -> bytes:
        return self.do_incr(store, args, sign=-1)

    def do_flush_all(self, store: Store, args: list[bytes]) -> bytes:
        store.data.clear()
        return b"OK\r\n"


class Redis(socketserver.StreamRequestHandler):
    """The serialization protocol, version 2, as far as the cache needs it."""

    def handle(self) -> None:
        store: Store = self.server.store  # type: ignore[attr-defined]
        queue: list[list[bytes]] | None = None
        while line := self.rfile.readline():
            args = [self.read_bulk() for _ in range(int(line[1:]))]
            store.commands.append(b" ".join(args))
            name = args[0].upper()
            if name == b"MULTI":
                queue = []
                self.wfile.write(b"+OK\r\n")
            elif name == b"EXEC":
                answers = [self.answer(store, queued) for queued in queue or []]
                self.wfile.write(b"*%d\r\n" % len(answers) + b"".join(answers))
                queue = None
            elif queue is not None:
                queue.append(args)
                self.wfile.write(b"+QUEUED\r\n")
            else:
                self.wfile.write(self.answer(store, args))

    def read_bulk(self) -> bytes:
        size = int(self.rfile.readline()[1:])
        return self.rfile.read(size + 2)[:-2]

    def answer(self, store: Store, args: list[bytes]) -> bytes:
        name, *rest = args
        method = getattr(self, "do_" + name.decode().lower(), None)
        if method is None:
            return b"-ERR unknown command\r\n"
        answer: bytes = method(store, *rest)
        return answer

    def bulk(self, value: Any) -> bytes:
        return b"$-1\r\n" if value is None else b"$%d\r\n%s\r\n" % (len(value), value)

    def value(self, store: Store, key: bytes) -> bytes | None:
        return store.data.get(key, (b"", None))[1]  # type: ignore[return-value]

    def do_client(self, store: Store, *args: bytes) -> bytes:
        return b"+OK\r\n"

    def do_set(self, store: Store, key: bytes, value: bytes, *options: bytes) -> bytes:
        if b"NX" in options and key in store.data:
            return b"$-1\r\n"
        store.data[key] = (b"", value)
        store.timeouts.pop(key, None)
        if b"EX" in options:
            store.timeouts[key] = options[options.index(b"EX") + 1]
        return b"+OK\r\n"

    def do_mset(self, store: Store, *pairs: bytes) -> bytes:
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            store.data[key] = (b"", value)
        return b"+OK\r\n"

    def do_get(self, store: Store, key: bytes) -> bytes:
        return self.bulk(self.value(store, key))

    def do_mget(self, store: Store, *keys: bytes) -> bytes:
        found = [self.bulk(self.value(store, key)) for key in keys]
        return b"*%d\r\n" % len(found) + b"".join(found)

    def do_del(self, store: Store, *keys: bytes) -> bytes:
        return b":%d\r\n" % sum(store.data.pop(key, None) is not None for key in keys)

    def do_exists(self, store: Store, *keys: bytes) -> bytes:
        return b":%d\r\n" % sum(key in store.data for key in keys)

    def do_expire(self, store: Store, key: bytes, seconds: bytes, *options: bytes) -> bytes:
        if key not in store.data:
            return b":0\r\n"
        store.timeouts[key] = seconds
        if int(seconds) <= 0:
            del store.data[key]
        return b":1\r\n"

    def do_persist(self, store: Store, key: bytes) -> bytes:
        return b":%d\r\n" % (store.timeouts.pop(key, None) is not None)

    def do_incrby(self, store: Store, key: bytes, delta: bytes) -> bytes:
        result = int(self.value(store, key) or 0) + int(delta)
        store.data[key] = (b"", b"%d" % result)
        return b":%d\r\n" % result

    def do_flushdb(self, store: Store) -> bytes:
        store.data.clear()
        return b"+OK\r\n"


@contextmanager
def serving(handler: type[socketserver.BaseRequestHandler]) -> Iterator[tuple[str, Store]]:
    """Run a server while the block runs: its address, and what it holds."""

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), handler) as server:
        store = Store()
        server.store = store  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        host, port = server.server_address[:2]
        try:
            yield f"{host!s}:{port}", store
        finally:
            server.shutdown()
            thread.join()
