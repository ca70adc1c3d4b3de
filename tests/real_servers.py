"""Real servers with a site of traps, and clients that write what they like to the socket."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waiting import DEADLINE, free_port, until

PROJECT = """
import asyncio
import logging
import os
import time
from pathlib import Path

HERE = Path(__file__).parent
EVENTS = HERE / "events.log"

SECRET_KEY = "a key for tests " * 4
ALLOWED_HOSTS = ["testserver", "[::1]"]
ROOT_URLCONF = "trap_project"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_MAX_MEMORY_SIZE = 100_000
MIDDLEWARE = [
    "vivace.middleware.security.SecurityMiddleware",
    "vivace.middleware.common.CommonMiddleware",
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "file": {
            "class": "logging.FileHandler", "filename": HERE / "app.log", "formatter": "line"
        }
    },
    "loggers": {"vivace": {"handlers": ["file"], "level": "INFO", "propagate": False}},
}

os.environ.setdefault("VIVACE_SETTINGS_MODULE", "trap_project")

from vivace.core.files.uploadhandler import FileUploadHandler
from vivace.http import HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from vivace.urls import path, re_path


def event(text):
    with EVENTS.open("a") as file:
        file.write(text + "\\n")


def echo(request, rest):
    return JsonResponse({"path": request.path_info, "GET": dict(request.GET.lists())})


def meta(request):
    return JsonResponse({key: value for key, value in request.META.items() if key[:5] == "HTTP_"})


def form(request):
    files = {name: [file.name, file.size] for name, file in request.FILES.items()}
    return JsonResponse({"POST": dict(request.POST.lists()), "FILES": files})


def body(request):
    event("reading")
    return HttpResponse(str(len(request.body)))


def host(request):
    return HttpResponse(request.build_absolute_uri("/"))


def nothing(request):
    return None


async def acoroutine(request):
    return HttpResponse()


def coroutine(request):
    return acoroutine(request)


def broken(request):
    raise ValueError("secret text")


def header(request):
    response = HttpResponse("x")
    response["X-A"] = "a\\r\\nX-Evil: 1"
    return response


def cookie(request):
    response = HttpResponse("x")
    response.cookies["a"] = "b"
    response.cookies["a"]["path"] = "/\\r\\nX-Evil: 1"
    return response


def redirect(request):
    return HttpResponseRedirect("/a\\r\\nX-Evil: 1")


def parts():
    try:
        while True:
            yield b"x" * 65536
    finally:
        event("stream closed")


async def aparts():
    try:
        while True:
            yield b"x" * 1000
            await asyncio.sleep(0.01)
    finally:
        event("stream closed")


def stream(request):
    return StreamingHttpResponse(parts())


async def astream(request):
    return StreamingHttpResponse(aparts())


async def aslow(request):
    event("slow started")
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        event("slow cancelled")
        raise


urlpatterns = [
    re_path(r"^any/(.*)$", echo),
    path("meta/", meta),
    path("form/", form),
    path("body/", body),
    path("host/", host),
    path("nothing/", nothing),
    path("coroutine/", coroutine),
    path("broken/", broken),
    path("header/", header),
    path("cookie/", cookie),
    path("redirect/", redirect),
    path("stream/", stream),
    path("astream/", astream),
    path("aslow/", aslow),
]
"""
WSGI = """
import trap_project
from vivace.core.wsgi import get_wsgi_application

application = get_wsgi_application()
"""
ASGI = """
import trap_project
from vivace.core.asgi import get_asgi_application

application = get_asgi_application()
"""

# By name: the protocol, and the command without the port.
COMMANDS: dict[str, tuple[str, list[str]]] = {
    "granian-wsgi": ("wsgi", ["vivace", "serve", "trap_wsgi:application", "--workers", "1", "--port"]),
    "granian-asgi": ("asgi", ["vivace", "serve", "trap_asgi:application", "--workers", "1", "--port"]),
    "gunicorn": ("wsgi", ["gunicorn", "trap_wsgi:application", "--threads", "4", "--bind"]),
    "uvicorn": ("asgi", ["uvicorn", "trap_asgi:application", "--port"]),
}  # fmt: skip


@dataclass
class Answer:
    """What came over the socket; `status` is 0 when the server only closed it."""

    raw: bytes
    status: int = 0
    head: str = ""
    body: bytes = b""

    @classmethod
    def of(cls, raw: bytes) -> Answer:
        match = re.match(rb"HTTP/1\.[01] (\d{3})", raw)
        if match is None:
            return cls(raw)
        head, _, body = raw.partition(b"\r\n\r\n")
        if re.search(rb"(?i)^transfer-encoding: *chunked", head, re.M):
            body = unchunked(body)
        return cls(raw, int(match[1]), head.decode("latin-1"), body)

    def json(self) -> Any:
        return json.loads(self.body)


def unchunked(data: bytes) -> bytes:
    found = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        length = int(size or b"0", 16)
        if not length:
            break
        found, data = found + data[:length], data[length + 2 :]
    return found


@dataclass
class Server:
    """A server in a process of its own, with the site of traps in `directory`."""

    name: str
    directory: Path
    port: int = 0
    log: Any = None
    popen: Any = None
    protocol: str = field(init=False)

    def __post_init__(self) -> None:
        self.protocol, command = COMMANDS[self.name]
        for module, text in (("project", PROJECT), ("wsgi", WSGI), ("asgi", ASGI)):
            (self.directory / f"trap_{module}.py").write_text(text)
        self.port = free_port()
        where = f"127.0.0.1:{self.port}" if command[-1] == "--bind" else str(self.port)
        kept = {k: v for k, v in os.environ.items() if not k.endswith("SETTINGS_MODULE")}
        self.log = (self.directory / "server.log").open("wb")
        self.popen = subprocess.Popen(
            [sys.executable, "-u", "-m", *command, where],
            cwd=self.directory,
            env={**kept, "PYTHONPATH": str(self.directory)},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.until(self.is_up, "the server is up")

    def is_up(self) -> bool:
        assert self.popen.poll() is None, self.printed()
        try:
            return self.get("/any/").status == 200
        except OSError:
            return False

    def until(self, condition: Callable[[], Any], what: str) -> None:
        """Ask until `condition` holds."""
        until(condition, lambda: f"{what}\n{self.printed()}")

    def printed(self) -> str:
        return (self.directory / "server.log").read_text(errors="replace")

    def logged(self) -> str:
        path = self.directory / "app.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def events(self) -> list[str]:
        path = self.directory / "events.log"
        return path.read_text().splitlines() if path.exists() else []

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE)

    def send(self, *pieces: bytes, ends: bool = False) -> Answer:
        """Send raw bytes and read until the server closes; `ends` closes our half after them."""
        with self.connect() as client:
            try:
                for piece in pieces:
                    client.sendall(piece)
                if ends:
                    client.shutdown(socket.SHUT_WR)
            except OSError:
                # It has heard enough; what it says about that may still be there to read.
                pass
            return Answer.of(read_all(client))

    def get(self, target: str | bytes, *headers: str | bytes, host: str = "testserver") -> Answer:
        return self.send(request("GET", target, [f"Host: {host}", *headers]))

    def post(self, target: str, kind: str, body: bytes, *headers: str | bytes) -> Answer:
        lines = ["Host: testserver", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        return self.send(request("POST", target, [*lines, *headers]), body)

    def memory(self) -> int:
        """The bytes that all processes of the server have ever held in memory at once, at most."""
        total = 0
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                status = (entry / "status").read_text()
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            # Workers may be in process groups of their own, but they are in one session.
            if int(stat.rpartition(")")[2].split()[3]) == self.popen.pid:
                match = re.search(r"VmHWM:\s+(\d+) kB", status)
                total += int(match[1]) * 1024 if match else 0
        return total

    def end(self) -> None:
        try:
            os.killpg(self.popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.popen.wait()
        self.log.close()


def read_all(client: socket.socket) -> bytes:
    found = b""
    while True:
        try:
            piece = client.recv(65536)
        except ConnectionResetError:
            return found
        if not piece:
            return found
        found += piece


def request(method: str, target: str | bytes, lines: Iterable[str | bytes]) -> bytes:
    """A request head, as raw as it is given; the connection is to be closed after the answer."""

    def raw(text: str | bytes) -> bytes:
        return text if isinstance(text, bytes) else text.encode("latin-1")

    first = method.encode() + b" " + raw(target) + b" HTTP/1.1"
    return b"\r\n".join([first, *map(raw, lines), b"Connection: close", b"", b""])


def reset(client: socket.socket) -> None:
    """Leave without a goodbye."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
