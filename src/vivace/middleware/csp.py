"""Content Security Policy with nonces (documentation: Content Security Policy, Django 6.1)."""

from __future__ import annotations

from typing import Any

from vivace.conf import settings
from vivace.http import HttpRequest, HttpResponseBase
from vivace.utils.csp import CSP, LazyNonce, build_policy
from vivace.utils.deprecation import MiddlewareMixin


def get_nonce(request: HttpRequest) -> LazyNonce | None:
    """The request's nonce, which is made when it is first read; None without the middleware."""
    nonce: LazyNonce | None = getattr(request, "_csp_nonce", None)
    return nonce


class ContentSecurityPolicyMiddleware(MiddlewareMixin):
    """Sets the policies of ``SECURE_CSP`` (enforced) and ``SECURE_CSP_REPORT_ONLY``.

    A view's own policy (`csp_override`, `csp_report_only_override`) wins over the setting, and a
    header that is there already wins over both.
    """

    def process_request(self, request: Any) -> None:
        request._csp_nonce = LazyNonce()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        nonce = get_nonce(request)
        for header, attribute, setting in (
            (CSP.HEADER_ENFORCE, "_csp_config", "SECURE_CSP"),
            (CSP.HEADER_REPORT_ONLY, "_csp_ro_config", "SECURE_CSP_REPORT_ONLY"),
        ):
            if hasattr(response, attribute):
                config = getattr(response, attribute)
            else:
                config = getattr(settings, setting)
            if config and not response.has_header(header):
                response[str(header)] = build_policy(config, nonce)
        return response
