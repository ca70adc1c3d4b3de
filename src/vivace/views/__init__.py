"""Views: class-based ones, decorators, error pages, and the page for developers."""

from vivace.views.generic.base import View

__all__ = ["View"]
