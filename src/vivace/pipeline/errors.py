"""Exceptions become responses (documentation: "Error views", "How to manage error reporting")."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async

from vivace.conf import settings
from vivace.core import signals
from vivace.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from vivace.http.base import HttpResponseBase
from vivace.http.exceptions import Http404
from vivace.http.multipartparser import MultiPartParserError
from vivace.http.querydict import QueryDict
from vivace.urls import get_resolver, get_urlconf
from vivace.utils.log import log_response
from vivace.utils.naming import say
from vivace.views import debug

__all__ = [
    "convert_exception_to_response",
    "explained",
    "get_exception_response",
    "handle_uncaught_exception",
    "response_for_exception",
]

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def explained(exc: AttributeError, request: Any, answer: Any) -> AttributeError:
    """`exc`, of an `answer` that is no response, with what the code of the project has to do with it."""
    if not isinstance(answer, HttpResponseBase):
        kind = type(answer).__name__
        # COMPAT: the attribute that middleware ask for.
        exc.args, exc.name = (f"{kind!r} object has no attribute 'headers'",), None
        match = request.resolver_match
        view = f"the view {match._func_path} or a middleware" if match else "a middleware"
        exc.add_note(
            f"What {view} returned is no response, but of type {kind}. Return HttpResponse(text), "
            "JsonResponse(data) or render(request, template)."
        )
    return exc


def convert_exception_to_response(get_response: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `get_response` so that what it raises becomes a response, as around every middleware."""
    if iscoroutinefunction(get_response):

        @wraps(get_response)
        async def inner_async(request: Any) -> Any:
            try:
                return await get_response(request)
            except Exception as exc:
                return await sync_to_async(response_for_exception, thread_sensitive=False)(
                    request, exc
                )

        return inner_async

    @wraps(get_response)
    def inner(request: Any) -> Any:
        try:
            return get_response(request)
        except Exception as exc:
            return response_for_exception(request, exc)

    return inner


def response_for_exception(request: Any, exc: Exception) -> Any:
    """The response that stands for `exc`: a page by the URLconf's handlers, or the debug page."""
    response: Any
    if isinstance(exc, Http404):
        if settings.DEBUG:
            response = debug.technical_404_response(request, exc)
        else:
            response = get_exception_response(request, _resolver(), 404, exc)
    elif isinstance(exc, PermissionDenied):
        response = get_exception_response(request, _resolver(), 403, exc)
        _log("Forbidden (Permission denied): %s", request, response, exc)
    elif isinstance(exc, MultiPartParserError):
        response = get_exception_response(request, _resolver(), 400, exc)
        _log("Bad request (Unable to parse request body): %s", request, response, exc)
    elif isinstance(exc, BadRequest):
        if settings.DEBUG:
            response = debug.technical_500_response(request, *_info(exc), status_code=400)
        else:
            response = get_exception_response(request, _resolver(), 400, exc)
        _log("%s: %s", request, response, exc, str(exc))
    elif isinstance(exc, SuspiciousOperation):
        response = _suspicious(request, exc)
    else:
        signals.got_request_exception.send(sender=None, request=request)
        response = handle_uncaught_exception(request, _resolver(), _info(exc))
        _log("%s: %s", request, response, exc, response.reason_phrase)
    # An error view may answer with a template response; nothing renders it after this.
    if not getattr(response, "is_rendered", True) and callable(getattr(response, "render", None)):
        response = response.render()
    return response


def _log(message: str, request: Any, response: Any, exc: Exception, *args: Any) -> None:
    """Log `response` with `message`, which is formatted with `args` and the path."""
    log_response(message, *args, request.path, response=response, request=request, exception=exc)


def _resolver() -> Any:
    return get_resolver(get_urlconf())


def _info(exc: BaseException) -> ExcInfo:
    return type(exc), exc, exc.__traceback__


def _suspicious(request: Any, exc: SuspiciousOperation) -> Any:
    if isinstance(exc, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        # What was too much must not be parsed a second time by who describes the error.
        request._mark_post_parse_error()
        try:
            _ = request.GET
        except TooManyFieldsSent:
            request.GET = QueryDict()
    # A logger for each kind, so that deployments can mute or route them.
    security = logging.getLogger(say(f"security.{exc.__class__.__name__}"))
    security.error(str(exc), exc_info=exc, extra={"status_code": 400, "request": request})
    response: Any
    if settings.DEBUG:
        response = debug.technical_500_response(request, *_info(exc), status_code=400)
    else:
        response = get_exception_response(request, _resolver(), 400, exc)
    # COMPAT: this record is all; there is none of the ``request`` logger beside it.
    response._has_been_logged = True
    return response


def get_exception_response(
    request: Any, resolver: Any, status_code: int, exception: Exception
) -> Any:
    """The answer of the URLconf's handler for `status_code`."""
    try:
        callback = resolver.resolve_error_handler(status_code)
        return callback(request, exception=exception)
    except Exception as error:
        signals.got_request_exception.send(sender=None, request=request)
        return handle_uncaught_exception(request, resolver, _info(error))


def handle_uncaught_exception(request: Any, resolver: Any, exc_info: Any) -> Any:
    """The answer to an exception that nothing expected.

    Raises it again under ``DEBUG_PROPAGATE_EXCEPTIONS``.
    """
    if settings.DEBUG_PROPAGATE_EXCEPTIONS:
        raise exc_info[1]
    if settings.DEBUG:
        return debug.technical_500_response(request, *exc_info)
    callback = resolver.resolve_error_handler(500)
    return callback(request)
