"""Django's address for `vivace.checks.security.csrf`, and a check in `vivace.checks.settings`."""

from vivace.checks.security.csrf import (
    W003,
    W016,
    check_csrf_cookie_secure,
    check_csrf_middleware,
)
from vivace.checks.settings import check_csrf_failure_view

__all__ = [
    "W003",
    "W016",
    "check_csrf_cookie_secure",
    "check_csrf_failure_view",
    "check_csrf_middleware",
]
