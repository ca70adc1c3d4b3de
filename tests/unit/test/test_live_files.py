"""What a test's server answers with files of STATIC_ROOT and MEDIA_ROOT."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from settings_layer import changed
from vivace.test.testcases import (
    FSFilesHandler,
    LiveServerTestCase,
    _MediaFilesHandler,
    _StaticFilesHandler,
)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a b.css").write_text("a {}")
    (tmp_path / "secret.txt").write_text("secret")
    with changed(
        STATIC_URL="/static/", STATIC_ROOT=str(tmp_path / "static"), MEDIA_ROOT="", MEDIA_URL=""
    ):
        yield tmp_path


def ask(handler: type[FSFilesHandler], path: str) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body that the handler gives for a path."""
    told: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b"the site"]

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        told.update(status=status, headers=dict(headers))

    environ: dict[str, Any] = {"PATH_INFO": path}
    setup_testing_defaults(environ)
    answer = handler(application)(environ, start_response)
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return told["status"], told["headers"], body


def test_a_file_is_answered(root: Path) -> None:
    status, headers, body = ask(_StaticFilesHandler, "/static/a b.css")
    assert (status, body) == ("200 OK", b"a {}")
    assert headers["Content-Type"] == "text/css"
    assert "Last-Modified" in headers


@pytest.mark.parametrize(
    "path", ["/", "/static/", "/static/none.css", "/static/../secret.txt", "/other/a b.css"]
)
def test_the_rest_is_the_sites(root: Path, path: str) -> None:
    assert ask(_StaticFilesHandler, path)[2] == b"the site"
    assert ask(_MediaFilesHandler, path)[2] == b"the site"


def test_media_and_other_hosts(root: Path) -> None:
    with changed(MEDIA_URL="/media/", MEDIA_ROOT=str(root)):
        assert ask(_MediaFilesHandler, "/media/secret.txt")[2] == b"secret"
    with changed(STATIC_URL="https://cdn.example/static/"):
        assert ask(_StaticFilesHandler, "/static/a b.css")[2] == b"the site"
    with changed(STATIC_URL=None, STATIC_ROOT=None):
        assert ask(_StaticFilesHandler, "/static/a b.css")[2] == b"the site"


def test_live_servers_answer_with_static_files() -> None:
    assert LiveServerTestCase.static_handler is _StaticFilesHandler
