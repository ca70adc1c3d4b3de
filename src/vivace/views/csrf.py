"""The answer to a request that may be forged (documentation: error views, the 403 CSRF view)."""

from __future__ import annotations

from typing import Any

from vivace.conf import settings
from vivace.http import HttpRequest, HttpResponseForbidden
from vivace.template import Context, Engine, TemplateDoesNotExist, loader
from vivace.utils.version import get_docs_version
from vivace.views.report import forgery

__all__ = [
    "CSRF_FAILURE_TEMPLATE_NAME",
    "Context",
    "Engine",
    "HttpResponseForbidden",
    "TemplateDoesNotExist",
    "csrf_failure",
    "get_docs_version",
    "loader",
    "settings",
]

CSRF_FAILURE_TEMPLATE_NAME = "403_csrf.html"


def csrf_failure(
    request: HttpRequest, reason: str = "", template_name: str = CSRF_FAILURE_TEMPLATE_NAME
) -> HttpResponseForbidden:
    """The page for a request that `CsrfViewMiddleware` refuses, for `reason`.

    It is the site's template `template_name`, which gets the request only. Without one it is ours,
    which tells developers more while ``DEBUG`` is on; any other name is `TemplateDoesNotExist` then.
    """
    try:
        template: Any = loader.get_template(template_name)
    except TemplateDoesNotExist:
        if template_name != CSRF_FAILURE_TEMPLATE_NAME:
            raise
        page = forgery.render(str(reason), settings.DEBUG)
    else:
        page = template.render(request=request)
    return HttpResponseForbidden(page)
