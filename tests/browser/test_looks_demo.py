"""Every page of the demo, on a phone and at a desk, by day and by night, and what one does there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browsing import PHONE, Served, invisible_focus, look_at

PAGES = {
    "home": "",
    "programme": "programme/",
    "about": "about/",
    "posters": "posters/",
    "not-found": "no/such/door/",
    "error": "backstage/",
}


@pytest.fixture
def opened(page: Any, jazzclub: Served) -> Callable[[str], Any]:
    """Open a page of the demo."""

    def open_page(path: str) -> Any:
        page.goto(f"{jazzclub.url}/{path}", wait_until="domcontentloaded")
        return page

    return open_page


def to_a_gig(page: Any) -> None:
    """From the programme to an evening with seats left."""
    page.locator(".gigs a").filter(has_not_text="sold out").first.click()
    page.get_by_role("heading", name="Seats").wait_for()


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str, opened: Callable[[str], Any]) -> None:
    look_at(opened(PAGES[name]), f"demo-{name}")


@pytest.mark.parametrize("name", ["home", "programme", "posters", "not-found"])
def test_the_focus_is_always_seen(name: str, opened: Callable[[str], Any]) -> None:
    assert invisible_focus(opened(PAGES[name])) == []


def test_filters_that_leave_nothing(opened: Callable[[str], Any]) -> None:
    page = opened("programme/")
    styles = page.get_by_role("group", name="Styles").get_by_role("link")
    houses = page.get_by_role("group", name="Houses").get_by_role("link")
    for style in range(1, styles.count()):
        styles.nth(style).click()
        for house in range(1, houses.count()):
            houses.nth(house).click()
            if not page.locator(".gigs li").count():
                look_at(page, "demo-programme-empty")
                page.get_by_role("link", name="See all of them.").click()
                assert page.locator(".gigs li").count()
                return
    pytest.fail("each style is played in each house")


def test_from_the_programme_to_a_seat_and_back(opened: Callable[[str], Any]) -> None:
    page = opened("programme/")
    to_a_gig(page)
    look_at(page, "demo-gig")
    # The name is missing: the browser itself says so, and nothing is sent.
    page.set_viewport_size(PHONE)
    free = page.locator("input[name=seat]:not([disabled])")
    chosen = [free.nth(index).get_attribute("value") for index in range(2)]
    for index in range(2):
        free.nth(index).check()
    page.get_by_role("button", name="Book").click()
    assert page.get_by_label("Your name").evaluate("(field) => !field.checkValidity()")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Book").click()
    page.get_by_role("heading", name="See you there, Ada").wait_for()
    assert page.locator(".tickets li").all_inner_texts() == chosen
    look_at(page, "demo-booking")
    page.get_by_role("button", name="Give the seats back").click()
    page.get_by_role("heading", name="Seats").wait_for()
    assert page.locator(f"input[value={chosen[0]}]").is_enabled()


def test_seats_are_chosen_with_the_keyboard(opened: Callable[[str], Any]) -> None:
    page = opened("programme/")
    to_a_gig(page)
    seat = page.locator("input[name=seat]:not([disabled])").first
    seat.focus()
    page.keyboard.press("Space")
    assert seat.is_checked()
    assert invisible_focus(page, most=12) == []


def test_a_booking_that_is_refused_says_why(opened: Callable[[str], Any]) -> None:
    page = opened("programme/")
    page.set_viewport_size(PHONE)
    to_a_gig(page)
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Book").click()
    why = page.get_by_role("alert")
    why.wait_for()
    # It is far down the page, and the browser goes there.
    assert 0 <= why.bounding_box()["y"] < PHONE["height"] / 2
    look_at(page, "demo-gig-refused")


def test_a_poster_on_the_wall(opened: Callable[[str], Any], tmp_path: Path) -> None:
    page = opened("posters/")
    # A picture of the page itself will do.
    page.screenshot(
        path=tmp_path / "poster.png", clip={"x": 0, "y": 0, "width": 300, "height": 400}
    )
    page.get_by_label("Title").fill("Blue in green")
    page.get_by_label("Poster", exact=True).set_input_files(tmp_path / "poster.png")
    page.get_by_role("button", name="Send it").click()
    page.get_by_role("img", name=re.compile("blue in green", re.I)).wait_for()
    look_at(page, "demo-posters-hung")


def test_what_is_playing_is_shown_when_the_server_says_so(opened: Callable[[str], Any]) -> None:
    page = opened("about/")
    page.get_by_text("On the club radio:").wait_for()
    look_at(page, "demo-playing")
