"""Workers that die, reload and end, while clients ask."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
from collections.abc import Callable
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest

import waiting
from waiting import DEADLINE

APPLICATIONS = """
import os
import time
from pathlib import Path

VERSION = Path("version").read_text() if Path("version").exists() else "1"
if VERSION == "broken":
    raise RuntimeError("a mistake in the new code")


def answer(environ):
    path = environ["PATH_INFO"]
    if path == "/pid":
        return str(os.getpid())
    if path == "/wait":
        Path("begun").touch()
        while not Path("go").exists():
            time.sleep(0.01)
        return "waited"
    if path == "/body":
        return str(len(environ["wsgi.input"].read()))
    if path == "/secrets":
        return repr([environ.get("SECRET_OF_THE_PROCESS"), os.environ["SECRET_OF_THE_PROCESS"],
            os.environ.get("VIVACE_SERVE_KEY_PASSWORD")])
    if path == "/scheme":
        return environ["wsgi.url_scheme"] + " " + environ["SERVER_PROTOCOL"]
    return VERSION


def wsgi(environ, start_response):
    try:
        body = answer(environ).encode()
    except OSError as error:
        body = str(error).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


class Site:
    """A server with its directory, which is asked over connections of every kind."""

    def __init__(self, start: Callable[..., Any], directory: Path) -> None:
        self._start = start
        self.directory = directory
        (directory / "site_work.py").write_text(APPLICATIONS)
        self.port = 0
        self.server: Any = None

    def serve(self, *options: str, workers: int = 2) -> None:
        self.port = waiting.free_port()
        where = [] if "--uds" in options else ["--port", str(self.port)]
        # Several may wait at once, and one more be asked.
        fixed = ["--workers", str(workers), "--threads", "8"]
        self.server = self._start(
            *("serve", "site_work:wsgi", *where, *fixed, *options),
            SECRET_OF_THE_PROCESS="known to few",
            VIVACE_SERVE_KEY_PASSWORD="known to the server",
        )
        self.server.wait_for("Stop with CONTROL-C.")

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE)

    def get(self, path: str = "/") -> str:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        connection.request("GET", path)
        try:
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def workers(self) -> set[int]:
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.server.popen.pid)],
            capture_output=True,
            text=True,
        )
        return {int(each) for each in found.stdout.split()}

    def until(self, condition: Callable[[], Any]) -> None:
        waiting.until(condition, lambda: str(self.server.output))

    def wait(self) -> socket.socket:
        """A client whose request is being answered, until `go` is called."""
        (self.directory / "begun").unlink(missing_ok=True)
        client = self.connect()
        client.sendall(b"GET /wait HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        self.until((self.directory / "begun").exists)
        return client

    def go(self) -> None:
        (self.directory / "go").touch()

    def reload(self) -> None:
        self.server.popen.send_signal(signal.SIGHUP)


def rest(client: socket.socket) -> bytes:
    received = b""
    with client:
        while data := client.recv(65536):
            received += data
    return received


@pytest.fixture
def site(start: Callable[..., Any], tmp_path: Path) -> Site:
    return Site(start, tmp_path)


def test_a_worker_that_is_killed_is_replaced(site: Site) -> None:
    site.serve()
    before = site.workers()
    assert len(before) == 2
    victim = int(site.get("/pid"))
    assert victim in before
    os.kill(victim, signal.SIGKILL)
    # Whoever asks now is answered, by the other one or by the one to come.
    for _ in range(50):
        assert site.get() == "1"
    site.until(lambda: victim not in site.workers() and len(site.workers()) == 2)
    assert "A worker was ended by SIGKILL. Another takes its place." in site.server.wait_for(
        "place."
    )
    assert site.server.end(signal.SIGTERM) == 0


def test_the_only_worker_that_is_killed_is_replaced(site: Site) -> None:
    site.serve(workers=1)
    for _ in range(3):
        os.kill(int(site.get("/pid")), signal.SIGKILL)
        # The connection waits in the socket that is everybody's.
        assert site.get() == "1"


def test_a_reload_runs_the_new_code_and_loses_nothing(site: Site) -> None:
    site.serve()
    before = site.workers()
    waiting = site.wait()
    (site.directory / "version").write_text("2")
    site.reload()
    site.until(lambda: site.get() == "2" and site.get() == "2")
    site.go()
    assert rest(waiting).endswith(b"waited")
    site.until(lambda: len(site.workers()) == 2 and not before & site.workers())
    assert {site.get() for _ in range(20)} == {"2"}
    assert "Reloading: one worker after another" in site.server.wait_for("Reloaded.")


def test_a_reload_of_what_does_not_load_changes_nothing(site: Site) -> None:
    site.serve()
    before = site.workers()
    (site.directory / "version").write_text("broken")
    site.reload()
    said = site.server.wait_for("go on.")
    assert "Not reloaded: The project cannot be loaded (RuntimeError: a mistake in the new" in said
    site.until(lambda: site.workers() == before)
    assert site.get() == "1"
    (site.directory / "version").write_text("3")
    site.reload()
    site.until(lambda: {site.get() for _ in range(10)} == {"3"})


def test_a_worker_killed_with_broken_code_comes_back_when_it_is_mended(site: Site) -> None:
    site.serve(workers=1)
    (site.directory / "version").write_text("broken")
    os.kill(int(site.get("/pid")), signal.SIGKILL)
    site.server.wait_for("a mistake in the new code")
    (site.directory / "version").write_text("4")
    assert site.get() == "4"


@pytest.mark.parametrize("everybody", [False, True], ids=["supervisor", "group"])
def test_what_has_begun_is_finished(site: Site, everybody: bool) -> None:
    site.serve()
    waiting = [site.wait(), site.wait(), site.wait()]
    if everybody:
        # As some process managers do it.
        for worker in site.workers():
            os.kill(worker, signal.SIGTERM)
    site.server.popen.send_signal(signal.SIGTERM)
    site.until(lambda: refused(site))
    site.go()
    for client in waiting:
        assert rest(client).endswith(b"waited")
    assert site.server.popen.wait(DEADLINE) == 0


def refused(site: Site) -> bool:
    try:
        site.connect().close()
    except ConnectionError:
        return True
    return False


def test_what_does_not_end_is_killed(site: Site) -> None:
    site.serve("--stop-timeout", "1")
    client = site.wait()
    assert site.server.end(signal.SIGTERM) == 0
    assert "had requests that did not end in time" in site.server.output
    client.close()


def test_a_second_interrupt_ends_at_once(site: Site) -> None:
    site.serve()
    client = site.wait()
    site.server.popen.send_signal(signal.SIGINT)
    site.until(lambda: refused(site))
    assert site.server.end(signal.SIGINT) == 0
    client.close()


def test_workers_end_with_their_supervisor(site: Site) -> None:
    site.serve()
    workers = site.workers()
    waiting = site.wait()
    site.server.popen.kill()
    site.go()
    assert rest(waiting).endswith(b"waited")
    site.until(lambda: not any(alive(each) for each in workers))


def alive(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("moment", ["one loads", "both load", "one can serve", "all serve"])
def test_sigterm_while_it_starts(site: Site, start: Callable[..., Any], moment: str) -> None:
    # In the last two, a worker is about to hand its signals over to the engine.
    (site.directory / "site_late.py").write_text(
        "import os\nfrom pathlib import Path\nfrom site_work import wsgi\n"
        "Path(f'loading-{os.getpid()}').touch()\n"
    )
    site.port = waiting.free_port()
    server = start("serve", "site_late:wsgi", "--port", str(site.port), "--workers", "2")
    if moment == "all serve":
        server.wait_for("Serving")
    elif moment == "one can serve":
        site.until(lambda: not refused(site))
    else:
        loading = {"one loads": 1, "both load": 2}[moment]
        site.until(lambda: len(list(site.directory.glob("loading-*"))) >= loading)
    server.popen.send_signal(signal.SIGTERM)
    # Half of the time that a worker has to end: nothing has to be killed.
    assert server.popen.wait(15) == 0
    assert "killed" not in server.output


# ------------------------------------------------------------------ the ways to reach it


def test_a_unix_socket(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "s"
    site.serve("--uds", str(path))
    for _ in range(4):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(DEADLINE)
            client.connect(str(path))
            client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            assert rest(client).endswith(b"\r\n\r\n1")
    assert site.server.end(signal.SIGTERM) == 0
    assert not path.exists()


@pytest.fixture
def pki(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=IP:127.0.0.1"),
            ],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )
    return tmp_path


def over_tls(site: Site, trusted: Path, alpn: str = "http/1.1") -> str:
    context = ssl.create_default_context(cafile=str(trusted))
    context.set_alpn_protocols([alpn])
    connection = HTTPSConnection("127.0.0.1", site.port, timeout=DEADLINE, context=context)
    connection.request("GET", "/scheme")
    try:
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_tls_and_a_new_certificate_with_a_reload(site: Site, pki: Path) -> None:
    (pki / "c.pem").write_bytes((pki / "one.pem").read_bytes())
    (pki / "c.key").write_bytes((pki / "one.key").read_bytes())
    site.serve("--certificate", "c.pem", "--key", "c.key")
    assert f"https://127.0.0.1:{site.port}" in site.server.output
    assert over_tls(site, pki / "one.pem") == "https HTTP/1.1"
    with pytest.raises(ssl.SSLCertVerificationError):
        over_tls(site, pki / "two.pem")
    (pki / "c.pem").write_bytes((pki / "two.pem").read_bytes())
    (pki / "c.key").write_bytes((pki / "two.key").read_bytes())
    before = site.workers()
    site.reload()

    def renewed() -> bool:
        try:
            return over_tls(site, pki / "two.pem") == "https HTTP/1.1"
        except ssl.SSLCertVerificationError:
            return False

    site.until(lambda: not before & site.workers() and renewed())


@pytest.mark.parametrize(("least", "version"), [("1.2", "TLSv1.2"), ("1.3", "TLSv1.3")])
def test_the_oldest_tls(site: Site, pki: Path, least: str, version: str) -> None:
    options = ["--certificate", "one.pem", "--key", "one.key", "--tls-min", least]
    site.serve(*options, workers=1)
    context = ssl.create_default_context(cafile=str(pki / "one.pem"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    client = site.connect()
    if least == "1.3":
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(client, server_hostname="127.0.0.1")
    else:
        with context.wrap_socket(client, server_hostname="127.0.0.1") as secure:
            assert secure.version() == version
    client.close()


def test_http_2_is_what_a_client_that_knows_it_gets(site: Site, pki: Path) -> None:
    site.serve("--certificate", "one.pem", "--key", "one.key", workers=1)
    context = ssl.create_default_context(cafile=str(pki / "one.pem"))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with context.wrap_socket(site.connect(), server_hostname="127.0.0.1") as client:
        assert client.selected_alpn_protocol() == "h2"
        client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")
        # GET /scheme, as HPACK has it: indexed fields, and a path and a name as literals.
        block = b"\x82\x87\x04\x07/scheme\x41\x01h"
        client.sendall(len(block).to_bytes(3, "big") + b"\1\5\0\0\0\1" + block)
        received = b""
        while b"https HTTP/2" not in received:
            data = client.recv(65536)
            assert data, received
            received += data


def test_requests_do_not_carry_the_environment_of_the_process(site: Site) -> None:
    site.serve(workers=1)
    assert site.get("/secrets") == "[None, 'known to few', None]"


# ------------------------------------------------------------------ clients that take their time


def left_by(client: socket.socket) -> bytes:
    """What comes until the server closes."""
    try:
        return rest(client)
    except ConnectionError:
        return b""


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: h\r\nX-A:",
        b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        b"POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc",
        b"POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ],
    ids=["nothing", "line", "headers", "idle", "body", "chunks"],
)
def test_clients_that_stop_are_left(site: Site, sent: bytes) -> None:
    site.serve("--header-timeout", "1", "--body-timeout", "1", workers=1)
    client = site.connect()
    client.sendall(sent)
    left_by(client)
    assert site.get() == "1"


def test_more_silent_bodies_than_threads_do_not_stop_a_worker(site: Site) -> None:
    site.serve("--body-timeout", "1", workers=1)
    clients = [site.connect() for _ in range(20)]
    for client in clients:
        client.sendall(b"POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n")
    assert site.get() == "1"
    for client in clients:
        client.close()


@pytest.mark.parametrize("sent", [b"", b"\x16\x03\x01\x02\x00\x01\x00"], ids=["nothing", "half"])
def test_clients_that_do_not_greet_are_left(site: Site, pki: Path, sent: bytes) -> None:
    options = ["--certificate", "one.pem", "--key", "one.key", "--header-timeout", "1"]
    site.serve(*options, workers=1)
    client = site.connect()
    client.sendall(sent)
    left_by(client)
    assert over_tls(site, pki / "one.pem") == "https HTTP/1.1"


def test_headers_that_are_too_large(site: Site) -> None:
    site.serve("--max-header-size", "8K", workers=1)
    client = site.connect()
    client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\nX-A: " + b"a" * 9000 + b"\r\n\r\n")
    assert left_by(client).startswith(b"HTTP/1.1 431 ")
    with site.connect() as client:
        client.sendall(
            b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-A: " + b"a" * 7000 + b"\r\n\r\n"
        )
        assert rest(client).startswith(b"HTTP/1.1 200 ")


def test_bodies_that_are_too_large(site: Site) -> None:
    site.serve("--max-body-size", "10K", workers=1)
    for head, body in (
        (b"Content-Length: 10241", b""),
        (b"Transfer-Encoding: chunked", b"2801\r\n" + b"x" * 10241 + b"\r\n0\r\n\r\n"),
    ):
        client = site.connect()
        client.sendall(b"POST /body HTTP/1.1\r\nHost: h\r\n" + head + b"\r\n\r\n" + body)
        assert left_by(client).startswith(b"HTTP/1.1 413 ")
