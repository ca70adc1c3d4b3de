"""What is said when a project cannot be loaded: what happened, where, and what to do about it.

Commands say it, and the workers of ``vivace serve``. Only faults pay for this module; it is imported
when there is one.
"""

from __future__ import annotations

import difflib
import itertools
import os
import pkgutil
import re
import sys
import sysconfig
import traceback
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from vivace import conf
from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.db import OperationalError
from vivace.management.exceptions import CommandError
from vivace.server.broken import way_of
from vivace.utils import naming
from vivace.utils.autoreload import is_django_path

# Where Python and installed packages are: what fails there was called by the project.
_INSTALLED = tuple(
    {f"{sysconfig.get_path(name)}{os.sep}" for name in ("stdlib", "purelib", "platlib")}
)
_CIRCULAR = re.compile(r" \(most likely due to a circular import\)( \(.*\))?$")

_NO_ROOM = re.compile(r"cannot import name '(\w+)' from '(?:vivace|django)\.contrib'")


class Fault:
    """The `error` that kept the command `subcommand` from its work.

    `of_boot` says that the project was being loaded; `variable` is the environment variable that names
    the settings.
    """

    def __init__(
        self,
        error: BaseException,
        subcommand: str,
        *,
        variable: str,
        of_boot: bool,
    ) -> None:
        self._error = error
        self._subcommand = subcommand
        self._variable = variable
        self._module = os.environ.get(variable)
        self._of_boot = of_boot
        way = traceback.extract_tb(error.__traceback__)
        reading = [number for number, frame in enumerate(way) if _reads_settings(frame)]
        self._of_settings = bool(reading)
        self._of_loading = of_boot or _is_loading(way)
        # Who asked for the settings first has no part in what is wrong with them.
        self._own = _own_frame(way[reading[-1] + 1 :] if reading else way)

    def sentence(self) -> str | None:
        """What is wrong and the cure; None if only the way there can tell."""
        error = self._error
        if _is_circular(error):
            return self._circular()
        if isinstance(error, SyntaxError):
            return self._syntax(error)
        if isinstance(error, ImproperlyConfigured):
            return self._improper()
        if self._of_settings:
            return self._settings()
        if isinstance(error, ImportError):
            return self._import()
        if isinstance(error, OperationalError) and self._own is None:
            return (
                f"the database does not do what {self._subcommand} needs ({self._named()}). Check "
                "DATABASES in the settings, that the database runs, and that its tables are made; "
                "--traceback shows where it failed."
            )
        return None

    def is_of_loading(self) -> bool:
        """Whether the project's modules were being imported: the framework's way there says nothing."""
        return self._of_loading

    def message(self) -> str:
        """What a `CommandError` says of a project that was to be loaded."""
        if isinstance(self._error, CommandError):
            return str(self._error)
        said = self.sentence() or (
            f"the project cannot be loaded ({self._named()}{self._place()}). Mend that; --traceback "
            "shows how it came to that."
        )
        return " ".join(f"{said[0].upper()}{said[1:]}".split())

    def way(self) -> str:
        """The traceback, without the framework's part of the way."""
        return f"{way_of(self._error)}(--traceback shows all of the way)"

    def _improper(self) -> str:
        asks = str(self._error).startswith("Requested setting")
        if asks and not self._module:
            return (
                f"{self._subcommand} needs a project, and settings are not configured. In a "
                f"project's directory run python manage.py {self._subcommand}; elsewhere name the "
                f"settings, with --settings=mysite.settings or the environment variable "
                f"{self._variable}."
            )
        cause = self._error.__cause__
        # Often it is all that says what is wrong.
        named = f"{type(cause).__name__}: {cause}; " if isinstance(cause, ImportError) else ""
        return f"{self._named()} ({named}--traceback shows where)"

    def _import(self) -> str:
        error = self._error
        what = "the project cannot be loaded" if self._of_boot else "an import fails"
        name = (error.name if isinstance(error, ModuleNotFoundError) else None) or ""
        if found := _NO_ROOM.match(str(error)):
            return (
                f"{what}: Vivace does not have {naming.root()}.contrib.{found[1]} yet"
                f"{self._place()}. Take out what needs it; --traceback shows who imports it."
            )
        if rooms := _missing_rooms(name):
            return (
                f"the settings name what Vivace does not have yet: {', '.join(rooms)}. Take the "
                "lines with these names out of INSTALLED_APPS, MIDDLEWARE and TEMPLATES, and what "
                "needs them out of the project; a project that cannot do without them stays with "
                "Django until they are there. --traceback shows who asked first."
            )
        named_in = ", ".join(_settings_naming(name)) if name and not self._place() else ""
        near = difflib.get_close_matches(name, _own_modules(), n=1) if name else []
        return (
            f"{what} ({self._named()}{self._place()}). {f'Did you mean {near[0]}? ' if near else ''}"
            f"Install or mend the module, or correct its name{' in ' if named_in else ''}{named_in}; "
            "--traceback shows who imports it."
        )

    def _settings(self) -> str:
        if isinstance(self._error, ImportError) and self._place() == "":
            return (
                f"the settings module {self._module!r} cannot be imported ({self._named()}). Check "
                f"{self._variable} or --settings, and that the project's directory is on the Python "
                "path."
            )
        return (
            f"the settings module {self._module!r} fails ({self._named()}{self._place()}). Mend it; "
            "--traceback shows how it came to that."
        )

    def _syntax(self, error: SyntaxError) -> str:
        place = f" ({_short(error.filename)}, line {error.lineno})" if error.filename else ""
        return (
            f"{type(error).__name__}: {error.msg}{place}. Mend that file; --traceback shows who "
            "imports it."
        )

    def _circular(self) -> str:
        named = _CIRCULAR.sub("", self._named())
        return (
            f"modules import each other ({named}{self._place()}). Take one of these imports out, "
            "into a third module or into the function that needs it; --traceback shows the circle."
        )

    def _named(self) -> str:
        return f"{type(self._error).__name__}: {self._error}"

    def _place(self) -> str:
        """Where the code of the project failed, as words to add."""
        own = self._own
        return f", {_short(own.filename)}, line {own.lineno}" if own else ""


def _is_loading(way: list[traceback.FrameSummary]) -> bool:
    """Whether the framework was importing a module of the project, or one that this needs."""
    entered = itertools.dropwhile(lambda frame: not is_django_path(frame.filename), way)
    return any(
        frame.name == "<module>"
        and not frame.filename.startswith(("<", *_INSTALLED))
        and not is_django_path(frame.filename)
        for frame in entered
    )


def _missing_rooms(module: str) -> list[str]:
    """Django's own applications that the settings name and that are missing, if `module` is of one."""
    prefix = f"{naming.root()}.contrib."
    if not module.startswith(prefix) or not settings.configured:
        return []
    places = [settings.INSTALLED_APPS, settings.MIDDLEWARE, settings.TEMPLATES]
    named = {
        prefix + name.removeprefix(prefix).partition(".")[0] for name in _texts(places, prefix)
    }
    return sorted(room for room in named if find_spec(naming.to_home(room)) is None)


def _texts(value: Any, prefix: str) -> Iterator[str]:
    """The texts within `value` that begin with `prefix`."""
    if isinstance(value, str):
        yield from [value] if value.startswith(prefix) else []
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each, prefix)


def _own_modules() -> list[str]:
    """What can be imported of the project: the modules in places that are no installed packages."""
    places = [place for place in sys.path if not f"{place}{os.sep}".startswith(_INSTALLED)]
    return [each.name for each in pkgutil.iter_modules(places)]


def _is_circular(error: BaseException) -> bool:
    """Whether Python says so; of what the framework says of URLconfs there is more to read."""
    return isinstance(error, ImportError | AttributeError) and "circular import" in str(error)


def _reads_settings(frame: traceback.FrameSummary) -> bool:
    return frame.name == "_setup" and frame.filename == conf.__file__


def _own_frame(way: list[traceback.FrameSummary]) -> traceback.FrameSummary | None:
    """The last frame of the `way` that is of the project."""
    for frame in reversed(way):
        name = frame.filename
        if not (name.startswith(("<", *_INSTALLED)) or is_django_path(name)):
            return None if _is_entrance(name) else frame
    return None


def _is_entrance(filename: str) -> bool:
    """Whether `filename` is the program that was started, by which every way begins."""
    return os.path.basename(filename) in ("manage.py", naming.root(), f"{naming.ALIAS}-admin")


def _short(filename: str) -> str:
    """`filename` as it is seen from here, if that is below."""
    relative = os.path.relpath(filename)
    return filename if relative.startswith(os.pardir) else relative


def _settings_naming(module: str) -> list[str]:
    """The settings in which something of `module` is named."""
    if not settings.configured:
        return []
    # The key is none, and asking for it is an error where there is none.
    names = [name for name in dir(settings) if name.isupper() and name != "SECRET_KEY"]
    return [name for name in names if _names(getattr(settings, name, None), module)]


def _names(value: Any, module: str) -> bool:
    if isinstance(value, str):
        return value == module or value.startswith(f"{module}.")
    if isinstance(value, dict):
        return any(_names(each, module) for each in value.values())
    return isinstance(value, list | tuple) and any(_names(each, module) for each in value)
