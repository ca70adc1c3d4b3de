"""Names of a package that are imported from its modules when they are first asked for.

A package publishes many names, of which a program uses few. PERF: with `lazily` its ``__init__`` only
says where each name is (PEP 562), so that ``manage.py check`` does not pay for what answers requests.
What type checkers see is imported below ``if TYPE_CHECKING`` there; a test compares the two lists.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, AnyStr, cast

from vivace.utils.naming import HOME

__all__ = ["Later", "awaited", "before_serving", "late_pattern", "lazily", "settle"]


def lazily(
    package: str, names: Mapping[str, str], *, along: tuple[str, ...] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` for the module `package`.

    `names` has the names that each module brings, separated by spaces: a module of the package by its
    name within it, any other by its full name. Submodules are found by themselves, as after an import.
    The modules in `along` are imported before the first name is handed out, for what importing them
    does. A module that is no package may publish names of others in this way, too.
    """
    homes = {
        name: home if home.startswith(f"{HOME}.") else f"{package}.{home}"
        for home, brought in names.items()
        for name in brought.split()
    }
    pending = [f"{package}.{module}" for module in along]

    def get(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            # A submodule is an attribute of its package, but only once it is imported.
            packaged = not name.startswith("__") and "__path__" in vars(sys.modules[package])
            if not packaged or find_spec(f"{package}.{name}") is None:
                raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name)
            return import_module(f"{package}.{name}")
        if pending:
            # Not taken from the list before: another thread would not wait for it.
            for module in list(pending):
                import_module(module)
            pending.clear()
        value = getattr(import_module(home), name)
        return vars(sys.modules[package]).setdefault(name, value)

    def names_of() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes})

    return get, names_of


# What `settle` does.
_left: list[Callable[[], Any]] = []


class Later:
    """Stands for the module `name`, which is imported when something of it is first asked for.

    For what a module's less frequent functions make use of. Other than an import in such a function
    it is at the top, where a module says what it needs; checkers see a plain import there::

        if TYPE_CHECKING:
            import uuid
        else:
            uuid = Later("uuid")

    PERF: once it is imported, the module itself takes the place of its stand-in among the names of
    the module that made it. `settle` does that before a server's first request, except for what is
    `rare`: needed by faults, or by few programs.
    """

    def __init__(self, name: str, *, rare: bool = False) -> None:
        self._name = name
        self._place = sys._getframe(1).f_globals
        if not rare:
            _left.append(self._settled)

    def _settled(self) -> ModuleType:
        module = import_module(self._name)
        for name in [name for name, value in self._place.items() if value is self]:
            self._place[name] = module
        return module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settled(), name)


def before_serving(function: Callable[[], Any]) -> None:
    """Have `settle` call `function`, which imports what a request may need."""
    _left.append(function)


def settle() -> None:
    """Import and compile now what was left for later, so that no request has to wait for it."""
    while _left:
        _left.pop()()


class _Pattern:
    """Stands for a regular expression, which is compiled when something of it is first asked for."""

    def __init__(self, regex: str | bytes, flags: int) -> None:
        self._given: Any = regex, flags
        _left.append(self._compiled)

    def _compiled(self) -> Any:
        return re.compile(*self._given)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._compiled(), name)
        self.__dict__[name] = value
        return value


def late_pattern(regex: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """``re.compile(regex, flags)``, done when it is first used.

    PERF: to compile one takes as long as to import a small module. Its methods are plain attributes
    once they were asked for, which `SimpleLazyObject` cannot offer.
    """
    return cast("re.Pattern[AnyStr]", _Pattern(regex, flags))


class _Awaited(ModuleType):
    """A module that is in ``sys.modules``, and whose code runs when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        # Whoever goes through all modules asks for names like this; the path is asked for by the
        # import of a submodule, before which a package has to be complete.
        if name.startswith("__") and name != "__path__":
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}", name=name)
        with _executing:
            if type(self) is _Awaited and not self.__dict__.get("_running"):
                self._execute()
        if name in self.__dict__:
            return self.__dict__[name]
        return ModuleType.__getattribute__(self, name)

    def _execute(self) -> None:
        spec: Any = self.__spec__
        self._running = True
        self.__path__ = spec.submodule_search_locations
        try:
            spec.loader.exec_module(self)
        except BaseException:
            # As for an import that failed: the next one tries again.
            del self.__path__
            raise
        finally:
            del self._running
        self.__class__ = ModuleType  # type: ignore[assignment]


# Only modules of lower layers are imported while it is held, and none of them waits for it.
_executing = threading.RLock()


def awaited(name: str) -> ModuleType:
    """The package `name`, imported when something of it is asked for, a submodule included.

    It is the one object that every later import of `name` answers with.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = find_spec(name)
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(f"No package named {name!r}", name=name)
    module = _Awaited(name, None)
    module.__spec__ = spec
    module.__file__ = spec.origin
    module.__loader__ = spec.loader
    module.__package__ = name
    return sys.modules.setdefault(name, module)
