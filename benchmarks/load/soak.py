"""A soak: one server, and clients of every kind at once, good ones and bad ones.

    scripts/soak                        60 seconds against vivace serve with two workers
    scripts/soak --seconds 10 --asgi

While it runs, the memory of the workers is looked at; then they are reloaded twice, one of them is
killed, and at last the server is stopped, each time with requests under way. The exit status is 1
if a good client got anything but its answer, if memory grew, or if the server did not end as asked.

What counts as good: an answer 200 with the whole body. A connection that is kept and idle may be
closed by the server, and the client repeats its request, as all do; this is counted too. When a
worker is killed, what it was answering is lost, and nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOST = b"Host: soak.example\r\n"
MALFORMED = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: soak.example\r\nX A: 1\r\n\r\n",
    b"GET / HTTP/1.1\r\n\x00: 1\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    b"POST /upload/ HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    b"POST /upload/ HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    b"POST /upload/ HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    b"POST /upload/ HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"X-A: " + b"a" * 200_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    b"G" * 300_000,
]


@dataclass
class Tally:
    """What happened, by name, and what must not have happened."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    # While a worker is being killed, good clients may lose what it was answering.
    forgiving: bool = False
    ending: bool = False
    stopped_at: float = float("inf")
    phase: str = "serving"

    def lost(self, what: str) -> None:
        if self.forgiving:
            self.counts["lost with the killed worker"] += 1
        else:
            self.faults.append(what)


class Closed(Exception):
    """The server closed the connection; `begun` tells whether a response had begun."""

    def __init__(self, begun: bool) -> None:
        super().__init__("in a response" if begun else "before a response")
        self.begun = begun


async def response(reader: asyncio.StreamReader) -> tuple[int, bytes, bool]:
    """The status and body of the next response, and whether the connection is kept."""
    begun = False
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        begun = True
        status = int(head.split(None, 2)[1])
        lower = head.lower()
        if b"transfer-encoding: chunked" in lower:
            body = b""
            while size := int(await reader.readuntil(b"\r\n"), 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readexactly(2)
        else:
            length = re.search(rb"content-length: (\d+)", lower)
            body = await reader.readexactly(int(length[1]) if length else 0)
    except asyncio.IncompleteReadError as error:
        raise Closed(begun or bool(error.partial)) from error
    except ConnectionError as error:
        raise Closed(begun) from error
    return status, body, b"connection: close" not in lower


class Clients:
    """Clients of each kind, against one port."""

    def __init__(self, port: int, tally: Tally) -> None:
        self.port = port
        self.tally = tally
        self.stopped = asyncio.Event()
        self.under_way = 0

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def again(self, act: Callable[[], Awaitable[None]]) -> None:
        """Do it until the soak ends."""
        while not self.stopped.is_set():
            try:
                await act()
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                if not self.tally.ending:
                    self.tally.lost(f"{act.__name__}: {error!r}")
                await asyncio.sleep(0.05)

    async def keeping(self) -> None:
        """Many requests over one connection, each answered in full."""
        reader, writer = await self.connect()
        try:
            for _ in range(random.randrange(5, 200)):
                if self.stopped.is_set():
                    return
                path, wanted = random.choice(
                    [(b"/", b'{"message": "Hello, World!"}'), (b"/stream/", b"x" * 65536)]
                )
                try:
                    writer.write(b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n")
                    status, body, kept = await response(reader)
                except Closed as closed:
                    if closed.begun:
                        self.tally.lost("a response was cut short")
                    else:
                        self.tally.counts["idle connections closed by the server"] += 1
                    return
                if (status, body) != (200, wanted):
                    self.tally.lost(f"{path!r}: {status} {body[:40]!r}")
                self.tally.counts["answered"] += 1
                if not kept:
                    return
        finally:
            writer.close()

    async def waiting(self) -> None:
        """A request of its own connection to a view that takes its time."""
        self.under_way += 1
        try:
            sent = time.monotonic()
            reader, writer = await self.connect()
            seconds = b"%.2f" % random.uniform(0.05, 0.5)
            writer.write(
                b"GET /slow/?seconds=" + seconds + b" HTTP/1.1\r\nConnection: close\r\n" + HOST
                + b"\r\n"
            )  # fmt: skip
            try:
                status, body, _ = await response(reader)
                if (status, body) != (200, b"slow and complete"):
                    self.tally.lost(f"slow: {status} {body!r}")
                self.tally.counts["answered slowly"] += 1
            except Closed as closed:
                if sent > self.tally.stopped_at - 0.1:
                    self.tally.counts["not accepted any more at the end"] += 1
                else:
                    self.tally.lost(f"a request under way ended {closed} ({self.tally.phase})")
            writer.close()
        except ConnectionRefusedError:
            if not self.tally.ending:
                self.tally.faults.append("a connection was refused")
            self.stopped.set()
        finally:
            self.under_way -= 1

    async def uploading(self) -> None:
        """A body in pieces."""
        reader, writer = await self.connect()
        writer.write(
            b"POST /upload/ HTTP/1.1\r\nConnection: close\r\nContent-Length: 100000\r\n" + HOST
            + b"\r\n"
        )  # fmt: skip
        for _ in range(10):
            writer.write(b"u" * 10_000)
            await asyncio.sleep(0.01)
        try:
            status, body, _ = await response(reader)
            if (status, body) != (200, b"100000"):
                self.tally.lost(f"upload: {status} {body[:40]!r}")
            self.tally.counts["uploads"] += 1
        except Closed as closed:
            self.tally.lost(f"an upload ended {closed}")
        writer.close()

    async def malformed(self) -> None:
        """What nobody should send; it is refused, or read as far as it goes, or left."""
        reader, writer = await self.connect()
        sent = random.choice(MALFORMED)
        writer.write(sent)
        try:
            status, _, _ = await asyncio.wait_for(response(reader), 5)
            if status >= 500:
                self.tally.faults.append(f"malformed: {status} for {sent[:60]!r}")
            self.tally.counts["malformed, answered"] += 1
        except (Closed, TimeoutError, asyncio.LimitOverrunError):
            self.tally.counts["malformed, closed"] += 1
        writer.close()

    async def aborting(self) -> None:
        """Half a request, or half a response, and a reset."""
        _, writer = await self.connect()
        writer.write(
            random.choice(
                [
                    b"GET / HT",
                    b"POST /upload/ HTTP/1.1\r\nContent-Length: 90000\r\n" + HOST + b"\r\nabc",
                    b"GET /stream/ HTTP/1.1\r\n" + HOST + b"\r\n",
                    b"GET /slow/?seconds=0.2 HTTP/1.1\r\n" + HOST + b"\r\n",
                ]
            )
        )
        await asyncio.sleep(random.uniform(0, 0.1))
        at_once = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        writer.transport.abort()
        self.tally.counts["aborted"] += 1

    async def dripping(self) -> None:
        """Headers a byte at a time, until the server has had enough."""
        reader, writer = await self.connect()
        try:
            for byte in b"GET / HTTP/1.1\r\nX-Slow: " + b"s" * 1000:
                if self.stopped.is_set() or reader.at_eof():
                    break
                writer.write(bytes([byte]))
                await asyncio.sleep(0.1)
        except ConnectionError:
            pass
        self.tally.counts["dripping clients left alone"] += 1
        writer.close()

    async def holding(self) -> None:
        """A body that never comes."""
        reader, writer = await self.connect()
        writer.write(b"POST /upload/ HTTP/1.1\r\nContent-Length: 90000\r\n" + HOST + b"\r\nabc")
        stopped = asyncio.create_task(self.stopped.wait())
        ended = asyncio.create_task(reader.read())
        await asyncio.wait([stopped, ended], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        ended.cancel()
        self.tally.counts["bodies that never came"] += 1
        writer.close()

    async def asking_for_trouble(self) -> None:
        """A 5xx that the application means."""
        reader, writer = await self.connect()
        writer.write(b"GET /broken/ HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n")
        try:
            status, body, _ = await response(reader)
            if (status, body) != (503, b"asked for"):
                self.tally.lost(f"broken: {status} {body!r}")
        except Closed as closed:
            self.tally.lost(f"a request under way ended {closed}")
        writer.close()
        await asyncio.sleep(0.05)


class Soaked:
    """The server under test."""

    def __init__(self, asgi: bool, workers: int, extra: list[str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.said = tempfile.TemporaryFile()  # noqa: SIM115
        self.popen = subprocess.Popen(
            [
                *(sys.executable, "-m", "vivace", "serve", "soak_site:application"),
                *("--port", str(self.port), "--workers", str(workers), "--threads", "16"),
                *("--header-timeout", "3", "--body-timeout", "3", *extra),
            ],
            cwd=HERE,
            env={**os.environ, "SOAK_INTERFACE": "asgi" if asgi else "wsgi"},
            stdout=subprocess.PIPE,
            # It logs what clients do wrong, which is much.
            stderr=self.said,
        )
        assert self.popen.stdout is not None
        if not self.popen.stdout.readline().startswith(b"Serving"):
            raise SystemExit("The server did not start.")

    def workers(self) -> list[int]:
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == self.popen.pid:
                found.append(int(entry.name))
        return sorted(found)

    def memory(self) -> float:
        """Megabytes that the workers hold."""
        total = 0
        for worker in self.workers():
            match = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{worker}/status").read_text())
            total += int(match[1]) if match else 0
        return total / 1024


async def soak(server: Soaked, seconds: float, tally: Tally) -> None:
    """All of it; what happened is in `tally`."""
    clients = Clients(server.port, tally)
    kinds = [
        *[clients.keeping] * 24,
        *[clients.waiting] * 12,
        *[clients.uploading] * 4,
        *[clients.malformed] * 4,
        *[clients.aborting] * 4,
        *[clients.dripping] * 8,
        *[clients.holding] * 4,
        clients.asking_for_trouble,
    ]
    tasks = [asyncio.create_task(clients.again(kind)) for kind in kinds]
    await asyncio.sleep(seconds * 0.25)
    before = server.memory()
    await asyncio.sleep(seconds * 0.45)
    after = server.memory()
    print(f"memory of the workers: {before:.1f} MB, later {after:.1f} MB")
    if after > before * 1.15 + 8:
        tally.faults.append(f"memory grew from {before:.1f} to {after:.1f} MB")
    tally.phase = "reloading"
    for _ in range(4):
        old = set(server.workers())
        server.popen.send_signal(signal.SIGHUP)
        await until(lambda old=old: not old & set(server.workers()), "the workers are new")
    tally.counts["reloads"] += 4
    tally.phase = "after a worker was killed"
    tally.forgiving = True
    victim = server.workers()[0]
    os.kill(victim, signal.SIGKILL)
    await until(lambda: victim not in server.workers(), "the worker is dead")
    await until(lambda: len(server.workers()) == 2, "another has its place")
    await asyncio.sleep(1)
    tally.forgiving = False
    await asyncio.sleep(seconds * 0.1)
    tally.ending = True
    tally.counts["under way at SIGTERM"] = clients.under_way
    began = tally.stopped_at = time.monotonic()
    tally.phase = "stopping"
    server.popen.send_signal(signal.SIGTERM)
    await asyncio.wait(tasks, timeout=40)
    for task in tasks:
        task.cancel()
    if server.popen.wait(40) != 0:
        tally.faults.append(f"the server ended with {server.popen.returncode}")
    print(f"ended {time.monotonic() - began:.2f} s after SIGTERM")


async def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"Not within a minute: {what}.")
        await asyncio.sleep(0.05)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--asgi", action="store_true")
    options, extra = parser.parse_known_args(arguments)
    # It would say of each client that it writes to a connection that has ended.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    server = Soaked(options.asgi, 2, extra)
    tally = Tally()
    try:
        asyncio.run(soak(server, options.seconds, tally))
    finally:
        server.popen.kill()
        server.popen.wait()
    for name, count in sorted(tally.counts.items()):
        print(f"{count:8} {name}")
    faults = Counter(tally.faults)
    for fault, count in faults.most_common(20):
        print(f"FAULT {count} x {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
