"""Django's address for `vivace.checks.registry`."""

from vivace.checks.registry import CheckRegistry, Tags, register, registry, run_checks, tag_exists

__all__ = ["CheckRegistry", "Tags", "register", "registry", "run_checks", "tag_exists"]
