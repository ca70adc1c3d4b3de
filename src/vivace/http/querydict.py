"""QueryDict: the parameters of a query string or of an urlencoded form body.

See "QueryDict objects" in the documentation of request and response objects. Pairs are separated by
``&`` only (CVE-2021-23336), and what is left of a malformed percent escape stays as it is written,
as the URL standard says for ``application/x-www-form-urlencoded``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, overload
from urllib.parse import quote, quote_plus, unquote

from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core.exceptions import TooManyFieldsSent
from vivace.utils.datastructures import MultiValueDict
from vivace.utils.naming import publish

__all__ = ["QueryDict", "bytes_to_text"]

D = TypeVar("D")

MAX_FIELDS: Frozen[int | None] = Frozen(
    "http.max_fields",
    lambda: settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
    reads=("DATA_UPLOAD_MAX_NUMBER_FIELDS",),
)
DEFAULT_ENCODING: Frozen[str] = Frozen(
    "http.default_encoding", lambda: settings.DEFAULT_CHARSET, reads=("DEFAULT_CHARSET",)
)

# What stands behind an escape, as the Latin-1 character that has the octet's number.
_OCTETS = {
    high + low: chr(int(high + low, 16))
    for high in "0123456789abcdefABCDEF"
    for low in "0123456789abcdefABCDEF"
}


def bytes_to_text(s: Any, encoding: str) -> Any:
    """`s` decoded when it is bytes, with U+FFFD for what `encoding` does not know; else `s`."""
    return str(s, encoding, "replace") if isinstance(s, bytes) else s


def unquote_ascii(text: str, encoding: str) -> str:
    """`text` with its percent escapes decoded, invalid ones left as they are.

    PERF: for ASCII text, which is all that browsers send, about three times as fast as
    `urllib.parse.unquote`, and of the same result; other text is left to that.
    """
    if not text.isascii():
        return unquote(text, encoding, "replace")
    parts: list[str] = []
    for piece in text.split("%"):
        if parts:
            octet = _OCTETS.get(piece[:2])
            parts.append(f"%{piece}" if octet is None else octet + piece[2:])
        else:
            parts.append(piece)
    return "".join(parts).encode("latin-1").decode(encoding, "replace")


def _parse(query_string: str, encoding: str) -> dict[str, list[str]]:
    limit = MAX_FIELDS.value
    if limit is not None and query_string.count("&") >= limit:
        raise TooManyFieldsSent(
            "The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS."
        )
    lists: dict[str, list[str]] = {}
    # PERF: most query strings have no escapes at all; one look at the whole spares several per pair.
    query_string = query_string.replace("+", " ")
    escaped = "%" in query_string
    for pair in query_string.split("&"):
        if not pair:
            continue
        key, _, value = pair.partition("=")
        if escaped and "%" in pair:
            if "%" in key:
                key = unquote_ascii(key, encoding)
            if "%" in value:
                value = unquote_ascii(value, encoding)
        if key in lists:
            lists[key].append(value)
        else:
            lists[key] = [value]
    return lists


class QueryDict(MultiValueDict):
    """A `MultiValueDict` that takes a query string and is immutable unless `mutable` is true.

    `query_string` is text or bytes, `encoding` that of the percent escapes (``DEFAULT_CHARSET`` by
    default). Writing to an immutable instance raises `AttributeError`; more parameters than
    ``DATA_UPLOAD_MAX_NUMBER_FIELDS`` raise `TooManyFieldsSent`.
    """

    # COMPAT: unpickling fills the dictionary before it restores the attributes.
    _mutable = True
    _encoding: str | None = None

    def __init__(
        self,
        query_string: str | bytes | None = None,
        mutable: bool = False,
        encoding: str | None = None,
    ) -> None:
        if not encoding:
            encoding = DEFAULT_ENCODING.value
        self._encoding = encoding
        self._mutable = mutable
        if query_string:
            if isinstance(query_string, str):
                text = query_string
            else:
                try:
                    text = query_string.decode(encoding)
                except UnicodeDecodeError:
                    # Bytes outside of the encoding are against the standard; this keeps them.
                    text = query_string.decode("iso-8859-1")
            dict.update(self, _parse(text, encoding))

    if TYPE_CHECKING:
        # What was parsed is text. Code that writes other values into a mutable one knows that it did.
        def __getitem__(self, key: str) -> str: ...
        @overload  # type: ignore[override]
        def get(self, key: str) -> str | None: ...
        @overload
        def get(self, key: str, default: D) -> str | D: ...
        def get(self, key: str, default: Any = None) -> Any: ...
        @overload  # type: ignore[override]
        def getlist(self, key: str) -> list[str]: ...
        @overload
        def getlist(self, key: str, default: D) -> list[str] | D: ...
        def getlist(self, key: str, default: Any = None) -> Any: ...

    @classmethod
    def fromkeys(
        cls,
        iterable: Iterable[Any],
        value: Any = "",
        mutable: bool = False,
        encoding: str | None = None,
    ) -> QueryDict:
        """A QueryDict with the keys of `iterable`, each with `value` as often as it occurs."""
        query = cls("", mutable=True, encoding=encoding)
        for key in iterable:
            query.appendlist(key, value)
        if not mutable:
            query._mutable = False
        return query

    @property
    def encoding(self) -> str:
        """The encoding of keys and values that come or go as bytes."""
        if self._encoding is None:
            self._encoding = DEFAULT_ENCODING.value
        return self._encoding

    @encoding.setter
    def encoding(self, value: str | None) -> None:
        self._encoding = value

    def _assert_mutable(self) -> None:
        if not self._mutable:
            raise AttributeError("This QueryDict instance is immutable")

    def __setitem__(self, key: Any, value: Any) -> None:
        self._assert_mutable()
        encoding = self.encoding
        super().__setitem__(bytes_to_text(key, encoding), bytes_to_text(value, encoding))

    def __delitem__(self, key: Any) -> None:
        self._assert_mutable()
        super().__delitem__(key)

    def __copy__(self) -> QueryDict:
        result = self.__class__("", mutable=True, encoding=self.encoding)
        for key, values in self.lists():
            result.setlist(key, values)
        return result

    def __deepcopy__(self, memo: dict[int, Any]) -> QueryDict:
        result = self.__class__("", mutable=True, encoding=self.encoding)
        memo[id(self)] = result
        for key, values in self.lists():
            result.setlist(copy.deepcopy(key, memo), copy.deepcopy(values, memo))
        return result

    def setlist(self, key: Any, list_: Iterable[Any]) -> None:
        """Set the values of `key`."""
        self._assert_mutable()
        encoding = self.encoding
        values = [bytes_to_text(value, encoding) for value in list_]
        super().setlist(bytes_to_text(key, encoding), values)

    def setlistdefault(self, key: Any, default_list: Any = None) -> Any:
        """The list of `key`, which is set to `default_list` if it is not there."""
        self._assert_mutable()
        return super().setlistdefault(key, default_list)

    def appendlist(self, key: Any, value: Any) -> None:
        """Add one value to those of `key`."""
        self._assert_mutable()
        encoding = self.encoding
        super().appendlist(bytes_to_text(key, encoding), bytes_to_text(value, encoding))

    def pop(self, key: Any, *args: Any) -> Any:
        """Remove `key` and return its list of values."""
        self._assert_mutable()
        return super().pop(key, *args)

    def popitem(self) -> tuple[Any, Any]:
        """Remove the last key and return it with its list of values."""
        self._assert_mutable()
        return super().popitem()

    def clear(self) -> None:
        """Remove everything."""
        self._assert_mutable()
        super().clear()

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The last value of `key`, which is set to `default` if it is not there."""
        self._assert_mutable()
        encoding = self.encoding
        return super().setdefault(bytes_to_text(key, encoding), bytes_to_text(default, encoding))

    def copy(self) -> QueryDict:
        """A mutable deep copy."""
        return self.__deepcopy__({})

    def urlencode(self, safe: str | None = None) -> str:
        """The contents as a query string; characters in `safe` are not escaped."""
        encoding = self.encoding
        safe_bytes = safe.encode(encoding) if safe else b""
        pairs = []
        for key, values in self.lists():
            key_bytes = key.encode(encoding)
            for value in values:
                value_bytes = str(value).encode(encoding)
                if safe:
                    pairs.append(f"{quote(key_bytes, safe_bytes)}={quote(value_bytes, safe_bytes)}")
                else:
                    pairs.append(f"{quote_plus(key_bytes)}={quote_plus(value_bytes)}")
        return "&".join(pairs)


publish(__name__, "http.request", "QueryDict")
