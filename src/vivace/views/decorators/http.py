"""Allowed methods and conditional requests (RFC 9110) for one view."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from vivace.http import HttpResponseNotAllowed
from vivace.middleware.http import ConditionalGetMiddleware
from vivace.utils.bridge import iscoroutinefunction
from vivace.utils.cache import get_conditional_response
from vivace.utils.decorators import decorator_from_middleware
from vivace.utils.http import http_date, quote_etag
from vivace.utils.log import log_response
from vivace.views.decorators.colour import ViewT, around

__all__ = [
    "ConditionalGetMiddleware",
    "HttpResponseNotAllowed",
    "condition",
    "conditional_page",
    "decorator_from_middleware",
    "etag",
    "get_conditional_response",
    "http_date",
    "iscoroutinefunction",
    "last_modified",
    "log_response",
    "quote_etag",
    "require_GET",
    "require_POST",
    "require_http_methods",
    "require_safe",
]

conditional_page = decorator_from_middleware(ConditionalGetMiddleware)
conditional_page.__doc__ = "Do for one view what `ConditionalGetMiddleware` does for all."


def require_http_methods(request_method_list: Iterable[str]) -> Callable[[ViewT], ViewT]:
    """Answer 405 to requests whose method is not in the list; the names are in upper case."""

    def check(request: Any) -> HttpResponseNotAllowed | None:
        if request.method in request_method_list:
            return None
        response = HttpResponseNotAllowed(request_method_list)
        log_response(
            "Method Not Allowed (%s): %s",
            request.method,
            request.path,
            response=response,
            request=request,
        )
        return response

    def decorator(func: ViewT) -> ViewT:
        return around(func, before=check)

    return decorator


def require_GET(func: ViewT) -> ViewT:
    """Accept GET only."""
    return require_http_methods(["GET"])(func)


def require_POST(func: ViewT) -> ViewT:
    """Accept POST only."""
    return require_http_methods(["POST"])(func)


def require_safe(func: ViewT) -> ViewT:
    """Accept GET and HEAD only, the methods that change nothing."""
    return require_http_methods(["GET", "HEAD"])(func)


def condition(
    etag_func: Callable[..., str | None] | None = None,
    last_modified_func: Callable[..., datetime | None] | None = None,
) -> Callable[[ViewT], ViewT]:
    """Answer 304 or 412 without calling the view, where the request's conditions allow it.

    Both functions get the view's arguments and may return None, "not known". `last_modified_func`
    returns a datetime, in UTC if it is naive. The validators are put on answers to GET and HEAD.
    """

    def prepare(request: Any, args: Any, kwargs: Any) -> tuple[Any, Callable[[Any], None]]:
        """The early answer, if there is one, and what puts the validators onto an answer."""
        modified = None
        if last_modified_func:
            modified = _timestamp(last_modified_func(request, *args, **kwargs))
        tag = etag_func(request, *args, **kwargs) if etag_func else None
        tag = quote_etag(tag) if tag is not None else None
        early = get_conditional_response(request, etag=tag, last_modified=modified)

        def stamp(response: Any) -> None:
            if request.method not in ("GET", "HEAD"):
                return
            if modified and not response.has_header("Last-Modified"):
                response.headers["Last-Modified"] = http_date(modified)
            if tag:
                response.headers.setdefault("ETag", tag)

        return early, stamp

    def decorator(func: ViewT) -> ViewT:
        async def async_inner(request: Any, *args: Any, **kwargs: Any) -> Any:
            response, stamp = prepare(request, args, kwargs)
            if response is None:
                response = await func(request, *args, **kwargs)
            stamp(response)
            return response

        def inner(request: Any, *args: Any, **kwargs: Any) -> Any:
            response, stamp = prepare(request, args, kwargs)
            if response is None:
                response = func(request, *args, **kwargs)
            stamp(response)
            return response

        chosen: Any = async_inner if iscoroutinefunction(func) else inner
        return wraps(func)(chosen)  # type: ignore[return-value]

    return decorator


def _timestamp(moment: datetime | None) -> int | None:
    if not moment:
        return None
    if moment.tzinfo is None or moment.utcoffset() is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp())


def etag(etag_func: Callable[..., str | None]) -> Callable[[ViewT], ViewT]:
    """`condition` with an ETag only."""
    return condition(etag_func=etag_func)


def last_modified(
    last_modified_func: Callable[..., datetime | None],
) -> Callable[[ViewT], ViewT]:
    """`condition` with a time of modification only."""
    return condition(last_modified_func=last_modified_func)
