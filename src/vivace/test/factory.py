"""Requests for tests, made without a server and without the middleware.

`RequestFactory` makes WSGI requests, `AsyncRequestFactory` ASGI requests; the clients are built on
them. Published in ``vivace.test`` and ``vivace.test.client``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from vivace.conf import settings
from vivace.http.asgi import ASGIRequest
from vivace.http.headers import HttpHeaders
from vivace.http.limited import LimitedStream
from vivace.http.request import HttpRequest
from vivace.http.wsgi import WSGIRequest
from vivace.test.encoding import (
    BOUNDARY,
    CONTENT_TYPE_RE,
    JSON_CONTENT_TYPE_RE,
    MULTIPART_CONTENT,
    FakePayload,
    encode_multipart,
)
from vivace.utils.encoding import force_bytes
from vivace.utils.http import urlencode
from vivace.utils.json import DjangoJSONEncoder

Headers = Mapping[str, Any] | None
Query = Any

OCTET_STREAM = "application/octet-stream"


class RequestFactory:
    """Make `WSGIRequest` objects to hand to a view.

    `headers` and `query_params` hold for every request, `**defaults` are WSGI environ variables;
    `json_encoder` serves data sent as JSON.
    """

    def __init__(
        self,
        *,
        json_encoder: type[json.JSONEncoder] = DjangoJSONEncoder,
        headers: Headers = None,
        query_params: Query = None,
        **defaults: Any,
    ) -> None:
        self.json_encoder = json_encoder
        self.defaults: dict[str, Any] = defaults
        self.cookies: SimpleCookie = SimpleCookie()
        self.errors = BytesIO()
        if headers:
            self.defaults.update(HttpHeaders.to_wsgi_names(headers))
        if query_params:
            self.defaults["QUERY_STRING"] = urlencode(query_params, doseq=True)

    def _cookie_header(self) -> str:
        morsels = self.cookies.values()
        return "; ".join(sorted(f"{morsel.key}={morsel.coded_value}" for morsel in morsels))

    def _base_environ(self, **request: Any) -> dict[str, Any]:
        """The environ of a plain GET (PEP 3333), with the defaults and `request` over it."""
        return {
            "HTTP_COOKIE": self._cookie_header(),
            "PATH_INFO": "/",
            "REMOTE_ADDR": "127.0.0.1",
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": FakePayload(b""),
            "wsgi.errors": self.errors,
            "wsgi.multiprocess": True,
            "wsgi.multithread": False,
            "wsgi.run_once": False,
            **self.defaults,
            **request,
        }

    def request(self, **request: Any) -> HttpRequest:
        """A request from environ variables; everything else in this class ends here."""
        return WSGIRequest(self._base_environ(**request))

    def _encode_data(self, data: Any, content_type: str) -> bytes:
        # COMPAT: the default object itself asks for encoding; a text that is equal to it says
        # that the data is encoded already.
        if content_type is MULTIPART_CONTENT:
            return encode_multipart(BOUNDARY, data)
        match = CONTENT_TYPE_RE.match(content_type)
        charset = match[1] if match else settings.DEFAULT_CHARSET
        content: bytes = force_bytes(data, encoding=charset)
        return content

    def _encode_json(self, data: Any, content_type: str) -> Any:
        """`data` as JSON when the content type is JSON and `data` is a dict, list or tuple."""
        if JSON_CONTENT_TYPE_RE.match(content_type) and isinstance(data, (dict, list, tuple)):
            return json.dumps(data, cls=self.json_encoder)
        return data

    def _get_path(self, parsed: SplitResult) -> str:
        # Bytes that pass through WSGI are spelled as Latin-1 text (PEP 3333).
        return unquote_to_bytes(parsed.path).decode("iso-8859-1")

    def get(
        self,
        path: Any,
        data: Any = None,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> HttpRequest:
        """A GET request; `data` or `query_params` become the query string."""
        return self._without_body("GET", path, data, secure, headers, query_params, extra)

    def head(
        self,
        path: Any,
        data: Any = None,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> HttpRequest:
        """A HEAD request; `data` or `query_params` become the query string."""
        return self._without_body("HEAD", path, data, secure, headers, query_params, extra)

    def _without_body(
        self,
        method: str,
        path: Any,
        data: Any,
        secure: bool,
        headers: Headers,
        query_params: Query,
        extra: dict[str, Any],
    ) -> HttpRequest:
        if query_params and data:
            raise ValueError("query_params and data arguments are mutually exclusive.")
        return self.generic(
            method,
            path,
            secure=secure,
            headers=headers,
            query_params=data or query_params,
            **extra,
        )

    def post(
        self,
        path: Any,
        data: Any = None,
        content_type: str = MULTIPART_CONTENT,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> HttpRequest:
        """A POST request with `data` encoded as `content_type` asks."""
        data = self._encode_json({} if data is None else data, content_type)
        return self.generic(
            "POST",
            path,
            self._encode_data(data, content_type),
            content_type,
            secure=secure,
            headers=headers,
            query_params=query_params,
            **extra,
        )

    def trace(
        self,
        path: Any,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> HttpRequest:
        """A TRACE request."""
        return self.generic(
            "TRACE", path, secure=secure, headers=headers, query_params=query_params, **extra
        )

    def options(
        self,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> HttpRequest:
        """An OPTIONS request; `data` is sent as it is."""
        return self.generic(
            "OPTIONS",
            path,
            data,
            content_type,
            secure=secure,
            headers=headers,
            query_params=query_params,
            **extra,
        )

    def put(
        self,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> HttpRequest:
        """A PUT request; dicts, lists and tuples are encoded when `content_type` is JSON."""
        return self.generic(
            "PUT",
            path,
            self._encode_json(data, content_type),
            content_type,
            secure=secure,
            headers=headers,
            query_params=query_params,
            **extra,
        )

    def patch(
        self,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> HttpRequest:
        """A PATCH request; dicts, lists and tuples are encoded when `content_type` is JSON."""
        return self.generic(
            "PATCH",
            path,
            self._encode_json(data, content_type),
            content_type,
            secure=secure,
            headers=headers,
            query_params=query_params,
            **extra,
        )

    def delete(
        self,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> HttpRequest:
        """A DELETE request; dicts, lists and tuples are encoded when `content_type` is JSON."""
        return self.generic(
            "DELETE",
            path,
            self._encode_json(data, content_type),
            content_type,
            secure=secure,
            headers=headers,
            query_params=query_params,
            **extra,
        )

    def generic(
        self,
        method: str,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> HttpRequest:
        """A request with any method; `data` is the body, as text or bytes."""
        parsed = urlsplit(str(path))
        data = force_bytes(data, settings.DEFAULT_CHARSET)
        environ: dict[str, Any] = {
            "PATH_INFO": self._get_path(parsed),
            "REQUEST_METHOD": method,
            "SERVER_PORT": "443" if secure else "80",
            "wsgi.url_scheme": "https" if secure else "http",
        }
        if data:
            environ["CONTENT_LENGTH"] = str(len(data))
            environ["CONTENT_TYPE"] = content_type
            environ["wsgi.input"] = FakePayload(data)
        if headers:
            extra.update(HttpHeaders.to_wsgi_names(headers))
        if query_params:
            extra["QUERY_STRING"] = urlencode(query_params, doseq=True)
        environ.update(extra)
        if not environ.get("QUERY_STRING"):
            environ["QUERY_STRING"] = parsed.query.encode().decode("iso-8859-1")
        return self.request(**environ)


class AsyncRequestFactory(RequestFactory):
    """Make `ASGIRequest` objects to hand to an asynchronous view.

    ``**extra`` are headers, as ASGI has them: without ``HTTP_`` before the name.
    """

    def _base_scope(self, **request: Any) -> dict[str, Any]:
        scope: dict[str, Any] = {
            "asgi": {"version": "3.0"},
            "type": "http",
            "http_version": "1.1",
            "client": ["127.0.0.1", 0],
            "server": ("testserver", "80"),
            "scheme": "http",
            "method": "GET",
            "headers": [],
            **self.defaults,
            **request,
        }
        scope["headers"].append((b"cookie", self._cookie_header().encode("ascii")))
        return scope

    def request(self, **request: Any) -> HttpRequest:
        """A request from the keys of an ASGI scope; ``_body_file`` is its body."""
        scope = self._base_scope(**request)
        body = scope.pop("_body_file", None) or FakePayload("")
        stream: Any = LimitedStream(body, len(body))
        return ASGIRequest(scope, stream)

    def generic(
        self,
        method: str,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> HttpRequest:
        """A request with any method; `data` is the body, as text or bytes."""
        parsed = urlsplit(str(path))
        data = force_bytes(data, settings.DEFAULT_CHARSET)
        scope: dict[str, Any] = {
            "method": method,
            "path": self._get_path(parsed),
            "server": ("127.0.0.1", "443" if secure else "80"),
            "scheme": "https" if secure else "http",
            "headers": [(b"host", b"testserver")],
        }
        if data:
            length = str(len(data)).encode("ascii")
            scope["headers"].append((b"content-length", length))
            scope["headers"].append((b"content-type", content_type.encode("ascii")))
            scope["_body_file"] = FakePayload(data)
        # COMPAT: the defaults, whatever they were given as, are sent as headers by their names.
        extra = {**self.defaults, **extra}
        given_query = extra.pop("QUERY_STRING", None)
        if query_params:
            scope["query_string"] = urlencode(query_params, doseq=True)
        else:
            scope["query_string"] = given_query or parsed.query
        if headers:
            extra.update(HttpHeaders.to_asgi_names(headers))
        scope["headers"] += [
            (name.lower().replace("_", "-").encode("ascii"), value.encode("latin1"))
            for name, value in extra.items()
        ]
        return self.request(**scope)
