"""The command line answers what Django's does, case by case: see scripts/golden/management.py."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from vivace.conf import settings
from vivace.management import call_command, load_command_class, utils
from vivace.management.base import BaseCommand
from vivace.management.color import make_style
from vivace.management.commands import runserver
from wording import as_recorded

ROOT = Path(__file__).parents[3]
GOLDEN = json.loads((ROOT / "tests/golden/management.json").read_text(encoding="utf-8"))


def named(case: Any) -> str:
    return json.dumps(case[:-1])[:80]


def questions() -> ModuleType:
    """The script that asked Django."""
    path = ROOT / "scripts/golden/management.py"
    spec = importlib.util.spec_from_file_location("golden_management_questions", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ASK = questions()

CALLS = [(spec, call) for spec in GOLDEN["calls"] for call in spec["calls"]]


@pytest.mark.parametrize(("spec", "call"), CALLS, ids=[named(call) for _, call in CALLS])
def test_call_command(spec: Any, call: Any) -> None:
    answer = json.loads(json.dumps(ASK.ask_call(spec, call, BaseCommand, call_command)))
    assert as_recorded(answer) == call[2]


@pytest.mark.parametrize("case", GOLDEN["addresses"], ids=named)
def test_addrport(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEBUG", True)
    address, six, expected = case
    answer = ASK.ask_address(runserver.Command, address, six, call_command)
    assert json.loads(json.dumps(answer)) == expected


@pytest.mark.parametrize("name", sorted(GOLDEN["forms"]))
def test_form_of_help(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    parser = load_command_class("vivace.core", name).create_parser("manage.py", name)
    expected = GOLDEN["forms"][name]
    usage = ASK.usage(parser)
    answer = json.loads(json.dumps(ASK.option_lines(parser)))
    if name == "startproject":
        # The layout that Django makes has an option of its own here.
        usage = usage.replace("[--classic] ", "")
        answer = [line for line in answer if "--classic" not in line[0]]
    assert usage == expected["usage"]
    assert [line[:4] for line in answer] == [line[:4] for line in expected["options"]]


@pytest.mark.parametrize(
    ("kind", "name", "key", "args"),
    [("project", "concert", "project", ["--classic"]), ("app", "tickets", "app", [])],
)
def test_files_of_skeletons(kind: str, name: str, key: str, args: list[str]) -> None:
    assert ASK.project_files(f"start{kind}", name, call_command, *args) == GOLDEN[key]


@pytest.mark.parametrize("case", GOLDEN["colors"], ids=named)
def test_colors(case: Any) -> None:
    styled = {role: function("x") for role, function in vars(make_style(case[0])).items()}
    # Which of two options comes first is not defined: they come from a set.
    assert {role: sorted(text) for role, text in styled.items()} == {
        role: sorted(text) for role, text in case[1].items()
    }


@pytest.mark.parametrize("case", GOLDEN["extensions"], ids=named)
def test_extensions(case: Any) -> None:
    assert sorted(utils.handle_extensions(case[0])) == case[1]


@pytest.mark.parametrize("case", GOLDEN["options"], ids=named)
def test_command_line_option(case: Any) -> None:
    assert utils.get_command_line_option(case[0], "--x") == case[1]


@pytest.mark.parametrize("case", GOLDEN["patterns"], ids=named)
def test_patterns(case: Any) -> None:
    assert utils.normalize_path_patterns([case[0]]) == case[1]


@pytest.mark.parametrize("case", GOLDEN["ignored"], ids=named)
def test_ignored_paths(case: Any) -> None:
    assert utils.is_ignored_path(case[0], case[1]) is case[2]
