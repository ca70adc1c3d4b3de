"""Conditional GET requests (RFC 9110, section 13)."""

from __future__ import annotations

from vivace.http import HttpRequest, HttpResponseBase
from vivace.utils.cache import get_conditional_response, set_response_etag
from vivace.utils.deprecation import MiddlewareMixin
from vivace.utils.http import parse_http_date_safe

__all__ = [
    "ConditionalGetMiddleware",
    "MiddlewareMixin",
    "get_conditional_response",
    "parse_http_date_safe",
    "set_response_etag",
]


class ConditionalGetMiddleware(MiddlewareMixin):
    """Gives GET responses an ETag, and answers 304 or 412 where the request's conditions say so."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        # Other methods must be judged before their effect, which is too late here.
        if request.method != "GET":
            return response
        if self.needs_etag(response) and not response.has_header("ETag"):
            set_response_etag(response)
        etag = response.get("ETag")
        last_modified = response.get("Last-Modified")
        timestamp = last_modified and parse_http_date_safe(last_modified)
        if not (etag or timestamp):
            return response
        conditional: HttpResponseBase = get_conditional_response(
            request, etag=etag, last_modified=timestamp, response=response
        )
        return conditional

    def needs_etag(self, response: HttpResponseBase) -> bool:
        """Whether an ETag may be added: not where ``Cache-Control`` has ``no-store``."""
        directives = response.get("Cache-Control", "").split(",")
        return all(directive.strip().lower() != "no-store" for directive in directives)
