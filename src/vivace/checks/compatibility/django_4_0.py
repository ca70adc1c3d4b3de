"""Checks of what changed with Django 4.0."""

from typing import Any

from vivace.checks.messages import CheckMessage, Error
from vivace.checks.registry import Tags, register
from vivace.conf import settings


@register(Tags.compatibility)
def check_csrf_trusted_origins(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """CSRF_TRUSTED_ORIGINS must hold origins, with their schemes."""
    return [
        Error(
            "As of Django 4.0, the values in the CSRF_TRUSTED_ORIGINS setting must start with a "
            f"scheme (usually http:// or https://) but found {origin}. See the release notes for "
            "details.",
            id="4_0.E001",
        )
        for origin in settings.CSRF_TRUSTED_ORIGINS
        if "://" not in origin
    ]
