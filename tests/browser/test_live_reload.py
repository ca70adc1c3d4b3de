"""``runserver`` and an open page: the browser shows each change by itself."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from browsing import Served, look_at, until

SETTINGS = """
SECRET_KEY = "a key for tests " * 4
DEBUG = True
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["shop"]
TEMPLATES = [{"BACKEND": "vivace.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
"""
URLS = """
from shop import views
from vivace.urls import path

urlpatterns = [path("", views.page)]
"""
VIEWS = """
from vivace.shortcuts import render


def page(request):
    return render(request, "page.html", {"offer": "bread"})
"""
PAGE = """<!doctype html>
<html lang="en"><head><title>Shop</title></head>
<body><h1>Today: {{ offer }}</h1></body></html>
"""
MISTAKE = "\n\ndef broken(:\n    pass\n"
# What a browser says of a server that is away for a moment, in which the page waits for it.
AWAY = re.compile(r"Failed to load resource: net::ERR_(CONNECTION|INCOMPLETE|EMPTY)")


def save(path: Path, text: str) -> None:
    """Save as editors do: a new file takes the old one's name."""
    new = path.with_suffix(".new")
    new.write_text(text)
    os.replace(new, path)


def answer(url: str) -> str:
    """What the server answers; nothing while it starts again."""
    try:
        with urlopen(url, timeout=5) as response:
            return str(response.read().decode())
    except OSError:
        return ""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The package of a small project."""
    folder = tmp_path / "shop"
    (folder / "templates").mkdir(parents=True)
    for name, text in (
        ("__init__.py", ""),
        ("settings.py", SETTINGS),
        ("urls.py", URLS),
        ("views.py", VIEWS),
        ("templates/page.html", PAGE),
    ):
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def serve(tmp_path: Path, browser: Any) -> Iterator[Callable[..., Served]]:
    """Start ``runserver`` for the project, and wait until it serves and sees changes."""
    started: list[Served] = []

    def start(*options: str, watches: bool = True) -> Served:
        server = Served(
            tmp_path,
            *("runserver", "{port}", *options),
            log=tmp_path / "server.log",
            VIVACE_SETTINGS_MODULE="shop.settings",
        )
        started.append(server)
        until(lambda: "Quit the server" in server.printed(), "it says where it is")
        if watches:
            until(lambda: "Watching for file changes" in server.printed(), "it watches")
        return server

    yield start
    for server in started:
        server.end()


@pytest.fixture
def opened(window: Any) -> Iterator[Any]:
    """A page whose server may be away for a moment."""
    yield window()
    window.said[:] = [line for line in window.said if not AWAY.match(line)]


def heading(page: Any, text: str) -> None:
    """Wait until the page shows `text` as its heading."""
    page.get_by_role("heading", level=1, name=text).wait_for()


def test_the_page_follows_what_is_saved(
    shop: Path, serve: Callable[..., Served], opened: Any
) -> None:
    server = serve()
    views, template = shop / "views.py", shop / "templates" / "page.html"
    opened.goto(server.url)
    heading(opened, "Today: bread")

    # Code: the server starts again.
    save(views, VIEWS.replace("bread", "cake"))
    heading(opened, "Today: cake")

    # While another page was looked at.
    opened.goto("about:blank")
    save(views, VIEWS.replace("bread", "pie"))
    # A browser that finds no server shows a page of its own, which waits for nothing.
    until(lambda: "pie" in answer(server.url), "it serves the change")
    opened.go_back()
    heading(opened, "Today: pie")
    save(views, VIEWS.replace("bread", "cake"))
    heading(opened, "Today: cake")

    # A template: it does not.
    restarts = server.printed().count("reloading")
    save(template, PAGE.replace("Today", "Tomorrow"))
    heading(opened, "Tomorrow: cake")
    assert server.printed().count("reloading") == restarts

    # A mistake in the language: what is wrong and where, until it is mended.
    save(views, VIEWS + MISTAKE)
    heading(opened, "SyntaxError")
    assert "def broken(:" in opened.locator(".source .here").first.inner_text()
    assert "views.py" in opened.locator("#culprit .place").inner_text()
    save(views, VIEWS.replace("bread", "tart"))
    heading(opened, "Tomorrow: tart")

    # A mistake that is only found when the view runs, and one in a template.
    save(views, VIEWS.replace('"bread"', "unknown"))
    heading(opened, "NameError at /")
    save(views, VIEWS)
    heading(opened, "Tomorrow: bread")
    save(template, PAGE.replace("{{ offer }}", "{% offer %}"))
    heading(opened, "TemplateSyntaxError at /")
    save(template, PAGE)
    heading(opened, "Today: bread")


def test_a_project_that_does_not_load_says_so_and_loads_when_it_is_mended(
    shop: Path, serve: Callable[..., Served], opened: Any
) -> None:
    server = serve()
    opened.goto(server.url)
    heading(opened, "Today: bread")
    save(shop / "settings.py", SETTINGS + MISTAKE)
    heading(opened, "The project does not load")
    assert "def broken(:" in opened.locator(".source .here").inner_text()
    assert "SECRET_KEY = ***" in opened.locator(".source").inner_text()
    assert "a key for tests" not in opened.content()
    look_at(opened, "error-no-project")
    save(shop / "settings.py", SETTINGS)
    heading(opened, "Today: bread")

    save(shop / "urls.py", URLS + MISTAKE)
    heading(opened, "SyntaxError")
    look_at(opened, "error-no-urls")
    save(shop / "urls.py", URLS)
    heading(opened, "Today: bread")


def test_the_welcome_page_gives_way_to_the_first_route(
    shop: Path, serve: Callable[..., Served], opened: Any
) -> None:
    save(shop / "urls.py", "urlpatterns = []\n")
    server = serve()
    opened.goto(server.url)
    heading(opened, "The install worked successfully! Congratulations!")
    look_at(opened, "welcome")
    save(shop / "urls.py", URLS)
    heading(opened, "Today: bread")


@pytest.mark.parametrize("way", ["setting", "debug", "option"])
def test_it_can_be_switched_off(
    shop: Path, serve: Callable[..., Served], opened: Any, way: str
) -> None:
    more = {"setting": "RUNSERVER_LIVE_RELOAD = False\n", "debug": "DEBUG = False\n", "option": ""}
    allowed = 'ALLOWED_HOSTS = ["127.0.0.1"]\n'
    save(shop / "settings.py", SETTINGS + more[way] + allowed)
    server = serve(*(["--noreload"] if way == "option" else []), watches=way == "setting")
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(server.url, wait_until="networkidle")
    heading(opened, "Today: bread")
    assert opened.locator("script").count() == 0
    assert asked == [f"{server.url}/"]
