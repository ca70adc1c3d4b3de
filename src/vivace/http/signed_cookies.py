"""Signed cookies: the same bytes as Django's, in both directions.

SECURITY: the salt tells where the caller's part ends and the cookie's name begins (CVE-2026-6873);
cookies signed before that was so are still read, unless ``SIGNED_COOKIE_LEGACY_SALT_FALLBACK`` is off.
"""

from __future__ import annotations

import datetime
from typing import Any

from vivace.conf import settings
from vivace.core import signing

__all__ = ["sign_cookie", "unsign_cookie"]


def _salt(key: str, salt: str) -> str:
    # Shared with Django's, whatever root is active.
    return f"django.http.cookies.v2:{len(salt)}:{salt}{key}"


def sign_cookie(key: str, value: Any, salt: str) -> str:
    """`value` signed for the cookie `key`."""
    return str(signing.get_cookie_signer(salt=_salt(key, salt)).sign(value))


def unsign_cookie(
    key: str, signed: str, salt: str, max_age: float | datetime.timedelta | None
) -> str:
    """The value of the cookie `key`; raises `BadSignature`, or `SignatureExpired` past `max_age`."""
    try:
        return str(signing.get_cookie_signer(salt=_salt(key, salt)).unsign(signed, max_age=max_age))
    except signing.SignatureExpired:
        raise
    except signing.BadSignature:
        if not settings.SIGNED_COOKIE_LEGACY_SALT_FALLBACK:
            raise
    return str(signing.get_cookie_signer(salt=key + salt).unsign(signed, max_age=max_age))
