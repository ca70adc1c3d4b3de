"""Django's address for `vivace.checks.security.sessions`."""

from vivace.checks.security.sessions import (
    W010,
    W011,
    W012,
    W013,
    W014,
    W015,
    add_httponly_message,
    add_session_cookie_message,
    check_session_cookie_httponly,
    check_session_cookie_secure,
)

__all__ = [
    "W010",
    "W011",
    "W012",
    "W013",
    "W014",
    "W015",
    "add_httponly_message",
    "add_session_cookie_message",
    "check_session_cookie_httponly",
    "check_session_cookie_secure",
]
