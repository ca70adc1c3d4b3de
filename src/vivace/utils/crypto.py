"""Keyed hashes, comparison in constant time, and random strings."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any

from vivace.conf import settings
from vivace.utils.encoding import force_bytes

__all__ = [
    "RANDOM_STRING_CHARS",
    "InvalidAlgorithm",
    "constant_time_compare",
    "force_bytes",
    "get_random_string",
    "pbkdf2",
    "salted_hmac",
    "settings",
]

RANDOM_STRING_CHARS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class InvalidAlgorithm(ValueError):
    """hashlib does not have this algorithm."""


def salted_hmac(
    key_salt: str | bytes,
    value: Any,
    secret: str | bytes | None = None,
    *,
    algorithm: str = "sha1",
) -> hmac.HMAC:
    """The HMAC of `value` under a key made from `key_salt` and `secret` (SECRET_KEY if not given).

    A different `key_salt` for each use keeps the same value from having the same signature in two
    places. InvalidAlgorithm if hashlib lacks `algorithm`.
    """
    if secret is None:
        secret = settings.SECRET_KEY
    try:
        hasher = getattr(hashlib, algorithm)
    except AttributeError as error:
        raise InvalidAlgorithm(
            f"{algorithm!r} is not an algorithm accepted by the hashlib module."
        ) from error
    # The hash brings salt and secret to a key of fixed length, whatever their sizes were.
    key = hasher(force_bytes(key_salt) + force_bytes(secret)).digest()
    return hmac.new(key, msg=force_bytes(value), digestmod=hasher)


def get_random_string(length: int, allowed_chars: str = RANDOM_STRING_CHARS) -> str:
    """A random string, safe for secrets: `length` characters of `allowed_chars`.

    With the default 62 characters 12 of them are about 71 bits, 22 about 131 bits.
    """
    return "".join(secrets.choice(allowed_chars) for _ in range(length))


def constant_time_compare(val1: Any, val2: Any) -> bool:
    """Whether two strings are equal, in a time that does not tell where they differ."""
    return secrets.compare_digest(force_bytes(val1), force_bytes(val2))


def pbkdf2(
    password: Any,
    salt: Any,
    iterations: int,
    dklen: int = 0,
    digest: Callable[[], Any] | None = None,
) -> bytes:
    """PBKDF2 (RFC 8018) with HMAC over `digest` (SHA-256 if not given); `dklen` in bytes."""
    if digest is None:
        digest = hashlib.sha256
    return hashlib.pbkdf2_hmac(
        digest().name, force_bytes(password), force_bytes(salt), iterations, dklen or None
    )
