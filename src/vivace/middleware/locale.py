"""The language of each request: by its path, its cookie, its ``Accept-Language`` header.

Documentation: "How Django discovers language preference"; middleware reference, "Locale middleware".
"""

from __future__ import annotations

from typing import Any

from vivace.conf import settings
from vivace.http import HttpRequest, HttpResponseRedirect
from vivace.urls import get_script_prefix, is_valid_path
from vivace.urls.languages import is_language_prefix_patterns_used
from vivace.utils import translation
from vivace.utils.cache import patch_vary_headers
from vivace.utils.deprecation import MiddlewareMixin

__all__ = [
    "HttpResponseRedirect",
    "LocaleMiddleware",
    "MiddlewareMixin",
    "get_script_prefix",
    "is_language_prefix_patterns_used",
    "is_valid_path",
    "patch_vary_headers",
    "settings",
]


def _urlconf(request: HttpRequest) -> Any:
    return getattr(request, "urlconf", settings.ROOT_URLCONF)


class LocaleMiddleware(MiddlewareMixin):
    """Activates the visitor's language, and says in the response which one it was.

    Where the URLconf has `i18n_patterns`, a path without a language that has no route, but has one
    with the language in front, is answered with a `response_redirect_class` to that one.
    """

    response_redirect_class: Any = HttpResponseRedirect

    def process_request(self, request: Any) -> None:
        has_prefixes, default_has_prefix = is_language_prefix_patterns_used(_urlconf(request))
        language: str = translation.get_language_from_request(request, check_path=has_prefixes)
        # A path without a prefix is then the default language's own, whatever the visitor prefers.
        if has_prefixes and not default_has_prefix:
            language = translation.get_language_from_path(request.path_info) or str(
                settings.LANGUAGE_CODE
            )
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        language = translation.get_language()
        urlconf = _urlconf(request)
        has_prefixes, default_has_prefix = is_language_prefix_patterns_used(urlconf)
        in_path = translation.get_language_from_path(request.path_info)
        if response.status_code == 404 and not in_path and has_prefixes and default_has_prefix:
            redirect = self._to_prefixed(request, language, urlconf)
            if redirect is not None:
                return redirect
        if not (has_prefixes and in_path):
            patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", language)
        return response

    def _to_prefixed(self, request: HttpRequest, language: str | None, urlconf: Any) -> Any:
        """The redirect to the path with `language` in front, if that has a route; else None."""
        path = f"/{language}{request.path_info}"
        add_slash = False
        if not is_valid_path(path, urlconf):
            add_slash = settings.APPEND_SLASH and not path.endswith("/")
            if not add_slash or not is_valid_path(f"{path}/", urlconf):
                return None
        # The language goes behind the script's prefix, where the URLconf begins.
        root = get_script_prefix()
        full_path = request.get_full_path(force_append_slash=add_slash)
        redirect = self.response_redirect_class(full_path.replace(root, f"{root}{language}/", 1))
        patch_vary_headers(redirect, ("Accept-Language", "Cookie"))
        return redirect
