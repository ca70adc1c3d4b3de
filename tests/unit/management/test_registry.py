"""Which commands there are: the framework's, and those of the installed apps, first app first."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vivace import management
from vivace.apps import apps
from vivace.management import (
    call_command,
    find_commands,
    get_commands,
    load_command_class,
    registry,
)
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError

COMMAND = """
from vivace.core.management.base import BaseCommand

class Command(BaseCommand):
    requires_system_checks = []
    def handle(self, *args, **options):
        return {answer!r}
"""


def write_app(root: Path, name: str, commands: dict[str, str]) -> None:
    directory = root / name / "management" / "commands"
    directory.mkdir(parents=True)
    (root / name / "__init__.py").touch()
    for command, answer in commands.items():
        (directory / f"{command}.py").write_text(COMMAND.format(answer=answer))


@pytest.fixture
def two_apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    write_app(tmp_path, "first_app", {"both": "first", "check": "own check", "_private": ""})
    write_app(tmp_path, "second_app", {"both": "second", "only": "second only"})
    (tmp_path / "second_app/management/commands/package").mkdir()
    (tmp_path / "second_app/management/commands/package/__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    apps.set_installed_apps(["first_app", "second_app"])
    get_commands.cache_clear()
    yield
    apps.unset_installed_apps()
    get_commands.cache_clear()
    for name in [name for name in sys.modules if name.startswith(("first_app", "second_app"))]:
        del sys.modules[name]


def test_the_frameworks_own() -> None:
    commands = get_commands()
    assert commands["check"] == "vivace.core"
    assert {"startproject", "startapp", "runserver", "test", "shell", "serve"} <= commands.keys()
    assert set(find_commands(str(Path(management.__file__).parent))) <= commands.keys()


@pytest.mark.usefixtures("two_apps")
def test_the_app_listed_first_wins() -> None:
    assert get_commands()["both"] == "first_app"
    assert get_commands()["check"] == "first_app"
    assert get_commands()["only"] == "second_app"
    assert not {"_private", "package"} & get_commands().keys()
    assert call_command("both", stdout=io.StringIO()) == "first"
    assert call_command("check", stdout=io.StringIO()) == "own check"
    assert call_command("only", stdout=io.StringIO()) == "second only"


@pytest.mark.parametrize("name", ["no_such", "chekc", 3, BaseCommand])
def test_unknown_command(name: Any) -> None:
    with pytest.raises(CommandError) as caught:
        call_command(name)
    assert str(caught.value) == f"Unknown command: {name!r}"


def test_a_command_may_be_loaded_already(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ready(BaseCommand):
        requires_system_checks: list[str] = []

        def handle(self, *args: Any, **options: Any) -> str:
            return "ready"

    monkeypatch.setattr(registry, "get_commands", lambda: {"loaded": Ready()})
    assert call_command("loaded", stdout=io.StringIO()) == "ready"


def test_errors_of_loading_pass() -> None:
    with pytest.raises(ModuleNotFoundError):
        load_command_class("vivace.core", "no_such")


def test_find_commands_in_no_directory(tmp_path: Path) -> None:
    assert find_commands(str(tmp_path)) == []


def test_every_command_has_its_door() -> None:
    names = find_commands(str(Path(management.__file__).parent))
    doors = Path(management.__file__).parent.parent / "core" / "management"
    assert set(find_commands(str(doors))) == set(names)
