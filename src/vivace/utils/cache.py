"""The headers that control caches, conditional requests, and the keys of cached pages.

A page's key is made in two steps. Under the *header key*, made of the URL, the cache keeps which
request headers the response varies on; the *page key* is made of the URL and of these headers'
values in the request. `learn_cache_key` writes the first and returns the second, `get_cache_key`
reads the first.

COMPAT: keys are those that Django makes, but where two of its keys could be the same.
Defined at https://docs.djangoproject.com/en/5.2/ref/utils/#module-django.utils.cache, RFC 9110
section 13 (conditional requests) and RFC 9111 section 5.2 (directives).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from hashlib import md5
from typing import Any

from vivace.conf import settings
from vivace.core.cache import caches
from vivace.http import HttpResponse, HttpResponseNotModified
from vivace.utils.http import http_date, parse_etags, parse_http_date_safe, quote_etag
from vivace.utils.log import log_response
from vivace.utils.timezone import get_current_timezone_name
from vivace.utils.translation import get_language

__all__ = [
    "HttpResponse",
    "HttpResponseNotModified",
    "add_never_cache_headers",
    "caches",
    "cc_delim_re",
    "get_cache_key",
    "get_conditional_response",
    "get_current_timezone_name",
    "get_language",
    "get_max_age",
    "has_vary_header",
    "http_date",
    "learn_cache_key",
    "log_response",
    "parse_etags",
    "parse_http_date_safe",
    "patch_cache_control",
    "patch_response_headers",
    "patch_vary_headers",
    "quote_etag",
    "set_response_etag",
    "settings",
]

cc_delim_re = re.compile(r"\s*,\s*")

# RFC 9110, section 15.4.5: what a 304 response repeats of the one it stands for.
_REPEATED_HEADERS = (
    "Cache-Control",
    "Content-Location",
    "Date",
    "ETag",
    "Expires",
    "Last-Modified",
    "Vary",
)


def _directive(text: str) -> tuple[str, Any]:
    """A directive's name, in lower case, and its value; True if it has none."""
    name, equals, value = text.partition("=")
    return name.lower(), value if equals else True


def _written(name: str, value: Any) -> str:
    return name if value is True else f"{name}={value}"


def patch_cache_control(response: Any, **kwargs: Any) -> None:
    """Add directives to the Cache-Control header.

    A keyword is a directive, ``_`` standing for ``-``; its value is True or what follows the ``=``.
    The smaller max-age wins; private and public exclude each other, the new one winning; no-cache
    may be there several times, unless it is there without a field's name.
    """
    cc: dict[str, Any] = {}
    # In the order in which they were given.
    no_cache: dict[Any, None] = {}
    if header := response.get("Cache-Control"):
        for field in cc_delim_re.split(header):
            name, value = _directive(field)
            cc[name] = value
            if name == "no-cache":
                no_cache[value] = None

    if "max-age" in cc and "max_age" in kwargs:
        kwargs["max_age"] = min(int(cc["max-age"]), kwargs["max_age"])
    if "private" in cc and "public" in kwargs:
        del cc["private"]
    elif "public" in cc and "private" in kwargs:
        del cc["public"]

    for keyword, value in kwargs.items():
        name = keyword.replace("_", "-")
        cc[name] = value
        if name == "no-cache":
            no_cache[value] = None

    directives: list[str] = []
    for name, value in cc.items():
        values = no_cache if name == "no-cache" and True not in no_cache else [value]
        if name == "no-cache" and True in no_cache:
            values = [True]
        directives.extend(_written(name, value) for value in values)
    response.headers["Cache-Control"] = ", ".join(directives)


def get_max_age(response: Any) -> int | None:
    """The seconds in max-age of the Cache-Control header; None if it is not there, or no number."""
    if not response.has_header("Cache-Control"):
        return None
    cc = dict(_directive(field) for field in cc_delim_re.split(response.headers["Cache-Control"]))
    try:
        return int(cc["max-age"])
    except (ValueError, TypeError, KeyError):
        return None


def set_response_etag(response: Any) -> Any:
    """Set the ETag header to a digest of the content, if there is any; the response."""
    if not response.streaming and response.content:
        digest = md5(response.content, usedforsecurity=False).hexdigest()
        response.headers["ETag"] = quote_etag(digest)
    return response


def _precondition_failed(request: Any) -> HttpResponse:
    response = HttpResponse(status=412)
    log_response("Precondition Failed: %s", request.path, response=response, request=request)
    return response


def _not_modified(request: Any, response: Any = None) -> HttpResponse:
    new_response = HttpResponseNotModified()
    if response:
        for header in _REPEATED_HEADERS:
            if header in response:
                new_response.headers[header] = response.headers[header]
        new_response.cookies = response.cookies
    return new_response


def get_conditional_response(
    request: Any, etag: str | None = None, last_modified: int | None = None, response: Any = None
) -> Any:
    """What the request's conditions make of `response`: itself, 304 (Not Modified), or 412.

    `etag` and `last_modified` (seconds) describe the resource now. RFC 9110, section 13.2.2.
    """
    # Conditions are ignored if the answer without them is no success.
    if response and not (200 <= response.status_code < 300):
        return response

    meta = request.META
    if_match = parse_etags(meta.get("HTTP_IF_MATCH", ""))
    if_none_match = parse_etags(meta.get("HTTP_IF_NONE_MATCH", ""))
    unmodified_since = parse_http_date_safe(meta.get("HTTP_IF_UNMODIFIED_SINCE", ""))
    modified_since = parse_http_date_safe(meta.get("HTTP_IF_MODIFIED_SINCE", ""))
    is_read = request.method in ("GET", "HEAD")

    if if_match and not _if_match_passes(etag, if_match):
        return _precondition_failed(request)
    is_unmodified = bool(last_modified and last_modified <= (unmodified_since or 0))
    if not if_match and unmodified_since and not is_unmodified:
        return _precondition_failed(request)
    if if_none_match and not _if_none_match_passes(etag, if_none_match):
        return _not_modified(request, response) if is_read else _precondition_failed(request)
    is_fresh = bool(last_modified and last_modified <= (modified_since or 0))
    if not if_none_match and modified_since and is_fresh and is_read:
        return _not_modified(request, response)
    return response


def _if_match_passes(target_etag: str | None, etags: list[str]) -> bool:
    """Strong comparison (RFC 9110, section 13.1.1)."""
    if not target_etag:
        return False
    if etags == ["*"]:
        return True
    return not target_etag.startswith("W/") and target_etag in etags


def _if_none_match_passes(target_etag: str | None, etags: list[str]) -> bool:
    """Weak comparison (RFC 9110, section 13.1.2)."""
    if not target_etag:
        return True
    if etags == ["*"]:
        return False
    target = target_etag.removeprefix("W/")
    return all(target != etag.removeprefix("W/") for etag in etags)


def patch_response_headers(response: Any, cache_timeout: float | None = None) -> None:
    """Add Expires, unless it is there, and max-age in Cache-Control.

    `cache_timeout` in seconds; CACHE_MIDDLEWARE_SECONDS if it is None.
    """
    if cache_timeout is None:
        cache_timeout = settings.CACHE_MIDDLEWARE_SECONDS
    if cache_timeout < 0:
        cache_timeout = 0
    if not response.has_header("Expires"):
        response.headers["Expires"] = http_date(time.time() + cache_timeout)
    patch_cache_control(response, max_age=cache_timeout)


def add_never_cache_headers(response: Any) -> None:
    """Add headers that keep a response out of every cache."""
    patch_response_headers(response, cache_timeout=-1)
    patch_cache_control(response, no_cache=True, no_store=True, must_revalidate=True, private=True)


def _vary_headers(response: Any) -> list[str]:
    """The names in the Vary header.

    SECURITY: without the blanks around them, so that none hides an asterisk.
    """
    if not response.has_header("Vary"):
        return []
    return cc_delim_re.split(response.headers["Vary"].strip())


def patch_vary_headers(response: Any, newheaders: Iterable[str]) -> None:
    """Add names to the Vary header; an asterisk among them or there leaves the asterisk only."""
    vary_headers = _vary_headers(response)
    existing = {header.lower() for header in vary_headers}
    vary_headers += [header for header in newheaders if header.lower() not in existing]
    if "*" in vary_headers:
        response.headers["Vary"] = "*"
    else:
        response.headers["Vary"] = ", ".join(vary_headers)


def has_vary_header(response: Any, header_query: str) -> bool:
    """Whether the Vary header names `header_query`, in any case."""
    query = header_query.strip().lower()
    return query in {header.lower() for header in _vary_headers(response)}


def _context_suffix(request: Any) -> str:
    """What else a page depends on: the language and the time zone that are active."""
    suffix = ""
    if settings.USE_I18N:
        # The middleware may have chosen a language for this request.
        suffix += f".{getattr(request, 'LANGUAGE_CODE', get_language())}"
    if settings.USE_TZ:
        suffix += f".{get_current_timezone_name()}"
    return suffix


def _url_digest(request: Any) -> str:
    url = request.build_absolute_uri().encode("ascii")
    return md5(url, usedforsecurity=False).hexdigest()


def _values_digest(values: list[str | None]) -> str:
    """A digest of the varied headers' values, of which a missing one is None.

    SECURITY: two requests have one page only if they agree in every single header. Values that are
    written one after the other do not tell where each ends, or an empty one from a missing one.
    COMPAT: where that cannot be mistaken, the digest is the one that Django makes.
    """
    if not any(value is not None for value in values):
        text = "-," * len(values)
    elif len(values) == 1 and values[0] != "-,":
        text = values[0] or ""
    else:
        text = json.dumps(values)
    return md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _page_key(request: Any, method: str, headerlist: list[str], key_prefix: str) -> str:
    digest = _values_digest([request.META.get(header) for header in headerlist])
    return (
        f"views.decorators.cache.cache_page.{key_prefix}.{method}."
        f"{_url_digest(request)}.{digest}{_context_suffix(request)}"
    )


def _header_key(key_prefix: str, request: Any) -> str:
    return (
        f"views.decorators.cache.cache_header.{key_prefix}."
        f"{_url_digest(request)}{_context_suffix(request)}"
    )


def get_cache_key(
    request: Any, key_prefix: str | None = None, method: str = "GET", cache: Any = None
) -> str | None:
    """The key of the page for `request`; None if its URL's varying headers are not known."""
    if key_prefix is None:
        key_prefix = settings.CACHE_MIDDLEWARE_KEY_PREFIX
    if cache is None:
        cache = caches[settings.CACHE_MIDDLEWARE_ALIAS]
    headerlist = cache.get(_header_key(key_prefix, request))
    if headerlist is None:
        return None
    return _page_key(request, method, headerlist, key_prefix)


def learn_cache_key(
    request: Any,
    response: Any,
    cache_timeout: float | None = None,
    key_prefix: str | None = None,
    cache: Any = None,
) -> str:
    """Remember on which headers `response` varies, and return the key of its page."""
    if key_prefix is None:
        key_prefix = settings.CACHE_MIDDLEWARE_KEY_PREFIX
    if cache_timeout is None:
        cache_timeout = settings.CACHE_MIDDLEWARE_SECONDS
    if cache is None:
        cache = caches[settings.CACHE_MIDDLEWARE_ALIAS]
    names = [header.upper().replace("-", "_") for header in _vary_headers(response)]
    # With translation the language is in the key, so the many spellings of the header need not be.
    headerlist = sorted(
        "HTTP_" + name for name in names if name != "ACCEPT_LANGUAGE" or not settings.USE_I18N
    )
    cache.set(_header_key(key_prefix, request), headerlist, cache_timeout)
    return _page_key(request, request.method, headerlist, key_prefix)
