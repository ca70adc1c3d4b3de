"""Django's address for `vivace.checks.security`."""

from vivace.core.checks.security import base, csrf, sessions

__all__ = ["base", "csrf", "sessions"]
