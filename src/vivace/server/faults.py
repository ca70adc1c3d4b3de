"""Why a project could not be loaded, in one sentence with the cure."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from vivace.core.exceptions import ImproperlyConfigured
from vivace.management.exceptions import CommandError
from vivace.management.utility import settings_variable

_PACKAGE = Path(__file__).resolve().parents[1]
_CIRCLES = ("circular import", "partially initialized module")


def sentence(error: BaseException) -> str:
    """What is wrong, where, and what to do about it."""
    if isinstance(error, CommandError):
        return str(error)
    text = " ".join(str(error).split()) or "no message"
    variable = settings_variable()
    module = os.environ.get(variable)
    if isinstance(error, SyntaxError):
        where = f"{error.filename}, line {error.lineno}"
        return f"The project has a syntax error in {where}: {error.msg}. Mend it and start again."
    if isinstance(error, ModuleNotFoundError) and module and _within(error.name, module):
        return (
            f"The settings module '{module}' cannot be imported: there is no module "
            f"'{error.name}'. Set {variable} to the settings that are there, or start in the "
            "project's directory."
        )
    if isinstance(error, ImportError | AttributeError | ImproperlyConfigured) and any(
        mark in str(error) for mark in _CIRCLES
    ):
        return (
            f"There is a circular import{_place(error)}: {text} Move what both modules need to a "
            "third, or import it within the function that needs it."
        )
    if isinstance(error, ImproperlyConfigured):
        return f"The settings cannot be used{_place(error)}: {text.rstrip('.')}. Mend that."
    if isinstance(error, ImportError):
        return (
            f"The project cannot be loaded: {type(error).__name__}: {text}{_place(error)}. Install "
            "or mend that module; --traceback shows who imports it."
        )
    return (
        f"The project cannot be loaded: {type(error).__name__}: {text.rstrip('.')}{_place(error)}. "
        "--traceback shows how it came to that."
    )


def _within(name: str | None, module: str) -> bool:
    return name is not None and (module == name or module.startswith(f"{name}."))


def _place(error: BaseException) -> str:
    """The last line of the project's own code that led there."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        inside = path.is_relative_to(_PACKAGE) or "site-packages" in path.parts
        if not inside and path.is_file() and "importlib" not in path.parts:
            return f" ({frame.filename}, line {frame.lineno})"
    return ""
