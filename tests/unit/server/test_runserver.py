"""``runserver`` as a person meets it: its banner, its errors, and restarts on a change."""

from __future__ import annotations

import os
import re
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from waiting import DEADLINE, until

SETTINGS = {"DJANGO_SETTINGS_MODULE": "site_settings"}
STARTED = "Quit the server with CONTROL-C."


def get(port: int) -> bytes:
    with urllib.request.urlopen(
        f"http://127.0.0.1:{port}/", data=b"hello", timeout=DEADLINE
    ) as answer:
        body: bytes = answer.read()
        return body


def test_banner_request_line_and_end(
    start: Callable[..., Any], applications: Path, free_port: int
) -> None:
    server = start("runserver", "--noreload", str(free_port), **SETTINGS)
    output = server.wait_for("`vivace serve` is one.")
    assert "Performing system checks...\n\nSystem check identified no issues" in output
    assert "using settings 'site_settings'\n" in output
    assert f"Starting development server at http://127.0.0.1:{free_port}/\n{STARTED}\n" in output
    assert "WARNING: This is a development server." in output
    assert get(free_port) == b"wsgi hello"
    assert '"POST / HTTP/1.1" 200 10 (' in server.wait_for("POST")
    assert server.end(signal.SIGINT) == 0
    assert "Traceback" not in server.output


def test_the_warning_can_be_hidden(
    start: Callable[..., Any], applications: Path, free_port: int
) -> None:
    server = start(
        *("runserver", "--noreload", "--nothreading", str(free_port)),
        **SETTINGS,
        DJANGO_RUNSERVER_HIDE_WARNING="true",
    )
    server.wait_for(STARTED)
    assert get(free_port) == b"wsgi hello"
    server.wait_for("POST")
    server.end(signal.SIGINT)
    assert "WARNING" not in server.output


def test_port_that_is_taken(start: Callable[..., Any], applications: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = start("runserver", "--noreload", str(port), **SETTINGS)
        server.wait_for("Error: That port is already in use.")
        assert server.popen.wait(DEADLINE) == 1


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["1:2:3"], 'CommandError: "1:2:3" is not a valid port number or address:port pair.'),
        (["--noreload", "99999"], "Error: There is no port 99999: ports go from 0 to 65535."),
        (["--noreload", "192.0.2.1:8000"], "Error: That IP address can't be assigned to."),
    ],
)
def test_addresses_that_will_not_do(
    argv: list[str], message: str, start: Callable[..., Any], applications: Path
) -> None:
    server = start("runserver", *argv, **SETTINGS)
    server.wait_for(message)
    assert server.popen.wait(DEADLINE) == 1
    assert "Traceback" not in server.output


def test_allowed_hosts_are_needed_without_debug(
    start: Callable[..., Any], applications: Path
) -> None:
    with (applications / "site_settings.py").open("a") as file:
        file.write("DEBUG = False\n")
    server = start("runserver", **SETTINGS)
    server.wait_for("CommandError: You must set settings.ALLOWED_HOSTS if DEBUG is False.")
    assert server.popen.wait(DEADLINE) == 1


def rewrite(path: Path, text: str) -> None:
    """Save as editors do: a new file takes the old one's name."""
    new = path.with_suffix(".new")
    new.write_text(text)
    os.replace(new, path)


def test_restart_on_a_change_through_a_mistake(
    start: Callable[..., Any], applications: Path, free_port: int
) -> None:
    module = applications / "site_apps.py"
    good = module.read_text()
    server = start("runserver", str(free_port), **SETTINGS)
    server.wait_for("Watching for file changes with WatchfilesReloader")
    server.wait_for(STARTED)
    assert get(free_port) == b"wsgi hello"

    rewrite(module, good.replace("wsgi ", "changed "))
    server.wait_for("site_apps.py changed, reloading.")
    server.wait_for(STARTED, times=2)
    assert get(free_port) == b"changed hello"

    rewrite(module, "def (\n")
    server.wait_for("SyntaxError")

    rewrite(module, good.replace("wsgi ", "mended "))
    server.wait_for(STARTED, times=3)
    assert get(free_port) == b"mended hello"


TEMPLATED = """
from vivace.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""
TEMPLATED_URLS = """
from vivace.urls import path
from vivace.views.generic import TemplateView
urlpatterns = [path("", TemplateView.as_view(template_name="page.html", http_method_names=["post"]))]
TemplateView.post = TemplateView.get
"""


def test_a_changed_template_is_shown_without_a_restart(
    start: Callable[..., Any], applications: Path, free_port: int
) -> None:
    page = applications / "templates" / "page.html"
    page.parent.mkdir()
    page.write_text("before")
    (applications / "site_apps.py").write_text(TEMPLATED)
    (applications / "site_urls.py").write_text(TEMPLATED_URLS)
    with (applications / "site_settings.py").open("a") as file:
        backend = "vivace.template.backends.django.DjangoTemplates"
        file.write(f"TEMPLATES = [{{'BACKEND': {backend!r}, 'DIRS': [{str(page.parent)!r}]}}]\n")
    server = start("runserver", str(free_port), **SETTINGS)
    server.wait_for("Watching for file changes with WatchfilesReloader")
    server.wait_for(STARTED)
    assert get(free_port) == b"before"
    rewrite(page, "after")
    # The file system tells of the change when it will; the page is asked for until it has.
    until(lambda: get(free_port) == b"after", lambda: "the page is the new one")
    assert "reloading" not in server.output


VIEWS = """
from vivace.http import HttpResponse

def page(request):
    return HttpResponse("<html><body>page</body></html>")
"""
PAGED_URLS = """
import site_views
from vivace.urls import path
urlpatterns = [path("", site_views.page)]
"""


def look(port: int, path: str = "/", accept: str = "text/html") -> tuple[int, str]:
    """What a browser is answered: the status and the page."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def paged(applications: Path) -> Path:
    """A project with one page."""
    (applications / "site_apps.py").write_text(TEMPLATED)
    (applications / "site_views.py").write_text(VIEWS)
    (applications / "site_urls.py").write_text(PAGED_URLS)
    return applications


DOES_NOT_LOAD = "The project does not load; http://127.0.0.1:"


@pytest.mark.parametrize("name", ["site_views.py", "site_urls.py", "site_settings.py"])
def test_a_mistake_is_shown_in_the_terminal_and_in_the_browser(
    name: str, start: Callable[..., Any], paged: Path, free_port: int
) -> None:
    module = paged / name
    good = module.read_text()
    server = start("runserver", str(free_port), **SETTINGS)
    server.wait_for("Watching for file changes with WatchfilesReloader")
    server.wait_for(STARTED)

    rewrite(module, good + "\nwrong = = 1\n")
    output = server.wait_for(DOES_NOT_LOAD)
    assert "SyntaxError: invalid syntax" in output
    assert "importlib" not in output
    status, page = look(free_port)
    assert status == 500
    assert "wrong = = 1" in re.sub("<[^>]+>", "", page)
    assert "x" * 60 not in page
    assert "/__live__/reload.js" in page
    status, text = look(free_port, accept="text/plain")
    assert status == 500
    assert "wrong = = 1\n" in text
    assert "<" not in text

    rewrite(module, good + "\nimport no_such_module_at_all\n")
    server.wait_for(DOES_NOT_LOAD, times=2)
    status, page = look(free_port)
    assert status == 500
    assert "no_such_module_at_all" in page

    rewrite(module, good)
    server.wait_for(STARTED, times=2)
    assert look(free_port)[0] == 200
    assert "Exception occurred" not in server.output


def test_a_failed_check_is_shown_and_the_server_waits(
    start: Callable[..., Any], paged: Path, free_port: int
) -> None:
    server = start("runserver", str(free_port), **SETTINGS)
    server.wait_for("Watching for file changes with WatchfilesReloader")
    server.wait_for(STARTED)
    module = paged / "site_settings.py"
    backend = "vivace.template.backends.django.DjangoTemplates"
    wrong = f"TEMPLATES = [{{'BACKEND': {backend!r}, 'OPTIONS': {{'string_if_invalid': 1}}}}]\n"
    rewrite(module, module.read_text() + wrong)
    output = server.wait_for(DOES_NOT_LOAD)
    assert "Traceback" not in output
    status, text = look(free_port, accept="text/plain")
    assert status == 500
    assert "(templates.E002) " in text


def generation(port: int) -> str:
    """Which generation of the code the event stream tells of first."""
    with urllib.request.urlopen(
        f"http://127.0.0.1:{port}/__live__/events", timeout=DEADLINE
    ) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        for line in stream:
            if line.startswith(b"data: "):
                return str(line[6:].decode().strip())
    raise AssertionError("the stream ended")


def test_a_page_listens_for_the_generation_that_made_it(
    start: Callable[..., Any], paged: Path, free_port: int
) -> None:
    server = start("runserver", str(free_port), **SETTINGS)
    server.wait_for("Watching for file changes with WatchfilesReloader")
    server.wait_for(STARTED)
    _, page = look(free_port)
    first = generation(free_port)
    assert f'data-generation="{first}"></script></body>' in page
    rewrite(paged / "site_views.py", VIEWS.replace("page<", "changed<"))
    server.wait_for(STARTED, times=2)
    assert generation(free_port) != first
    assert "__live__" not in server.output


@pytest.mark.parametrize(
    ("argv", "setting"),
    [(["--noreload"], ""), (["--nothreading"], ""), ([], "RUNSERVER_LIVE_RELOAD = False\n")],
)
def test_pages_are_left_alone(
    argv: list[str], setting: str, start: Callable[..., Any], paged: Path, free_port: int
) -> None:
    with (paged / "site_settings.py").open("a") as file:
        file.write(setting)
    server = start("runserver", *argv, str(free_port), **SETTINGS)
    server.wait_for(STARTED)
    assert look(free_port) == (200, "<html><body>page</body></html>")
    assert look(free_port, "/__live__/events")[0] == 404


def test_a_request_line_tells_its_time_and_queries(
    start: Callable[..., Any], paged: Path, free_port: int
) -> None:
    (paged / "site_views.py").write_text(
        VIEWS.replace(
            "    return",
            "    from vivace.db import connection\n"
            "    with connection.cursor() as cursor:\n"
            "        cursor.execute('SELECT 1')\n"
            "        cursor.execute('SELECT 2')\n"
            "    return",
        )
    )
    with (paged / "site_settings.py").open("a") as file:
        file.write(
            "DATABASES = {'default': {'ENGINE': 'vivace.db.backends.sqlite3', 'NAME': ':memory:'}}\n"
        )
    server = start("runserver", "--noreload", str(free_port), **SETTINGS)
    server.wait_for(STARTED)
    look(free_port)
    assert re.search(r'"GET / HTTP/1\.1" 200 30 \(\d+ ms, 2 queries\)', server.wait_for("queries)"))
