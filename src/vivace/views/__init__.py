"""Views: class-based ones, decorators, error pages, and the page for developers."""

from vivace.utils.lazily import lazily
from vivace.views.generic.base import View

__all__ = ["View"]

# Submodules are there without an import of their own, as after Django's imports.
__getattr__, __dir__ = lazily(__name__, {})
