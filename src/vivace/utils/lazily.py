"""Names of a package that are imported from its modules when they are first asked for.

A package publishes many names, of which a program uses few. PERF: with `lazily` its ``__init__`` only
says where each name is (PEP 562), so that ``manage.py check`` does not pay for what answers requests.
What type checkers see is imported below ``if TYPE_CHECKING`` there; a test compares the two lists.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

__all__ = ["lazily"]


def lazily(
    package: str, names: Mapping[str, str], *, along: tuple[str, ...] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` for the module `package`.

    `names` has the names that each of its modules brings, separated by spaces; submodules are found
    by themselves, as after an import. The modules in `along` are imported before the first name is
    handed out, for what importing them does.
    """
    homes = {
        name: f"{package}.{home}" for home, brought in names.items() for name in brought.split()
    }
    pending = [f"{package}.{module}" for module in along]

    def get(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            # A submodule is an attribute of its package, but only once it is imported.
            if name.startswith("__") or find_spec(f"{package}.{name}") is None:
                raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name)
            return import_module(f"{package}.{name}")
        while pending:
            import_module(pending.pop(0))
        value = getattr(import_module(home), name)
        return vars(sys.modules[package]).setdefault(name, value)

    def names_of() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes})

    return get, names_of
