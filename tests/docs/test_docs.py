"""The documentation is true: its links lead somewhere, and the examples that are marked run.

How a block is marked, in the line that opens it:

* ``python run``: all such blocks of a page are one program, which must end well. Settings are
  configured, with the program itself as URLconf.
* ``python file=PATH`` (or another language): the block is written to that file first.
* ``console run``: the lines that begin with ``$`` are run, one after the other, in the page's folder.
"""

from __future__ import annotations

import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("benchmarks/*.md")])
BLOCK = re.compile(r"^```(\S*)[ ]?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")

LOGGERS = ("vivace.serve", "vivace.security")
# What stands for any module.
STAND_INS = {"vivace.x.y"}

PREAMBLE = """\
import vivace
from vivace.conf import settings

settings.configure(
    SECRET_KEY="a key for examples, as long as it should be: 0123456789abcdefghijklmnop",
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF="__main__",
    USE_TZ=True,
)
vivace.setup()
"""


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path) -> list[tuple[str, str, str]]:
    return BLOCK.findall(page.read_text())


def test_pages_were_found() -> None:
    assert len(PAGES) > 10


def test_fragments_of_the_changelog_say_their_kind() -> None:
    names = [each.name for each in (ROOT / "changes.d").iterdir()]
    assert [
        name for name in names if not re.fullmatch(r"[a-z-]+\.(feature|fix|perf)\.md", name)
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = BLOCK.sub("", page.read_text())
    for link in LINK.findall(text):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), f"{name_of(page)} links to {link}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", found.read_text(), re.MULTILINE)
            slugs = [re.sub(r"[^\w\- ]", "", each).strip().lower() for each in headings]
            assert anchor in [slug.replace(" ", "-") for slug in slugs], link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_names_are_those_of_something(page: Path) -> None:
    """Dotted names begin with a module, and go on with what that has; loggers are no modules."""
    names = set(re.findall(r"\bvivace(?:\.\w+)+", page.read_text()))
    for name in sorted(names - STAND_INS):
        if not name.startswith(LOGGERS):
            pkgutil.resolve_name(name)


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if any("run" in options for _, options, _ in blocks(page))],
    ids=name_of,
)
def test_examples_run(page: Path, tmp_path: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.endswith("SETTINGS_MODULE")
    }
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    program = ""
    for language, options, text in blocks(page):
        if options.startswith("file="):
            target = tmp_path / options.removeprefix("file=").strip()
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        elif (language, options) == ("console", "run"):
            for line in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
                run(["bash", "-c", line], tmp_path, environment)
        elif (language, options) == ("python", "run"):
            program += text
    if program:
        (tmp_path / "example.py").write_text(PREAMBLE + program)
        run([sys.executable, "-W", "error", "example.py"], tmp_path, environment)


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
