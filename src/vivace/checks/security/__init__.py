"""Checks of the settings that keep a site safe; most run with ``check --deploy`` only."""

from vivace.conf import settings
from vivace.utils.naming import say, to_home

__all__ = ["has_middleware"]


def has_middleware(path: str) -> bool:
    """Whether MIDDLEWARE has `path`, a dotted path without its root."""
    wanted = to_home(say(path))
    return any(isinstance(entry, str) and to_home(entry) == wanted for entry in settings.MIDDLEWARE)
