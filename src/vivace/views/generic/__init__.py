"""Class-based views under their documented address."""

from vivace.views.generic.base import RedirectView, TemplateView, View

__all__ = ["GenericViewError", "RedirectView", "TemplateView", "View"]


class GenericViewError(Exception):
    """A generic view cannot work with what it was given."""
