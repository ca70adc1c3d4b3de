"""System checks: what is wrong with a project is said when it starts, with an id and a cure.

`messages` and `registry` are what checks are made of; the other modules hold the checks for the
rooms that exist, and register them when this package is imported, or, where all are for deployment,
when those are asked for. A check may ask about rooms of higher layers: it finds them by their dotted
names when it runs.
"""

from vivace.checks import caches, model_checks, settings, translation, urls
from vivace.checks.messages import (
    CRITICAL,
    DEBUG,
    ERROR,
    INFO,
    WARNING,
    CheckMessage,
    Critical,
    Debug,
    Error,
    Info,
    Warning,
)
from vivace.checks.registry import Tags, register, registry, run_checks, tag_exists

registry.import_later(
    "vivace.checks.async_checks",
    "vivace.checks.security.base",
    "vivace.checks.security.csrf",
    "vivace.checks.security.sessions",
)

__all__ = [
    "CRITICAL",
    "DEBUG",
    "ERROR",
    "INFO",
    "WARNING",
    "CheckMessage",
    "Critical",
    "Debug",
    "Error",
    "Info",
    "Tags",
    "Warning",
    "caches",
    "model_checks",
    "register",
    "registry",
    "run_checks",
    "settings",
    "tag_exists",
    "translation",
    "urls",
]
