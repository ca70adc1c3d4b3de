"""The ``X-Frame-Options`` header (documentation: clickjacking protection)."""

from __future__ import annotations

from vivace.conf import settings
from vivace.http import HttpRequest, HttpResponseBase
from vivace.utils.deprecation import MiddlewareMixin

__all__ = [
    "MiddlewareMixin",
    "XFrameOptionsMiddleware",
    "settings",
]


class XFrameOptionsMiddleware(MiddlewareMixin):
    """Sets ``X-Frame-Options`` to the setting of that name, ``DENY`` when there is none.

    A response that has the header, or a true ``xframe_options_exempt``, is left alone.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.get("X-Frame-Options") is not None:
            return response
        if getattr(response, "xframe_options_exempt", False):
            return response
        response["X-Frame-Options"] = self.get_xframe_options_value(request, response)
        return response

    def get_xframe_options_value(self, request: HttpRequest, response: HttpResponseBase) -> str:
        """The header's value for this response; overridden to decide per request."""
        value: str = getattr(settings, "X_FRAME_OPTIONS", "DENY")
        return value.upper()
