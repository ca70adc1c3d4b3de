"""Responses whose whole body is in memory: `HttpResponse` and its kinds by status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vivace.core.exceptions import DisallowedRedirect
from vivace.http.base import DEFAULT_HEADERS, HttpResponseBase
from vivace.utils.lazily import Later
from vivace.utils.naming import publish

if TYPE_CHECKING:
    from vivace.utils import encoding
    from vivace.utils import http as grammar
else:
    encoding = Later("vivace.utils.encoding")
    grammar = Later("vivace.utils.http")

__all__ = [
    "HttpResponse",
    "HttpResponseBadRequest",
    "HttpResponseForbidden",
    "HttpResponseGone",
    "HttpResponseNotAllowed",
    "HttpResponseNotFound",
    "HttpResponseNotModified",
    "HttpResponsePermanentRedirect",
    "HttpResponseRedirect",
    "HttpResponseServerError",
]


class HttpResponse(HttpResponseBase):
    """A response with its body as a string, bytes, or anything that can be turned into them.

    An iterable `content` is consumed at once; for what is long or slow there is
    `StreamingHttpResponse`. The other parameters are those of `HttpResponseBase`.
    """

    # Subclasses that change how the body or the headers are read cannot take the plain path.
    _may_be_plain = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # A mixin's overrides count as much as the class's own.
        own = cls.__mro__[: cls.__mro__.index(HttpResponse)]
        if any(name in base.__dict__ for base in own for name in READ_BY_SHELLS):
            cls._may_be_plain = False

    def __init__(
        self,
        content: Any = b"",
        content_type: str | None = None,
        status: int | str | None = None,
        reason: str | None = None,
        charset: str | None = None,
        headers: Mapping[Any, Any] | Iterable[tuple[Any, Any]] | None = None,
    ) -> None:
        if type(self) is HttpResponse:
            # PERF: what an instance has itself is found at once; what its class has is searched for,
            # and all who send the response look at these.
            self._plain = may_be_plain = True
            self.status_code = 200
        else:
            self._plain = may_be_plain = self._may_be_plain
        if content_type is None and charset is None and headers is None and reason is None:
            self._headers = DEFAULT_HEADERS.value
            if status is not None:
                self._set_status(status)
        else:
            super().__init__(content_type, status, reason, charset, headers)
        if may_be_plain and type(content) is bytes:
            self._body: bytes | list[bytes] = content
        else:
            self.content = content

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} status_code={self.status_code}{self._content_type_for_repr}>"
        )

    def serialize(self) -> bytes:
        """Headers and body as they go over the wire."""
        return self.serialize_headers() + b"\r\n\r\n" + self.content

    __bytes__ = serialize

    @property
    def content(self) -> bytes:
        """The body, as bytes. Setting it takes whatever the constructor takes."""
        body = self._body
        if type(body) is list:
            body = self._body = b"".join(body)
        return body  # type: ignore[return-value]

    @content.setter
    def content(self, value: Any) -> None:
        if type(value) is str and self._may_be_plain:
            self._body = value.encode(self.charset)
        elif hasattr(value, "__iter__") and not isinstance(value, (bytes, memoryview, str)):
            body = b"".join(map(self.make_bytes, value))
            if hasattr(value, "close"):
                try:
                    value.close()
                except Exception:
                    # The content was read; that its source closes badly does not change it.
                    pass
            self._body = body
        else:
            self._body = self.make_bytes(value)

    @property
    def _container(self) -> list[bytes]:
        return self._parts()

    @_container.setter
    def _container(self, value: Iterable[bytes]) -> None:
        self._body = list(value)

    def _parts(self) -> list[bytes]:
        if type(self._body) is not list:
            self._body = [self._body]  # type: ignore[list-item]
        return self._body

    @property
    def text(self) -> str:
        """The body decoded with the response's charset."""
        return self.content.decode(self.charset or "utf-8")

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts())

    def write(self, content: Any) -> None:
        """Append to the body."""
        self._parts().append(self.make_bytes(content))

    def tell(self) -> int:
        """The length of the body so far, in bytes."""
        return len(self.content)

    def getvalue(self) -> bytes:
        """The body, under the name that file-like objects have for it."""
        return self.content

    def writable(self) -> bool:
        return True

    def writelines(self, lines: Iterable[Any]) -> None:
        """Append each of `lines`."""
        for line in lines:
            self.write(line)


# What the shells take for granted of a plain response.
READ_BY_SHELLS = frozenset(
    {"__iter__", "close", "content", "headers", "items", "make_bytes", "cookies", "getvalue"}
    | {"__getattribute__", "__setattr__", "charset", "reason_phrase"}
)


class HttpResponseNotModified(HttpResponse):
    """304; has no body and no content type."""

    status_code = 304

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self["content-type"]

    @property
    def content(self) -> bytes:
        return HttpResponse.content.fget(self)  # type: ignore[attr-defined,no-any-return]

    @content.setter
    def content(self, value: Any) -> None:
        if value:
            raise AttributeError("You cannot set content to a 304 (Not Modified) response")
        self._body = b""


class HttpResponseBadRequest(HttpResponse):
    """400."""

    status_code = 400


class HttpResponseNotFound(HttpResponse):
    """404."""

    status_code = 404


class HttpResponseForbidden(HttpResponse):
    """403."""

    status_code = 403


class HttpResponseGone(HttpResponse):
    """410."""

    status_code = 410


class HttpResponseServerError(HttpResponse):
    """500."""

    status_code = 500


class HttpResponseNotAllowed(HttpResponse):
    """405; `permitted_methods` become the ``Allow`` header."""

    status_code = 405

    def __init__(self, permitted_methods: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self["Allow"] = ", ".join(permitted_methods)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} [{self['Allow']}] "
            f"status_code={self.status_code}{self._content_type_for_repr}>"
        )


class HttpResponseRedirectBase(HttpResponse):
    """A redirect to `redirect_to`, which may be an IRI; unsafe schemes raise `DisallowedRedirect`.

    With `preserve_request` the browser repeats method and body at the new place (307 or 308).
    """

    allowed_schemes = ["http", "https", "ftp"]
    status_code_preserve_request = 302

    def __init__(
        self, redirect_to: Any, preserve_request: bool = False, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        target = str(redirect_to)
        # SECURITY: judged before anything is parsed (CVE-2025-64458).
        if len(target) > grammar.MAX_URL_REDIRECT_LENGTH:
            raise DisallowedRedirect(
                f"Unsafe redirect exceeding {grammar.MAX_URL_REDIRECT_LENGTH} characters"
            )
        self["Location"] = encoding.iri_to_uri(redirect_to)
        # PERF: a path on this site has no scheme to judge.
        if not (target.startswith("/") and not target.startswith("//")):
            scheme = urlsplit(target).scheme
            if scheme and scheme not in self.allowed_schemes:
                raise DisallowedRedirect(f"Unsafe redirect to URL with protocol '{scheme}'")
        if preserve_request:
            self.status_code = self.status_code_preserve_request

    @property
    def url(self) -> str:
        """Where the redirect leads."""
        return self["Location"]

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} status_code={self.status_code}"
            f'{self._content_type_for_repr}, url="{self.url}">'
        )


class HttpResponseRedirect(HttpResponseRedirectBase):
    """302, or 307 with `preserve_request`."""

    status_code = 302
    status_code_preserve_request = 307


class HttpResponsePermanentRedirect(HttpResponseRedirectBase):
    """301, or 308 with `preserve_request`."""

    status_code = 301
    status_code_preserve_request = 308


publish(__name__, "http.response")
