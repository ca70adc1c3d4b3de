"""Protection against forged requests, view by view (documentation: CSRF, decorators)."""

from __future__ import annotations

from typing import Any

from vivace.middleware.csrf import CsrfViewMiddleware, get_token
from vivace.utils.decorators import decorator_from_middleware
from vivace.views.decorators.colour import ViewT, around

__all__ = [
    "CsrfViewMiddleware",
    "csrf_exempt",
    "csrf_protect",
    "decorator_from_middleware",
    "ensure_csrf_cookie",
    "get_token",
    "requires_csrf_token",
]


class _EnsureCsrfToken(CsrfViewMiddleware):
    """Has a token for the view's template, and refuses nothing."""

    def _reject(self, request: Any, reason: str) -> None:
        return None


class _EnsureCsrfCookie(_EnsureCsrfToken):
    """Sets the cookie whether the view asks for a token or not, and refuses nothing."""

    def process_view(
        self, request: Any, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> Any:
        answer = super().process_view(request, callback, callback_args, callback_kwargs)
        get_token(request)
        return answer


csrf_protect = decorator_from_middleware(CsrfViewMiddleware)
csrf_protect.__name__ = "csrf_protect"
csrf_protect.__doc__ = "Do for one view what `CsrfViewMiddleware` does for all."

requires_csrf_token = decorator_from_middleware(_EnsureCsrfToken)
requires_csrf_token.__name__ = "requires_csrf_token"
requires_csrf_token.__doc__ = "As `csrf_protect`, so that there is a token, but refuse nothing."

ensure_csrf_cookie = decorator_from_middleware(_EnsureCsrfCookie)
ensure_csrf_cookie.__name__ = "ensure_csrf_cookie"
ensure_csrf_cookie.__doc__ = "Set the cookie with the view's answer, for pages with scripts only."


def csrf_exempt(view_func: ViewT) -> ViewT:
    """Let everybody's requests reach the view, forged ones too."""
    view: Any = around(view_func)
    view.csrf_exempt = True
    return view  # type: ignore[no-any-return]
