"""Django's address for `vivace.checks.model_checks`."""

from vivace.checks.model_checks import (
    _check_lazy_references,
    check_all_models,
    check_lazy_references,
)

__all__ = ["_check_lazy_references", "check_all_models", "check_lazy_references"]
