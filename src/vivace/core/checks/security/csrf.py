"""Django's address for `vivace.checks.security.csrf`."""

from vivace.checks.security.csrf import (
    W003,
    W016,
    check_csrf_cookie_secure,
    check_csrf_failure_view,
    check_csrf_middleware,
)

__all__ = [
    "W003",
    "W016",
    "check_csrf_cookie_secure",
    "check_csrf_failure_view",
    "check_csrf_middleware",
]
