"""Django's address for what `vivace.checks.settings` checks of their form."""

from vivace.core.checks.compatibility import django_4_0

__all__ = ["django_4_0"]
