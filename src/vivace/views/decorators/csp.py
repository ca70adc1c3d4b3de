"""A Content Security Policy for one view (documentation: Content Security Policy, Django 6.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vivace.views.decorators.colour import ViewT, around


def _policy_decorator(attribute: str, config: dict[str, Any]) -> Callable[[ViewT], ViewT]:
    if not isinstance(config, dict):
        raise TypeError("CSP config should be a mapping.")

    def change(request: Any, response: Any) -> None:
        setattr(response, attribute, config)

    def decorator(view_func: ViewT) -> ViewT:
        return around(view_func, after=change)

    return decorator


def csp_override(config: dict[str, Any]) -> Callable[[ViewT], ViewT]:
    """Use the enforced policy `config` instead of ``SECURE_CSP``; an empty one switches it off."""
    return _policy_decorator("_csp_config", config)


def csp_report_only_override(config: dict[str, Any]) -> Callable[[ViewT], ViewT]:
    """Use the report-only policy `config` instead of ``SECURE_CSP_REPORT_ONLY``; {} is none."""
    return _policy_decorator("_csp_ro_config", config)
