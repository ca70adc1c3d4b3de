"""Behind nginx, for real: what it says of the client, a prefix, X-Accel, slow clients and streams."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from grp import getgrgid
from pathlib import Path
from pwd import getpwuid

import pytest

from waiting import DEADLINE, free_port, until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

SITE = """
import asyncio
import os
import time
from pathlib import Path

HERE = Path(__file__).parent
SECRET_KEY = "a key for tests " * 4
ALLOWED_HOSTS = ["shop.example"]
ROOT_URLCONF = "proxied"
MIDDLEWARE = [
    "vivace.middleware.security.SecurityMiddleware",
    "vivace.middleware.common.CommonMiddleware",
]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
USE_X_FORWARDED_HOST = True
USE_X_FORWARDED_PORT = True
FORCE_SCRIPT_NAME = os.environ.get("PREFIX")
LOGGING_CONFIG = None
os.environ.setdefault("VIVACE_SETTINGS_MODULE", "proxied")

from vivace.core.asgi import get_asgi_application
from vivace.core.wsgi import get_wsgi_application
from vivace.http import HttpResponse, JsonResponse, StreamingHttpResponse
from vivace.urls import path, reverse


def seen(request):
    return JsonResponse({
        "uri": request.build_absolute_uri(),
        "secure": request.is_secure(),
        "forwarded": request.META.get("HTTP_X_FORWARDED_FOR"),
        "reversed": reverse("seen"),
        "script_name": request.META.get("SCRIPT_NAME", ""),
        "body": len(request.body),
        "id": request.headers.get("X-Request-ID"),
    })


def download(request):
    response = HttpResponse(content_type="text/x-secret")
    response["X-Accel-Redirect"] = "/protected/report.txt"
    return response


def parts():
    yield b"first"
    while not (HERE / "go").exists():
        time.sleep(0.01)
    yield b"second"


def stream(request):
    response = StreamingHttpResponse(parts())
    response["X-Accel-Buffering"] = "no"
    return response


async def aparts():
    yield b"first"
    while not (HERE / "go").exists():
        await asyncio.sleep(0.01)
    yield b"second"


async def astream(request):
    response = StreamingHttpResponse(aparts())
    response["X-Accel-Buffering"] = "no"
    return response


urlpatterns = [
    path("seen/", seen, name="seen"),
    path("download/", download),
    path("stream/", stream),
    path("astream/", astream),
]
wsgi = get_wsgi_application()
asgi = get_asgi_application()
"""

CONFIGURATION = """
daemon off;
user OWNER;
pid nginx.pid;
error_log stderr warn;
worker_processes 1;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    uwsgi_temp_path uwsgi;
    fastcgi_temp_path fastcgi;
    scgi_temp_path scgi;
    upstream site { server unix:DIRECTORY/site.sock; keepalive 8; keepalive_timeout 10s; }
    server {
        listen 127.0.0.1:PORT;
        client_max_body_size 10m;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-Port 443;
        proxy_set_header X-Forwarded-Proto https;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Request-ID $request_id;
        location PREFIX/ { PASS }
        location /protected/ { internal; alias DIRECTORY/protected/; }
    }
}
"""

# Command, and the protocol between it and nginx. All keep idle connections for much longer than nginx
# does: one that the server closes just as nginx takes it again is an error of the gateway.
_SERVE = "--workers 2 --uds site.sock --request-id --header-timeout 60"
HOSTS = {
    "serve-wsgi": (f"vivace serve proxied:wsgi {_SERVE}", "http"),
    "serve-asgi": (f"vivace serve proxied:asgi {_SERVE}", "http"),
    "gunicorn": (
        "gunicorn proxied:wsgi --threads 4 --keep-alive 300 --timeout 300 --bind unix:site.sock",
        "http",
    ),
    "uvicorn": ("uvicorn proxied:asgi --timeout-keep-alive 300 --uds site.sock", "http"),
    "uwsgi": (
        "{bin}/uwsgi --uwsgi-socket site.sock --chmod-socket=666 --module proxied:wsgi --threads 4 "
        "--master --die-on-term --need-app",
        "uwsgi",
    ),
}


def passing(protocol: str, prefix: str, asgi: bool) -> str:
    """The directives by which nginx hands on what lies below the prefix."""
    if protocol == "uwsgi":
        names = {
            "QUERY_STRING": "$query_string",
            "REQUEST_METHOD": "$request_method",
            "CONTENT_TYPE": "$content_type",
            "CONTENT_LENGTH": "$content_length",
            "PATH_INFO": "$document_uri",
            "SERVER_PROTOCOL": "$server_protocol",
            "REMOTE_ADDR": "$remote_addr",
            "SERVER_PORT": "$server_port",
            "SERVER_NAME": "$server_name",
            "HTTP_HOST": "$host",
            "HTTP_X_FORWARDED_HOST": "$http_host",
            "HTTP_X_FORWARDED_PORT": "443",
            "HTTP_X_FORWARDED_PROTO": "https",
            "HTTP_X_FORWARDED_FOR": "$proxy_add_x_forwarded_for",
        }
        params = " ".join(f"uwsgi_param {name} {value};" for name, value in names.items())
        return f"uwsgi_pass site; rewrite ^{prefix}(/.*)$ $1 break; {params}"
    # Under ASGI the path that the application gets includes the prefix.
    return f"proxy_pass http://site{'/' if prefix and not asgi else ''};"


class Proxied:
    """nginx before a server, until `end`."""

    def __init__(self, name: str, directory: Path, prefix: str = "") -> None:
        self.directory = directory
        self.served = False
        self.command, protocol = HOSTS[name]
        (directory / "proxied.py").write_text(SITE)
        (directory / "protected").mkdir()
        (directory / "protected" / "report.txt").write_text("only through the view")
        self.port = free_port()
        text = CONFIGURATION.replace("PASS", passing(protocol, prefix, "asgi" in self.command))
        text = text.replace("PREFIX", prefix).replace("PORT", str(self.port))
        # As another user nginx would not find its way: every run of pytest that starts meanwhile keeps
        # others out of the temporary directories of all.
        owner = f"{getpwuid(os.getuid()).pw_name} {getgrgid(os.getgid()).gr_name}"
        text = text.replace("OWNER", owner)
        (directory / "nginx.conf").write_text(text.replace("DIRECTORY", str(directory)))
        kept = {k: v for k, v in os.environ.items() if not k.endswith("SETTINGS_MODULE")}
        words = [word.format(bin=Path(sys.executable).parent) for word in self.command.split()]
        module = [] if words[0].startswith("/") else [sys.executable, "-m"]
        if words[0] == "vivace":
            words += ["--uds-mode", "666"]
        self.log = (directory / "host.log").open("w+")
        self.processes = [
            subprocess.Popen(
                [str(NGINX), "-p", str(directory), "-c", "nginx.conf", "-e", "stderr"],
                stdin=subprocess.DEVNULL,
                stdout=self.log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            ),
            subprocess.Popen(
                [*module, *words],
                cwd=directory,
                env={
                    **kept,
                    "PYTHONPATH": str(directory),
                    **({"PREFIX": prefix} if prefix else {}),
                },
                stdin=subprocess.DEVNULL,
                stdout=self.log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            ),
        ]
        try:
            until(lambda: self.is_up(f"{prefix}/seen/"), self.printed)
            self.served = True
        except BaseException:
            self.end()
            raise

    def is_up(self, path: str) -> bool:
        assert all(each.poll() is None for each in self.processes), self.printed()
        try:
            return self.ask("GET", path)[0].status == 200
        except (OSError, http.client.HTTPException):
            return False

    def printed(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = self.connect()
        try:
            connection.request(method, path, body, {"Host": "shop.example", **headers})
            answer = connection.getresponse()
            body_of_answer = answer.read()
            # The gateway's errors are its and the server's to explain.
            assert answer.status < 500 or not self.served, self.printed()
            return answer, body_of_answer
        finally:
            connection.close()

    def end(self) -> None:
        for each in self.processes:
            if each.poll() is None:
                os.killpg(each.pid, signal.SIGKILL)
            each.wait()
        self.log.close()


@pytest.fixture(autouse=True)
def nginx() -> None:
    if NGINX is None:
        assert not os.environ.get("CI"), ".ci/run installs nginx; it is not there"
        pytest.skip("there is no nginx")


@pytest.fixture(scope="module", params=HOSTS)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    if NGINX is None:
        pytest.skip("there is no nginx")
    running = Proxied(request.param, Path(tmp_path_factory.mktemp("nginx")))
    yield running
    running.end()


def test_what_the_proxy_says_of_the_client(site: Proxied) -> None:
    _, body = site.ask("GET", "/seen/?a=b")
    found = json.loads(body)
    assert found["uri"] == "https://shop.example/seen/?a=b"
    assert found["secure"] is True
    assert found["forwarded"] == "127.0.0.1"
    _, body = site.ask("GET", "/seen/", **{"X-Forwarded-For": "192.0.2.7"})
    assert json.loads(body)["forwarded"] == "192.0.2.7, 127.0.0.1"


def test_bodies(site: Proxied) -> None:
    assert json.loads(site.ask("POST", "/seen/", b"x" * 2_000_000)[1])["body"] == 2_000_000
    assert site.ask("POST", "/seen/", b"x" * 11_000_000)[0].status == 413


def test_files_that_nginx_sends(site: Proxied) -> None:
    answer, body = site.ask("GET", "/download/")
    assert body == b"only through the view"
    assert answer.getheader("Content-Type") == "text/x-secret"
    assert answer.getheader("X-Accel-Redirect") is None
    assert site.ask("GET", "/protected/report.txt")[0].status == 404


def test_streams_are_not_held_back(site: Proxied) -> None:
    (site.directory / "go").unlink(missing_ok=True)
    connection = site.connect()
    path = "/astream/" if "asgi" in site.command else "/stream/"
    connection.request("GET", path, headers={"Host": "shop.example"})
    answer = connection.getresponse()
    assert answer.read(5) == b"first"
    (site.directory / "go").touch()
    assert answer.read() == b"second"
    connection.close()


def test_request_ids_come_from_the_proxy(site: Proxied) -> None:
    answer, body = site.ask("GET", "/seen/")
    sent = answer.getheader("X-Request-ID")
    if sent is not None:
        assert json.loads(body)["id"] == sent


@pytest.mark.parametrize("name", HOSTS)
def test_a_prefix(name: str, tmp_path: Path) -> None:
    running = Proxied(name, tmp_path, "/shop")
    try:
        _, body = running.ask("GET", "/shop/seen/?a=b")
        found = json.loads(body)
        assert found["uri"] == "https://shop.example/shop/seen/?a=b"
        assert found["reversed"] == "/shop/seen/"
        assert running.ask("GET", "/shop/seen")[0].getheader("Location") == "/shop/seen/"
    finally:
        running.end()
