"""Django's address for `vivace.checks.urls`."""

from vivace.checks.urls import (
    E006,
    check_custom_error_handlers,
    check_resolver,
    check_url_config,
    check_url_namespaces_unique,
    check_url_settings,
    get_warning_for_invalid_pattern,
)

__all__ = [
    "E006",
    "check_custom_error_handlers",
    "check_resolver",
    "check_url_config",
    "check_url_namespaces_unique",
    "check_url_settings",
    "get_warning_for_invalid_pattern",
]
