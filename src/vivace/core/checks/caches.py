"""Django's address for `vivace.checks.caches`."""

from vivace.checks.caches import (
    DEFAULT_CACHE_ALIAS,
    E001,
    check_cache_location_not_exposed,
    check_default_cache_is_configured,
    check_file_based_cache_is_absolute,
)

__all__ = [
    "DEFAULT_CACHE_ALIAS",
    "E001",
    "check_cache_location_not_exposed",
    "check_default_cache_is_configured",
    "check_file_based_cache_is_absolute",
]
