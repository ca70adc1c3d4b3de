"""Which commands there are, and who brings them."""

from __future__ import annotations

import functools
import os
from importlib import import_module
from importlib.machinery import all_suffixes
from typing import TYPE_CHECKING, Any

from vivace.apps import apps
from vivace.conf import settings
from vivace.utils.lazily import Later
from vivace.utils.naming import HOME, say

if TYPE_CHECKING:
    import pkgutil
else:
    pkgutil = Later("pkgutil", rare=True)

# The longest first: what is before it is the module's name.
_SUFFIXES = sorted(all_suffixes(), key=len, reverse=True)


def find_commands(management_dir: str) -> list[str]:
    """The names of the commands in the ``commands`` directory of `management_dir`."""
    command_dir = os.path.join(management_dir, "commands")
    try:
        files = sorted(os.listdir(command_dir))
    except OSError:
        if os.path.isdir(os.path.dirname(management_dir)):
            # PERF: as with most apps, and the module below takes long to import.
            return []
        # An app in an archive.
        found = pkgutil.iter_modules([command_dir])
        return [name for _, name, package in found if not package and not name.startswith("_")]
    names = dict.fromkeys(_module_name(file) for file in files)
    return [name for name in names if name and "." not in name and not name.startswith("_")]


def _module_name(file: str) -> str:
    for suffix in _SUFFIXES:
        if file.endswith(suffix):
            return file.removesuffix(suffix)
    return ""


def load_command_class(app_name: str, name: str) -> Any:
    """An instance of the command `name` that the app `app_name` brings.

    Errors of importing the module, and ``AttributeError`` for a missing class, pass through.
    """
    # The framework's own are at home; what Django calls by the same names leads there.
    place = HOME if app_name == say("core") else app_name
    return import_module(f"{place}.management.commands.{name}").Command()


@functools.cache
def get_commands() -> dict[str, Any]:
    """The app's name for each command's name; kept for the life of the process.

    The commands of the framework itself are always there. Once settings are configured the
    installed apps bring theirs, and of two apps with the same command the one listed first in
    ``INSTALLED_APPS`` wins. A value may also be a command instance, loaded already.
    """
    commands: dict[str, Any] = dict.fromkeys(find_commands(os.path.dirname(__file__)), say("core"))
    if not settings.configured:
        return commands
    for app_config in reversed(list(apps.get_app_configs())):
        path = os.path.join(app_config.path, "management")
        commands.update(dict.fromkeys(find_commands(path), app_config.name))
    return commands
