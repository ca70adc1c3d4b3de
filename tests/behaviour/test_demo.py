"""The demo, served for real: by ``vivace serve``, by gunicorn over WSGI, by uvicorn over ASGI."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from waiting import free_port, until

DEMO = Path(__file__).resolve().parents[2] / "examples" / "jazzclub"
PNG = b"\x89PNG\r\n\x1a\n" + b"not much of a picture"

# How each server is started, and whether it keeps an endless stream open.
SERVERS = {
    "vivace serve": (["-m", "vivace", "serve", "--workers", "1", "--port"], False),
    "vivace serve --asgi": (["-m", "vivace", "serve", "--asgi", "--workers", "1", "--port"], True),
    "gunicorn": (
        ["-m", "gunicorn", "jazzclub.wsgi", "--threads", "4", "--log-level", "warning", "--bind"],
        False,
    ),
    "uvicorn": (
        ["-m", "uvicorn", "jazzclub.asgi:application", "--log-level", "warning", "--port"], True,
    ),
}  # fmt: skip


@dataclass
class Served:
    """The demo under one server."""

    client: httpx.Client
    streams: bool
    media: Path
    environment: dict[str, str]


@pytest.fixture(scope="module", params=SERVERS)
def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    command, streams = SERVERS[request.param]
    folder = tmp_path_factory.mktemp("demo")
    media = folder / "media"
    media.mkdir()
    port = free_port()
    where = f"127.0.0.1:{port}" if request.param == "gunicorn" else str(port)
    environment = {
        **os.environ,
        "JAZZCLUB_MEDIA": str(media),
        "JAZZCLUB_DATABASE": str(folder / "jazzclub.sqlite3"),
        "PYTHONWARNINGS": "ignore",
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    for words in (["migrate", "--run-syncdb", "--verbosity", "0"], ["seed", "--verbosity", "0"]):
        subprocess.run([sys.executable, "manage.py", *words], cwd=DEMO, env=environment, check=True)
    server = subprocess.Popen(
        [sys.executable, *command, where], cwd=DEMO, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            wait_for(client, server)
            yield Served(client, streams, media, environment)
    finally:
        server.terminate()
        assert server.wait(30) is not None


def wait_for(client: httpx.Client, server: subprocess.Popen[bytes]) -> None:
    """Return once the server answers."""

    def answers() -> bool:
        assert server.poll() is None, "the server ended"
        try:
            client.get("/about/")
        except httpx.TransportError:
            return False
        return True

    until(answers, lambda: "the server answers")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", "Next at Cellar Door"),
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
    assert demo.client.get("/api/gigs/?club=the-barge").json()["count"] == 2
    assert demo.client.get("/api/gigs/?club=the-barge&style=Electric").json()["count"] == 0
    brass = demo.client.get("/api/gigs/okapi-brass/").json()
    assert (brass["club"], brass["left"], len(brass["free"])) == ("The Barge", 3, 3)


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
    marked = re.compile(r'<a href="([^"]*)" aria-current="true">([^<]*)<')
    assert [label for _, label in marked.findall(whole)] == ["All", "Both houses"]
    assert '<span class="price">Free</span>' in whole
    part = demo.client.get("/programme/?style=Hard+bop").text
    assert part.count('<span class="who">') == 1
    assert ("?style=Hard+bop", "Hard bop") in marked.findall(part.replace("/programme/?", "?"))
    assert '<span class="price">€22</span>' in part
    assert demo.client.get("/programme/?style=Polka").status_code == 404
    assert demo.client.get("/programme/?club=the-attic").status_code == 404
    barge = demo.client.get("/programme/?club=the-barge").text
    assert re.findall(r'<span class="who"><b>([^<]*)', barge) == [
        "Noor &amp; the Tides",
        "Okapi Brass",
    ]
    assert re.findall(r"<small>([^<]*)", barge) == ["sold out", "3 left"]
    assert (
        "No evening is like that"
        in demo.client.get("/programme/?club=the-barge&style=Electric").text
    )


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


# ---------------------------------------------------------------------------- booking


def booking(client: httpx.Client, gig: str, **form: str | list[str]) -> httpx.Response:
    return client.post(f"/gigs/{gig}/book/", data=form)


def free(demo: Served, gig: str) -> list[str]:
    found: list[str] = demo.client.get(f"/api/gigs/{gig}/").json()["free"]
    return found


def test_seats_are_booked_and_given_back(demo: Served) -> None:
    before = free(demo, "helen-strand-solo")
    chosen = before[:2]
    page = demo.client.get("/gigs/helen-strand-solo/").text
    assert page.count('type="checkbox"') == 80
    assert page.count(" disabled>") == 80 - len(before)
    answer = booking(demo.client, "helen-strand-solo", seat=chosen, name=" Ada  <b> ")
    assert answer.status_code == 302
    ticket = demo.client.get(answer.headers["location"])
    assert ticket.status_code == 200
    assert "See you there, Ada &lt;b&gt;" in ticket.text
    assert re.findall(r"<li>(\w+)</li>", ticket.text) == chosen
    assert "€40" in ticket.text
    assert "no-store" in ticket.headers["cache-control"]
    assert free(demo, "helen-strand-solo") == before[2:]
    given_back = demo.client.post(f"{answer.headers['location']}cancel/")
    assert given_back.headers["location"] == "/gigs/helen-strand-solo/"
    assert free(demo, "helen-strand-solo") == before
    assert demo.client.get(answer.headers["location"]).status_code == 404


def test_all_seats_of_a_booking_are_booked_or_none(demo: Served) -> None:
    before = free(demo, "rosewood-quartet")
    taken, untouched = before[0], before[1]
    assert booking(demo.client, "rosewood-quartet", seat=taken, name="Ada").status_code == 302
    answer = booking(demo.client, "rosewood-quartet", seat=[untouched, taken], name="Bob")
    assert answer.status_code == 409
    assert "Somebody was quicker" in answer.text
    # What is still free of the choice stays chosen.
    assert f'value="{untouched}" checked>' in answer.text
    assert f'value="{taken}" disabled>' in answer.text
    assert untouched in free(demo, "rosewood-quartet")


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"name": "Ada"}, "Choose a seat."),
        ({"seat": ["Z9"], "name": "Ada"}, "There is no such seat."),
        ({"seat": ["A1' OR 1=1 --"], "name": "Ada"}, "There is no such seat."),
        ({"seat": [f"H{n}" for n in range(1, 8)], "name": "Ada"}, "At most 6 seats"),
        ({"seat": ["H1"], "name": "  "}, "Tell us your name."),
        ({"seat": ["H1"], "name": "x" * 81}, "Tell us your name."),
        ({"seat": ["H1"], "name": "a\x00b"}, "Tell us your name."),
    ],
)
def test_what_cannot_be_booked_is_said(demo: Served, form: dict[str, list[str]], why: str) -> None:
    before = free(demo, "marta-okafor-trio")
    answer = booking(demo.client, "marta-okafor-trio", **form)
    assert answer.status_code == 400
    assert why in answer.text
    assert free(demo, "marta-okafor-trio") == before


def test_machines_book_too(demo: Served) -> None:
    address = "/api/gigs/paper-lanterns/bookings/"
    (seat, *_) = free(demo, "paper-lanterns")
    made = demo.client.post(address, json={"seats": [seat], "name": "Ada"})
    assert made.status_code == 201
    assert demo.client.get(made.headers["location"]).status_code == 200
    again = demo.client.post(address, json={"seats": [seat], "name": "Bob"})
    assert (again.status_code, list(again.json())) == (409, ["error"])
    for wrong in (
        b"",
        b"[]",
        b"{",
        b'{"seats": 1, "name": "Ada"}',
        b'{"seats": [], "name": "Ada"}',
    ):
        assert demo.client.post(address, content=wrong).status_code == 400
    assert demo.client.get(address).status_code == 405
    assert demo.client.post("/api/gigs/nobody/bookings/", json={}).status_code == 404


@pytest.mark.parametrize("way", ["page", "api"])
def test_a_seat_is_sold_to_one_of_many_who_want_it(demo: Served, way: str) -> None:
    """Threads ask at the same time, each with a connection of its own, for seats that overlap."""
    seats = free(demo, "late-session")[:4]
    together = threading.Barrier(8)

    def ask(number: int) -> bool:
        # Each seat is wanted by four of the eight.
        wanted = [seats[number % 4], seats[(number + 1) % 4]]
        with httpx.Client(base_url=demo.client.base_url, timeout=60) as client:
            client.get("/about/")
            together.wait()
            if way == "page":
                answer = booking(client, "late-session", seat=wanted, name=f"Guest {number}")
            else:
                answer = client.post(
                    "/api/gigs/late-session/bookings/",
                    json={"seats": wanted, "name": f"Guest {number}"},
                )
        assert answer.status_code in (302, 201, 409), answer.text
        return answer.status_code != 409

    with ThreadPoolExecutor(8) as pool:
        sold = sum(pool.map(ask, range(8)))
    # Two bookings fill the four seats, or one blocks the two beside it.
    assert sold in (1, 2)
    left = [seat for seat in seats if seat in free(demo, "late-session")]
    assert len(left) == 4 - 2 * sold


def test_seeding_again_changes_nothing(demo: Served) -> None:
    before = free(demo, "helen-strand-solo")
    booked = booking(demo.client, "helen-strand-solo", seat=before[0], name="Ada")
    command = [sys.executable, "manage.py", "seed"]
    done = subprocess.run(
        command, cwd=DEMO, env=demo.environment, check=True, capture_output=True, text=True
    )
    assert done.stdout == "7 gigs are coming, 0 of them new.\n"
    assert demo.client.get(booked.headers["location"]).status_code == 200
    assert free(demo, "helen-strand-solo") == before[1:]
