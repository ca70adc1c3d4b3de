"""What both test clients do around a request: what they record, and how they follow redirects.

Published in ``vivace.test.client``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from copy import copy
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from vivace.core.signals import got_request_exception
from vivace.http import HttpResponse, QueryDict
from vivace.http.asgi import ASGIRequest
from vivace.http.wsgi import WSGIRequest
from vivace.test import signals
from vivace.test.encoding import JSON_CONTENT_TYPE_RE
from vivace.test.factory import Headers, Query
from vivace.test.utils import ContextList
from vivace.urls import ResolverMatch, resolve
from vivace.utils.functional import SimpleLazyObject

REDIRECT_STATUS_CODES = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)
# These two forbid the change of method that browsers make for the others (RFC 9110, 15.4.8-9).
KEEP_METHOD = (HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT)
MAX_REDIRECTS = 20


if TYPE_CHECKING:

    class ClientResponse(HttpResponse):
        """What type checkers know of a client's response: the view's own, and what was recorded.

        ``wsgi_request`` or ``asgi_request`` is there by the client's kind, ``url`` and
        ``streaming_content`` by the response's.
        """

        client: Any
        request: dict[str, Any]
        templates: list[Any]
        context: Any
        resolver_match: ResolverMatch
        exc_info: Any
        redirect_chain: list[tuple[str, int]]
        wsgi_request: WSGIRequest
        asgi_request: ASGIRequest
        url: str
        streaming_content: Any

        def json(self, **kwargs: Any) -> Any: ...


class RedirectCycleError(Exception):
    """The client was sent in a circle, or too far."""

    def __init__(self, message: str, last_response: Any) -> None:
        super().__init__(message)
        self.last_response = last_response
        self.redirect_chain = last_response.redirect_chain


def store_rendered_templates(
    store: dict[str, Any], signal: Any, sender: Any, template: Any, context: Any, **kwargs: Any
) -> None:
    """Keep a rendered template and a copy of its context, as it is now."""
    store.setdefault("templates", []).append(template)
    store.setdefault("context", ContextList()).append(copy(context))


class ClientMixin:
    """What both clients do alike around a request."""

    handler: Any
    raise_request_exception: bool
    exc_info: Any
    extra: dict[str, Any] | None
    headers: Headers
    cookies: Any
    get: Callable[..., Any]

    def store_exc_info(self, **kwargs: Any) -> None:
        """Keep the exception that is being handled, when a view raises one."""
        self.exc_info = sys.exc_info()

    def check_exception(self, response: Any) -> None:
        """Raise what the view raised, unless the client is to look at the error response."""
        response.exc_info = self.exc_info
        if self.exc_info:
            _, exc_value, _ = self.exc_info
            self.exc_info = None
            if self.raise_request_exception:
                raise exc_value

    def _listen(self, request: dict[str, Any]) -> tuple[dict[str, Any], Callable[[], None]]:
        """Record what the next request renders and raises; answers the record and how to stop."""
        data: dict[str, Any] = {}
        on_template_render = partial(store_rendered_templates, data)
        template_uid = f"template-render-{id(request)}"
        exception_uid = f"request-exception-{id(request)}"
        signals.template_rendered.connect(on_template_render, dispatch_uid=template_uid)
        got_request_exception.connect(self.store_exc_info, dispatch_uid=exception_uid)

        def stop(held: Any = on_template_render) -> None:
            # `held` keeps the receiver alive: signals refer to it weakly.
            signals.template_rendered.disconnect(dispatch_uid=template_uid)
            got_request_exception.disconnect(dispatch_uid=exception_uid)

        return data, stop

    def _dress(
        self, response: Any, sent: Any, request: dict[str, Any], key: str, data: dict[str, Any]
    ) -> ClientResponse:
        """Give the response the attributes that tests look at; `key` of `request` is the path."""
        self.check_exception(response)
        response.client = self
        response.request = request
        response.templates = data.get("templates", [])
        response.context = data.get("context")
        response.json = partial(self._parse_json, response)
        urlconf = getattr(sent, "urlconf", None)
        response.resolver_match = SimpleLazyObject(lambda: resolve(request[key], urlconf=urlconf))
        if response.context and len(response.context) == 1:
            response.context = response.context[0]
        if response.cookies:
            self.cookies.update(response.cookies)
        return response  # type: ignore[no-any-return]

    def _parse_json(self, response: Any, **extra: Any) -> Any:
        """The body as JSON; raises ValueError when the content type is another."""
        if not hasattr(response, "_json"):
            content_type = response.get("Content-Type")
            if not JSON_CONTENT_TYPE_RE.match(content_type):
                raise ValueError(f'Content-Type header is "{content_type}", not "application/json"')
            response._json = json.loads(response.text, **extra)
        return response._json

    def _follow_redirect(
        self,
        response: Any,
        *,
        data: Any = "",
        content_type: str | None = "",
        headers: Headers = None,
        query_params: Query = None,
        **extra: Any,
    ) -> Any:
        """Send the request that `response` asks for; for the asynchronous client, its coroutine."""
        response.redirect_chain.append((response.url, response.status_code))
        url = urlsplit(response.url)
        if url.scheme:
            extra["wsgi.url_scheme"] = url.scheme
        if url.hostname:
            extra["SERVER_NAME"] = url.hostname
            extra["HTTP_HOST"] = url.hostname
        if url.port:
            extra["SERVER_PORT"] = str(url.port)

        sent: Mapping[str, Any] = response.request
        path = url.path
        if not path and url.netloc:
            path = "/"
        if not path.startswith("/"):
            path = urljoin(sent.get("PATH_INFO") or sent.get("path") or "", path)

        send = self.get
        if response.status_code in KEEP_METHOD:
            method = str(sent.get("REQUEST_METHOD") or sent.get("method")).lower()
            send = getattr(self, method)
            if method not in ("get", "head"):
                extra["QUERY_STRING"] = url.query
            arguments: dict[str, Any] = {"data": data, "query_params": query_params}
            if content_type and method not in ("get", "head", "trace"):
                arguments["content_type"] = content_type
        else:
            arguments = {"data": QueryDict(url.query), "query_params": query_params}
        return send(path, follow=False, headers=headers, **arguments, **extra)

    def _ensure_redirects_not_cyclic(self, response: Any) -> None:
        """Raise `RedirectCycleError` when the last redirect was made before, or is one too many."""
        redirect_chain = response.redirect_chain
        if redirect_chain[-1] in redirect_chain[:-1]:
            raise RedirectCycleError("Redirect loop detected.", last_response=response)
        if len(redirect_chain) > MAX_REDIRECTS:
            raise RedirectCycleError("Too many redirects.", last_response=response)
