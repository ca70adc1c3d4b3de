"""Checks of the setting CACHES."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vivace.checks.messages import CheckMessage, Error, Warning
from vivace.checks.registry import Tags, register
from vivace.conf import settings
from vivace.utils.module_loading import import_string
from vivace.utils.naming import HOME, to_home

DEFAULT_CACHE_ALIAS = "default"

_IN_MEMORY = frozenset(
    f"{HOME}.core.cache.backends.{name}" for name in ("locmem.LocMemCache", "dummy.DummyCache")
)

E001 = Error(
    f"You must define a '{DEFAULT_CACHE_ALIAS}' cache in your CACHES setting.",
    id="caches.E001",
)


@register(Tags.caches)
def check_default_cache_is_configured(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """There must be a cache named "default"."""
    return [] if DEFAULT_CACHE_ALIAS in settings.CACHES else [E001]


def _is_in_memory(parameters: Any) -> bool:
    return isinstance(parameters, dict) and to_home(str(parameters.get("BACKEND"))) in _IN_MEMORY


def _file_based() -> Iterator[tuple[str, Any]]:
    # PERF: nothing is imported for the caches of a new project.
    aliases = [alias for alias in settings.CACHES if not _is_in_memory(settings.CACHES[alias])]
    if not aliases:
        return
    file_based = import_string(f"{HOME}.core.cache.backends.filebased.FileBasedCache")
    caches = import_string(f"{HOME}.core.cache.caches")
    for alias in aliases:
        cache = caches[alias]
        if isinstance(cache, file_based):
            yield alias, cache


@register(Tags.caches, deploy=True)
def check_cache_location_not_exposed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Cached files must not lie where files are served from."""
    found: list[CheckMessage] = []
    for name, paths in _served_paths():
        for alias, cache in _file_based():
            relation = _relation(Path(cache._dir).resolve(), paths)
            if relation:
                found.append(
                    Warning(
                        f"Your '{alias}' cache configuration might expose your cache or lead to "
                        f"corruption of your data because its LOCATION {relation} {name}.",
                        id="caches.W002",
                    )
                )
    return found


def _served_paths() -> Iterator[tuple[str, set[Path]]]:
    for name in ("MEDIA_ROOT", "STATIC_ROOT", "STATICFILES_DIRS"):
        value = getattr(settings, name, None)
        if not value:
            continue
        if name != "STATICFILES_DIRS":
            yield name, {Path(value).resolve()}
            continue
        # An entry may be a pair of a prefix and a directory.
        paths = (entry[1] if isinstance(entry, list | tuple) else entry for entry in value)
        yield name, {Path(path).resolve() for path in paths}


def _relation(location: Path, paths: set[Path]) -> str | None:
    if location in paths:
        return "matches"
    if not paths.isdisjoint(location.parents):
        return "is inside"
    if any(location in path.parents for path in paths):
        return "contains"
    return None


@register(Tags.caches)
def check_file_based_cache_is_absolute(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A cache in files must not depend on the current directory."""
    return [
        Warning(
            f"Your '{alias}' cache LOCATION path is relative. Use an absolute path instead.",
            id="caches.W003",
        )
        for alias, _ in _file_based()
        if not Path(settings.CACHES[alias]["LOCATION"]).is_absolute()
    ]
