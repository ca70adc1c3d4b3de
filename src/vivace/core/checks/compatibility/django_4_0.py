"""Django's address for `vivace.checks.compatibility.django_4_0`."""

from vivace.checks.compatibility.django_4_0 import check_csrf_trusted_origins

__all__ = ["check_csrf_trusted_origins"]
