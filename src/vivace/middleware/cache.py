"""Pages kept in a cache: of a site, or of a view (documentation: topics/cache, ref/middleware).

`FetchFromCacheMiddleware` answers from the cache, and tells the request whether its answer shall be
kept; `UpdateCacheMiddleware` keeps it. In MIDDLEWARE the one that keeps comes first, so that it sees
what all the others did to the response, and the one that fetches comes last. `CacheMiddleware` is
both, for one view.

What is kept is kept for everybody whose request agrees in the headers that the response varies on
(RFC 9111, sections 3 and 4).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from vivace.conf import settings
from vivace.core.cache import DEFAULT_CACHE_ALIAS, caches
from vivace.http import HttpRequest
from vivace.utils.cache import (
    get_cache_key,
    get_max_age,
    has_vary_header,
    learn_cache_key,
    patch_response_headers,
    patch_vary_headers,
)
from vivace.utils.deprecation import MiddlewareMixin
from vivace.utils.http import parse_http_date_safe

__all__ = [
    "DEFAULT_CACHE_ALIAS",
    "CacheMiddleware",
    "FetchFromCacheMiddleware",
    "MiddlewareMixin",
    "UpdateCacheMiddleware",
    "caches",
    "get_cache_key",
    "get_max_age",
    "has_vary_header",
    "learn_cache_key",
    "parse_http_date_safe",
    "patch_response_headers",
    "patch_vary_headers",
    "settings",
]

_FOR_NOBODY_ELSE = ("private", "no-cache", "no-store")


def _may_be_kept(response: Any) -> bool:
    """Whether a response may be shown to others than the one who asked.

    SECURITY: directives are looked for in any case and anywhere in the header: one that is not
    understood should rather keep a page out of the cache.
    """
    directives = response.get("Cache-Control", "").lower()
    return not (
        any(directive in directives for directive in _FOR_NOBODY_ELSE)
        or has_vary_header(response, "*")
        # It varies on a cookie that only the next request will send.
        or (response.cookies and has_vary_header(response, "Cookie"))
    )


class UpdateCacheMiddleware(MiddlewareMixin):
    """Keeps successful responses to GET and HEAD, with ``Expires`` and ``max-age``.

    How long, in seconds: `page_timeout` (of `cache_page`), the response's own max-age, or
    `cache_timeout`.
    """

    def __init__(self, get_response: Callable[..., Any]) -> None:
        super().__init__(get_response)
        self.cache_timeout = settings.CACHE_MIDDLEWARE_SECONDS
        self.page_timeout: float | None = None
        self.key_prefix = settings.CACHE_MIDDLEWARE_KEY_PREFIX
        self.cache_alias = settings.CACHE_MIDDLEWARE_ALIAS

    @property
    def cache(self) -> Any:
        """The cache that `cache_alias` names."""
        return caches[self.cache_alias]

    def _should_update_cache(self, request: HttpRequest, response: Any) -> bool:
        """Whether the response did not come from the cache; packages override this."""
        return bool(getattr(request, "_cache_update_cache", False))

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if not self._should_update_cache(request, response):
            return response
        if response.streaming or response.status_code not in (200, 304):
            return response
        if not _may_be_kept(response):
            return response
        timeout = self.page_timeout
        if timeout is None:
            timeout = get_max_age(response)
            if timeout == 0:
                return response
            if timeout is None:
                timeout = self.cache_timeout
        # SECURITY: who proved who they are gets a page of their own, if it does not say otherwise.
        if request.headers.get("Authorization") and not _is_public(response):
            patch_vary_headers(response, ("Authorization",))
        patch_response_headers(response, timeout)
        if timeout and response.status_code == 200:
            self._keep(request, response, timeout)
        return response

    def _keep(self, request: HttpRequest, response: Any, timeout: float) -> None:
        key = learn_cache_key(request, response, timeout, self.key_prefix, cache=self.cache)
        if callable(getattr(response, "render", None)):
            response.add_post_render_callback(
                lambda rendered: self.cache.set(key, rendered, timeout)
            )
        else:
            self.cache.set(key, response, timeout)


def _is_public(response: Any) -> bool:
    return "public" in response.get("Cache-Control", "").lower()


class FetchFromCacheMiddleware(MiddlewareMixin):
    """Answers GET and HEAD with what `UpdateCacheMiddleware` kept, and says its ``Age``."""

    def __init__(self, get_response: Callable[..., Any]) -> None:
        super().__init__(get_response)
        self.key_prefix = settings.CACHE_MIDDLEWARE_KEY_PREFIX
        self.cache_alias = settings.CACHE_MIDDLEWARE_ALIAS

    @property
    def cache(self) -> Any:
        """The cache that `cache_alias` names."""
        return caches[self.cache_alias]

    def process_request(self, request: Any) -> Any:
        if request.method not in ("GET", "HEAD"):
            request._cache_update_cache = False
            return None
        response = self._kept(request)
        request._cache_update_cache = response is None
        if response is not None:
            _tell_age(response)
        return response

    def _kept(self, request: HttpRequest) -> Any:
        # The answer to GET has all that HEAD wants; the other way round it has no content.
        for method in ("GET", "HEAD"):
            if method == "HEAD" and request.method != "HEAD":
                break
            key = get_cache_key(request, self.key_prefix, method, cache=self.cache)
            response = None if key is None else self.cache.get(key)
            if response is not None:
                return response
        return None


def _tell_age(response: Any) -> None:
    """Set ``Age`` (RFC 9111, section 5.1): how much of its time a kept response has had, in seconds."""
    max_age = get_max_age(response)
    expires = parse_http_date_safe(response.get("Expires", ""))
    if max_age is not None and expires is not None:
        response["Age"] = max(0, max_age - (expires - int(time.time())))


class CacheMiddleware(UpdateCacheMiddleware, FetchFromCacheMiddleware):
    """Fetches and keeps, for one view (see `cache_page`) or for a whole site.

    Keywords are `cache_timeout` and `page_timeout` (seconds), ``key_prefix`` and ``cache_alias``;
    where one is missing the setting of that name holds.
    """

    def __init__(
        self,
        get_response: Callable[..., Any],
        cache_timeout: float | None = None,
        page_timeout: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(get_response)
        # None is a prefix of no characters, and the default cache.
        if "key_prefix" in kwargs:
            self.key_prefix = "" if kwargs["key_prefix"] is None else kwargs["key_prefix"]
        if "cache_alias" in kwargs:
            alias = kwargs["cache_alias"]
            self.cache_alias = DEFAULT_CACHE_ALIAS if alias is None else alias
        if cache_timeout is not None:
            self.cache_timeout = cache_timeout
        self.page_timeout = page_timeout
