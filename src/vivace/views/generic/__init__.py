"""Class-based views under their documented address."""

from vivace.views.generic.base import RedirectView, View

__all__ = ["GenericViewError", "RedirectView", "View"]


class GenericViewError(Exception):
    """A generic view cannot work with what it was given."""
