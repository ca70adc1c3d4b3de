"""The servers that people use, for real: gunicorn, uvicorn, hypercorn, uWSGI, Granian, vivace serve.

One site on each, asked over sockets for what servers do differently: paths, bodies, streams, files,
headers that come twice, a prefix, and an orderly end.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from waiting import DEADLINE, free_port, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX servers")


SITE = """
import os
from pathlib import Path

HERE = Path(__file__).parent
SECRET_KEY = "a key for tests " * 4
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "hosted"
MIDDLEWARE = ["vivace.middleware.common.CommonMiddleware"]
LOGGING_CONFIG = None
os.environ.setdefault("VIVACE_SETTINGS_MODULE", "hosted")

from vivace.core.PROTOCOL import get_PROTOCOL_application
from vivace.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse
from vivace.urls import path, reverse


def seen(request, **kwargs):
    return JsonResponse({
        "method": request.method,
        "path": request.path,
        "path_info": request.path_info,
        "GET": request.GET.dict(),
        "POST": request.POST.dict(),
        "files": {name: file.size for name, file in request.FILES.items()},
        "body": None if request.FILES or request.POST else len(request.body),
        "uri": request.build_absolute_uri(),
        "reversed": reverse("seen"),
        "address": request.META.get("REMOTE_ADDR"),
    })


def stream(request):
    return StreamingHttpResponse(b"x" * 1000 for _ in range(100))


def file(request):
    return FileResponse((HERE / "file.bin").open("rb"), filename="é.bin", as_attachment=True)


def cookies(request):
    response = HttpResponse("baked")
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


def broken(request):
    raise ValueError("secret text")


def empty(request):
    return HttpResponse(status=204)


urlpatterns = [
    path("seen/", seen, name="seen"),
    path("any/<path:rest>", seen),
    path("stream/", stream),
    path("file/", file),
    path("cookies/", cookies),
    path("broken/", broken),
    path("empty/", empty),
]
application = get_PROTOCOL_application()
"""

# Protocol, command with {port} and {prefix}, environment with {prefix}. "{prefix}" is "" or "/shop".
HOSTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "gunicorn-sync": (
        "wsgi",
        "gunicorn hosted:application --worker-class sync --bind 127.0.0.1:{port}",
        {"SCRIPT_NAME": "{prefix}"},
    ),
    "gunicorn-gthread": (
        "wsgi",
        "gunicorn hosted:application --worker-class gthread --threads 4 --bind 127.0.0.1:{port}",
        {"SCRIPT_NAME": "{prefix}"},
    ),
    "uvicorn": ("asgi", "uvicorn hosted:application --port {port} --root-path={prefix}", {}),
    "hypercorn": (
        "asgi",
        "hypercorn hosted:application --bind 127.0.0.1:{port} --root-path={prefix}",
        {},
    ),
    "uwsgi": (
        "wsgi",
        "{bin}/uwsgi --http-socket 127.0.0.1:{port} --mount {mount}=hosted:application "
        "--manage-script-name --master --die-on-term --need-app --threads 2 --http-chunked-input",
        {},
    ),
    "granian-wsgi": (
        "wsgi",
        "granian --interface wsgi --port {port} hosted:application",
        {"GRANIAN_URL_PATH_PREFIX": "{prefix}"},
    ),
    "granian-asgi": (
        "asgi",
        "granian --interface asgi --port {port} hosted:application",
        {"GRANIAN_URL_PATH_PREFIX": "{prefix}"},
    ),
    "serve-wsgi": ("wsgi", "vivace serve hosted:application --workers 2 --port {port}", {}),
    "serve-asgi": ("asgi", "vivace serve hosted:application --workers 2 --port {port}", {}),
}


class Host:
    """One server with the site, until `end`."""

    def __init__(self, name: str, directory: Path, prefix: str = "") -> None:
        self.name = name
        self.protocol, command, environ = HOSTS[name]
        (directory / "hosted.py").write_text(SITE.replace("PROTOCOL", self.protocol))
        (directory / "file.bin").write_bytes(bytes(range(256)) * 1000)
        self.port = free_port()
        kept = {k: v for k, v in os.environ.items() if not k.endswith("SETTINGS_MODULE")}
        given = {k: v.format(prefix=prefix) for k, v in environ.items() if prefix}
        words = [
            word.format(
                port=self.port, prefix=prefix, mount=prefix or "/", bin=Path(sys.executable).parent
            )
            for word in command.split()
        ]
        module = [] if words[0].startswith("/") else [sys.executable, "-m"]
        self.log = (directory / "host.log").open("w+")
        self.popen = subprocess.Popen(
            [*module, *(word for word in words if word != "--root-path=")],
            cwd=directory,
            env={**kept, "PYTHONPATH": str(directory), **given},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        until(self.is_up, self.printed)

    def is_up(self) -> bool:
        assert self.popen.poll() is None, self.printed()
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE).close()
        except OSError:
            return False
        return True

    def printed(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def ask(
        self, method: str, path: str, body: Any = None, headers: Any = (), host: str = "testserver"
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        try:
            connection.putrequest(method, path, skip_host=True)
            connection.putheader("Host", host)
            for name, value in headers:
                connection.putheader(name, value)
            if isinstance(body, bytes):
                connection.putheader("Content-Length", str(len(body)))
            elif body is not None:
                connection.putheader("Transfer-Encoding", "chunked")
            connection.endheaders(
                body, encode_chunked=body is not None and not isinstance(body, bytes)
            )
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def seen(self, *args: Any, **kwargs: Any) -> Any:
        answer, body = self.ask(*args, **kwargs)
        assert answer.status == 200, (answer.status, body, self.printed())
        return json.loads(body)

    def end(self) -> int:
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
        try:
            return self.popen.wait(DEADLINE)
        finally:
            try:
                os.killpg(self.popen.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.log.close()


@pytest.fixture(scope="module", params=HOSTS)
def host(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    running = Host(request.param, Path(tmp_path_factory.mktemp("host")))
    yield running
    running.end()


def test_paths_and_queries(host: Host) -> None:
    found = host.seen("GET", "/any/caf%C3%A9/%20x?q=%C3%A9&r=a+b")
    assert found["path"] == found["path_info"] == "/any/café/ x"
    assert found["GET"] == {"q": "é", "r": "a b"}
    assert found["uri"] == "http://testserver/any/caf%C3%A9/%20x?q=%C3%A9&r=a+b"
    assert found["address"] == "127.0.0.1"


def test_forms(host: Host) -> None:
    kind = [("Content-Type", "application/x-www-form-urlencoded")]
    assert host.seen("POST", "/seen/", b"a=1&b=%C3%A9", kind)["POST"] == {"a": "1", "b": "é"}
    part = b'--X\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    kind = [("Content-Type", "multipart/form-data; boundary=X")]
    found = host.seen("POST", "/seen/", part + b"x" * 300_000 + b"\r\n--X--\r\n", kind)
    assert found["files"] == {"f": 300_000}


def test_large_bodies(host: Host) -> None:
    kind = [("Content-Type", "application/octet-stream")]
    assert host.seen("PUT", "/seen/", b"x" * 2_000_000, kind)["body"] == 2_000_000
    assert host.seen("PUT", "/seen/", b"", kind)["body"] == 0


def test_chunked_bodies(host: Host) -> None:
    kind = [("Content-Type", "application/octet-stream")]
    # COMPAT: over WSGI, a body whose length is not announced counts as none; vivace serve says it.
    length = 0 if host.protocol == "wsgi" and host.name != "serve-wsgi" else 10_000
    if not length and ("granian" in host.name or "uwsgi" in host.name):
        pytest.skip("it closes the connection while the client sends what nobody reads")
    assert host.seen("PUT", "/seen/", iter([b"x" * 1000] * 10), kind)["body"] == length


def test_streams(host: Host) -> None:
    answer, body = host.ask("GET", "/stream/")
    assert (answer.status, len(body)) == (200, 100_000)


def test_files(host: Host) -> None:
    answer, body = host.ask("GET", "/file/")
    assert body == bytes(range(256)) * 1000
    assert answer.getheader("Content-Length") == "256000"
    assert answer.getheader("Content-Disposition") == "attachment; filename*=utf-8''%C3%A9.bin"


def test_headers_that_come_twice(host: Host) -> None:
    answer, _ = host.ask("GET", "/cookies/")
    assert answer.msg.get_all("Set-Cookie") == ["a=1; Path=/", "b=2; Path=/"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "/seen/", 200),
        ("HEAD", "/file/", 200),
        ("GET", "/none/", 404),
        ("GET", "/broken/", 500),
        ("GET", "/seen", 301),
        ("GET", "/empty/", 204),
    ],
)
def test_statuses(host: Host, method: str, path: str, status: int) -> None:
    answer, body = host.ask(method, path)
    assert answer.status == status
    assert b"secret text" not in body
    if method == "HEAD" or status == 204:
        assert body == b""


def test_hosts_that_are_not_ours(host: Host) -> None:
    assert host.ask("GET", "/seen/", host="evil.example")[0].status == 400


def test_many_requests_over_one_connection(host: Host) -> None:
    if host.name == "uwsgi":
        pytest.skip("its http-socket keeps no connections")
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=DEADLINE)
    for number in range(5):
        connection.request("POST", f"/seen/?n={number}", b"x" * number, {"Host": "testserver"})
        found = json.loads(connection.getresponse().read())
        assert (found["GET"], found["body"]) == ({"n": str(number)}, number)
    connection.close()


@pytest.mark.parametrize("name", [name for name in HOSTS if not name.startswith("serve")])
def test_a_prefix(name: str, tmp_path: Path) -> None:
    running = Host(name, tmp_path, "/shop")
    try:
        # uvicorn counts on a proxy that takes the prefix away.
        found = running.seen("GET", "/any/a" if name == "uvicorn" else "/shop/any/a")
        assert found["path"] == "/shop/any/a"
        assert found["path_info"] == "/any/a"
        assert found["reversed"] == "/shop/seen/"
    finally:
        running.end()


@pytest.mark.parametrize("name", HOSTS)
def test_an_orderly_end(name: str, tmp_path: Path) -> None:
    running = Host(name, tmp_path)
    assert running.seen("GET", "/seen/")["method"] == "GET"
    # uvicorn ends by the signal itself, once it is done.
    assert running.end() in (0, -signal.SIGTERM)
    assert "Traceback" not in (tmp_path / "host.log").read_text()
