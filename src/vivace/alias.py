"""`install_as_django`: ``import django.x.y`` answers with the module ``vivace.x.y`` itself.

How it works. ``sys.modules["django"]`` becomes this package, and a finder at the head of
``sys.meta_path`` answers for every name below it. Its loader imports the module under its home name
and puts that very object into ``sys.modules`` under the alias too. The import system hands out what
it finds there, so ``__name__`` and ``__spec__`` of the module stay those of its home, and there is
never a second copy of anything. The classes and functions of a module say ``django`` in their
``__module__``, from when it was executed: pickles name what is said there, and code compares it.

Nothing of a Django that is installed beside is ever looked at: if one was imported before,
installing fails; afterwards the finder comes before those that know ``sys.path``.
"""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any, cast

from vivace.utils.naming import ALIAS, HOME, publish_under_root, set_root, to_home

# The release whose documentation is implemented.
DJANGO_VERSION = (5, 2, 19, "final", 0)


# PERF: without importlib.abc, whose import costs more than this package's own.
class AliasLoader:
    """Loads a module by importing it under its home name."""

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to the import system to make a module, which is thrown away."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Put the module of the home name in the place of `module`."""
        name = module.__name__
        # While the home module is executed, an import of the alias in a circle must come here
        # again, and get what is there of the home module, rather than the empty `module`.
        sys.modules.pop(name, None)
        sys.modules[name] = importlib.import_module(to_home(name))

    def get_code(self, fullname: str) -> CodeType | None:
        """The code of the module, for ``python -m``."""
        loader: Any = _home_spec(fullname).loader
        code: CodeType | None = loader.get_code(to_home(fullname))
        return code

    def get_source(self, fullname: str) -> str | None:
        """The source of the module."""
        loader: Any = _home_spec(fullname).loader
        source: str | None = loader.get_source(to_home(fullname))
        return source

    def is_package(self, fullname: str) -> bool:
        """Whether the module is a package."""
        return _home_spec(fullname).submodule_search_locations is not None


class HomeLoader(SourceFileLoader):
    """Loads a module of the home while the alias is on: what it defines says that it is Django's."""

    def exec_module(self, module: ModuleType) -> None:
        """Execute `module` and let what it defines name the alias."""
        super().exec_module(module)
        publish_under_root(module)


class AliasFinder:
    """Finds every module under the alias, or says that there is none; and those of the home."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of `fullname` if it is a name under the alias."""
        if fullname.startswith(HOME + "."):
            return _home_spec_that_says_root(fullname, path)
        if fullname != ALIAS and not fullname.startswith(ALIAS + "."):
            return None
        try:
            home = _home_spec(fullname)
        except ModuleNotFoundError:
            if _is_question():
                return None
            raise
        spec = ModuleSpec(fullname, cast(Any, _loader), origin=home.origin)
        spec.submodule_search_locations = home.submodule_search_locations
        spec.has_location = home.has_location
        return spec


def _home_spec_that_says_root(fullname: str, path: Sequence[str] | None) -> ModuleSpec | None:
    spec = PathFinder.find_spec(fullname, path)
    if spec is not None and type(spec.loader) is SourceFileLoader:
        spec.loader = HomeLoader(fullname, spec.loader.path)
    return spec


_loader = AliasLoader()
_finder = AliasFinder()


def _home_spec(fullname: str) -> ModuleSpec:
    home = importlib.util.find_spec(to_home(fullname))
    if home is None:
        raise ModuleNotFoundError(
            f"No module named {fullname!r}: Vivace stands for Django here "
            f"(vivace.install_as_django()) and has no {to_home(fullname)!r}. Do without this "
            "module, or take the alias out and install Django itself.",
            name=fullname,
        )
    return home


def _is_question() -> bool:
    # importlib.util.find_spec() asks whether there is a module, to which None is the answer. Only
    # an import that fails deserves an explanation, and an import has no such frame close by.
    frame = sys._getframe(2)
    for _ in range(3):
        if frame.f_globals.get("__name__") == "importlib.util":
            return True
        if frame.f_back is None:
            return False
        frame = frame.f_back
    return False


def install_as_django() -> None:
    """Let everything that imports ``django`` get Vivace instead.

    Call it before anything imports Django: as the first thing in ``manage.py``, ``wsgi.py`` and
    ``asgi.py``. What is published under a dotted path says ``django`` from then on, and
    ``django.VERSION`` names the Django release whose documentation is implemented. Calling it again
    changes nothing. Raises `RuntimeError` if Django itself was imported before.
    """
    this = sys.modules[HOME]
    if sys.modules.get(ALIAS) is this and _finder in sys.meta_path:
        return
    _refuse_real_django(this)
    sys.meta_path.insert(0, _finder)
    sys.modules[ALIAS] = this
    set_root(ALIAS)
    for name, module in list(sys.modules.items()):
        if name.startswith(HOME + "."):
            publish_under_root(module)
    this.VERSION = DJANGO_VERSION  # type: ignore[attr-defined]
    this.__version__ = ".".join(map(str, DJANGO_VERSION[:3]))  # type: ignore[attr-defined]

    # Defaults that were computed before carry the other root.
    defaults = sys.modules.get(f"{HOME}.conf.global_settings")
    if defaults is not None:
        importlib.reload(defaults)
    frozen = sys.modules.get(f"{HOME}.conf.frozen")
    if frozen is not None:
        frozen.settings_changed()


def _refuse_real_django(this: ModuleType) -> None:
    for name, module in list(sys.modules.items()):
        if (name == ALIAS or name.startswith(ALIAS + ".")) and module is not sys.modules.get(
            to_home(name)
        ):
            where = getattr(module, "__file__", None) or "an unknown place"
            raise RuntimeError(
                f"vivace.install_as_django() comes too late: {name!r} was already imported from "
                f"{where}. Call it before the first import of Django (at the top of manage.py, "
                "wsgi.py and asgi.py), or uninstall Django if something imports it at start-up."
            )
