"""What judges the pages is judged: a page with each mistake, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from browsing import complaints, invisible_focus

HEAD = '<meta name="viewport" content="width=device-width"><title>Title</title>'
FINE = "<h1>Heading</h1><p>Some text</p>"


def page_of(
    window: Callable[..., Any], body: str, head: str = HEAD, html: str = ' lang="en"'
) -> Any:
    page = window()
    page.set_viewport_size({"width": 390, "height": 844})
    page.set_content(
        f"<!doctype html><html{html}><head>{head}</head><body><main>{body}</main></body></html>"
    )
    return page


def test_a_page_without_fault(window: Callable[..., Any]) -> None:
    assert complaints(page_of(window, FINE)) == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('<div style="width: 500px">wide</div>', "the page is 5"),
        ('<p style="font-size: 10px">small</p>', "is 10 px small"),
        ('<p style="color: #888">grey</p>', "has a contrast of 3.54"),
        (
            '<div style="background: #000"><p style="color: #222">dark</p></div>',
            "has a contrast of",
        ),
        ('<p style="color: #0008; background: #fff8">pale</p>', "has a contrast of"),
        (
            '<div style="background: linear-gradient(#fff, #000)"><p>on a gradient</p></div>',
            "has a contrast of 1.00",
        ),
        ("<h3>deep</h3>", "follows h1"),
        ("<h1>again</h1>", "not one h1"),
        ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "has no alt"),
        ('<p id="a"></p><p id="a"></p>', "two #a"),
        ('<input name="nameless">', "has no name"),
        ("<button></button>", "has no name"),
        ('<button style="padding: 0; height: 10px">x</button>', " 10 px"),
    ],
)
def test_each_mistake_is_found(window: Callable[..., Any], body: str, complaint: str) -> None:
    found = complaints(page_of(window, FINE + body))
    assert any(complaint in each for each in found), found


@pytest.mark.parametrize(
    ("head", "html", "complaint"),
    [
        (HEAD, "", "no lang"),
        ("<title>Title</title>", ' lang="en"', "no viewport"),
        ('<meta name="viewport" content="width=device-width">', ' lang="en"', "no title"),
    ],
)
def test_what_a_document_lacks_is_found(
    window: Callable[..., Any], head: str, html: str, complaint: str
) -> None:
    assert complaint in complaints(page_of(window, FINE, head, html))


@pytest.mark.parametrize(
    "hidden", ["display: none", "visibility: hidden", "opacity: 0", "position: fixed; width: 0"]
)
def test_what_is_not_shown_is_not_judged(window: Callable[..., Any], hidden: str) -> None:
    body = f'<p style="color: #fff; font-size: 8px; overflow: hidden; {hidden}"><b></b></p>'
    assert complaints(page_of(window, FINE + body)) == []


def test_a_focus_that_is_not_seen_is_found(window: Callable[..., Any]) -> None:
    buttons = "<button>one</button><button style='outline: none'>two</button>"
    page = page_of(window, f"<style>:focus-visible {{ outline: 2px solid }}</style>{buttons}")
    [unseen] = invisible_focus(page)
    assert unseen.endswith(">two</button>")
