"""The demo, served for real: by ``vivace serve``, by gunicorn over WSGI, by uvicorn over ASGI."""

from __future__ import annotations

import csv
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

DEMO = Path(__file__).resolve().parents[2] / "examples" / "jazzclub"
PNG = b"\x89PNG\r\n\x1a\n" + b"not much of a picture"

# How each server is started, and whether it keeps an endless stream open.
SERVERS = {
    "vivace serve": (["-m", "vivace", "serve", "--workers", "1", "--port"], False),
    "vivace serve --asgi": (["-m", "vivace", "serve", "--asgi", "--workers", "1", "--port"], True),
    "gunicorn": (["-m", "gunicorn", "jazzclub.wsgi", "--log-level", "warning", "--bind"], False),
    "uvicorn": (
        ["-m", "uvicorn", "jazzclub.asgi:application", "--log-level", "warning", "--port"], True,
    ),
}  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """The demo under one server."""

    client: httpx.Client
    streams: bool
    media: Path


@pytest.fixture(scope="module", params=SERVERS)
def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    command, streams = SERVERS[request.param]
    media = tmp_path_factory.mktemp("media")
    port = free_port()
    where = f"127.0.0.1:{port}" if request.param == "gunicorn" else str(port)
    environment = {**os.environ, "JAZZCLUB_MEDIA": str(media), "PYTHONWARNINGS": "ignore"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    server = subprocess.Popen(
        [sys.executable, *command, where], cwd=DEMO, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            wait_for(client, server)
            yield Served(client, streams, media)
    finally:
        server.terminate()
        assert server.wait(30) is not None


def wait_for(client: httpx.Client, server: subprocess.Popen[bytes]) -> None:
    """Return once the server answers; that is a matter of another process, so there is a pause."""
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            client.get("/about/")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server does not answer")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", "Next in the cellar"),
        ("/programme/", "Noor &amp; the Tides"),
        ("/programme/?style=Vocal", "Noor &amp; the Tides"),
        ("/gigs/okapi-brass/", "one sousaphone"),
        ("/about/", "A room under the street"),
        ("/posters/", 'enctype="multipart/form-data"'),
    ],
)
def test_pages(demo: Served, path: str, words: str) -> None:
    response = demo.client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (
        200, "text/html; charset=utf-8",
    )  # fmt: skip
    assert words in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert int(response.headers["content-length"]) == len(response.content)
    assert response.headers["x-frame-options"] == "DENY"


def test_a_page_that_did_not_change_is_not_sent_again(demo: Served) -> None:
    tag = demo.client.get("/about/").headers["etag"]
    response = demo.client.get("/about/", headers={"If-None-Match": tag})
    assert (response.status_code, response.content) == (304, b"")


def test_static_files(demo: Served) -> None:
    response = demo.client.get("/static/style.css")
    assert response.headers["content-type"].startswith("text/css")
    assert response.content == (DEMO / "jazzclub" / "static" / "style.css").read_bytes()
    assert demo.client.get("/static/../settings.py").status_code == 404
    assert demo.client.get("/static/%2e%2e/settings.py").status_code in (400, 404)


def test_the_api(demo: Served) -> None:
    found = demo.client.get("/api/gigs/").json()
    assert found["count"] == len(found["gigs"]) == 7
    one = demo.client.get(found["gigs"][0]["url"]).json()
    assert one["artist"] == found["gigs"][0]["artist"]
    assert one["line_up"]
    none = demo.client.get("/api/gigs/nobody/")
    assert (none.status_code, none.json()) == (404, {"error": "there is no gig 'nobody'"})
    assert demo.client.get("/api/gigs/?style=Vocal").json()["count"] == 1


def test_the_csv(demo: Served) -> None:
    response = demo.client.get("/programme.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "content-length" not in response.headers
    rows = list(csv.DictReader(response.text.splitlines()))
    assert len(rows) == 7
    assert {row["style"] for row in rows} >= {"Vocal", "Hard bop"}


def test_a_poster_is_kept_and_shown(demo: Served) -> None:
    files = {"poster": ("../../evil.php", PNG, "text/html")}
    response = demo.client.post("/posters/", data={"title": "Okapi <b>"}, files=files)
    assert (response.status_code, response.headers["location"]) == (302, "/posters/")
    names = [file.name for file in demo.media.iterdir()]
    assert len(names) == 1
    assert names[0].startswith("okapi-b-")
    assert names[0].endswith(".png")
    wall = demo.client.get("/posters/").text
    assert f'<img src="/posters/files/{names[0]}" alt="Poster: Okapi b" loading="lazy">' in wall
    shown = demo.client.get(f"/posters/files/{names[0]}")
    assert (shown.headers["content-type"], shown.content) == ("image/png", PNG)


@pytest.mark.parametrize(
    ("title", "content", "why"),
    [
        ("", PNG, "Give it a title."),
        ("Song", b"<script>", "neither a PNG nor a JPEG"),
        ("Long", PNG + b"x" * 2 * 1024 * 1024, "larger than 2 MB"),
    ],
)
def test_a_poster_that_is_none_is_refused(
    demo: Served, title: str, content: bytes, why: str
) -> None:
    files = {"poster": ("a.png", content, "image/png")}
    response = demo.client.post("/posters/", data={"title": title}, files=files)
    assert response.status_code == 400
    assert why in response.text
    assert list(demo.media.glob("song*")) == list(demo.media.glob("long*")) == []


def test_what_was_typed_comes_back_escaped(demo: Served) -> None:
    files = {"poster": ("a.png", b"no picture", "image/png")}
    response = demo.client.post("/posters/", data={"title": '"><script>'}, files=files)
    assert 'required value="&quot;&gt;&lt;script&gt;"' in response.text
    assert "<script>" not in response.text


@pytest.mark.parametrize(
    ("path", "title", "marked"),
    [
        ("/", "Cellar Door", []),
        ("/programme/?style=Vocal", "Programme \N{EN DASH} Cellar Door", ["/programme/"]),
        (
            "/gigs/noor-and-the-tides/",
            "Noor &amp; the Tides \N{EN DASH} Cellar Door",
            ["/programme/"],
        ),
        ("/about/", "About \N{EN DASH} Cellar Door", ["/about/"]),
        ("/posters/", "Posters \N{EN DASH} Cellar Door", ["/posters/"]),
        ("/nowhere/", "Not on the programme \N{EN DASH} Cellar Door", []),
    ],
)
def test_pages_fill_the_layout(demo: Served, path: str, title: str, marked: list[str]) -> None:
    page = demo.client.get(path).text
    assert page.startswith("<!doctype html>\n")
    assert page.rstrip().endswith("</html>")
    assert f"<title>{title}</title>" in page
    assert re.findall(r'<a href="([^"]*)" aria-current="page">', page) == marked
    assert 'href="/static/style.css"' in page
    assert 'data-live="/live/"' in page
    assert "{%" not in page
    assert "{{" not in page


def test_the_programme_can_be_narrowed_down(demo: Served) -> None:
    whole = demo.client.get("/programme/").text
    assert whole.count('<span class="who">') == 7
    assert re.findall(r'<a href="([^"]*)" aria-current="true">', whole) == ["/programme/"]
    assert '<span class="price">Free</span>' in whole
    part = demo.client.get("/programme/?style=Hard+bop").text
    assert part.count('<span class="who">') == 1
    assert '<a href="/programme/?style=Hard+bop" aria-current="true">Hard bop</a>' in part
    assert '<span class="price">€22</span>' in part
    assert demo.client.get("/programme/?style=Polka").status_code == 404


def test_dates_are_those_of_the_club(demo: Served) -> None:
    page = demo.client.get("/gigs/okapi-brass/").text
    found = re.search(r'<time datetime="([^"]+)"><b>(\w+)</b> <span>([^<]+)</span>', page)
    assert found is not None
    starts = datetime.fromisoformat(found[1])
    assert starts.utcoffset() in (timedelta(hours=1), timedelta(hours=2))
    assert (starts.hour, found[2], found[3]) == (20, "Thu", f"{starts.day} {starts:%b}")
    assert "doors 20:00" in page


def test_errors_have_pages_of_their_own(demo: Served) -> None:
    response = demo.client.get("/<b>nowhere</b>/")
    assert response.status_code == 404
    assert "Not on the programme" in response.text
    assert "nowhere" not in response.text
    response = demo.client.get("/backstage/")
    assert response.status_code == 500
    assert "Out of tune" in response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.text.startswith("<!doctype html>")
    assert 'href="/static/style.css"' in response.text
    assert "RuntimeError" not in response.text
    assert demo.client.delete("/about/").status_code == 405
    assert demo.client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_what_is_playing(demo: Served) -> None:
    with demo.client.stream("GET", "/live/") as response:
        assert response.headers["content-type"] == "text/event-stream"
        assert "no-store" in response.headers["cache-control"]
        assert ("content-length" in response.headers) is not demo.streams
        lines = response.iter_lines()
        fields = dict(next(lines).split(": ", 1) for _ in range(3))
    assert fields["event"] == "playing"
    assert set(json.loads(fields["data"])) == {"title", "artist", "seconds"}
    # The client left in the middle of an endless stream; the server is well.
    assert demo.client.get("/about/").status_code == 200
