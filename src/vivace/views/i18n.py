"""Choosing a language, and translations for JavaScript.

Documentation: "Internationalization: in JavaScript code", and "The set_language redirect view".
The script itself is in `vivace.views.i18n_script`.
"""

from __future__ import annotations

import re
from typing import Any

from vivace.apps import apps
from vivace.conf import settings
from vivace.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from vivace.i18n.catalog import Catalogue
from vivace.urls import translate_url
from vivace.utils.formats import get_format
from vivace.utils.http import url_has_allowed_host_and_scheme
from vivace.utils.translation import check_for_language, get_language
from vivace.views.generic.base import View
from vivace.views.i18n_script import catalogue_script

__all__ = [
    "LANGUAGE_QUERY_PARAMETER",
    "JSONCatalog",
    "JavaScriptCatalog",
    "get_formats",
    "set_language",
]

LANGUAGE_QUERY_PARAMETER = "language"

FORMATS = (
    "DATE_FORMAT",
    "DATETIME_FORMAT",
    "TIME_FORMAT",
    "YEAR_MONTH_FORMAT",
    "MONTH_DAY_FORMAT",
    "SHORT_DATE_FORMAT",
    "SHORT_DATETIME_FORMAT",
    "FIRST_DAY_OF_WEEK",
    "DECIMAL_SEPARATOR",
    "THOUSAND_SEPARATOR",
    "NUMBER_GROUPING",
    "DATE_INPUT_FORMATS",
    "TIME_INPUT_FORMATS",
    "DATETIME_INPUT_FORMATS",
)


def _is_safe(url: str | None, request: HttpRequest) -> bool:
    return url_has_allowed_host_and_scheme(
        url=url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def _next_url(request: HttpRequest) -> str | None:
    """Where the visitor goes from here; None if the caller is a script, which stays."""
    url: str | None = request.POST.get("next", request.GET.get("next"))
    # SECURITY: only pages of this host; anything else would be an open redirect.
    if _is_safe(url, request):
        return url
    if not url and not request.accepts("text/html"):
        return None
    # The page that the form was on, if the client says it.
    referer: str | None = request.META.get("HTTP_REFERER")
    return referer if _is_safe(referer, request) else "/"


def set_language(request: HttpRequest) -> HttpResponseBase:
    """Keep the language that was posted as ``language`` in a cookie, and redirect.

    The target is ``next``, else the page that the form was on, else ``/``; a path with a language in
    it is translated. A request that does not accept HTML and has no ``next`` gets status 204.
    """
    next_url = _next_url(request)
    response = HttpResponseRedirect(next_url) if next_url else HttpResponse(status=204)
    if request.method != "POST":
        return response
    language = request.POST.get(LANGUAGE_QUERY_PARAMETER)
    if not language or not check_for_language(language):
        return response
    if next_url:
        translated = translate_url(next_url, language)
        if translated != next_url:
            response = HttpResponseRedirect(translated)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response


def get_formats() -> dict[str, Any]:
    """The formats of the active language, as the JavaScript function ``get_format`` knows them."""
    return {name: get_format(name) for name in FORMATS}


class JavaScriptCatalog(View):
    """The messages of `domain` and the formats in the active language, as a script.

    `packages` are names of installed applications; None is all of them. A route may give both, the
    packages joined by ``+``.
    """

    domain = "djangojs"
    packages: Any = None
    translation: Catalogue

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = get_language()
        domain = kwargs.get("domain", self.domain)
        # A route's packages replace the view's own.
        joined = kwargs.get("packages", "")
        packages = joined.split("+") if joined else self.packages
        paths = self.get_paths(packages) if packages else None
        self.translation = Catalogue(language or settings.LANGUAGE_CODE, domain, paths)
        return self.render_to_response(self.get_context_data(**kwargs))

    def get_paths(self, packages: Any) -> list[str]:
        """The locale directories of `packages`; raises `ValueError` for what is not installed."""
        installed = {config.name: config.path for config in apps.get_app_configs()}
        unknown = [package for package in packages if package not in installed]
        if unknown:
            raise ValueError(
                f"Invalid package(s) provided to JavaScriptCatalog: {','.join(unknown)}"
            )
        return [f"{installed[package]}/locale" for package in packages]

    @property
    def _plural_string(self) -> str:
        return self.translation.plural_forms()

    @property
    def _num_plurals(self) -> int:
        """How many forms a message has; two where the catalogue does not say."""
        match = re.search(r"nplurals=\s*(\d+)", self._plural_string)
        return int(match[1]) if match else 2

    def get_plural(self) -> str | None:
        """The rule for plurals as an expression in ``n``, or None if the catalogue has none."""
        for part in self._plural_string.split(";"):
            name, equals, expression = part.strip().partition("plural=")
            if equals and not name:
                return expression
        return None

    def get_catalog(self) -> dict[str, Any]:
        """``{message: translation}``; a list of forms where the number decides."""
        catalog: dict[str, Any] = {}
        forms: dict[str, dict[int, str]] = {}
        for key, text in self.translation.messages().items():
            if isinstance(key, tuple):
                forms.setdefault(key[0], {})[key[1]] = text
            elif key:
                catalog[key] = text
        count = self._num_plurals
        for message, by_index in sorted(forms.items()):
            catalog[message] = [by_index.get(index, "") for index in range(count)]
        return catalog

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the script is made of: catalog, formats and plural."""
        return {
            "catalog": self.get_catalog(),
            "formats": get_formats(),
            "plural": self.get_plural(),
        }

    def render_to_response(
        self, context: dict[str, Any], **response_kwargs: Any
    ) -> HttpResponseBase:
        """The response for `context`; `response_kwargs` are accepted for subclasses to use."""
        return HttpResponse(catalogue_script(context), 'text/javascript; charset="utf-8"')


class JSONCatalog(JavaScriptCatalog):
    """The same as JSON: an object with catalog, formats and plural."""

    def render_to_response(
        self, context: dict[str, Any], **response_kwargs: Any
    ) -> HttpResponseBase:
        """`context` as JSON."""
        return JsonResponse(context)
