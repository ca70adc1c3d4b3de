"""Checks of asynchronous support."""

import os
from typing import Any

from vivace.checks.messages import CheckMessage, Error
from vivace.checks.registry import Tags, register

E001 = Error(
    "You should not set the DJANGO_ALLOW_ASYNC_UNSAFE environment variable in "
    "deployment. This disables async safety protection.",
    id="async.E001",
)


@register(Tags.async_support, deploy=True)
def check_async_unsafe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The guard against blocking calls must be on in deployment."""
    return [E001] if os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE") else []
