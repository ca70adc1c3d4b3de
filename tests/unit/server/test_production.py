"""``vivace serve``: Granian with workers, and clear words when it cannot."""

from __future__ import annotations

import signal
import socket
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from waiting import DEADLINE, until


def get_when_up(server: Any, port: int, workers: int = 1) -> bytes:
    """The answer, once that many workers have given one: a signal may miss one that starts."""
    server.wait_for(f"at http://127.0.0.1:{port} with")
    seen: dict[str, bytes] = {}

    def all_answered() -> bool:
        url = f"http://127.0.0.1:{port}/"
        with urllib.request.urlopen(url, data=b"hello", timeout=DEADLINE) as answer:
            seen[answer.headers["X-Worker"]] = answer.read()
        return len(seen) == workers

    until(all_answered, lambda: f"{workers} workers answered")
    return next(iter(seen.values()))


@pytest.mark.parametrize(
    ("target", "kind", "answer"),
    [
        ("site_apps:application", "WSGI", b"wsgi hello"),
        ("site_apps:instance", "ASGI", b"asgi"),
        ("site_apps:asgi", "ASGI", b"asgi"),
    ],
)
def test_serves_until_sigterm(
    target: str,
    kind: str,
    answer: bytes,
    start: Callable[..., Any],
    applications: Path,
    free_port: int,
) -> None:
    server = start("serve", target, "--port", str(free_port), "--workers", "2")
    assert get_when_up(server, free_port, workers=2) == answer
    assert server.end(signal.SIGTERM) == 0
    assert server.output == (
        f"Serving {target} ({kind}) at http://127.0.0.1:{free_port} with 2 workers. "
        "Stop with CONTROL-C.\n"
    )


def test_settings_name_the_application(
    start: Callable[..., Any], applications: Path, free_port: int
) -> None:
    server = start(
        *("serve", "--port", str(free_port), "--workers", "1"),
        DJANGO_SETTINGS_MODULE="site_settings",
    )
    assert get_when_up(server, free_port) == b"wsgi hello"
    assert "with 1 worker." in server.output


def test_a_request_that_has_begun_is_finished(
    start: Callable[..., Any], applications: Path, free_port: int
) -> None:
    with (applications / "site_apps.py").open("a") as file:
        file.write(
            "\ndef slow(environ, start_response):\n"
            "    import pathlib, time\n"
            "    pathlib.Path('begun').touch()\n"
            "    while not pathlib.Path('go').exists():\n"
            "        time.sleep(0.01)\n"
            "    start_response('200 OK', [])\n"
            "    return [b'finished']\n"
        )
    server = start("serve", "site_apps:slow", "--port", str(free_port), "--workers", "1")
    server.wait_for("Stop with CONTROL-C.")
    with socket.create_connection(("127.0.0.1", free_port), timeout=DEADLINE) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        until((applications / "begun").exists, lambda: "the request has begun")
        server.popen.send_signal(signal.SIGTERM)
        (applications / "go").touch()
        received = b""
        while data := client.recv(65536):
            received += data
    assert received.endswith(b"finished")
    assert server.popen.wait(DEADLINE) == 0


def test_port_that_is_taken(start: Callable[..., Any], applications: Path, free_port: int) -> None:
    first = start("serve", "site_apps:application", "--port", str(free_port), "--workers", "1")
    get_when_up(first, free_port)
    second = start("serve", "site_apps:application", "--port", str(free_port))
    assert second.popen.wait(DEADLINE) == 1
    assert second.wait_for("--port.\n") == (
        f"CommandError: Cannot serve at 127.0.0.1:{free_port}: the port is taken. Stop the "
        "program that uses it, or choose another --port.\n"
    )


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["nowhere"], "CommandError: There is no project 'nowhere': it is neither a directory"),
        (["site_apps:nope"], "CommandError: The module 'site_apps' has no 'nope'. Define the"),
        (["no.such:app"], "CommandError: There is no module 'no.such' on the Python path. Run"),
        (["site_bad:app"], "CommandError: The project cannot be loaded (ModuleNotFoundError: No"),
        ([], "CommandError: There is no project here. Go to the directory with manage.py, or"),
    ],
)
def test_mistakes_are_one_sentence(
    argv: list[str], sentence: str, start: Callable[..., Any], applications: Path
) -> None:
    (applications / "site_bad.py").write_text("import no_such_module\n")
    server = start("serve", *argv, "--port", "0")
    assert server.popen.wait(DEADLINE) == 1
    output = server.wait_for("\n")
    assert output.startswith(sentence)
    assert output.count("\n") == 1
