"""The error pages (documentation: error views).

A site's own page comes from its templates; these are the answers where it has none.
"""

from __future__ import annotations

from typing import TypeVar

from vivace.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseNotFound,
    HttpResponseServerError,
)

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

ResponseT = TypeVar("ResponseT", bound=HttpResponse)


def _page(response_class: type[ResponseT], title: str, details: str = "") -> ResponseT:
    # SECURITY: nothing of the request or the exception is shown here (CVE-2019-3498).
    return response_class(ERROR_PAGE_TEMPLATE % {"title": title, "details": details})


def page_not_found(
    request: HttpRequest, exception: BaseException, template_name: str = ERROR_404_TEMPLATE_NAME
) -> HttpResponseNotFound:
    """The answer to `Http404` and to a path without a route."""
    return _page(
        HttpResponseNotFound,
        "Not Found",
        "The requested resource was not found on this server.",
    )


def server_error(
    request: HttpRequest, template_name: str = ERROR_500_TEMPLATE_NAME
) -> HttpResponseServerError:
    """The answer to an exception nobody handled."""
    return _page(HttpResponseServerError, "Server Error (500)")


def bad_request(
    request: HttpRequest, exception: BaseException, template_name: str = ERROR_400_TEMPLATE_NAME
) -> HttpResponseBadRequest:
    """The answer to a `SuspiciousOperation`, for instance to a host that is not allowed."""
    return _page(HttpResponseBadRequest, "Bad Request (400)")


def permission_denied(
    request: HttpRequest, exception: BaseException, template_name: str = ERROR_403_TEMPLATE_NAME
) -> HttpResponseForbidden:
    """The answer to `PermissionDenied`."""
    return _page(HttpResponseForbidden, "403 Forbidden")
