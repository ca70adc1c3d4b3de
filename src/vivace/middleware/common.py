"""Slashes, ``www``, refused user agents, lengths, and reports of broken links.

Documentation: middleware reference, "Common middleware"; error reporting, "404 errors".
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from vivace.conf import settings
from vivace.core.exceptions import PermissionDenied
from vivace.core.mail import mail_managers
from vivace.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from vivace.urls import is_valid_path
from vivace.utils.deprecation import MiddlewareMixin
from vivace.utils.http import escape_leading_slashes

__all__ = [
    "BrokenLinkEmailsMiddleware",
    "CommonMiddleware",
    "HttpResponsePermanentRedirect",
    "MiddlewareMixin",
    "PermissionDenied",
    "escape_leading_slashes",
    "is_valid_path",
    "mail_managers",
    "settings",
]

# These carry a body, or an intent, that a redirect would lose.
UNSAFE_TO_REDIRECT = ("DELETE", "POST", "PUT", "PATCH")


class CommonMiddleware(MiddlewareMixin):
    """Refuses user agents, prepends ``www.``, appends slashes, and sets ``Content-Length``.

    The slash is appended to a path that no route matches, if one matches with it; the redirect is a
    `response_redirect_class`.
    """

    response_redirect_class = HttpResponsePermanentRedirect

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        agent = request.META.get("HTTP_USER_AGENT")
        if agent is not None:
            for pattern in settings.DISALLOWED_USER_AGENTS:
                if pattern.search(agent):
                    raise PermissionDenied("Forbidden user agent")
        host = request.get_host()
        if not settings.PREPEND_WWW or not host or host.startswith("www."):
            return None
        # One redirect for both cures, so that the client travels once.
        if self.should_redirect_with_slash(request):
            path = self.get_full_path_with_slash(request)
        else:
            path = request.get_full_path()
        return self.response_redirect_class(f"{request.scheme}://www.{host}{path}")

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        """Whether the path has no route as it is, and one that allows it with a slash."""
        if not settings.APPEND_SLASH or request.path_info.endswith("/"):
            return False
        urlconf = getattr(request, "urlconf", None)
        if is_valid_path(request.path_info, urlconf):
            return False
        match: Any = is_valid_path(f"{request.path_info}/", urlconf)
        return bool(match) and getattr(match.func, "should_append_slash", True)

    def get_full_path_with_slash(self, request: HttpRequest) -> str:
        """The path with a slash, and the query.

        Raises `RuntimeError` under ``DEBUG`` when the request's body would be lost on the way.
        """
        # SECURITY: "//host/" would be a redirect to another site (CVE-2018-14574).
        path = escape_leading_slashes(request.get_full_path(force_append_slash=True))
        if settings.DEBUG and request.method in UNSAFE_TO_REDIRECT:
            raise RuntimeError(
                f"You called this URL via {request.method}, but the URL doesn't end in a slash and "
                "you have APPEND_SLASH set. Django can't redirect to the slash URL while "
                f"maintaining {request.method} data. Change your form to point to "
                f"{request.get_host()}{path} (note the trailing slash), or set APPEND_SLASH=False "
                "in your Django settings."
            )
        return path

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if response.status_code == 404 and self.should_redirect_with_slash(request):
            return self.response_redirect_class(self.get_full_path_with_slash(request))
        if not response.streaming and not response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
        return response


class BrokenLinkEmailsMiddleware(MiddlewareMixin):
    """Mails the managers when somebody followed a link to a page that does not exist."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if response.status_code != 404 or settings.DEBUG:
            return response
        domain = request.get_host()
        path = request.get_full_path()
        meta = request.META
        referer = meta.get("HTTP_REFERER", "")
        if self.is_ignorable_request(request, path, domain, referer):
            return response
        kind = "INTERNAL " if self.is_internal_request(domain, referer) else ""
        mail_managers(
            f"Broken {kind}link on {domain}",
            f"Referrer: {referer}\n"
            f"Requested URL: {path}\n"
            f"User agent: {meta.get('HTTP_USER_AGENT', '<none>')}\n"
            f"IP address: {meta.get('REMOTE_ADDR', '<none>')}\n",
            fail_silently=True,
        )
        return response

    def is_internal_request(self, domain: str, referer: str) -> bool:
        """Whether the link is on this site: `referer` is a page under `domain`."""
        return bool(re.match(f"^https?://{re.escape(domain)}/", referer))

    def is_ignorable_request(
        self, request: HttpRequest, uri: str, domain: str, referer: str
    ) -> bool:
        """Whether not to mail: no referrer, a page naming itself, or ``IGNORABLE_404_URLS``."""
        if not referer:
            return True
        # A client that got here by our own slash redirect may name the page without the slash.
        if settings.APPEND_SLASH and uri.endswith("/") and referer == uri[:-1]:
            return True
        if not self.is_internal_request(domain, referer) and "?" in referer:
            return True
        if self._names_itself(uri, domain, referer):
            return True
        ignorable: Any = settings.IGNORABLE_404_URLS
        return any(pattern.search(uri) for pattern in ignorable)

    def _names_itself(self, uri: str, domain: str, referer: str) -> bool:
        """Whether the referrer is the missing page: some robots send that."""
        try:
            parts = urlsplit(referer)
        except ValueError:
            return False
        return parts.netloc in ("", domain) and parts.path == uri
