"""What the compiler knows by heart about built-in middleware.

A middleware counts as built-in when its class is exactly ours and nobody has patched its methods;
anything else is called as it stands. What is known here must be true of the class's own hooks: the
tests compare both on the same requests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vivace.conf import settings
from vivace.middleware.clickjacking import XFrameOptionsMiddleware
from vivace.middleware.common import BrokenLinkEmailsMiddleware, CommonMiddleware
from vivace.middleware.csp import ContentSecurityPolicyMiddleware
from vivace.middleware.csrf import CsrfViewMiddleware
from vivace.middleware.gzip import GZipMiddleware
from vivace.middleware.http import ConditionalGetMiddleware
from vivace.middleware.locale import LocaleMiddleware
from vivace.middleware.security import SecurityMiddleware, referrer_policy, transport_security
from vivace.pipeline.nodes import HeaderRule, Hook, Layer, SafeMark
from vivace.utils.deprecation import MiddlewareMixin

__all__ = ["READS", "layer_for", "may_fuse"]

# The settings that the recipes below read, so that a change of one compiles the chain anew.
READS = (
    "CSRF_USE_SESSIONS",
    "DISALLOWED_USER_AGENTS",
    "PREPEND_WWW",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY",
    "SECURE_CSP",
    "SECURE_CSP_REPORT_ONLY",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
    "SECURE_HSTS_SECONDS",
    "SECURE_REDIRECT_EXEMPT",
    "SECURE_REFERRER_POLICY",
    "SECURE_SSL_HOST",
    "SECURE_SSL_REDIRECT",
    "X_FRAME_OPTIONS",
)


def _security(middleware: SecurityMiddleware) -> Layer:
    defaults = []
    if middleware.content_type_nosniff:
        defaults.append(("X-Content-Type-Options", "nosniff"))
    if middleware.referrer_policy:
        defaults.append(("Referrer-Policy", referrer_policy(middleware.referrer_policy)))
    if middleware.cross_origin_opener_policy:
        defaults.append(("Cross-Origin-Opener-Policy", middleware.cross_origin_opener_policy))
    secure = []
    if middleware.sts_seconds:
        value = transport_security(
            middleware.sts_seconds, middleware.sts_include_subdomains, middleware.sts_preload
        )
        secure.append(("Strict-Transport-Security", value))
    return Layer(
        name="SecurityMiddleware",
        on_request=Hook(middleware.process_request) if middleware.redirect else None,
        on_response=Hook(middleware.process_response),
        rule=HeaderRule(defaults=tuple(defaults), secure=tuple(secure)),
    )


def _common(middleware: CommonMiddleware) -> Layer:
    def asks(request: Any) -> bool:
        try:
            return middleware.should_redirect_with_slash(request)
        except Exception:
            # The hook will raise it again, where it becomes a response.
            return True

    return Layer(
        name="CommonMiddleware",
        on_request=Hook(middleware.process_request),
        on_response=Hook(middleware.process_response),
        host_only=not settings.DISALLOWED_USER_AGENTS and not settings.PREPEND_WWW,
        rule=HeaderRule(length=True, asks=asks),
    )


def _csrf(middleware: CsrfViewMiddleware) -> Layer:
    # A session may have to be loaded from somewhere. What a refused request gets is the view hook's
    # business, which runs the project's own view.
    in_session = settings.CSRF_USE_SESSIONS
    return Layer(
        name="CsrfViewMiddleware",
        on_request=Hook(middleware.process_request, blocking=in_session),
        on_response=Hook(middleware.process_response, blocking=in_session),
        cookie_only=not in_session,
        rule=HeaderRule(unless="CSRF_COOKIE_NEEDS_UPDATE"),
        safe=SafeMark(
            done="csrf_processing_done",
            exempt="csrf_exempt",
            # PERF: a thread for each form that is sent would take longer than all the rest.
            at_once=middleware.accepts_in_memory,
        ),
    )


def _x_frame_options(middleware: XFrameOptionsMiddleware) -> Layer:
    value = getattr(settings, "X_FRAME_OPTIONS", "DENY").upper()
    return Layer(
        name="XFrameOptionsMiddleware",
        on_response=Hook(middleware.process_response),
        rule=HeaderRule(defaults=(("X-Frame-Options", value),)),
    )


def _broken_links(middleware: BrokenLinkEmailsMiddleware) -> Layer:
    return Layer(
        name="BrokenLinkEmailsMiddleware",
        # It sends mail.
        on_response=Hook(middleware.process_response, blocking=True),
        rule=HeaderRule(asks=lambda request: True),
    )


def _by_hooks(middleware: Any, blocking: bool = False) -> Layer:
    return Layer(
        name=type(middleware).__name__,
        on_request=_hook(middleware, "process_request", blocking),
        on_response=_hook(middleware, "process_response", blocking),
    )


def _hook(middleware: Any, name: str, blocking: bool) -> Hook | None:
    method = getattr(middleware, name, None)
    return None if method is None else Hook(method, blocking=blocking)


_RECIPES: dict[type, Callable[[Any], Layer]] = {
    SecurityMiddleware: _security,
    CommonMiddleware: _common,
    CsrfViewMiddleware: _csrf,
    XFrameOptionsMiddleware: _x_frame_options,
    BrokenLinkEmailsMiddleware: _broken_links,
    ConditionalGetMiddleware: _by_hooks,
    ContentSecurityPolicyMiddleware: _by_hooks,
    GZipMiddleware: _by_hooks,
    LocaleMiddleware: _by_hooks,
}


def _methods(cls: type) -> dict[str, Any]:
    return {name: value for name, value in vars(cls).items() if callable(value)}


_UNPATCHED = {cls: _methods(cls) for cls in _RECIPES}
_MIXIN_CALLS = (MiddlewareMixin.__call__, MiddlewareMixin.__acall__)


def may_fuse(factory: Any) -> bool:
    """Whether the middleware that `factory` makes can be run by its two hooks alone."""
    return (
        isinstance(factory, type)
        and issubclass(factory, MiddlewareMixin)
        and (factory.__call__, factory.__acall__) == _MIXIN_CALLS
        and factory.__new__ is object.__new__
        and factory.sync_capable
        and factory.async_capable
    )


def layer_for(middleware: Any) -> Layer:
    """The layer for an instance of a class that `may_fuse`."""
    cls = type(middleware)
    recipe = _RECIPES.get(cls)
    if recipe is not None and _methods(cls) == _UNPATCHED[cls]:
        return recipe(middleware)
    return _by_hooks(middleware, blocking=True)
