"""Django's address for `vivace.checks.settings`."""

from vivace.checks.settings import check_templates

__all__ = ["check_templates"]
