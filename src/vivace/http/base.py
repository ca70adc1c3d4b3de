"""What every response is: a status, headers, cookies, and something to close.

Rules that the servers' shells (``vivace.pipeline``) rely on:

* ``_headers`` is a shared `HeaderSet` until somebody needs a mapping of their own.
* ``_plain`` is true while nothing unusual was asked of the response: its body is bytes, and it has no
  cookies, no reason phrase of its own, nothing to close, no mark for a middleware. A shell that sees
  it true need look no further; every way to make a response unusual sets it false.
"""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import ItemsView, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core import signals
from vivace.http.headers import EMPTY, HeaderSet, ResponseHeaders, header_set, header_text
from vivace.http.marks import TELLING, MadeWhenAsked, Mark, replaceable
from vivace.utils import timezone
from vivace.utils.lazily import Later, late_pattern
from vivace.utils.naming import publish

if TYPE_CHECKING:
    import http
    from http import cookies as http_cookies

    from vivace.http import pickled, signed_cookies
    from vivace.utils import http as grammar
else:
    http = Later("http")
    http_cookies = Later("http.cookies")
    pickled = Later("vivace.http.pickled")
    signed_cookies = Later("vivace.http.signed_cookies")
    grammar = Later("vivace.utils.http")

__all__ = ["UNUSUAL", "HttpResponseBase"]


@cache
def _phrases() -> dict[int, str]:
    # PERF: the same texts as http.client's, whose import brings email and ssl.
    return {status.value: status.phrase for status in http.HTTPStatus}


# Linear: the quoted and the bare form exclude each other by their first character.
_charset_in_content_type = late_pattern(r";\s*charset=(?P<charset>[^\s;]+)", re.I)


def _default_headers() -> HeaderSet:
    headers = header_set(f"text/html; charset={settings.DEFAULT_CHARSET}")
    # One object for all responses, so it must be of the kind that cannot be written to.
    return HeaderSet(dict(headers._store)) if isinstance(headers, ResponseHeaders) else headers


DEFAULT_HEADERS = Frozen("http.default_headers", _default_headers, reads=("DEFAULT_CHARSET",))
DEFAULT_CHARSET: Frozen[str] = Frozen(
    "http.default_charset", lambda: settings.DEFAULT_CHARSET, reads=("DEFAULT_CHARSET",)
)


def _no_cookies() -> http_cookies.SimpleCookie:
    return http_cookies.SimpleCookie()


class HttpResponseBase:
    """The part that responses with and without a body in memory share.

    See "Request and response objects" in the documentation for the meaning of the parameters.
    `headers` is a mapping (or pairs) of further headers; it must not contain ``Content-Type`` when
    `content_type` is given. `status` is an integer from 100 to 599; otherwise `TypeError` or
    `ValueError` is raised.
    """

    status_code = 200
    closed = False
    streaming = False

    _plain = False
    _charset: str | None = None
    _reason_phrase: str | None = None
    _handler_class: type | None = None

    cookies = MadeWhenAsked(_no_cookies)
    _resource_closers: MadeWhenAsked[list[Any]] = MadeWhenAsked(list)

    # Read by built-in middleware.
    xframe_options_exempt = Mark()
    _csp_config = Mark()
    _csp_ro_config = Mark()

    def __init__(
        self,
        content_type: str | None = None,
        status: int | str | None = None,
        reason: str | None = None,
        charset: str | None = None,
        headers: Mapping[Any, Any] | Iterable[tuple[Any, Any]] | None = None,
    ) -> None:
        self._headers: HeaderSet | ResponseHeaders = EMPTY
        if headers is not None:
            own = ResponseHeaders(headers)
            if content_type and "Content-Type" in own:
                raise ValueError(
                    "'headers' must not contain 'Content-Type' when the "
                    "'content_type' parameter is provided."
                )
            self._charset = charset
            if "Content-Type" not in own:
                own["Content-Type"] = (
                    content_type
                    if content_type is not None
                    else (f"text/html; charset={self.charset}")
                )
            self._headers = own
        elif content_type is not None:
            self._headers = header_set(header_text(content_type, "latin-1", mime_encode=True))
            if charset is not None:
                self._charset = charset
        elif charset is not None:
            self._charset = charset
            self._headers = header_set(f"text/html; charset={charset}")
        else:
            self._headers = DEFAULT_HEADERS.value
        if status is not None:
            self._set_status(status)
        if reason is not None:
            self._plain = False
            self._reason_phrase = reason

    def _set_status(self, status: int | str) -> None:
        try:
            code = int(status)
        except (ValueError, TypeError):
            raise TypeError("HTTP status code must be an integer.")
        if not 100 <= code <= 599:
            raise ValueError("HTTP status code must be an integer from 100 to 599.")
        self.status_code = code

    @property
    def reason_phrase(self) -> str:
        """The words after the status code; those of RFC 9110 unless others were given."""
        if self._reason_phrase is not None:
            return self._reason_phrase
        return _phrases().get(self.status_code, "Unknown Status Code")

    @reason_phrase.setter
    def reason_phrase(self, value: str) -> None:
        self._plain = False
        self._reason_phrase = value

    @property
    def charset(self) -> str:
        """The encoding of text written to the response: given, from Content-Type, or the default."""
        if self._charset is not None:
            return self._charset
        content_type = self._headers.get("Content-Type")
        if content_type is not None:
            match = _charset_in_content_type.search(content_type)
            if match:
                return match["charset"].replace('"', "")
        return DEFAULT_CHARSET.value

    @charset.setter
    def charset(self, value: str | None) -> None:
        self._charset = value

    # --- pickles

    def __getstate__(self) -> dict[str, Any]:
        return pickled.state_of_response(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        pickled.restore_response(self, state)

    # --- headers

    @property
    def headers(self) -> ResponseHeaders:
        """The headers, as a mutable case-insensitive mapping."""
        headers = self._headers
        if type(headers) is HeaderSet:
            headers = self._headers = headers.own()
        return headers  # type: ignore[return-value]

    @headers.setter
    def headers(self, value: ResponseHeaders) -> None:
        self._headers = value if isinstance(value, ResponseHeaders) else ResponseHeaders(value)

    def __setitem__(self, header: Any, value: Any) -> None:
        headers = self._headers
        # PERF: a header that is the same each time costs a dictionary look-up. Only exact strings
        # are keys here: 1 and True are equal, but not the same header.
        if type(headers) is HeaderSet and type(value) is str and type(header) is str:
            key = (header, value)
            self._headers = headers.after.get(key) or headers.following(key, (key,))
        else:
            self.headers[header] = value

    def __delitem__(self, header: str) -> None:
        headers = self._headers
        if type(headers) is HeaderSet:
            self._headers = headers.without(header.lower())
        else:
            del self.headers[header]

    def __getitem__(self, header: str) -> str:
        return self._headers[header]

    def has_header(self, header: str) -> bool:
        """Whether a header of this name, in any case, is set."""
        return header in self._headers

    __contains__ = has_header

    def items(self) -> ItemsView[str, str]:
        """The headers as (name, value) pairs."""
        return self._headers.items()

    def get(self, header: str, alternate: Any = None) -> Any:
        """The value of `header`, or `alternate`."""
        return self._headers.get(header, alternate)

    def setdefault(self, key: str, value: Any) -> None:
        """Set the header `key` unless it is there."""
        if key not in self._headers:
            self[key] = value

    def serialize_headers(self) -> bytes:
        """The headers as they go over the wire, without cookies, joined by CRLF."""
        return b"\r\n".join(
            name.encode("ascii") + b": " + value.encode("latin-1")
            for name, value in self._headers.items()
        )

    __bytes__ = serialize_headers

    @property
    def _content_type_for_repr(self) -> str:
        content_type = self._headers.get("Content-Type")
        return "" if content_type is None else f', "{content_type}"'

    # --- cookies

    def set_cookie(
        self,
        key: str,
        value: str = "",
        max_age: float | datetime.timedelta | None = None,
        expires: datetime.datetime | str | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: str | None = None,
    ) -> None:
        """Set a cookie (RFC 6265).

        `max_age` is in seconds; `expires` is a datetime or a string in the format
        ``Wdy, DD-Mon-YY HH:MM:SS GMT``. Not both. `samesite` is ``lax``, ``strict`` or ``none``.
        A line break in `path`, `domain` or `expires` raises `BadHeaderError`.
        """
        for attribute in (path, domain, expires):
            # SECURITY: a value is quoted by the standard library, these are written as they are.
            if attribute is not None:
                header_text(attribute, "utf-8")
        self.cookies[key] = value
        morsel = self.cookies[key]
        if expires is None:
            morsel["expires"] = ""
        elif isinstance(expires, datetime.datetime):
            if timezone.is_naive(expires):
                expires = timezone.make_aware(expires, datetime.UTC)
            delta = expires - datetime.datetime.now(tz=datetime.UTC)
            # A second is added for the fraction that integer seconds would lose.
            delta += datetime.timedelta(seconds=1)
            expires = None
            if max_age is not None:
                raise ValueError("'expires' and 'max_age' can't be used together.")
            max_age = max(0, delta.days * 86400 + delta.seconds)
        else:
            morsel["expires"] = expires
        if max_age is not None:
            if isinstance(max_age, datetime.timedelta):
                max_age = max_age.total_seconds()
            morsel["max-age"] = int(max_age)
            if not expires:
                morsel["expires"] = grammar.http_date(time.time() + max_age)
        if path is not None:
            morsel["path"] = path
        if domain is not None:
            morsel["domain"] = domain
        if secure:
            morsel["secure"] = True
        if httponly:
            morsel["httponly"] = True
        if samesite:
            if samesite.lower() not in ("lax", "none", "strict"):
                raise ValueError('samesite must be "lax", "none", or "strict".')
            morsel["samesite"] = samesite

    def set_signed_cookie(self, key: str, value: Any, salt: str = "", **kwargs: Any) -> None:
        """Set a cookie whose value is signed; `HttpRequest.get_signed_cookie` reads it."""
        self.set_cookie(key, signed_cookies.sign_cookie(key, value, salt), **kwargs)

    def delete_cookie(
        self,
        key: str,
        path: str | None = "/",
        domain: str | None = None,
        samesite: str | None = None,
    ) -> None:
        """Tell the browser to forget a cookie; `path` and `domain` must be those it was set with."""
        # Browsers ignore cookies with these prefixes, or SameSite=None, unless they are secure.
        secure = key.startswith(("__Secure-", "__Host-")) or bool(
            samesite and samesite.lower() == "none"
        )
        self.set_cookie(
            key,
            max_age=0,
            path=path,
            domain=domain,
            secure=secure,
            expires="Thu, 01 Jan 1970 00:00:00 GMT",
            samesite=samesite,
        )

    # --- body

    def make_bytes(self, value: Any) -> bytes:
        """`value` as bytes in the response's charset."""
        if isinstance(value, (bytes, memoryview)):
            return bytes(value)
        if isinstance(value, str):
            return bytes(value.encode(self.charset))
        return str(value).encode(self.charset)

    @replaceable
    def close(self) -> None:
        """Called by the server when the response was sent: closes what it holds, tells listeners."""
        closers = self.__dict__.get("_resource_closers")
        if closers:
            for closer in closers:
                try:
                    closer()
                except Exception:
                    # What one resource does while closing must not keep the others open.
                    pass
            closers.clear()
        self.closed = True
        signals.request_finished.send(sender=self._handler_class)

    def write(self, content: Any) -> None:
        raise OSError(f"This {self.__class__.__name__} instance is not writable")

    def flush(self) -> None:
        """Nothing is buffered; for code that takes the response for a file."""

    def tell(self) -> int:
        raise OSError(f"This {self.__class__.__name__} instance cannot tell its position")

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def writable(self) -> bool:
        return False

    def writelines(self, lines: Iterable[Any]) -> None:
        raise OSError(f"This {self.__class__.__name__} instance is not writable")


# The attributes with which a response is none of the plain ones.
UNUSUAL = frozenset(
    name for name, value in vars(HttpResponseBase).items() if isinstance(value, TELLING)
) | {"_reason_phrase"}

publish(__name__, "http.response", "HttpResponseBase")
