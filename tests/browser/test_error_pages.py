"""The pages for developers as they are used: opened, copied, walked through with the keyboard."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from browsing import PHONE, Served, invisible_focus

SECRETS = (
    "sugar-and-cinnamon",
    "a-secret-of-the-till",
    "a-secret-of-the-mill",
    "a-secret-of-the-database",
    "a-secret-of-the-cookie",
    "a-secret-of-the-header",
)
CULPRIT = "#culprit details"


@pytest.fixture
def order(bakery: Served, page: Any) -> Any:
    """The report of an exception with a cause."""
    page.goto(f"{bakery.url}/order/")
    return page


def test_local_variables_open_by_click(order: Any) -> None:
    variables = order.locator(CULPRIT)
    value = variables.get_by_text("'pumpernickel': 1")
    assert not value.first.is_visible()
    variables.locator("summary").click()
    value.first.wait_for(state="visible")
    variables.locator("summary").click()
    value.first.wait_for(state="hidden")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_local_variables_open_by_key(order: Any, key: str) -> None:
    variables = order.locator(CULPRIT)
    variables.locator("summary").focus()
    order.keyboard.press(key)
    variables.locator("table").wait_for(state="visible")
    order.keyboard.press(key)
    variables.locator("table").wait_for(state="hidden")


def test_all_frames_open_and_close(order: Any) -> None:
    frames = order.locator("#traceback details, #culprit details")
    closed = order.locator("#traceback details:not([open]), #culprit details:not([open])")
    assert closed.count() > 1
    order.get_by_role("button", name="Open all frames").click()
    assert closed.count() == 0
    order.get_by_role("button", name="Close all frames").click()
    assert closed.count() == frames.count()


def test_copy_as_text(bakery: Served, window: Callable[..., Any]) -> None:
    opened = window(permissions=["clipboard-read", "clipboard-write"])
    opened.goto(f"{bakery.url}/order/")
    opened.get_by_role("button", name="Copy as text").click()
    opened.get_by_role("button", name="Copied").wait_for()
    copied = opened.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("OutOfFlour at /order/\nWe have no 'pumpernickel', and the order")
    assert "\nTraceback (most recent call last):\n" in copied
    assert "    raise problem from missing\n" in copied
    assert "Settings:\n" in copied


def test_where_copying_is_refused_the_text_is_there_to_be_copied(order: Any) -> None:
    order.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    text = order.get_by_label("The report as text")
    assert not text.is_visible()
    order.get_by_role("button", name="Copy as text").click()
    text.wait_for(state="visible")
    selected = order.evaluate(
        "(() => { const field = document.activeElement;"
        " return field.value.slice(field.selectionStart, field.selectionEnd); })()"
    )
    assert selected == text.input_value() != ""


@pytest.mark.parametrize("path", ["order/", "cake/", "cellar/shelfs/1/"])
def test_the_focus_is_always_seen(bakery: Served, page: Any, path: str) -> None:
    page.goto(f"{bakery.url}/{path}")
    assert invisible_focus(page) == []


def test_no_secret_is_on_the_page(bakery: Served, window: Callable[..., Any]) -> None:
    opened = window(extra_http_headers={"Authorization": "Bearer a-secret-of-the-header"})
    opened.context.add_cookies(
        [{"name": "sessionid", "value": "a-secret-of-the-cookie", "url": bakery.url}]
    )
    opened.goto(f"{bakery.url}/order/")
    content = opened.content()
    assert "STRIPE_API_KEY" in content
    assert "HTTP_AUTHORIZATION" in content
    assert "sessionid" in content
    assert [secret for secret in SECRETS if secret in content] == []


def test_the_page_needs_nothing_else(bakery: Served, window: Callable[..., Any]) -> None:
    for path in ("order/", "none/"):
        opened = window()
        asked: list[str] = []
        opened.on("request", lambda request, asked=asked: asked.append(request.url))
        opened.goto(f"{bakery.url}/{path}", wait_until="networkidle")
        assert asked == [f"{bakery.url}/{path}"]


def test_without_scripts_everything_can_still_be_read(
    bakery: Served, window: Callable[..., Any]
) -> None:
    opened = window(java_script_enabled=False)
    opened.goto(f"{bakery.url}/order/")
    assert (
        opened.locator("#culprit .here").inner_text().strip().endswith("raise problem from missing")
    )
    opened.locator(CULPRIT).locator("summary").click()
    opened.locator(CULPRIT).locator("table").wait_for(state="visible")


def test_what_matters_is_on_the_first_screen_of_a_phone(bakery: Served, page: Any) -> None:
    page.set_viewport_size(PHONE)
    for path in ("order/", "typo/", "slow/", "cake/"):
        page.goto(f"{bakery.url}/{path}")
        for part in ("h1", ".exception_value", ".source .here"):
            box = page.locator(part).first.bounding_box()
            assert box["y"] + box["height"] <= PHONE["height"], (path, part)


OWN_LINES = {
    "order/": "raise problem from missing",
    "typo/": "def knead(dough, minutes:",
    "misspelt/": 'return HttpResponse(oven.price_off("rye"))',
    "table/": "for bread in Bread.objects.filter",
    "slow/": "raise ValueError(",
    "lost/": 'return redirect("windwo")',
    "tart/": 'return render(request, "bakery/windov.html")',
    "smoke/": "raise oven.Burnt(",
    "everything/": 'raise ExceptionGroup("three things went wrong in the oven", failures)',
    "nothing/": "def nothing(request: HttpRequest) -> Any:",
    "cake/": "{{ layer.grams|in_spoons }}",
}


def test_the_first_line_shown_is_the_developers_own(bakery: Served, page: Any) -> None:
    for path, line in OWN_LINES.items():
        page.goto(f"{bakery.url}/{path}")
        assert line in page.locator(".source .here").first.inner_text()


PROPOSALS = {
    "misspelt/": "Did you mean price_of?",
    "lost/": "Did you mean window?",
    "tart/": "Did you mean bakery/window.html?",
    "table/": "The table of Bread has not been made.",
}


def test_what_may_help(bakery: Served, page: Any) -> None:
    for path, proposal in PROPOSALS.items():
        page.goto(f"{bakery.url}/{path}")
        assert proposal in page.locator(".hint").inner_text()


def test_the_nearest_route_is_a_click_away(bakery: Served, page: Any) -> None:
    page.goto(f"{bakery.url}/cellar/shelfs/12/loaves/rye/")
    page.get_by_role("link", name="/cellar/shelves/12/loaves/rye/").click()
    page.get_by_role("heading", name="In the window").wait_for()


def test_links_to_causes_lead_there(order: Any) -> None:
    assert order.locator(".because").inner_text() == "Caused by KeyError: 'pumpernickel'"
    order.get_by_role("link", name="KeyError").click()
    assert order.url.endswith("#exception-1")
    assert order.locator("#exception-1").inner_text() == "KeyError: 'pumpernickel'"


@pytest.mark.parametrize("path", ["order/", "smoke/", "typo/", "everything/", "cake/"])
def test_a_client_that_takes_no_page_gets_text(bakery: Served, browser: Any, path: str) -> None:
    request = urllib.request.Request(f"{bakery.url}/{path}", headers={"Accept": "text/plain"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    with caught.value as answer:
        text = answer.read().decode()
    assert answer.status == 500
    assert re.match(r"\w+ at /\w+/\n", text)
    assert "Traceback (most recent call last):" in text
    assert "</" not in text.partition("Settings:")[0].partition("Template error:")[0]
