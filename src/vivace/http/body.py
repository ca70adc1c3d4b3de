"""From a request's stream to its ``body``, ``POST`` and ``FILES``.

What is asked of the request: ``META``, ``method``, ``content_type``, ``_encoding``, ``encoding``;
``read()``, which reads ``_stream`` and sets ``_read_started``; ``parse_file_upload()`` and
``_mark_post_parse_error()``. What is left on it: ``_body`` and a ``_stream`` that gives the body again,
``_post``, ``_files``. SECURITY: limits are counted in bytes that came, whatever length was declared
(CVE-2026-33034).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from vivace.core.exceptions import BadRequest, TooManyFilesSent
from vivace.core.files.uploadhandler import BUILT_IN
from vivace.http.multipart.parts import too_large
from vivace.http.multipartparser import MAX_BODY, MultiPartParser, MultiPartParserError
from vivace.http.querydict import QueryDict
from vivace.utils.datastructures import MultiValueDict
from vivace.utils.naming import publish

__all__ = [
    "RawPostDataException",
    "UnreadablePostError",
    "load_post_and_files",
    "parse_file_upload",
    "read_body",
]


class UnreadablePostError(OSError):
    """The client's connection broke while its request was read."""


class RawPostDataException(Exception):
    """The body was asked for after its stream had been read otherwise."""


def _declared_length(meta: Mapping[str, Any]) -> int:
    try:
        return int(meta.get("CONTENT_LENGTH") or 0)
    except (ValueError, TypeError):
        return 0


def read_body(request: Any) -> None:
    """Read the whole stream into ``_body``.

    Raises `RawPostDataException` when it was read before, `RequestDataTooBig` when there is more than
    ``DATA_UPLOAD_MAX_MEMORY_SIZE``, and `UnreadablePostError` when the client is gone.
    """
    if request._read_started:
        raise RawPostDataException(
            "You cannot access body after reading from request's data stream"
        )
    limit = MAX_BODY.value
    if limit is None:
        size = -1
    elif _declared_length(request.META) > limit:
        raise too_large()
    else:
        size = limit + 1
    stream = request._stream
    try:
        body = request.read(size)
        if limit is not None and len(body) > limit:
            raise too_large()
    finally:
        stream.close()
    request._body = body
    request._stream = BytesIO(body)


def load_post_and_files(request: Any) -> None:
    """Set ``_post`` and ``_files`` from the body, if it is that of a form.

    After an error in a multipart body both are empty, so that handlers of the error may look at them.
    """
    if request.method != "POST":
        request._post = QueryDict(encoding=request._encoding)
        request._files = MultiValueDict()
        return
    has_body = "_body" in request.__dict__
    if request._read_started and not has_body:
        request._mark_post_parse_error()
        return
    content_type = request.content_type
    if content_type == "multipart/form-data":
        data = BytesIO(request._body) if has_body else request
        try:
            request._post, request._files = request.parse_file_upload(request.META, data)
        except (MultiPartParserError, TooManyFilesSent):
            request._mark_post_parse_error()
            raise
    elif content_type == "application/x-www-form-urlencoded":
        encoding = request._encoding
        # The URL standard knows no other encoding for this type.
        if encoding is not None and encoding.lower() != "utf-8":
            raise BadRequest(
                "HTTP requests with the 'application/x-www-form-urlencoded' "
                "content type must be UTF-8 encoded."
            )
        request._post = QueryDict(request.body, encoding="utf-8")
        request._files = MultiValueDict()
    else:
        request._post = QueryDict(encoding=request._encoding)
        request._files = MultiValueDict()


def parse_file_upload(
    meta: Mapping[str, Any], post_data: Any, handlers: Sequence[Any], encoding: str | None
) -> tuple[QueryDict, MultiValueDict]:
    """Parse the multipart body that `post_data` gives, with the upload `handlers` of a request."""
    result = MultiPartParser(meta, post_data, handlers, encoding).parse()
    for handler in handlers:
        # PERF: ours need the request no more, which would be a circle for the collector to find.
        if type(handler) in BUILT_IN:
            handler.request = None
    return result


publish(__name__, "http.request", "RawPostDataException UnreadablePostError")
