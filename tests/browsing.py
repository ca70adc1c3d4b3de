"""A real browser, and the sites that it looks at: processes of their own, on free ports."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import waiting
from waiting import DEADLINE, free_port

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / ".cache" / "screenshots"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
# Names for the four ways in which each page is looked at.
WAYS = {
    f"{width['width']}-{scheme}": (width, scheme)
    for width in (PHONE, DESK)
    for scheme in ("light", "dark")
}
LOOKS = Path(__file__).parent / "browser" / "looks.js"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """The program of an installed Chromium."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def until(condition: Callable[[], Any], what: str) -> None:
    """Ask until `condition` holds."""
    waiting.until(condition, lambda: what)


class Served:
    """A site under ``python -m vivace`` at `url`; `{port}` in the arguments is the port."""

    def __init__(self, directory: Path, *argv: str, log: Path, **environ: str) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self._log = log
        kept = {k: v for k, v in os.environ.items() if not k.endswith("SETTINGS_MODULE")}
        with log.open("wb") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "vivace", *(each.format(port=port) for each in argv)],
                cwd=directory,
                env={
                    **kept,
                    "PYTHONPATH": str(directory),
                    "PYTHONUNBUFFERED": "1",
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "VIVACE_TEMPLATE_CACHE": "",
                    **environ,
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(self._is_up, "the server is up")

    def _is_up(self) -> bool:
        assert self.popen.poll() is None, self.printed()
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=DEADLINE).close()
        except OSError:
            return False
        return True

    def printed(self) -> str:
        return self._log.read_text(errors="replace")

    def end(self) -> None:
        """End it and everything it started."""
        try:
            os.killpg(self.popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.popen.wait()


def manage(directory: Path, *argv: str, **environ: str) -> None:
    """Run ``manage.py`` in `directory` to its end."""
    subprocess.run(
        [sys.executable, "manage.py", *argv],
        cwd=directory,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environ},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def wait_for_fonts(page: Any) -> None:
    page.evaluate("document.fonts.ready.then(() => true)")


def complaints(page: Any) -> list[str]:
    """What is wrong with the page as it is shown now: see ``looks.js``."""
    found: list[str] = page.evaluate(LOOKS.read_text())
    return found


def photograph(page: Any, name: str) -> bytes:
    """A picture of the whole page, kept in the folder of pictures, too."""
    assert re.fullmatch(r"[\w-]+", name)
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture: bytes = page.screenshot(
        path=PICTURES / f"{name}.png", full_page=True, animations="disabled"
    )
    return picture


def look_at(page: Any, name: str) -> dict[str, bytes]:
    """Look at the page in each of the `WAYS`: nothing is wrong with any; the picture of each."""
    pictures = {}
    for way, (size, scheme) in WAYS.items():
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        wait_for_fonts(page)
        found = complaints(page)
        pictures[way] = photograph(page, f"{name}-{way}")
        assert not found, f"{name} at {way}:\n" + "\n".join(found)
    for width in ("390", "1440"):
        assert pictures[f"{width}-light"] != pictures[f"{width}-dark"]
    return pictures


# The element that has the focus, and whether a ring is drawn around it or around what stands for it.
_FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const rings = [element, element.nextElementSibling].filter(Boolean).map((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const first = !window.walked?.has(element);
  (window.walked ||= new Set()).add(element);
  return { first, ring: rings.some(Boolean), html: element.outerHTML.slice(0, 120) };
}"""


def invisible_focus(page: Any, most: int = 60) -> list[str]:
    """Walk through the page with the tabulator key; where the focus went without being seen."""
    unseen = []
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused is None or not focused["first"]:
            break
        if not focused["ring"]:
            unseen.append(focused["html"])
    assert page.evaluate("window.walked.size") >= 1
    return unseen
