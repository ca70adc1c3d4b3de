"""Django's address for `vivace.checks.database`."""

from vivace.checks.database import check_database_backends

__all__ = ["check_database_backends"]
