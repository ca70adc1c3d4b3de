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


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("completion", shell)
    assert "vivace manage.py" in capsys.readouterr().out
