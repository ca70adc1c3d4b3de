"""Security headers and the redirect to HTTPS (documentation: middleware reference, security)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from vivace.conf import settings
from vivace.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from vivace.utils.deprecation import MiddlewareMixin

__all__ = [
    "HttpResponsePermanentRedirect",
    "MiddlewareMixin",
    "SecurityMiddleware",
    "settings",
]


def transport_security(seconds: int, subdomains: bool, preload: bool) -> str:
    """The value of ``Strict-Transport-Security`` (RFC 6797); `seconds` is how long it holds."""
    value = f"max-age={seconds}"
    if subdomains:
        value += "; includeSubDomains"
    if preload:
        value += "; preload"
    return value


def referrer_policy(policy: Any) -> str:
    """The value of ``Referrer-Policy`` for a comma-separated string or an iterable of strings."""
    if isinstance(policy, str):
        policy = [part.strip() for part in policy.split(",")]
    return ",".join(policy)


class SecurityMiddleware(MiddlewareMixin):
    """Redirects to HTTPS and sets HSTS, nosniff, the referrer policy and the opener policy.

    A header that the view has set is left alone. The settings (``SECURE_*``) are read once, when
    the middleware is made.
    """

    def __init__(self, get_response: Callable[..., Any]) -> None:
        super().__init__(get_response)
        self.sts_seconds = settings.SECURE_HSTS_SECONDS
        self.sts_include_subdomains = settings.SECURE_HSTS_INCLUDE_SUBDOMAINS
        self.sts_preload = settings.SECURE_HSTS_PRELOAD
        self.content_type_nosniff = settings.SECURE_CONTENT_TYPE_NOSNIFF
        self.redirect = settings.SECURE_SSL_REDIRECT
        self.redirect_host = settings.SECURE_SSL_HOST
        self.redirect_exempt = [re.compile(pattern) for pattern in settings.SECURE_REDIRECT_EXEMPT]
        self.referrer_policy = settings.SECURE_REFERRER_POLICY
        self.cross_origin_opener_policy = settings.SECURE_CROSS_ORIGIN_OPENER_POLICY

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        if not self.redirect or request.is_secure():
            return None
        path = request.path.lstrip("/")
        if any(pattern.search(path) for pattern in self.redirect_exempt):
            return None
        host = self.redirect_host or request.get_host()
        return HttpResponsePermanentRedirect(f"https://{host}{request.get_full_path()}")

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if (
            self.sts_seconds
            and request.is_secure()
            and not response.has_header("Strict-Transport-Security")
        ):
            response["Strict-Transport-Security"] = transport_security(
                self.sts_seconds, self.sts_include_subdomains, self.sts_preload
            )
        if self.content_type_nosniff:
            response.setdefault("X-Content-Type-Options", "nosniff")
        if self.referrer_policy:
            response.setdefault("Referrer-Policy", referrer_policy(self.referrer_policy))
        if self.cross_origin_opener_policy:
            response.setdefault("Cross-Origin-Opener-Policy", self.cross_origin_opener_policy)
        return response
