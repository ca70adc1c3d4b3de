"""The error pages (documentation: error views).

A site's own page comes from its templates; these are the answers where it has none.
"""

from __future__ import annotations

import functools
from typing import Any, TypeVar
from urllib.parse import quote

from vivace.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseNotFound,
    HttpResponseServerError,
)
from vivace.http.base import DEFAULT_CHARSET
from vivace.middleware.csrf import CsrfViewMiddleware
from vivace.template import Context, Engine, TemplateDoesNotExist, engines, loader
from vivace.template.compiled.program import are_watched
from vivace.views.decorators.csrf import requires_csrf_token

__all__ = [
    "ERROR_400_TEMPLATE_NAME",
    "ERROR_403_TEMPLATE_NAME",
    "ERROR_404_TEMPLATE_NAME",
    "ERROR_500_TEMPLATE_NAME",
    "ERROR_PAGE_TEMPLATE",
    "Context",
    "Engine",
    "HttpResponseBadRequest",
    "HttpResponseForbidden",
    "HttpResponseNotFound",
    "HttpResponseServerError",
    "TemplateDoesNotExist",
    "bad_request",
    "page_not_found",
    "permission_denied",
    "server_error",
]

ERROR_404_TEMPLATE_NAME = "404.html"
ERROR_403_TEMPLATE_NAME = "403.html"
ERROR_400_TEMPLATE_NAME = "400.html"
ERROR_500_TEMPLATE_NAME = "500.html"
ERROR_PAGE_TEMPLATE = """
<!doctype html>
<html lang="en">
<head>
  <title>%(title)s</title>
</head>
<body>
  <h1>%(title)s</h1><p>%(details)s</p>
</body>
</html>
"""

_NOT_FOUND = ("Not Found", "The requested resource was not found on this server.")

ResponseT = TypeVar("ResponseT", bound=HttpResponse)


def _builtin(
    request: Any, response_class: type[ResponseT], title: str, details: str = ""
) -> ResponseT:
    response = response_class(_page(title, details, DEFAULT_CHARSET.value))
    # PERF: `META` is looked for where it is if it was asked for; under ASGI it is made then.
    if "CSRF_COOKIE_NEEDS_UPDATE" in request.__dict__.get("META", ()):
        # Somebody asked for a token before something went wrong: the cookie is set, or its time
        # begins anew. COMPAT: a cookie that the visitor has is not changed by what went wrong.
        _tokens.process_request(request)
        _tokens.process_response(request, response)
    return response


def _no_view(request: Any) -> Any:
    """What the middleware below stands around; it is never called."""


_tokens = CsrfViewMiddleware(_no_view)


def _from_template(
    request: Any, response_class: type[ResponseT], template: Any, context: dict[str, Any]
) -> ResponseT:
    """A page of the site's own, which may have a form; the middleware may be missing, or be left."""

    @requires_csrf_token
    def render(request: Any) -> ResponseT:
        return response_class(template.render(context, request))

    return render(request)


@functools.cache
def _page(title: str, details: str, charset: str) -> bytes:
    # SECURITY: nothing of the request or the exception is shown here (CVE-2019-3498).
    return (ERROR_PAGE_TEMPLATE % {"title": title, "details": details}).encode(charset)


def _own_template(template_name: str, default_name: str) -> Any:
    """The site's template; None if it has none and did not ask for a certain one."""
    # PERF: a site without templates answers what is not there as fast as what is.
    if not engines.templates and template_name == default_name:
        return None
    try:
        return loader.get_template(template_name)
    except TemplateDoesNotExist:
        if template_name != default_name:
            raise
        return None


def page_not_found(
    request: HttpRequest, exception: BaseException, template_name: str = ERROR_404_TEMPLATE_NAME
) -> HttpResponseNotFound:
    """The answer to `Http404` and to a path without a route.

    Its template sees ``request_path``, quoted, and ``exception``, the message or the class's name.
    """
    template = _own_template(template_name, ERROR_404_TEMPLATE_NAME)
    if template is None and not are_watched():
        return _builtin(request, HttpResponseNotFound, *_NOT_FOUND)
    message = exception.args[0] if exception.args else None
    context = {
        # A template that shows the path must not be a way to put a text of one's own on the page.
        "request_path": quote(request.path),
        "exception": message if isinstance(message, str) else type(exception).__name__,
    }
    if template is None:
        # A test may look at the context of the page, whether the site has one of its own or not.
        page = _page(*_NOT_FOUND, DEFAULT_CHARSET.value).decode(DEFAULT_CHARSET.value)
        return HttpResponseNotFound(Engine().from_string(page).render(Context(context)))
    return _from_template(request, HttpResponseNotFound, template, context)


def server_error(
    request: HttpRequest, template_name: str = ERROR_500_TEMPLATE_NAME
) -> HttpResponseServerError:
    """The answer to an exception nobody handled; its template sees nothing, so nothing can fail."""
    template = _own_template(template_name, ERROR_500_TEMPLATE_NAME)
    if template is None:
        return _builtin(request, HttpResponseServerError, "Server Error (500)")
    return HttpResponseServerError(template.render())


def bad_request(
    request: HttpRequest, exception: BaseException, template_name: str = ERROR_400_TEMPLATE_NAME
) -> HttpResponseBadRequest:
    """The answer to a `SuspiciousOperation`, for instance to a host that is not allowed."""
    template = _own_template(template_name, ERROR_400_TEMPLATE_NAME)
    if template is None:
        return _builtin(request, HttpResponseBadRequest, "Bad Request (400)")
    # The message is not for the client, and the request is what is wrong: the template sees neither.
    return HttpResponseBadRequest(template.render())


def permission_denied(
    request: HttpRequest, exception: BaseException, template_name: str = ERROR_403_TEMPLATE_NAME
) -> HttpResponseForbidden:
    """The answer to `PermissionDenied`; its template sees ``exception``, the message."""
    template = _own_template(template_name, ERROR_403_TEMPLATE_NAME)
    if template is None:
        return _builtin(request, HttpResponseForbidden, "403 Forbidden")
    return _from_template(request, HttpResponseForbidden, template, {"exception": str(exception)})
