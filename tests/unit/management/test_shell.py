"""What the shell imports by itself, and how it says so."""

from __future__ import annotations

import io
from typing import Any

import pytest

from vivace.management import call_command
from vivace.management.commands.shell import Command


def imports(paths: list[str] | None, verbosity: int) -> tuple[dict[str, Any], str]:
    class Shell(Command):
        def get_auto_imports(self) -> list[str] | None:
            return paths

    out = io.StringIO()
    return Shell(stdout=out).get_namespace(verbosity=verbosity), out.getvalue()


@pytest.mark.parametrize(
    ("paths", "verbosity", "names", "text"),
    [
        ([], 1, [], "0 objects imported automatically.\n\n"),
        ([], 0, [], ""),
        (None, 1, [], ""),
        (["os"], 1, ["os"], "1 object imported automatically (use -v 2 for details).\n\n"),
        (
            ["os.path.join", "json.dumps", "os.path.split", "sys"],
            2,
            ["dumps", "join", "split", "sys"],
            "4 objects imported automatically:\n\n  import sys\n"
            "  from os.path import join, split\n  from json import dumps\n\n",
        ),
        (
            ["os", "no_such.mod", "os.nope"],
            1,
            ["os"],
            "2 objects could not be automatically imported:\n\n  no_such.mod\n  os.nope\n\n"
            "1 object imported automatically (use -v 2 for details).\n\n",
        ),
    ],
)
def test_auto_imports(paths: list[str] | None, verbosity: int, names: list[str], text: str) -> None:
    namespace, said = imports(paths, verbosity)
    assert sorted(namespace) == names
    assert said == text


def test_no_imports() -> None:
    assert Command().get_namespace(no_imports=True, verbosity=1) == {}


def test_commands_run_as_a_module(capsys: pytest.CaptureFixture[str]) -> None:
    source = "def here(): return [__name__ for each in 'x']\nprint(here())"
    call_command("shell", "--no-imports", command=source)
    assert capsys.readouterr().out == "['vivace.core.management.commands.shell']\n"
