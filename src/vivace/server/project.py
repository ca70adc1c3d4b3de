"""Which application a word on the command line means.

It may be an application itself (``mysite.wsgi:application``), a project's package (``mysite``), or
a directory: the one with ``manage.py``, or the package's own. Without a word it is what the
settings say, if the environment names them, else the project in this directory.
"""

from __future__ import annotations

import inspect
import os
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from vivace.conf import ALIAS_VARIABLE, HOME_VARIABLE, settings
from vivace.management.exceptions import CommandError

Interface = Literal["wsgi", "asgi"]
INTERFACES: tuple[Interface, ...] = ("wsgi", "asgi")


@dataclass(frozen=True)
class Application:
    """An application that can be imported: ``module:attribute``, and the protocol it speaks."""

    module: str
    attribute: str
    interface: Interface

    @property
    def target(self) -> str:
        """The application as servers take it."""
        return f"{self.module}:{self.attribute}"


def find_application(word: str | None, interface: Interface | None = None) -> Application:
    """The application that `word` means, imported once to be sure of it.

    `interface` is the wanted protocol; None takes WSGI if the project has it, or what the named
    application speaks. Puts the project's directory on the import path. Raises `CommandError` if
    there is no such thing, and lets errors inside the project's own modules pass.
    """
    if word is not None and ":" in word:
        _put_on_path(Path.cwd())
        module, _, attribute = word.partition(":")
        attribute = attribute or "application"
        loaded = _attribute(_module(module), attribute)
        return Application(module, attribute, interface or _spoken_by(loaded))
    if word is None and interface != "asgi" and settings.configured and settings.WSGI_APPLICATION:
        _put_on_path(Path.cwd())
        module, _, attribute = settings.WSGI_APPLICATION.rpartition(".")
        _attribute(_module(module), attribute)
        return Application(module, attribute, "wsgi")
    package = _package(word)
    for name in (interface,) if interface else INTERFACES:
        module = f"{package}.{name}"
        if _exists(module):
            _attribute(_module(module), "application")
            return Application(module, "application", name)
    wanted = " or ".join(f"{name}.py" for name in ((interface,) if interface else INTERFACES))
    raise CommandError(
        f"The project '{package}' has no {wanted}. Add one (startproject makes both), or name the "
        "application as module:attribute."
    )


def load(application: Application) -> Any:
    """The application itself."""
    return _attribute(_module(application.module), application.attribute)


def _package(word: str | None) -> str:
    """The dotted path of the project's package."""
    if word is None:
        module = os.environ.get(HOME_VARIABLE) or os.environ.get(ALIAS_VARIABLE)
        if module:
            _put_on_path(Path.cwd())
            return module.partition(".")[0]
    directory = Path(word or ".")
    if directory.is_dir():
        found = _package_in(directory.resolve())
        if found is not None:
            return found
    _put_on_path(Path.cwd())
    if word is not None and _is_dotted(word) and _exists(word):
        return word
    if word is None:
        raise CommandError(
            "There is no project here. Go to the directory with manage.py, or say which project: "
            "vivace serve mysite."
        )
    raise CommandError(
        f"There is no project '{word}': it is neither a directory with a project nor a module on "
        "the Python path. Name a project's directory or package, or module:attribute."
    )


def _package_in(directory: Path) -> str | None:
    """The package of the project in `directory`: itself, or the one in it with the settings."""
    if _is_project(directory):
        _put_on_path(directory.parent)
        return directory.name
    for place in (directory, directory / "src"):
        packages = sorted(each for each in place.glob("*/") if _is_project(each))
        if len(packages) > 1:
            names = ", ".join(each.name for each in packages)
            raise CommandError(
                f"There are several projects in {place}: {names}. Say which one to serve."
            )
        if packages:
            _put_on_path(place)
            return packages[0].name
    return None


def _is_project(directory: Path) -> bool:
    return directory.name.isidentifier() and any(
        (directory / f"{name}.py").is_file() for name in INTERFACES
    )


def _is_dotted(word: str) -> bool:
    return all(part.isidentifier() for part in word.split("."))


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(f"{error.name}.")):
            return False
        raise


def _module(name: str) -> Any:
    if not _is_dotted(name) or not _exists(name):
        raise CommandError(
            f"There is no module '{name}' on the Python path. Run the command in the project's "
            "directory, or add it with --pythonpath."
        )
    return import_module(name)


def _attribute(module: Any, path: str) -> Any:
    loaded = module
    for name in path.split("."):
        if not hasattr(loaded, name):
            raise CommandError(
                f"The module '{module.__name__}' has no '{path}'. Define the application there, "
                "or name the right attribute after the colon."
            )
        loaded = getattr(loaded, name)
    if not callable(loaded):
        raise CommandError(f"'{module.__name__}:{path}' is not an application: not callable.")
    return loaded


def _spoken_by(application: Any) -> Interface:
    """ASGI applications are coroutine functions of scope, receive and send."""
    call = application if inspect.isroutine(application) else type(application).__call__
    return "asgi" if inspect.iscoroutinefunction(call) else "wsgi"


def _put_on_path(directory: Path) -> None:
    path = str(directory)
    if path not in sys.path:
        sys.path.insert(0, path)
