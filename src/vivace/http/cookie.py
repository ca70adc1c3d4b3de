"""Reading the ``Cookie`` header (RFC 6265, section 5.4), the way browsers write it.

`SimpleCookie` is the standard library's and is used for writing only: reading a header that a browser
sent needs none of its rules, and must not stop at a cookie that it would refuse.
"""

from __future__ import annotations

import re
from http.cookies import SimpleCookie

__all__ = ["SimpleCookie", "parse_cookie"]

# SECURITY: one pass from left to right, each escape looked at once, so the time is linear.
_replace_escapes = re.compile(r"\\(?:([0-3][0-7][0-7])|(.))").sub


def _unescape(match: re.Match[str]) -> str:
    octal, character = match.groups()
    return chr(int(octal, 8)) if octal is not None else character


def parse_cookie(cookie: str) -> dict[str, str]:
    """The cookies of a ``Cookie`` header, by name.

    Of several cookies with one name the last counts. A piece without ``=`` is the value of the cookie
    with the empty name. A value in double quotes is unquoted as `http.cookies` quotes it.
    """
    cookies: dict[str, str] = {}
    for piece in cookie.split(";"):
        key, equals, value = piece.partition("=")
        if not equals:
            key, value = "", key
        key = key.strip()
        value = value.strip()
        if len(value) > 1 and value[0] == '"' == value[-1]:
            value = value[1:-1]
            if "\\" in value:
                value = _replace_escapes(_unescape, value)
        elif not key and not value:
            continue
        cookies[key] = value
    return cookies
