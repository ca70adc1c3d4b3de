"""The signals of testing, and what must happen to the process when a setting is overridden.

Values computed from settings are not cleared here: each lives in a cell that names the settings it
reads (`vivace.conf.frozen`). What stays is state outside the package, and a warning.
"""

from __future__ import annotations

import os
import time
import warnings
from typing import Any

from vivace.core import serializers
from vivace.core.cache import caches, close_caches
from vivace.core.signals import setting_changed
from vivace.db import connections, router
from vivace.dispatch import Signal, receiver
from vivace.management import get_commands

__all__ = [
    "COMPLEX_OVERRIDE_SETTINGS",
    "clear_cache_handlers",
    "clear_routers_cache",
    "clear_serializers_cache",
    "complex_setting_changed",
    "setting_changed",
    "template_rendered",
    "update_connections_time_zone",
]

template_rendered = Signal()

# Settings whose new value reaches nobody who already opened something by the old one.
COMPLEX_OVERRIDE_SETTINGS = {"DATABASES"}


@receiver(setting_changed)
def update_process_time_zone(*, setting: str, value: Any, **kwargs: Any) -> None:
    """Let the C library's local time follow ``TIME_ZONE``, as it does when settings are loaded."""
    if setting != "TIME_ZONE" or not hasattr(time, "tzset"):
        return
    if value:
        os.environ["TZ"] = value
    else:
        os.environ.pop("TZ", None)
    time.tzset()


@receiver(setting_changed)
def complex_setting_changed(*, enter: bool, setting: str, **kwargs: Any) -> None:
    """Warn of an override that cannot do what it seems to."""
    if enter and setting in COMPLEX_OVERRIDE_SETTINGS:
        warnings.warn(
            f"Overriding setting {setting} can lead to unexpected behavior.", stacklevel=5
        )


@receiver(setting_changed)
def update_connections_time_zone(*, setting: str, **kwargs: Any) -> None:
    """Let open connections follow the zone in which times are kept."""
    if setting not in {"TIME_ZONE", "USE_TZ"}:
        return
    for conn in connections.all(initialized_only=True):
        conn.__dict__.pop("timezone", None)
        conn.__dict__.pop("timezone_name", None)
        conn.ensure_timezone()


@receiver(setting_changed)
def clear_cache_handlers(*, setting: str, **kwargs: Any) -> None:
    """Let caches be made anew, by the aliases there are now."""
    if setting != "CACHES":
        return
    close_caches()
    caches._settings = None
    caches.__dict__.pop("settings", None)
    caches.__dict__.pop("_connections", None)


@receiver(setting_changed)
def clear_routers_cache(*, setting: str, **kwargs: Any) -> None:
    """Let the router make its routers anew."""
    if setting == "DATABASE_ROUTERS":
        router.__dict__.pop("routers", None)


@receiver(setting_changed)
def clear_serializers_cache(*, setting: str, **kwargs: Any) -> None:
    """Let the register of serializers be filled anew."""
    if setting == "SERIALIZATION_MODULES":
        serializers._serializers = {}


@receiver(setting_changed)
def clear_commands(*, setting: str, **kwargs: Any) -> None:
    """Let commands be looked for in the applications there are."""
    if setting == "INSTALLED_APPS":
        get_commands.cache_clear()
