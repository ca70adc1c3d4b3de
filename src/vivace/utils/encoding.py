"""Between text and bytes, and between IRIs and URIs. Documented in ref/utils and ref/unicode."""

from __future__ import annotations

import codecs
import datetime
import locale
import re
from decimal import Decimal
from types import NoneType
from typing import Any
from urllib.parse import quote

from vivace.utils.functional import Promise

__all__ = [
    "DEFAULT_LOCALE_ENCODING",
    "DjangoUnicodeDecodeError",
    "escape_uri_path",
    "filepath_to_uri",
    "force_bytes",
    "force_str",
    "get_system_encoding",
    "iri_to_uri",
    "is_protected_type",
    "punycode",
    "repercent_broken_unicode",
    "smart_bytes",
    "smart_str",
    "uri_to_iri",
]


class DjangoUnicodeDecodeError(UnicodeDecodeError):
    """A UnicodeDecodeError whose message shows the data."""

    def __str__(self) -> str:
        return f"{super().__str__()}. You passed in {self.object!r} ({type(self.object)})"


_PROTECTED_TYPES = (
    NoneType,
    int,
    float,
    Decimal,
    datetime.datetime,
    datetime.date,
    datetime.time,
)


def is_protected_type(obj: Any) -> bool:
    """Whether ``strings_only=True`` keeps `obj` as it is: None, numbers, dates and times."""
    return isinstance(obj, _PROTECTED_TYPES)


def smart_str(
    s: Any, encoding: str = "utf-8", strings_only: bool = False, errors: str = "strict"
) -> Any:
    """`force_str`, except that a promise stays a promise."""
    if isinstance(s, Promise):
        return s
    return force_str(s, encoding, strings_only, errors)


def force_str(
    s: Any, encoding: str = "utf-8", strings_only: bool = False, errors: str = "strict"
) -> Any:
    """`s` as text: bytes are decoded, promises evaluated, other objects go through ``str()``.

    With `strings_only`, objects of protected types stay as they are. Raises
    DjangoUnicodeDecodeError.
    """
    if isinstance(s, str):
        return s
    if strings_only and is_protected_type(s):
        return s
    try:
        return str(s, encoding, errors) if isinstance(s, bytes) else str(s)
    except UnicodeDecodeError as error:
        raise DjangoUnicodeDecodeError(*error.args) from None


def smart_bytes(
    s: Any, encoding: str = "utf-8", strings_only: bool = False, errors: str = "strict"
) -> Any:
    """`force_bytes`, except that a promise stays a promise."""
    if isinstance(s, Promise):
        return s
    return force_bytes(s, encoding, strings_only, errors)


def force_bytes(
    s: Any, encoding: str = "utf-8", strings_only: bool = False, errors: str = "strict"
) -> Any:
    """`s` as bytes: text and what ``str()`` makes of objects is encoded.

    Bytes are taken for UTF-8 and recoded when `encoding` is another. With `strings_only`, objects
    of protected types stay as they are.
    """
    if isinstance(s, bytes):
        if encoding == "utf-8":
            return s
        return s.decode("utf-8", errors).encode(encoding, errors)
    if strings_only and is_protected_type(s):
        return s
    if isinstance(s, memoryview):
        return bytes(s)
    return str(s).encode(encoding, errors)


def iri_to_uri(iri: Any) -> Any:
    """Percent-encode what an IRI (RFC 3987) may hold and a URI (RFC 3986) not; None stays None.

    What is percent-encoded already stays so, hence doing it twice changes nothing.
    """
    if iri is None:
        return iri
    if isinstance(iri, Promise):
        iri = str(iri)
    return quote(iri, safe="/#%[]=:;$&()+,!?*@'~")


def _decodable() -> dict[bytes, bytes]:
    """Each percent-encoded octet that an IRI writes bare, with the octet."""
    unreserved = b"-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    digits = "0123456789ABCDEFabcdef"
    return {
        f"%{high}{low}".encode(): bytes([octet])
        for high in digits
        for low in digits
        if (octet := int(high + low, 16)) >= 128 or octet in unreserved
    }


_octets = _decodable()
_escape_re = re.compile(rb"%[0-9A-Fa-f]{2}")


def uri_to_iri(uri: Any) -> Any:
    """Decode the octets that make UTF-8 text or unreserved characters (RFC 3987, 3.2).

    Reserved characters, and octets that are not UTF-8, stay percent-encoded. None stays None.
    """
    if uri is None:
        return uri
    # SECURITY: one pass over the octets, whatever they are (CVE-2023-41164).
    text = _escape_re.sub(_decode_octet, force_bytes(uri))
    return repercent_broken_unicode(text).decode()


def _decode_octet(match: re.Match[bytes]) -> bytes:
    escape = match[0]
    return _octets.get(escape, escape)


def escape_uri_path(path: str | bytes) -> str:
    """Percent-encode a URI's path, but for what segments allow (RFC 3986, 3.3) less ``;`` and ``=``."""
    return quote(path, safe="/:@&+$,-_.!~*'()")


def punycode(domain: str) -> str:
    """The IDNA form of `domain`, which is ASCII. Raises UnicodeError for what is no domain."""
    return domain.encode("idna").decode("ascii")


_broken_re = re.compile("[\udc80-\udcff]")


def repercent_broken_unicode(path: bytes) -> bytes:
    """Percent-encode the octets of `path` that are not UTF-8."""
    try:
        path.decode()
    except UnicodeDecodeError:
        # SECURITY: one pass, without recursion (CVE-2019-14235).
        text = path.decode("utf-8", "surrogateescape")
        return _broken_re.sub(lambda match: f"%{ord(match[0]) - 0xDC00:02X}", text).encode()
    return path


def filepath_to_uri(path: Any) -> Any:
    """Percent-encode a file's path for use in a URL, backslashes as slashes; None stays None."""
    if path is None:
        return path
    return quote(str(path).replace("\\", "/"), safe="/~!*()'")


def get_system_encoding() -> str:
    """The encoding of the system's locale, "ascii" if it is unknown."""
    try:
        encoding = locale.getlocale()[1] or "ascii"
        codecs.lookup(encoding)
    except (LookupError, ValueError):
        return "ascii"
    return encoding


DEFAULT_LOCALE_ENCODING = get_system_encoding()
