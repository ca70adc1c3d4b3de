"""Django's address for `vivace.checks.settings`."""

from vivace.checks.settings import check_csrf_trusted_origins

__all__ = ["check_csrf_trusted_origins"]
