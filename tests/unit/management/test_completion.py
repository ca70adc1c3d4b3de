"""The script for shells, as a shell uses it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vivace.management import call_command


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "answer"),
    [("vivace star", ["startapp", "startproject"]), ("vivace check --dep", ["--deploy"])],
)
def test_bash_completes(tmp_path: Path, words: str, answer: list[str]) -> None:
    program = tmp_path / "vivace"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m vivace "$@"\n')
    program.chmod(0o755)
    script = tmp_path / "script"
    with script.open("w") as file:
        call_command("completion", "bash", stdout=file)
    number = len(words.split()) - 1
    done = subprocess.run(
        [
            *("bash", "-c"),
            f"source {script}; COMP_WORDS=({words}); COMP_CWORD={number}; "
            f"_vivace_complete {program}; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        ],
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.split() == answer


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("python manage.py star", ["startapp", "startproject"]),
        ("python ./manage.py check --dep", ["--deploy"]),
        ("python manage.p", []),
        ("python other.py star", []),
    ],
)
def test_bash_completes_what_is_called_by_python(
    tmp_path: Path, words: str, answer: list[str]
) -> None:
    (tmp_path / "manage.py").write_text(
        "from vivace.core.management import execute_from_command_line\n"
        "execute_from_command_line()\n"
    )
    with (tmp_path / "script").open("w") as file:
        call_command("completion", "bash", stdout=file)
    number = len(words.split()) - 1
    done = subprocess.run(
        [
            *("bash", "-c"),
            f"source ./script; complete -p python3; COMP_WORDS=({words}); COMP_CWORD={number}; "
            f"_vivace_complete_python {sys.executable}; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.stderr == ""
    registered, *completed = done.stdout.splitlines()
    assert registered == "complete -o default -F _vivace_complete_python python3"
    assert [word for word in completed if word] == answer


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("completion", shell)
    assert "vivace manage.py" in capsys.readouterr().out
