"""What judges the pages is judged: a page with each mistake, and what is said of it."""

from __future__ import annotations

from typing import Any

from browsing import complaints, invisible_focus

HEAD = '<meta name="viewport" content="width=device-width"><title>Title</title>'
FINE = "<h1>Heading</h1><p>Some text</p>"


MISTAKES = {
    '<div style="width: 500px">wide</div>': "the page is 5",
    '<p style="font-size: 10px">small</p>': "is 10 px small",
    '<p style="color: #888">grey</p>': "has a contrast of 3.54",
    '<div style="background: #000"><p style="color: #222">dark</p></div>': "has a contrast of",
    '<p style="color: #0008; background: #fff8">pale</p>': "has a contrast of",
    '<div style="background: linear-gradient(#fff, #000)"><p>above</p></div>': "contrast of 1.00",
    "<h3>deep</h3>": "follows h1",
    "<h1>again</h1>": "not one h1",
    '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">': "has no alt",
    '<p id="a"></p><p id="a"></p>': "two #a",
    '<input name="nameless">': "has no name",
    "<button></button>": "has no name",
    '<button style="padding: 0; height: 10px">x</button>': " 10 px",
}
LACKS = {
    "no lang": ("", HEAD),
    "no viewport": (' lang="en"', "<title>Title</title>"),
    "no title": (' lang="en"', '<meta name="viewport" content="width=device-width">'),
}
HIDDEN = ["display: none", "visibility: hidden", "opacity: 0"]


def show(page: Any, body: str, head: str = HEAD, html: str = ' lang="en"') -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.set_content(
        f"<!doctype html><html{html}><head>{head}</head><body><main>{body}</main></body></html>"
    )


def test_a_page_without_fault(page: Any) -> None:
    show(page, FINE)
    assert complaints(page) == []


def test_each_mistake_is_found(page: Any) -> None:
    for body, complaint in MISTAKES.items():
        show(page, FINE + body)
        found = complaints(page)
        assert any(complaint in each for each in found), (body, found)


def test_what_a_document_lacks_is_found(page: Any) -> None:
    for complaint, (html, head) in LACKS.items():
        show(page, FINE, head, html)
        assert complaint in complaints(page)


def test_what_is_not_shown_is_not_judged(page: Any) -> None:
    for hidden in HIDDEN:
        show(page, f'{FINE}<p style="color: #fff; font-size: 8px; {hidden}">text</p>')
        assert complaints(page) == []


def test_a_focus_that_is_not_seen_is_found(page: Any) -> None:
    buttons = "<button>one</button><button style='outline: none'>two</button>"
    show(page, f"<style>:focus-visible {{ outline: 2px solid }}</style>{buttons}")
    [unseen] = invisible_focus(page)
    assert unseen.endswith(">two</button>")
