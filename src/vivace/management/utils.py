"""Small tools that commands share, some of them used by commands elsewhere."""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from vivace.apps import apps
from vivace.management.exceptions import CommandError
from vivace.management.parser import CommandParser
from vivace.utils.crypto import get_random_string
from vivace.utils.encoding import DEFAULT_LOCALE_ENCODING

_SECRET_KEY_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)"
_unset: Any = object()


def popen_wrapper(args: Sequence[str], stdout_encoding: str = "utf-8") -> tuple[str, str, int]:
    """Run the program `args` to its end: its stdout, stderr and exit status.

    Raises `CommandError` if it cannot be started.
    """
    try:
        process = subprocess.run(args, capture_output=True, close_fds=os.name != "nt")
    except OSError as error:
        raise CommandError(f"Error executing {args[0]}") from error
    return (
        process.stdout.decode(stdout_encoding),
        process.stderr.decode(DEFAULT_LOCALE_ENCODING, errors="replace"),
        process.returncode,
    )


def handle_extensions(extensions: Iterable[str]) -> set[str]:
    """The extensions in `extensions`, each a comma-separated list, with their dots.

    ``handle_extensions(["html", "txt,js"])`` is ``{".html", ".txt", ".js"}``.
    """
    names = [name for each in extensions for name in each.replace(" ", "").split(",")]
    return {name if name.startswith(".") else f".{name}" for name in names}


def find_command(cmd: str, path: Any = None, pathext: Any = None) -> str | None:
    """The file that calling `cmd` would run, looked for in `path` (default: ``PATH``), or None."""
    if path is None:
        path = os.environ.get("PATH", "").split(os.pathsep)
    directories = [path] if isinstance(path, str) else path
    if pathext is None:
        pathext = os.environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(os.pathsep)
    # A name that has such an ending already is complete.
    endings = [""] if any(cmd.endswith(ext) for ext in pathext) else ["", *pathext]
    for directory in directories:
        for ending in endings:
            candidate = os.path.join(directory, cmd + ending)
            if os.path.isfile(candidate):
                return candidate
    return None


def get_random_secret_key() -> str:
    """A string of 50 random characters that can serve as SECRET_KEY."""
    return get_random_string(50, _SECRET_KEY_CHARS)


def parse_apps_and_model_labels(labels: Iterable[str]) -> tuple[set[Any], set[Any]]:
    """The models and the app configs named: ``("app.Model", "app")`` gives one of each.

    Raises `CommandError` for what is not installed.
    """
    app_configs: set[Any] = set()
    models: set[Any] = set()
    for label in labels:
        if "." in label:
            try:
                models.add(apps.get_model(label))
            except LookupError:
                raise CommandError(f"Unknown model: {label}") from None
        else:
            try:
                app_configs.add(apps.get_app_config(label))
            except LookupError as error:
                raise CommandError(str(error)) from None
    return models, app_configs


def get_command_line_option(argv: Sequence[str], option: str) -> str | None:
    """The value of `option` in `argv`, or None if it is not there or has none."""
    parser = CommandParser(add_help=False, allow_abbrev=False)
    parser.add_argument(option, dest="value")
    try:
        options, _ = parser.parse_known_args(argv[2:])
    except CommandError:
        return None
    value: str | None = options.value
    return value


def normalize_path_patterns(patterns: Iterable[str]) -> list[str]:
    """`patterns` with the separators of this system; ``directory/*`` becomes ``directory``."""
    normal = []
    for pattern in map(os.path.normcase, patterns):
        for everything in {f"{separator}*" for separator in {"/", os.sep}}:
            if pattern.endswith(everything):
                normal.append(pattern.removesuffix(everything))
                break
        else:
            normal.append(pattern)
    return normal


def is_ignored_path(path: str, ignore_patterns: Iterable[str]) -> bool:
    """Whether the name of `path`, or all of it, matches one of `ignore_patterns`."""
    parts = Path(path)
    return any(
        fnmatch.fnmatchcase(parts.name, pattern) or fnmatch.fnmatchcase(str(parts), pattern)
        for pattern in normalize_path_patterns(ignore_patterns)
    )


def source_directory() -> str | None:
    """The directory ``src`` of the project here, if that is where it has its code."""
    source = os.path.join(os.getcwd(), "src")
    # manage.py has put it on the path.
    return source if source in sys.path and os.path.isfile("manage.py") else None


def find_formatters() -> dict[str, str | None]:
    """Where the formatters for generated code are: keyword arguments for `run_formatters`."""
    return {"black_path": shutil.which("black")}


def run_formatters(
    written_files: Iterable[str], black_path: Any = _unset, stderr: Any = None
) -> None:
    """Format `written_files` with black, if there is one; that it fails is said, and no error."""
    if black_path is _unset:
        black_path = find_formatters()["black_path"]
    if not black_path:
        return
    try:
        subprocess.run([black_path, "--fast", "--", *written_files], capture_output=True)
    except OSError:
        stream = sys.stderr if stderr is None else stderr
        stream.write("Formatters failed to launch:\n")
        traceback.print_exc(file=stream)
