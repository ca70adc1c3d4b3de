"""Django's address for `vivace.checks`."""

from vivace.checks import (
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
    Tags,
    Warning,
    register,
    run_checks,
    tag_exists,
)

# Attributes; who imports everything must not get a `settings` or `urls` that is another's.
from vivace.core.checks import (  # noqa: F401
    async_checks,
    caches,
    compatibility,
    database,
    files,
    messages,
    model_checks,
    registry,
    security,
    templates,
    translation,
    urls,
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
    "register",
    "run_checks",
    "tag_exists",
]
