"""`HttpRequest`: what a client asked, parsed as far as somebody looks.

The servers' requests are `vivace.http.wsgi.WSGIRequest` and `vivace.http.asgi.ASGIRequest`. Nothing
is parsed until it is asked for; what was parsed is a plain attribute from then on. ``_plain`` is true
while nothing was opened that must be closed after the response was sent, and no URLconf was chosen.
"""

from __future__ import annotations

import codecs
import operator
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core.exceptions import DisallowedHost, ImproperlyConfigured
from vivace.core.files import uploadhandler
from vivace.core.signing import BadSignature
from vivace.http.accept import MediaType
from vivace.http.body import (
    RawPostDataException,
    UnreadablePostError,
    load_post_and_files,
    parse_file_upload,
    read_body,
)
from vivace.http.headers import HttpHeaders
from vivace.http.hosts import HOSTS, host_validation_re, split_domain_port, validate_host
from vivace.http.marks import Mark
from vivace.http.multipartparser import MultiPartParser, MultiPartParserError
from vivace.http.querydict import QueryDict
from vivace.http.signed_cookies import unsign_cookie
from vivace.utils.datastructures import ImmutableList, MultiValueDict
from vivace.utils.encoding import escape_uri_path, iri_to_uri
from vivace.utils.functional import cached_property
from vivace.utils.http import parse_header_parameters

__all__ = [
    "RAISE_ERROR",
    "DisallowedHost",
    "HttpHeaders",
    "HttpRequest",
    "MediaType",
    "MultiPartParser",
    "MultiPartParserError",
    "QueryDict",
    "RawPostDataException",
    "UnreadablePostError",
    "host_validation_re",
    "split_domain_port",
    "validate_host",
]

if TYPE_CHECKING:
    from vivace.urls.match import ResolverMatch

RAISE_ERROR = object()


class _Used(tuple[Any, ...]):
    """Upload handlers that a body goes through, or went through."""

    __slots__ = ()


def _ssl_header() -> tuple[str, str] | None:
    header = settings.SECURE_PROXY_SSL_HEADER
    if not header:
        return None
    try:
        name, value = header
    except ValueError:
        raise ImproperlyConfigured(
            "The SECURE_PROXY_SSL_HEADER setting must be a tuple containing two values."
        )
    return name, value


SSL_HEADER = Frozen("http.ssl_header", _ssl_header, reads=("SECURE_PROXY_SSL_HEADER",))
FORWARDED: Frozen[tuple[bool, bool]] = Frozen(
    "http.forwarded",
    lambda: (bool(settings.USE_X_FORWARDED_HOST), bool(settings.USE_X_FORWARDED_PORT)),
    reads=("USE_X_FORWARDED_HOST", "USE_X_FORWARDED_PORT"),
)


class HttpRequest:
    """A request, with the attributes that the documentation lists.

    Made bare it is empty, for tests and for code that fills it in.
    """

    GET: QueryDict
    POST: QueryDict
    COOKIES: dict[str, str]
    META: dict[str, Any]
    FILES: MultiValueDict
    path: str
    path_info: str
    method: str | None
    content_type: str | None
    content_params: dict[str, str] | None

    _plain = True
    _encoding: str | None = None
    _upload_handlers: list[Any] = []
    _stream: Any
    _read_started: bool
    _post: QueryDict
    _files: MultiValueDict
    _body: bytes

    # Set by a middleware to have another URLconf answer.
    urlconf = Mark()

    # The route that answered, as the router found it; `resolver_match` is made of it when asked for.
    _hit: tuple[Any, tuple[Any, ...], dict[str, Any]] | None = None
    _resolver_match: ResolverMatch | None = None

    def __init__(self) -> None:
        self.GET = QueryDict(mutable=True)
        self.POST = QueryDict(mutable=True)
        self.COOKIES = {}
        self.META = {}
        self.FILES = MultiValueDict()
        self.path = ""
        self.path_info = ""
        self.method = None
        self.content_type = None
        self.content_params = None

    def __repr__(self) -> str:
        if self.method is None or not self.get_full_path():
            return f"<{self.__class__.__name__}>"
        return f"<{self.__class__.__name__}: {self.method} {self.get_full_path()!r}>"

    @property
    def resolver_match(self) -> ResolverMatch | None:
        """The `ResolverMatch` of the route that answered; None before there is one."""
        match = self._resolver_match
        if match is None and self._hit is not None:
            leaf, args, kwargs = self._hit
            match = leaf.resolver_match(args, kwargs, self.path_info)
            self._resolver_match = match
        return match

    @resolver_match.setter
    def resolver_match(self, value: ResolverMatch | None) -> None:
        self._resolver_match = value
        self._hit = None

    # --- headers

    @cached_property
    def headers(self) -> HttpHeaders:
        """The headers, as a case-insensitive mapping."""
        return HttpHeaders(self.META)

    @cached_property
    def accepted_types(self) -> list[MediaType]:
        """What the client accepts, most wanted first."""
        header = self.META.get("HTTP_ACCEPT", "*/*")
        types = [_media_type(token) for token in header.split(",") if token.strip()]
        return sorted(
            (
                media_type
                for media_type in types
                if media_type is not None and media_type.quality != 0
            ),
            key=operator.attrgetter("quality", "specificity"),
            reverse=True,
        )

    @cached_property
    def accepted_types_by_precedence(self) -> list[MediaType]:
        """What the client accepts, in the order in which the ranges apply: the narrowest first."""
        return sorted(
            self.accepted_types,
            key=operator.attrgetter("specificity", "quality"),
            reverse=True,
        )

    def accepted_type(self, media_type: str) -> MediaType | None:
        """The range of the ``Accept`` header that applies to `media_type`."""
        wanted = MediaType(media_type)
        for accepted in self.accepted_types_by_precedence:
            if wanted.match(accepted):
                return accepted
        return None

    def get_preferred_type(self, media_types: Iterable[str]) -> str | None:
        """The one of `media_types` that the client prefers; None when it accepts none of them."""
        if not media_types or not self.accepted_types:
            return None
        best: tuple[int, str] | None = None
        for media_type in media_types:
            accepted = self.accepted_type(media_type)
            if accepted is not None:
                rank = self.accepted_types.index(accepted)
                if best is None or rank < best[0]:
                    best = (rank, media_type)
        return None if best is None else best[1]

    def accepts(self, media_type: str) -> bool:
        """Whether the client's ``Accept`` header allows `media_type`."""
        return self.accepted_type(media_type) is not None

    def _set_content_type_params(self, meta: Mapping[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(
            meta.get("CONTENT_TYPE", "")
        )
        charset = _known_charset(self.content_params)
        if charset is not None:
            self.encoding = charset

    # --- address

    def _get_raw_host(self) -> str:
        if FORWARDED.value[0] and "HTTP_X_FORWARDED_HOST" in self.META:
            return self.META["HTTP_X_FORWARDED_HOST"]  # type: ignore[no-any-return]
        if "HTTP_HOST" in self.META:
            return self.META["HTTP_HOST"]  # type: ignore[no-any-return]
        # PEP 3333's way to rebuild the host.
        host: str = self.META["SERVER_NAME"]
        port = self.get_port()
        if port != ("443" if self.is_secure() else "80"):
            host = f"{host}:{port}"
        return host

    def get_host(self) -> str:
        """The host, with its port if one was given; raises `DisallowedHost` for one not ours."""
        return HOSTS.value.check(self._get_raw_host())

    def get_port(self) -> str:
        """The port, as a string."""
        if FORWARDED.value[1] and "HTTP_X_FORWARDED_PORT" in self.META:
            return str(self.META["HTTP_X_FORWARDED_PORT"])
        return str(self.META["SERVER_PORT"])

    def get_full_path(self, force_append_slash: bool = False) -> str:
        """The path with the query string, quoted."""
        return self._get_full_path(self.path, force_append_slash)

    def get_full_path_info(self, force_append_slash: bool = False) -> str:
        """The path below the script's prefix with the query string, quoted."""
        return self._get_full_path(self.path_info, force_append_slash)

    def _get_full_path(self, path: str, force_append_slash: bool) -> str:
        # RFC 3986 requires query string arguments to be in the ASCII range.
        query = self.META.get("QUERY_STRING", "")
        try:
            quoted = escape_uri_path(path)
        except UnicodeEncodeError:
            # An ASGI server may hand over octets that are not UTF-8 as surrogates.
            quoted = escape_uri_path(path.encode("utf-8", "surrogateescape"))
        return "{}{}{}".format(
            quoted,
            "/" if force_append_slash and not path.endswith("/") else "",
            ("?" + (iri_to_uri(query) or "")) if query else "",
        )

    def build_absolute_uri(self, location: str | None = None) -> str:
        """`location` as an absolute URI of this site; the request's own address by default."""
        if location is None:
            # Without the extra slash a path that starts with two would be taken for a host.
            location = f"//{self.get_full_path()}"
        else:
            location = str(location)
        bits = urlsplit(location)
        if not (bits.scheme and bits.netloc):
            path = bits.path
            if (
                path.startswith("/")
                and not bits.scheme
                and not bits.netloc
                and "/./" not in path
                and "/../" not in path
            ):
                # An absolute path without dots is joined as it is.
                location = self._current_scheme_host + location.removeprefix("//")
            else:
                location = urljoin(self._current_scheme_host + self.path, location)
        return iri_to_uri(location) or ""

    @cached_property
    def _current_scheme_host(self) -> str:
        return f"{self.scheme}://{self.get_host()}"

    def _get_scheme(self) -> str:
        return "http"

    @property
    def scheme(self) -> str:
        """``http`` or ``https``, by ``SECURE_PROXY_SSL_HEADER`` if that is set."""
        trusted = SSL_HEADER.value
        if trusted is not None:
            name, secure_value = trusted
            header = self.META.get(name)
            if header is not None:
                # SECURITY: the header decides in both directions (CVE-2019-12781).
                first = header.split(",", 1)[0].strip()
                return "https" if first == secure_value else "http"
        return self._get_scheme()

    def is_secure(self) -> bool:
        """Whether the client came over HTTPS."""
        return self.scheme == "https"

    def get_signed_cookie(
        self, key: str, default: Any = RAISE_ERROR, salt: str = "", max_age: Any = None
    ) -> Any:
        """The value of a cookie set with `HttpResponse.set_signed_cookie`.

        `max_age` is in seconds. Without a `default`, a missing cookie raises `KeyError` and one that
        was tampered with or is too old `BadSignature` or `SignatureExpired`.
        """
        try:
            return unsign_cookie(key, self.COOKIES[key], salt, max_age)
        except (KeyError, BadSignature):
            if default is RAISE_ERROR:
                raise
            return default

    # --- encoding and body

    @property
    def encoding(self) -> str | None:
        """The encoding of form data; None stands for ``DEFAULT_CHARSET``. Setting it parses anew."""
        return self._encoding

    @encoding.setter
    def encoding(self, value: str | None) -> None:
        self._encoding = value
        self.__dict__.pop("GET", None)
        self.__dict__.pop("_post", None)

    def _initialize_handlers(self) -> None:
        self._upload_handlers = uploadhandler.initial_handlers(self)

    @property
    def upload_handlers(self) -> list[Any]:
        """The handlers that uploads go through; may be changed until the body is read."""
        if not self._upload_handlers:
            self._initialize_handlers()
        elif isinstance(self._upload_handlers, _Used):
            self._upload_handlers = ImmutableList(
                self._upload_handlers,
                warning="You cannot alter upload handlers after the upload has been processed.",
            )
        return self._upload_handlers

    @upload_handlers.setter
    def upload_handlers(self, upload_handlers: list[Any]) -> None:
        if hasattr(self, "_files"):
            raise AttributeError(
                "You cannot set the upload handlers after the upload has been processed."
            )
        self._upload_handlers = upload_handlers

    def parse_file_upload(self, META: Mapping[str, Any], post_data: Any) -> Any:
        """Parse a multipart body into (POST, FILES)."""
        handlers = _Used(self.upload_handlers)
        self.upload_handlers = handlers  # type: ignore[assignment]
        return parse_file_upload(META, post_data, handlers, self.encoding)

    @property
    def body(self) -> bytes:
        """The body, as bytes; raises `RawPostDataException` when the stream was read otherwise."""
        if "_body" not in self.__dict__:
            read_body(self)
        return self._body

    def _mark_post_parse_error(self) -> None:
        self._post = QueryDict()
        self._files = MultiValueDict()

    def _load_post_and_files(self) -> None:
        load_post_and_files(self)
        if self._files:
            # They are closed after the response.
            self._plain = False

    def close(self) -> None:
        """Close the uploaded files."""
        if hasattr(self, "_files"):
            for _, files in self._files.lists():
                for file in files:
                    file.close()

    # The request as a file to read from.

    def read(self, *args: Any, **kwargs: Any) -> bytes:
        """Read from the body's stream."""
        self._read_started = True
        try:
            data: bytes = self._stream.read(*args, **kwargs)
            return data
        except OSError as error:
            raise UnreadablePostError(*error.args) from error

    def readline(self, *args: Any, **kwargs: Any) -> bytes:
        """Read a line from the body's stream."""
        self._read_started = True
        try:
            line: bytes = self._stream.readline(*args, **kwargs)
            return line
        except OSError as error:
            raise UnreadablePostError(*error.args) from error

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def readlines(self) -> list[bytes]:
        """The rest of the body's stream, by lines."""
        return list(self)


def _known_charset(params: Mapping[str, str]) -> str | None:
    charset = params.get("charset")
    if charset is None:
        return None
    try:
        codecs.lookup(charset)
    except (LookupError, ValueError):
        # A name with a null character is not merely unknown to Python.
        return None
    return charset


def _media_type(token: str) -> MediaType | None:
    try:
        return MediaType(token)
    except ValueError:
        # SECURITY: a parameter in an encoding that nobody knows is the client's fault; a range that
        # cannot be read asks for nothing.
        return None


class ServerRequest(HttpRequest):
    """What the requests of both kinds of servers share: all is lazy, nothing is set in advance."""

    _read_started = False

    def __getstate__(self) -> dict[str, Any]:
        # A copy shares the variables and what was read of the body, so both must exist by now; the
        # route is told by a ResolverMatch, and the server's own callable belongs to the original.
        state = self.__dict__
        with suppress(KeyError):
            state["META"] = self.META
            state["_stream"] = self._stream
        state = {"_resolver_match": self.resolver_match, **state}
        for name in ("_hit", "_receive"):
            state.pop(name, None)
        return state

    @cached_property
    def _content(self) -> tuple[str, dict[str, str]]:
        header = self.META.get("CONTENT_TYPE", "")
        try:
            return parse_header_parameters(header)
        except ValueError:
            # SECURITY: parameters that cannot be decoded are none; the client must not get a 500.
            return header.partition(";")[0].strip().lower(), {}

    @cached_property
    def content_type(self) -> str:
        """The media type of the body, from the ``CONTENT_TYPE`` header, without parameters."""
        head = self.META.get("CONTENT_TYPE", "").partition(";")[0]
        # PERF: the parameters are parsed when asked for; what is odd goes the same long way.
        if '"' in head or "=" in head:
            return self._content[0]
        return head.strip().lower()  # type: ignore[no-any-return]

    @cached_property
    def content_params(self) -> dict[str, str]:
        """The parameters of the ``CONTENT_TYPE`` header."""
        return self._content[1]

    @cached_property
    def _encoding(self) -> str | None:
        content_type = self.META.get("CONTENT_TYPE")
        # PERF: few requests name a charset; the rest need no header parsed to know it.
        if not content_type or "charset" not in content_type.lower():
            return None
        return _known_charset(self.content_params)

    @property
    def POST(self) -> QueryDict:
        """The form data of the body; empty unless the method is POST."""
        if "_post" not in self.__dict__:
            self._load_post_and_files()
        return self._post

    @POST.setter
    def POST(self, value: QueryDict) -> None:
        self._post = value

    @property
    def FILES(self) -> MultiValueDict:
        """The uploaded files."""
        if "_files" not in self.__dict__:
            self._load_post_and_files()
        return self._files

    @FILES.setter
    def FILES(self, value: MultiValueDict) -> None:
        self._plain = False
        self._files = value

    # Names by which subclasses and packages know the accessors.
    def _get_post(self) -> QueryDict:
        return self.POST

    def _set_post(self, post: QueryDict) -> None:
        self._post = post
