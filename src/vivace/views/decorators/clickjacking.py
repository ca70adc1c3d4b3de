"""``X-Frame-Options`` for one view (documentation: clickjacking protection)."""

from __future__ import annotations

from typing import Any

from vivace.views.decorators.colour import After, ViewT, around

__all__ = [
    "xframe_options_deny",
    "xframe_options_exempt",
    "xframe_options_sameorigin",
]


def _framing(value: str) -> After:
    def change(request: Any, response: Any) -> None:
        if response.get("X-Frame-Options") is None:
            response["X-Frame-Options"] = value

    return change


def _exempt(request: Any, response: Any) -> None:
    response.xframe_options_exempt = True


def xframe_options_deny(view_func: ViewT) -> ViewT:
    """No page may show this view in a frame; a header that the view sets itself stays."""
    return around(view_func, after=_framing("DENY"))


def xframe_options_sameorigin(view_func: ViewT) -> ViewT:
    """Only pages of this site may show this view in a frame; a header of the view's own stays."""
    return around(view_func, after=_framing("SAMEORIGIN"))


def xframe_options_exempt(view_func: ViewT) -> ViewT:
    """Any page may show this view in a frame: the middleware sets no header."""
    return around(view_func, after=_exempt)
