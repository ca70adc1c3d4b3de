"""The engines that ``TEMPLATES`` configures. Documented in topics/templates."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vivace.apps import apps
from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core.exceptions import ImproperlyConfigured
from vivace.core.signals import setting_changed
from vivace.dispatch import receiver
from vivace.utils.functional import cached_property
from vivace.utils.module_loading import import_string

__all__ = [
    "ENGINES",
    "EngineHandler",
    "InvalidTemplateEngineError",
    "engines",
    "get_app_template_dirs",
]


class InvalidTemplateEngineError(ImproperlyConfigured):
    """No engine has the alias that was asked for."""


class EngineHandler:
    """The engines by their aliases, each made when it is first asked for."""

    def __init__(self, templates: Any = None) -> None:
        # The setting's value is used when this is None.
        self._templates = templates
        self._engines: dict[str, Any] = {}

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        """The configuration of each engine, completed with the defaults.

        Raises `ImproperlyConfigured` for one without a backend, and for an alias used twice.
        """
        if self._templates is None:
            self._templates = settings.TEMPLATES
        configured = [_completed(template) for template in self._templates]
        aliases = Counter(template["NAME"] for template in configured)
        duplicates = [alias for alias, count in aliases.items() if count > 1]
        if duplicates:
            raise ImproperlyConfigured(
                f"Template engine aliases aren't unique, duplicates: {', '.join(duplicates)}. "
                "Set a unique NAME for each engine in settings.TEMPLATES."
            )
        return {template["NAME"]: template for template in configured}

    def __getitem__(self, alias: str) -> Any:
        try:
            return self._engines[alias]
        except KeyError:
            pass
        try:
            params = self.templates[alias]
        except KeyError:
            raise InvalidTemplateEngineError(
                f"Could not find config for '{alias}' in settings.TEMPLATES"
            )
        # Not one that raises while it is made may stay behind.
        params = params.copy()
        backend = params.pop("BACKEND")
        try:
            engine = self._engines[alias] = import_string(backend)(params)
        except Exception as error:
            error.add_note(f"(in the entry of TEMPLATES with the BACKEND {backend!r})")
            raise
        return engine

    def __iter__(self) -> Iterator[str]:
        return iter(self.templates)

    def all(self) -> list[Any]:
        """All engines, in the order of their configuration."""
        return [self[alias] for alias in self]


def _completed(template: Any) -> dict[str, Any]:
    try:
        # The alias of an engine is, unless given, its backend's module.
        default_name = template["BACKEND"].rsplit(".", 2)[-2]
    except Exception:
        backend = template.get("BACKEND", "<not defined>")
        raise ImproperlyConfigured(
            f"Invalid BACKEND for a template engine: {backend}. Check your TEMPLATES setting."
        )
    return {"NAME": default_name, "DIRS": [], "APP_DIRS": False, "OPTIONS": {}, **template}


@functools.lru_cache
def get_app_template_dirs(dirname: str) -> tuple[Path, ...]:
    """The directories named `dirname` in the installed apps' own."""
    directories = (Path(config.path) / dirname for config in apps.get_app_configs() if config.path)
    return tuple(directory for directory in directories if directory.is_dir())


engines = EngineHandler()


def _forget() -> None:
    engines.__dict__.pop("templates", None)
    engines._templates = None
    engines._engines = {}
    get_app_template_dirs.cache_clear()
    import_string("vivace.template.engine.Engine").get_default.cache_clear()


# Apps bring libraries and directories.
ENGINES: Frozen[list[Any]] = Frozen(
    "template.engines", engines.all, reads=("TEMPLATES", "INSTALLED_APPS"), cleared=_forget
)


@receiver(setting_changed)
def _follow_debug(*, setting: str, **kwargs: Any) -> None:
    # DEBUG is a default of the engines' options. COMPAT: engines are made anew where it is overridden,
    # but not where it is assigned: programs do that, too, and what they gave their engine stays.
    if setting == "DEBUG":
        ENGINES.clear()
