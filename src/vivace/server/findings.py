"""Settings that make no sense in production, each with its cure."""

from __future__ import annotations

from pathlib import Path

from vivace.checks.security.base import (
    SECRET_KEY_INSECURE_PREFIX,
    SECRET_KEY_MIN_LENGTH,
    SECRET_KEY_MIN_UNIQUE_CHARACTERS,
)
from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.management.exceptions import CommandError


def hostile_settings() -> list[str]:
    """A sentence for each setting that would hurt in production."""
    if not settings.configured:
        # An application that is none of ours has no settings.
        return []
    found = []
    if settings.DEBUG:
        found.append("DEBUG is on: visitors are shown your code. Set DEBUG = False.")
    if not settings.ALLOWED_HOSTS and not settings.DEBUG:
        found.append(
            "ALLOWED_HOSTS is empty: requests are refused with 400 as soon as the name of the host is "
            'looked at. List the names of the site, as in ALLOWED_HOSTS = ["www.example.com"].'
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            'ALLOWED_HOSTS has "*": links in mails and redirects can be led anywhere. List the '
            "names of the site, or let the proxy refuse the others."
        )
    if _weak_key():
        found.append(
            "SECRET_KEY is weak or the one of development: sessions and signed values can be "
            "forged. Set one of 50 random characters, from the environment:\n"
            "    python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    return found


def _weak_key() -> bool:
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        return True
    return (
        len(key) < SECRET_KEY_MIN_LENGTH
        or len(set(key)) < SECRET_KEY_MIN_UNIQUE_CHARACTERS
        or str(key).startswith(SECRET_KEY_INSECURE_PREFIX)
    )


def static_files() -> tuple[str, Path]:
    """The prefix and the directory of static files. Raises `CommandError` if there are none."""
    prefix = getattr(settings, "STATIC_URL", None) if settings.configured else None
    root = getattr(settings, "STATIC_ROOT", None) if settings.configured else None
    if not prefix or not str(prefix).startswith("/") or prefix == "/":
        raise CommandError(
            f"Static files are asked for, but STATIC_URL is {prefix!r}. Set it to a path of this "
            'site, as STATIC_URL = "/static/".'
        )
    if not root or not Path(root).is_dir():
        raise CommandError(
            f"Static files are asked for, but STATIC_ROOT is {str(root or '')!r}, which is no "
            "directory. Set it, and gather the files there."
        )
    return "/" + str(prefix).strip("/"), Path(root).resolve()
