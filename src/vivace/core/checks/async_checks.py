"""Django's address for `vivace.checks.async_checks`."""

from vivace.checks.async_checks import E001, check_async_unsafe

__all__ = ["E001", "check_async_unsafe"]
