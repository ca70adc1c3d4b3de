"""Django's address for `vivace.checks.settings`."""

from vivace.checks.settings import check_database_backends

__all__ = ["check_database_backends"]
