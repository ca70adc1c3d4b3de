"""Headers, of requests (`HttpHeaders`) and of responses (`ResponseHeaders`, `HeaderSet`).

A response starts with a `HeaderSet`: immutable, shared by all responses with these headers, already
in the form that servers want. Writing a header moves the response along a remembered transition to
the next shared set, or, for a value that differs each time, to a set that is not shared. Code that
asks for the mapping itself gets a `ResponseHeaders`, which becomes a set again when it is sent. Both
answer the same questions.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

from vivace.utils.datastructures import CaseInsensitiveMapping
from vivace.utils.naming import publish

__all__ = [
    "BadHeaderError",
    "HeaderSet",
    "HttpHeaders",
    "ResponseHeaders",
    "as_set",
    "header_set",
    "header_text",
]

# How many sets may follow one set, and how many first sets there are: the bound of all sharing.
MAX_TRANSITIONS = 48
MAX_FIRST_SETS = 256

_MISSING = object()


class BadHeaderError(ValueError):
    """A header name or value that would break out of its line."""


def header_text(value: object, charset: str, mime_encode: bool = False) -> str:
    """`value` as text that can stand in a header encoded with `charset`.

    With `mime_encode`, text outside of `charset` is encoded as RFC 2047 says; without, it raises
    `UnicodeError`. A CR or LF raises `BadHeaderError`.
    """
    # PERF: nearly all values.
    if type(value) is str and value.isascii() and "\n" not in value and "\r" not in value:
        return value
    text: Any = value if type(value) in (str, bytes) else _as_text(value)
    _refuse_line_breaks(text)
    try:
        if type(text) is bytes:
            text = text.decode(charset)
        elif not text.isascii():
            text.encode(charset)
    except UnicodeError as error:
        if not mime_encode:
            error.reason += f", HTTP response headers must be in {charset} format"  # type: ignore[attr-defined]
            raise
        # PERF: hardly any response needs it, and email is much to import. SECURITY: not by
        # `email.header.Header`, which takes quadratic time, and breaks the line at what only a text
        # takes for a line's end (U+2028 and the like).
        utf8 = import_module("email.charset").Charset("utf-8")
        return utf8.header_encode(text)  # type: ignore[no-any-return]
    return text  # type: ignore[no-any-return]


def _as_text(value: object) -> str | bytes:
    return bytes(value) if isinstance(value, bytes) else str(value)


def _refuse_line_breaks(text: str | bytes) -> None:
    shown = text.decode("latin-1") if isinstance(text, bytes) else text
    if "\n" in shown or "\r" in shown:
        raise BadHeaderError(f"Header values can't contain newlines (got {shown!r})")


class ResponseHeaders(CaseInsensitiveMapping[str]):
    """The headers of one response: a case-insensitive mapping that keeps the names as written."""

    _store: dict[str, tuple[str, str]]

    def __init__(self, data: Mapping[Any, Any] | Iterable[tuple[Any, Any]]) -> None:
        """Take the headers of `data`, a mapping or an iterable of pairs."""
        self._store = {}
        for name, value in self._unpack_items(data):
            self[name] = value

    def _convert_to_charset(self, value: object, charset: str, mime_encode: bool = False) -> str:
        return header_text(value, charset, mime_encode)

    def __delitem__(self, key: str) -> None:
        self.pop(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        name = header_text(key, "ascii")
        self._store[name.lower()] = (name, header_text(value, "latin-1", mime_encode=True))

    def pop(self, key: str, default: Any = _MISSING) -> Any:
        """Remove a header and return it as a (name, value) pair.

        Returns `default` when there is no such header, or None when no default is given.
        """
        found = self._store.pop(key.lower(), None)
        if found is not None:
            return found
        return None if default is _MISSING else default

    def setdefault(self, key: str, value: Any) -> None:
        """Set a header unless it is there."""
        if key not in self:
            self[key] = value


class HeaderSet:
    """An immutable set of response headers, shared between responses.

    `pairs` are the headers as WSGI wants them, `raw` as ASGI does, made when they are asked for;
    `index` finds one by its name in lower case. `after` remembers which set follows when a header is
    written: keyed by ``(name, value)`` as written, or by any object that stands for several headers
    at once.
    """

    __slots__ = ("after", "has_length", "index", "pairs", "raw")

    def __init__(self, store: dict[str, tuple[str, str]]) -> None:
        self.index = store
        self.pairs = tuple(store.values())
        self.has_length = "content-length" in store
        self.after: dict[object, HeaderSet] = {}

    def __getattr__(self, name: str) -> Any:
        if name != "raw":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.raw = [
            (name.encode("latin-1"), pair[1].encode("latin-1")) for name, pair in self.index.items()
        ]
        return self.raw

    def __reduce__(self) -> tuple[Any, ...]:
        return (HeaderSet, (self.index,))

    def own(self) -> ResponseHeaders:
        """A mutable copy for one response."""
        headers = ResponseHeaders(())
        headers._store = dict(self.index)
        return headers

    def following(self, key: object, changes: Iterable[tuple[str, str]]) -> HeaderSet:
        """The set with `changes` written into it, remembered under `key` if there is room."""
        found = self.after.get(key)
        if found is None:
            store = self.index.copy()
            for given, value in changes:
                name = header_text(given, "ascii")
                store[name.lower()] = (name, header_text(value, "latin-1", mime_encode=True))
            found = HeaderSet(store)
            if len(self.after) >= MAX_TRANSITIONS:
                if type(key) is tuple:
                    return found
                # PERF: what the chain does to every response is remembered in any case; values that
                # differ each time must not push it off the fast road for ever.
                self.after.pop(list(self.after)[0], None)  # noqa: RUF015 - atomic between threads
            self.after[key] = found
        return found

    def without(self, name: str) -> HeaderSet:
        """The set without the header `name`, given in lower case."""
        if name not in self.index:
            return self
        key = (name,)
        found = self.after.get(key)
        if found is None:
            found = HeaderSet({lower: pair for lower, pair in self.index.items() if lower != name})
            if len(self.after) < MAX_TRANSITIONS:
                self.after[key] = found
        return found

    # What a response asks of either kind of headers.

    def __contains__(self, name: Any) -> bool:
        return name.lower() in self.index

    def __getitem__(self, name: str) -> str:
        return self.index[name.lower()][1]

    def get(self, name: str, default: Any = None) -> Any:
        found = self.index.get(name.lower())
        return default if found is None else found[1]

    def items(self) -> ItemsView[str, str]:
        return _Pairs(self)


class _Pairs(ItemsView[str, str]):
    """The headers of a set, as (name, value). PERF: of a mapping each value would be looked up."""

    _mapping: HeaderSet

    def __len__(self) -> int:
        return len(self._mapping.pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._mapping.pairs)


def as_set(headers: object) -> HeaderSet | None:
    """A set of the headers that a response has as a mapping of its own; None for anything else."""
    return HeaderSet(headers._store.copy()) if type(headers) is ResponseHeaders else None


EMPTY = HeaderSet({})
_first: dict[str, HeaderSet] = {}


def header_set(content_type: str) -> HeaderSet | ResponseHeaders:
    """The headers that a response with this content type starts with."""
    found = _first.get(content_type)
    if found is None:
        headers = ResponseHeaders({"Content-Type": content_type})
        if len(_first) >= MAX_FIRST_SETS:
            return headers
        found = _first[content_type] = HeaderSet(headers._store)
    return found


class HttpHeaders(CaseInsensitiveMapping[str]):
    """The headers of a request, read from its ``META``."""

    HTTP_PREFIX = "HTTP_"
    # PEP 3333 gives these two their names without the prefix.
    UNPREFIXED_HEADERS = {"CONTENT_TYPE", "CONTENT_LENGTH"}

    def __init__(self, environ: Mapping[str, Any]) -> None:
        headers = {}
        for header, value in environ.items():
            name = self.parse_header_name(header)
            if name:
                headers[name] = value
        super().__init__(headers)

    def __getitem__(self, key: str) -> str:
        """The header's value; `key` may be written with underscores, as templates need it."""
        return super().__getitem__(key.replace("_", "-"))

    @classmethod
    def parse_header_name(cls, header: str) -> str | None:
        """The header's name as HTTP has it, from its key in ``META``; None for other keys."""
        if header.startswith(cls.HTTP_PREFIX):
            header = header.removeprefix(cls.HTTP_PREFIX)
        elif header not in cls.UNPREFIXED_HEADERS:
            return None
        return header.replace("_", "-").title()

    @classmethod
    def to_wsgi_name(cls, header: str) -> str:
        """The key in ``META`` of the header `header`."""
        header = header.replace("-", "_").upper()
        if header in cls.UNPREFIXED_HEADERS:
            return header
        return f"{cls.HTTP_PREFIX}{header}"

    @classmethod
    def to_asgi_name(cls, header: str) -> str:
        """The header's name in the form that the asynchronous request factory wants."""
        return header.replace("-", "_").upper()

    @classmethod
    def to_wsgi_names(cls, headers: Mapping[str, Any]) -> dict[str, Any]:
        """`headers` with their names as keys of ``META``."""
        return {cls.to_wsgi_name(name): value for name, value in headers.items()}

    @classmethod
    def to_asgi_names(cls, headers: Mapping[str, Any]) -> dict[str, Any]:
        """`headers` with their names as `to_asgi_name` gives them."""
        return {cls.to_asgi_name(name): value for name, value in headers.items()}


publish(__name__, "http.request", "HttpHeaders")
publish(__name__, "http.response", "BadHeaderError ResponseHeaders")
