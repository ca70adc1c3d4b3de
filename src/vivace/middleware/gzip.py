"""Compression of responses (RFC 1952), with random padding of the length."""

from __future__ import annotations

import re
from typing import Any

from vivace.http import HttpRequest
from vivace.utils.cache import patch_vary_headers
from vivace.utils.deprecation import MiddlewareMixin
from vivace.utils.text import acompress_sequence, compress_sequence, compress_string

__all__ = [
    "GZipMiddleware",
    "MiddlewareMixin",
    "compress_sequence",
    "compress_string",
    "patch_vary_headers",
    "re_accepts_gzip",
]

re_accepts_gzip = re.compile(r"\bgzip\b")

# Below this many bytes the container costs more than the compression gains.
SHORTEST = 200


class GZipMiddleware(MiddlewareMixin):
    """Compresses the response when the client accepts gzip and it gets shorter.

    SECURITY: a random file name of up to `max_random_bytes` is put into the header, so that
    the length does not tell secrets (BREACH; the method is called "Heal the Breach").
    """

    max_random_bytes = 100

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if not response.streaming and len(response.content) < SHORTEST:
            return response
        if response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            return response
        if not self._compressed(response):
            return response
        etag = response.get("ETag")
        # The bytes differ from those the strong validator was given to (RFC 9110, section 8.8.1).
        if etag and etag.startswith('"'):
            response["ETag"] = "W/" + etag
        response["Content-Encoding"] = "gzip"
        return response

    def _compressed(self, response: Any) -> bool:
        """Compress the body in place; False when that would not make it shorter."""
        if response.streaming:
            compress = acompress_sequence if response.is_async else compress_sequence
            response.streaming_content = compress(
                response.streaming_content, max_random_bytes=self.max_random_bytes
            )
            del response["Content-Length"]
            return True
        body = compress_string(response.content, max_random_bytes=self.max_random_bytes)
        if len(body) >= len(response.content):
            return False
        response.content = body
        response["Content-Length"] = str(len(body))
        return True
