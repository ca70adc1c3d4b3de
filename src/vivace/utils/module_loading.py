"""Finding and importing modules by their dotted names."""

from __future__ import annotations

import copy
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

__all__ = [
    "autodiscover_modules",
    "cached_import",
    "import_string",
    "module_dir",
    "module_has_submodule",
]


def cached_import(module_path: str, class_name: str) -> Any:
    """The attribute `class_name` of the module `module_path`, which is imported if need be."""
    module = sys.modules.get(module_path)
    spec = getattr(module, "__spec__", None)
    # A module that is still being imported is waited for by import_module, under its lock.
    if module is None or spec is None or getattr(spec, "_initializing", False):
        module = import_module(module_path)
    return getattr(module, class_name)


def import_string(dotted_path: str) -> Any:
    """The attribute or class that a full dotted path names.

    ImportError if the module cannot be imported or does not define the name.
    https://docs.djangoproject.com/en/5.2/ref/utils/#django.utils.module_loading.import_string
    """
    try:
        module_path, class_name = dotted_path.rsplit(".", 1)
    except ValueError as error:
        raise ImportError(f"{dotted_path} doesn't look like a module path") from error
    try:
        return cached_import(module_path, class_name)
    except AttributeError as error:
        raise ImportError(
            f'Module "{module_path}" does not define a "{class_name}" attribute/class'
        ) from error


def autodiscover_modules(*args: str, **kwargs: Any) -> None:
    """Import the submodules named by `args` from every installed app; apps without one are skipped.

    With ``register_to=site`` the site's ``_registry`` is restored when an import fails, so that a
    later attempt does not find half a registration.
    """
    # By name: the app registry is a room above this one, and imports it.
    apps = cached_import("vivace.apps", "apps")
    register_to = kwargs.get("register_to")
    before: Any = None
    for app_config in apps.get_app_configs():
        for module_to_search in args:
            try:
                if register_to:
                    before = copy.copy(register_to._registry)
                import_module(f"{app_config.name}.{module_to_search}")
            except Exception:
                if register_to:
                    register_to._registry = before
                # An app without the submodule is fine; an error inside of one is the user's to see.
                if module_has_submodule(app_config.module, module_to_search):
                    raise


def module_has_submodule(package: ModuleType, module_name: str) -> bool:
    """Whether `package` has a submodule `module_name`; the submodule is not imported."""
    if not hasattr(package, "__path__"):
        return False
    try:
        return find_spec(f"{package.__name__}.{module_name}", package.__name__) is not None
    except ModuleNotFoundError:
        # A dotted `module_name` whose parent is not there.
        return False


def module_dir(module: ModuleType) -> str:
    """The one directory that holds `module`; ValueError if there is none, or more than one."""
    paths = list(getattr(module, "__path__", []))
    if len(paths) == 1:
        return str(paths[0])
    filename = getattr(module, "__file__", None)
    if filename is not None:
        return os.path.dirname(str(filename))
    raise ValueError(f"Cannot determine directory containing {module}")
