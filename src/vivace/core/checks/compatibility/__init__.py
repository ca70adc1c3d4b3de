"""Django's address for `vivace.checks.compatibility`."""

from vivace.core.checks.compatibility import django_4_0

__all__ = ["django_4_0"]
