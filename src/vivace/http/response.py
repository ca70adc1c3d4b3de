"""A door: every response class at its documented address."""

from http.cookies import SimpleCookie

from vivace.core.exceptions import DisallowedRedirect
from vivace.http.base import HttpResponseBase
from vivace.http.content import (
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseGone,
    HttpResponseNotAllowed,
    HttpResponseNotFound,
    HttpResponseNotModified,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    HttpResponseRedirectBase,
    HttpResponseServerError,
)
from vivace.http.exceptions import Http404
from vivace.http.headers import BadHeaderError, ResponseHeaders
from vivace.http.jsoncontent import JsonResponse
from vivace.http.streaming import FileResponse, StreamingHttpResponse, mimetypes
from vivace.utils.json import DjangoJSONEncoder

__all__ = [
    "BadHeaderError", "DisallowedRedirect", "DjangoJSONEncoder", "FileResponse", "Http404",
    "HttpResponse", "HttpResponseBadRequest", "HttpResponseBase", "HttpResponseForbidden",
    "HttpResponseGone", "HttpResponseNotAllowed", "HttpResponseNotFound", "HttpResponseNotModified",
    "HttpResponsePermanentRedirect", "HttpResponseRedirect", "HttpResponseRedirectBase",
    "HttpResponseServerError", "JsonResponse", "ResponseHeaders", "SimpleCookie",
    "StreamingHttpResponse", "mimetypes",
]  # fmt: skip
