"""Django's address for `vivace.checks.templates`."""

from vivace.checks.templates import check_templates

__all__ = ["check_templates"]
