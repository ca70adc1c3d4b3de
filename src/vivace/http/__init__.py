"""Requests, responses, and what they carry."""

from typing import TYPE_CHECKING

from vivace.utils.lazily import lazily

if TYPE_CHECKING:
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
        HttpResponseServerError,
    )
    from vivace.http.cookie import SimpleCookie, parse_cookie
    from vivace.http.exceptions import Http404
    from vivace.http.headers import BadHeaderError
    from vivace.http.jsoncontent import JsonResponse
    from vivace.http.querydict import QueryDict
    from vivace.http.request import (
        HttpHeaders,
        HttpRequest,
        RawPostDataException,
        UnreadablePostError,
    )
    from vivace.http.streaming import FileResponse, StreamingHttpResponse

__all__ = [
    "BadHeaderError", "FileResponse", "Http404", "HttpHeaders", "HttpRequest", "HttpResponse",
    "HttpResponseBadRequest", "HttpResponseBase", "HttpResponseForbidden", "HttpResponseGone",
    "HttpResponseNotAllowed", "HttpResponseNotFound", "HttpResponseNotModified",
    "HttpResponsePermanentRedirect", "HttpResponseRedirect", "HttpResponseServerError",
    "JsonResponse", "QueryDict", "RawPostDataException", "SimpleCookie", "StreamingHttpResponse",
    "UnreadablePostError", "parse_cookie",
]  # fmt: skip

__getattr__, __dir__ = lazily(
    __name__,
    {
        "base": "HttpResponseBase",
        "content": (
            "HttpResponse HttpResponseBadRequest HttpResponseForbidden HttpResponseGone "
            "HttpResponseNotAllowed HttpResponseNotFound HttpResponseNotModified "
            "HttpResponsePermanentRedirect HttpResponseRedirect HttpResponseServerError"
        ),
        "cookie": "SimpleCookie parse_cookie",
        "exceptions": "Http404",
        "headers": "BadHeaderError",
        "jsoncontent": "JsonResponse",
        "querydict": "QueryDict",
        "request": "HttpHeaders HttpRequest RawPostDataException UnreadablePostError",
        "streaming": "FileResponse StreamingHttpResponse",
    },
)
