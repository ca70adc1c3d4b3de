"""Checks of the protection against forged requests."""

from typing import Any

from vivace.checks.messages import CheckMessage, Warning
from vivace.checks.registry import Tags, register
from vivace.checks.security import has_middleware
from vivace.conf import settings
from vivace.utils.naming import say

_MIDDLEWARE = "middleware.csrf.CsrfViewMiddleware"

W003 = Warning(
    "You don't appear to be using Django's built-in cross-site request forgery protection via the "
    f"middleware ('{say(_MIDDLEWARE)}' is not in your MIDDLEWARE). Enabling the middleware is the "
    "safest approach to ensure you don't leave any holes.",
    id="security.W003",
)
W016 = Warning(
    f"You have '{say(_MIDDLEWARE)}' in your MIDDLEWARE, but you have not set CSRF_COOKIE_SECURE to "
    "True. Using a secure-only CSRF cookie makes it more difficult for network traffic sniffers to "
    "steal the CSRF token.",
    id="security.W016",
)


@register(Tags.security, deploy=True)
def check_csrf_middleware(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The middleware must be there."""
    return [] if has_middleware(_MIDDLEWARE) else [W003]


@register(Tags.security, deploy=True)
def check_csrf_cookie_secure(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The cookie should travel encrypted only."""
    passed = (
        settings.CSRF_USE_SESSIONS
        or not has_middleware(_MIDDLEWARE)
        or settings.CSRF_COOKIE_SECURE is True
    )
    return [] if passed else [W016]
