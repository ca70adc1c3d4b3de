"""Which commands there are, and who brings them."""

from __future__ import annotations

import functools
import os
import pkgutil
from importlib import import_module
from typing import Any

from vivace.apps import apps
from vivace.conf import settings
from vivace.utils.naming import say


def find_commands(management_dir: str) -> list[str]:
    """The names of the commands in the ``commands`` directory of `management_dir`."""
    command_dir = os.path.join(management_dir, "commands")
    return [
        name
        for _, name, is_package in pkgutil.iter_modules([command_dir])
        if not is_package and not name.startswith("_")
    ]


def load_command_class(app_name: str, name: str) -> Any:
    """An instance of the command `name` that the app `app_name` brings.

    Errors of importing the module, and ``AttributeError`` for a missing class, pass through.
    """
    return import_module(f"{app_name}.management.commands.{name}").Command()


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
