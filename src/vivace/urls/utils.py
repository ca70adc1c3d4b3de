"""From a dotted path to the view that it names."""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib import import_module
from typing import Any

from vivace.core.exceptions import ViewDoesNotExist
from vivace.utils.module_loading import module_has_submodule
from vivace.utils.naming import to_home

__all__ = ["get_callable", "get_mod_func"]


def get_mod_func(callback: str) -> tuple[str, str]:
    """Split ``a.b.c`` into ``("a.b", "c")``; a name without dot goes with an empty string."""
    module, dot, name = callback.rpartition(".")
    return (module, name) if dot else (callback, "")


@functools.cache
def get_callable(lookup_view: Any) -> Callable[..., Any]:
    """The view that `lookup_view` is, or that it names by its dotted path.

    Raises `ViewDoesNotExist` if the module is there but not the view, and `ImportError` if the module
    cannot be imported or the path is not a full one. Only for what the project's own code configures.
    """
    if callable(lookup_view):
        return lookup_view  # type: ignore[no-any-return]
    if not isinstance(lookup_view, str):
        raise ViewDoesNotExist(f"'{lookup_view}' is not a callable or a dot-notation path")
    module_name, name = get_mod_func(lookup_view)
    if not name:
        raise ImportError(f"Could not import '{lookup_view}'. The path must be fully qualified.")
    module = _module_of_view(module_name, lookup_view)
    try:
        view = getattr(module, name)
    except AttributeError:
        raise ViewDoesNotExist(
            f"Could not import '{lookup_view}'. View does not exist in module {module_name}."
        )
    if not callable(view):
        raise ViewDoesNotExist(f"Could not import '{lookup_view}'. View is not callable.")
    return view  # type: ignore[no-any-return]


def _module_of_view(module_name: str, lookup_view: str) -> Any:
    try:
        return import_module(to_home(module_name))
    except ImportError:
        parent, name = get_mod_func(module_name)
        if name and not module_has_submodule(import_module(to_home(parent)), name):
            raise ViewDoesNotExist(
                f"Could not import '{lookup_view}'. Parent module {module_name} does not exist."
            )
        raise
