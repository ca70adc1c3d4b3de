"""Checks of the settings that keep a site safe; most run with ``check --deploy`` only."""

from vivace.checks.security import base, csrf, sessions

__all__ = ["base", "csrf", "sessions"]
