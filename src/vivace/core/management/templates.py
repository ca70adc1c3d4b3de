"""Door to the work of ``startproject`` and ``startapp``."""

from vivace.management.templates import TemplateCommand

__all__ = ["TemplateCommand"]
