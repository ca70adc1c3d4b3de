"""The token against forged requests, for templates of any language.

Whoever does not use it does not cause the cookie to be set, so both are lazy. The middleware belongs
to a higher layer and is asked by its dotted name.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vivace.utils.functional import lazy
from vivace.utils.html import format_html
from vivace.utils.lazily import before_serving
from vivace.utils.module_loading import cached_import
from vivace.utils.safestring import SafeString

__all__ = ["csrf_input", "csrf_input_lazy", "csrf_token", "csrf_token_lazy"]

_MIDDLEWARE = "vivace.middleware.csrf"


# A form must not make its request wait for the import.
before_serving(lambda: import_module(_MIDDLEWARE))


def csrf_token(request: Any) -> str:
    """The token of a request, which makes the response set the cookie that it belongs to."""
    token: str = cached_import(_MIDDLEWARE, "get_token")(request)
    return token


def csrf_input(request: Any) -> SafeString:
    """The hidden field that a form needs."""
    field: SafeString = format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', csrf_token(request)
    )
    return field


csrf_input_lazy = lazy(csrf_input, SafeString, str)
csrf_token_lazy = lazy(csrf_token, str)
