"""Checks of the session cookie."""

from typing import Any

from vivace.apps import apps
from vivace.checks.messages import CheckMessage, Warning
from vivace.checks.registry import Tags, register
from vivace.checks.security import has_middleware
from vivace.conf import settings
from vivace.utils.naming import say

_APP = say("contrib.sessions")
_MIDDLEWARE = "contrib.sessions.middleware.SessionMiddleware"


def add_session_cookie_message(message: str) -> str:
    """`message`, and why the session cookie should be secure."""
    return (
        f"{message} Using a secure-only session cookie makes it more difficult for network traffic "
        "sniffers to hijack user sessions."
    )


def add_httponly_message(message: str) -> str:
    """`message`, and why scripts should not see the session cookie."""
    return (
        f"{message} Using an HttpOnly session cookie makes it more difficult for cross-site "
        "scripting attacks to hijack user sessions."
    )


def _with_app(setting: str) -> str:
    return f"You have '{_APP}' in your INSTALLED_APPS, but you have not set {setting} to True."


def _with_middleware(setting: str) -> str:
    return (
        f"You have '{say(_MIDDLEWARE)}' in your MIDDLEWARE, but you have not set {setting} to True."
    )


_SECURE = "SESSION_COOKIE_SECURE"
_HTTPONLY = "SESSION_COOKIE_HTTPONLY"

W010 = Warning(add_session_cookie_message(_with_app(_SECURE)), id="security.W010")
W011 = Warning(add_session_cookie_message(_with_middleware(_SECURE)), id="security.W011")
W012 = Warning(add_session_cookie_message(f"{_SECURE} is not set to True."), id="security.W012")
W013 = Warning(add_httponly_message(_with_app(_HTTPONLY)), id="security.W013")
W014 = Warning(add_httponly_message(_with_middleware(_HTTPONLY)), id="security.W014")
W015 = Warning(add_httponly_message(f"{_HTTPONLY} is not set to True."), id="security.W015")


def _check(
    setting: str, app: CheckMessage, middleware: CheckMessage, both: CheckMessage
) -> list[CheckMessage]:
    if getattr(settings, setting) is True:
        return []
    has_app = apps.is_installed(_APP)
    if has_middleware(_MIDDLEWARE):
        return [both if has_app else middleware]
    return [app] if has_app else []


@register(Tags.security, deploy=True)
def check_session_cookie_secure(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The cookie should travel encrypted only."""
    return _check(_SECURE, W010, W011, W012)


@register(Tags.security, deploy=True)
def check_session_cookie_httponly(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Scripts should not see the cookie."""
    return _check(_HTTPONLY, W013, W014, W015)
