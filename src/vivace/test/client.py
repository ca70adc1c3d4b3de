"""The test clients: a browser's view of the site, without a server between.

A client sends requests through the real middleware and views, keeps cookies, can follow redirects,
and answers the response with what happened beside it: ``client``, ``request``, ``templates``,
``context``, ``json()``, ``resolver_match``, ``exc_info``. Documented in "The test client".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vivace.test.encoding import (
    BOUNDARY,
    CONTENT_TYPE_RE,
    JSON_CONTENT_TYPE_RE,
    MULTIPART_CONTENT,
    FakePayload,
    encode_file,
    encode_multipart,
)
from vivace.test.exchange import (
    REDIRECT_STATUS_CODES,
    ClientMixin,
    RedirectCycleError,
    store_rendered_templates,
)
from vivace.test.factory import (
    OCTET_STREAM,
    AsyncRequestFactory,
    Headers,
    Query,
    RequestFactory,
)
from vivace.test.handlers import (
    AsyncClientHandler,
    ClientHandler,
    aclosing_iterator_wrapper,
    closing_iterator_wrapper,
    conditional_content_removal,
)

if TYPE_CHECKING:
    from vivace.test.exchange import ClientResponse

__all__ = [
    "BOUNDARY",
    "CONTENT_TYPE_RE",
    "JSON_CONTENT_TYPE_RE",
    "MULTIPART_CONTENT",
    "REDIRECT_STATUS_CODES",
    "AsyncClient",
    "AsyncClientHandler",
    "AsyncRequestFactory",
    "Client",
    "ClientHandler",
    "ClientMixin",
    "FakePayload",
    "RedirectCycleError",
    "RequestFactory",
    "aclosing_iterator_wrapper",
    "closing_iterator_wrapper",
    "conditional_content_removal",
    "encode_file",
    "encode_multipart",
    "store_rendered_templates",
]


class Client(ClientMixin, RequestFactory):
    """Send requests to the site over WSGI.

    `raise_request_exception`: whether what a view raises reaches the test. The methods take the
    arguments of `RequestFactory`'s and `follow`: whether redirects are followed, which are then
    listed in ``response.redirect_chain`` as (URL, status) pairs.
    """

    def __init__(
        self,
        enforce_csrf_checks: bool = False,
        raise_request_exception: bool = True,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **defaults: Any,
    ) -> None:
        super().__init__(headers=headers, query_params=query_params, **defaults)
        self.handler = ClientHandler(enforce_csrf_checks)
        self.raise_request_exception = raise_request_exception
        self.exc_info = None
        self.extra = None
        self.headers = None

    def request(self, **request: Any) -> ClientResponse:  # type: ignore[override]
        """Send a request made of environ variables; answers the response."""
        environ = self._base_environ(**request)
        data, stop = self._listen(request)
        try:
            response = self.handler(environ)
        finally:
            stop()
        sent = response.wsgi_request
        return self._dress(response, sent, request, "PATH_INFO", data)

    def _send(
        self,
        method: str,
        path: Any,
        follow: bool,
        secure: bool,
        headers: Headers,
        query_params: Query,
        extra: dict[str, Any],
        **body: Any,
    ) -> ClientResponse:
        # What is to be sent again by whoever follows the response's redirect.
        self.extra, self.headers = extra, headers
        options = {"headers": headers, "query_params": query_params, **body, **extra}
        response: ClientResponse = getattr(super(), method)(path, secure=secure, **options)
        if follow:
            response = self._handle_redirects(response, **options)
        return response

    def get(  # type: ignore[override]
        self,
        path: Any,
        data: Any = None,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a GET request."""
        return self._send("get", path, follow, secure, headers, query_params, extra, data=data)

    def head(  # type: ignore[override]
        self,
        path: Any,
        data: Any = None,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a HEAD request."""
        return self._send("head", path, follow, secure, headers, query_params, extra, data=data)

    def post(  # type: ignore[override]
        self,
        path: Any,
        data: Any = None,
        content_type: str = MULTIPART_CONTENT,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a POST request."""
        return self._send(
            "post",
            path,
            follow,
            secure,
            headers,
            query_params,
            extra,
            data=data,
            content_type=content_type,
        )

    def options(  # type: ignore[override]
        self,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a OPTIONS request."""
        return self._send(
            "options",
            path,
            follow,
            secure,
            headers,
            query_params,
            extra,
            data=data,
            content_type=content_type,
        )

    def put(  # type: ignore[override]
        self,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a PUT request."""
        return self._send(
            "put",
            path,
            follow,
            secure,
            headers,
            query_params,
            extra,
            data=data,
            content_type=content_type,
        )

    def patch(  # type: ignore[override]
        self,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a PATCH request."""
        return self._send(
            "patch",
            path,
            follow,
            secure,
            headers,
            query_params,
            extra,
            data=data,
            content_type=content_type,
        )

    def delete(  # type: ignore[override]
        self,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a DELETE request."""
        return self._send(
            "delete",
            path,
            follow,
            secure,
            headers,
            query_params,
            extra,
            data=data,
            content_type=content_type,
        )

    def trace(  # type: ignore[override]
        self,
        path: Any,
        data: Any = "",
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a TRACE request."""
        return self._send("trace", path, follow, secure, headers, query_params, extra, data=data)

    def _handle_redirects(self, response: Any, **options: Any) -> Any:
        """Follow redirects until a response is none; all are in its ``redirect_chain``."""
        response.redirect_chain = []
        while response.status_code in REDIRECT_STATUS_CODES:
            redirect_chain = response.redirect_chain
            response = self._follow_redirect(response, **options)
            response.redirect_chain = redirect_chain
            self._ensure_redirects_not_cyclic(response)
        return response


class AsyncClient(ClientMixin, AsyncRequestFactory):
    """Send requests to the site over ASGI; each method is a coroutine.

    As `Client`, but that ``**extra`` are headers, without ``HTTP_`` before the name.
    """

    def __init__(
        self,
        enforce_csrf_checks: bool = False,
        raise_request_exception: bool = True,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **defaults: Any,
    ) -> None:
        super().__init__(headers=headers, query_params=query_params, **defaults)
        self.handler = AsyncClientHandler(enforce_csrf_checks)
        self.raise_request_exception = raise_request_exception
        self.exc_info = None
        self.extra = None
        self.headers = None

    async def request(self, **request: Any) -> ClientResponse:  # type: ignore[override]
        """Send a request made of the keys of an ASGI scope; answers the response."""
        scope = self._base_scope(**request)
        # The scope's body is the handler's; a test looks at the rest.
        request.pop("_body_file", None)
        data, stop = self._listen(request)
        try:
            response = await self.handler(scope)
        finally:
            stop()
        return self._dress(response, response.asgi_request, request, "path", data)

    async def _send(
        self,
        method: str,
        path: Any,
        follow: bool,
        secure: bool,
        headers: Headers,
        query_params: Query,
        extra: dict[str, Any],
        **body: Any,
    ) -> ClientResponse:
        # What is to be sent again by whoever follows the response's redirect.
        self.extra, self.headers = extra, headers
        options = {"headers": headers, "query_params": query_params, **body, **extra}
        response: ClientResponse = await getattr(super(), method)(path, secure=secure, **options)
        if follow:
            response = await self._ahandle_redirects(response, **options)
        return response

    async def get(  # type: ignore[override]
        self,
        path: Any,
        data: Any = None,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a GET request."""
        return await self._send(
            "get", path, follow, secure, headers, query_params, extra, data=data
        )

    async def head(  # type: ignore[override]
        self,
        path: Any,
        data: Any = None,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a HEAD request."""
        return await self._send(
            "head", path, follow, secure, headers, query_params, extra, data=data
        )

    async def post(  # type: ignore[override]
        self,
        path: Any,
        data: Any = None,
        content_type: str = MULTIPART_CONTENT,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a POST request."""
        return await self._send(
            "post",
            path,
            follow,
            secure,
            headers,
            query_params,
            extra,
            data=data,
            content_type=content_type,
        )

    async def options(  # type: ignore[override]
        self,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a OPTIONS request."""
        return await self._send(
            "options",
            path,
            follow,
            secure,
            headers,
            query_params,
            extra,
            data=data,
            content_type=content_type,
        )

    async def put(  # type: ignore[override]
        self,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a PUT request."""
        return await self._send(
            "put",
            path,
            follow,
            secure,
            headers,
            query_params,
            extra,
            data=data,
            content_type=content_type,
        )

    async def patch(  # type: ignore[override]
        self,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a PATCH request."""
        return await self._send(
            "patch",
            path,
            follow,
            secure,
            headers,
            query_params,
            extra,
            data=data,
            content_type=content_type,
        )

    async def delete(  # type: ignore[override]
        self,
        path: Any,
        data: Any = "",
        content_type: str = OCTET_STREAM,
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a DELETE request."""
        return await self._send(
            "delete",
            path,
            follow,
            secure,
            headers,
            query_params,
            extra,
            data=data,
            content_type=content_type,
        )

    async def trace(  # type: ignore[override]
        self,
        path: Any,
        data: Any = "",
        follow: bool = False,
        secure: bool = False,
        *,
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> ClientResponse:
        """Send a TRACE request."""
        return await self._send(
            "trace", path, follow, secure, headers, query_params, extra, data=data
        )

    async def _ahandle_redirects(self, response: Any, **options: Any) -> Any:
        """Follow redirects until a response is none; all are in its ``redirect_chain``."""
        response.redirect_chain = []
        while response.status_code in REDIRECT_STATUS_CODES:
            redirect_chain = response.redirect_chain
            response = await self._follow_redirect(response, **options)
            response.redirect_chain = redirect_chain
            self._ensure_redirects_not_cyclic(response)
        return response
