"""What a word after ``vivace serve`` means."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vivace.conf import settings
from vivace.management.exceptions import CommandError
from vivace.server.project import find_application


@pytest.fixture(autouse=True)
def _own_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(settings, "WSGI_APPLICATION", None)
    for name in ("VIVACE_SETTINGS_MODULE", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write_project(root: Path, name: str, *files: str) -> None:
    (root / name).mkdir(parents=True, exist_ok=True)
    for file in ("__init__", "settings", *files):
        (root / name / f"{file}.py").write_text("def application(): ...\n")


@pytest.mark.parametrize("word", ["jazzsite", ".", "jazzsite/", None, "../{here}"])
def test_project_by_package_or_directory(word: str | None, tmp_path: Path) -> None:
    write_project(tmp_path, "jazzsite", "wsgi", "asgi")
    word = word and word.format(here=tmp_path.name)
    assert find_application(word).target == "jazzsite.wsgi:application"
    assert find_application(word, "asgi").target == "jazzsite.asgi:application"
    assert find_application(word, "asgi").interface == "asgi"


def test_project_in_src(tmp_path: Path) -> None:
    write_project(tmp_path / "src", "jazzsite", "asgi")
    assert find_application(None).target == "jazzsite.asgi:application"


def test_project_from_elsewhere(tmp_path: Path) -> None:
    write_project(tmp_path / "a" / "b", "farsite", "wsgi")
    assert find_application("a/b").target == "farsite.wsgi:application"
    assert find_application(str(tmp_path / "a/b/farsite")).target == "farsite.wsgi:application"


def test_settings_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_project(tmp_path, "jazzsite", "wsgi")
    write_project(tmp_path, "another", "wsgi")
    with pytest.raises(
        CommandError, match=r"several projects in .*: another, jazzsite\. Say which"
    ):
        find_application(None)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "jazzsite.settings")
    assert find_application(None).target == "jazzsite.wsgi:application"
    monkeypatch.setattr(settings, "WSGI_APPLICATION", "another.wsgi.application")
    assert find_application(None).target == "another.wsgi:application"


@pytest.mark.parametrize(
    ("word", "interface", "message"),
    [
        ("jazzsite", "asgi", "The project 'jazzsite' has no asgi.py. Add one"),
        ("bare", None, "The project 'bare' has no wsgi.py or asgi.py."),
        ("jazzsite.wsgi:nope", None, "The module 'jazzsite.wsgi' has no 'nope'."),
        ("nowhere", None, "There is no project 'nowhere'"),
        ("no where", None, "There is no project 'no where'"),
        ("../..", None, "There is no project '../..'"),
        ("no.such:app", None, "There is no module 'no.such' on the Python path."),
        (":app", None, "There is no module '' on the Python path."),
    ],
)
def test_what_cannot_be_served(
    word: str, interface: str | None, message: str, tmp_path: Path
) -> None:
    write_project(tmp_path, "jazzsite", "wsgi")
    write_project(tmp_path, "bare")
    with pytest.raises(CommandError, match=re.escape(message)):
        find_application(word, interface)  # type: ignore[arg-type]


def test_errors_inside_the_project_pass(tmp_path: Path) -> None:
    write_project(tmp_path, "jazzsite", "wsgi")
    (tmp_path / "jazzsite/wsgi.py").write_text("import no_such_module\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        find_application("jazzsite")
