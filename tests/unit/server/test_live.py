"""Pages that reload themselves: what is put into which responses, and when the browser is told."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from vivace.http import HttpResponse, StreamingHttpResponse
from vivace.server.live import EVENTS, SCRIPT, LiveReload
from vivace.utils.autoreload import BaseReloader, file_changed

PAGE = b"<html><body>text </BODY ></html>"


def application(body: Iterable[bytes], *headers: tuple[str, str]) -> Callable[..., Any]:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", list(headers))
        return body

    return answer


def ask(live: LiveReload, path: str = "/", method: str = "GET") -> tuple[dict[str, str], bytes]:
    told: list[Any] = []
    result = live(
        {"PATH_INFO": path, "REQUEST_METHOD": method},
        lambda status, headers, exc_info=None: told.append(headers),
    )
    return dict(told[0]), b"".join(result)


HTML = ("Content-Type", "text/html; charset=utf-8")
LENGTH = ("Content-Length", str(len(PAGE)))


@pytest.mark.parametrize("length", [[LENGTH], []])
def test_the_script_is_the_last_of_the_body_and_the_length_is_right(
    length: list[tuple[str, str]],
) -> None:
    headers, body = ask(LiveReload(application([PAGE], HTML, *length)))
    before, after = PAGE.split(b"</BODY >")
    assert body.startswith(before + b'<script src="' + SCRIPT.encode())
    assert body.endswith(b"</script></BODY >" + after)
    assert headers["Content-Length"] == str(len(body))


@pytest.mark.parametrize(
    ("headers", "method", "body"),
    [
        ([("Content-Type", "text/plain"), LENGTH], "GET", PAGE),
        ([HTML, LENGTH, ("Content-Encoding", "gzip")], "GET", PAGE),
        ([HTML, LENGTH], "POST", PAGE),
        ([HTML, LENGTH], "HEAD", b""),
        ([HTML, ("Content-Length", "8")], "GET", b"<p>x</p>"),
    ],
    ids=["no-html", "packed", "post", "head", "part-of-a-page"],
)
def test_other_responses_are_as_they_were(
    headers: list[tuple[str, str]], method: str, body: bytes
) -> None:
    answer = ask(LiveReload(application([body], *headers)), method=method)
    assert answer == (dict(headers), body)


def test_a_response_that_nobody_has_measured() -> None:
    headers, body = ask(LiveReload(application(HttpResponse(PAGE), HTML)))
    assert b"<script src=" in body
    assert headers["Content-Length"] == str(len(body))
    streamed = StreamingHttpResponse([PAGE])
    with warnings.catch_warnings(action="ignore"):
        assert ask(LiveReload(application(streamed, HTML))) == (dict([HTML]), PAGE)


def test_what_is_made_while_it_is_sent_is_not_waited_for() -> None:
    pieces = (piece for piece in [PAGE, b"more"])
    assert ask(LiveReload(application(pieces, HTML))) == (dict([HTML]), PAGE + b"more")


def test_the_response_is_closed() -> None:
    class Body(list[bytes]):
        closed = False

        def close(self) -> None:
            self.closed = True

    body = Body([PAGE])
    ask(LiveReload(application(body, HTML, LENGTH)))
    assert body.closed


def test_the_script_asks_where_the_page_says() -> None:
    headers, body = ask(LiveReload(application([])), SCRIPT)
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert b"new EventSource(events)" in body


def deals_with_it(**kwargs: Any) -> bool:
    return True


def test_before_a_restart_no_page_is_told() -> None:
    live = LiveReload(application([]))
    before = live.generation
    # The page would load again while this process ends, and find nobody.
    with pytest.raises(SystemExit):
        BaseReloader().notify_file_changed(Path("views.py"))
    assert live.generation == before


def test_a_change_without_a_restart_is_a_new_generation() -> None:
    live = LiveReload(application([]))
    before = live.generation
    events = iter(live({"PATH_INFO": EVENTS}, lambda status, headers: None))
    assert next(events) == b"retry: 200\n\n"
    assert next(events) == f"event: generation\ndata: {before}\n\n".encode()
    file_changed.connect(deals_with_it)
    try:
        BaseReloader().notify_file_changed(Path("page.html"))
    finally:
        file_changed.disconnect(deals_with_it)
    assert live.generation != before
    assert next(events) == f"event: generation\ndata: {live.generation}\n\n".encode()
