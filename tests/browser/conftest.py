"""Chromium, as installed on this machine, and the two sites it looks at.

Without Chromium these tests are skipped; in continuous integration they may not be.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from browsing import ROOT, Served, chromium, manage

HERE = Path(__file__).parent
HOW = "needs Chromium (Debian: apt-get install chromium) and the dependency group `browser`"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window, for the tests of one module.

    Playwright's event loop runs in this thread as long as the browser is open, which would be in the
    way of other tests.
    """
    program = chromium()
    if program is None:
        assert not os.environ.get("CI"), HOW
        pytest.skip(HOW)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        assert not os.environ.get("CI"), HOW
        pytest.skip(HOW)
    with sync_playwright() as playwright:
        # Containers have little shared memory.
        started = playwright.chromium.launch(
            executable_path=program, args=["--disable-dev-shm-usage"]
        )
        yield started
        started.close()


class Window:
    """Pages, and what their consoles said."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._contexts: list[Any] = []
        self.said: list[str] = []

    def __call__(self, **options: Any) -> Any:
        """A page in a context of its own; `options` are those of Playwright's ``new_context``."""
        context = self._browser.new_context(viewport={"width": 1440, "height": 900}, **options)
        self._contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page

    def _on_console(self, message: Any) -> None:
        # That an error page has the status of an error is as it should be.
        if message.type in ("error", "warning") and "the server responded" not in message.text:
            self.said.append(message.text)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def window(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open pages: ``window()``; none of them may complain on its console."""
    opened = Window(browser)
    yield opened
    opened.close()
    assert opened.said == []


@pytest.fixture(scope="module")
def shared(browser: Any) -> Iterator[tuple[Window, Any]]:
    """A page that the tests of a module share: a new one takes half a second."""
    opened = Window(browser)
    yield opened, opened()
    opened.close()


@pytest.fixture
def page(shared: tuple[Window, Any]) -> Iterator[Any]:
    """A page, which may not complain on its console; the one before has left it at another address."""
    opened, page = shared
    page.goto("about:blank")
    page.set_viewport_size({"width": 1440, "height": 900})
    opened.said.clear()
    yield page
    assert opened.said == []


@pytest.fixture(scope="module")
def bakery(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Served]:
    """The site in which everything goes wrong, under ``runserver`` in DEBUG."""
    folder = tmp_path_factory.mktemp("bakery")
    shutil.copytree(HERE / "bakery", folder, dirs_exist_ok=True)
    (folder / "bakery" / "unreadable.py").write_text(
        '"""A module."""\n\n\ndef knead(dough, minutes:\n    return dough * minutes\n'
    )
    server = Served(
        folder,
        *("runserver", "--noreload", "{port}"),
        log=folder / "server.log",
        VIVACE_SETTINGS_MODULE="bakery.settings",
        BAKERY_FOLDER=str(folder),
    )
    yield server
    server.end()


@pytest.fixture(scope="module")
def jazzclub(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Served]:
    """The demo, served as ``scripts/demo`` does, with a database of its own."""
    folder = tmp_path_factory.mktemp("jazzclub")
    environ = {
        "JAZZCLUB_DATABASE": str(folder / "jazzclub.sqlite3"),
        "JAZZCLUB_MEDIA": str(folder / "media"),
        "JAZZCLUB_DEBUG": "",
    }
    demo = ROOT / "examples" / "jazzclub"
    manage(demo, "migrate", "--run-syncdb", "--verbosity", "0", **environ)
    manage(demo, "seed", **environ)
    server = Served(
        demo,
        *("serve", "--asgi", "--workers", "1", "--port", "{port}"),
        log=folder / "server.log",
        **environ,
    )
    yield server
    server.end()
