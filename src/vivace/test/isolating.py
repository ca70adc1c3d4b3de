"""Models and lookups that exist only for a test.

Published in ``vivace.test.utils``.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from vivace.apps.registry import Apps
from vivace.db.models.options import Options
from vivace.test.overriding import TestContextDecorator


class isolate_apps(TestContextDecorator):
    """Let models that are made within belong to a registry of their own.

    It has the applications `installed_apps`. As a context manager it gives the registry, as a
    decorator by `attr_name` or `kwarg_name`.
    """

    def __init__(self, *installed_apps: str, **kwargs: Any) -> None:
        self.installed_apps = installed_apps
        super().__init__(**kwargs)

    def enable(self) -> Apps:
        self.old_apps = Options.default_apps
        apps = Apps(self.installed_apps)
        Options.default_apps = apps
        self.apps = apps
        return apps

    def disable(self) -> None:
        Options.default_apps = self.old_apps


@contextmanager
def register_lookup(
    field: Any, *lookups: Any, lookup_name: str | None = None
) -> Generator[None, None, None]:
    """Register lookups or transforms on a field, or class of fields, for a while."""
    try:
        for lookup in lookups:
            field.register_lookup(lookup, lookup_name)
        yield
    finally:
        for lookup in lookups:
            field._unregister_lookup(lookup, lookup_name)
