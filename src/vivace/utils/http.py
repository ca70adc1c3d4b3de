"""The grammar of HTTP's fields and URLs: queries, dates, entity tags, parameters, redirects.

Everything here takes time linear in its input.
"""

from __future__ import annotations

import base64
import codecs
import re
import unicodedata
from binascii import Error as BinasciiError
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

from vivace.utils.datastructures import MultiValueDict
from vivace.utils.lazily import late_pattern

__all__ = [
    "ASCTIME_DATE",
    "ETAG_MATCH",
    "MAX_URL_LENGTH",
    "MAX_URL_REDIRECT_LENGTH",
    "MONTHS",
    "RFC850_DATE",
    "RFC1123_DATE",
    "RFC3986_GENDELIMS",
    "RFC3986_SUBDELIMS",
    "base36_to_int",
    "content_disposition_header",
    "escape_leading_slashes",
    "http_date",
    "int_to_base36",
    "is_same_domain",
    "parse_etags",
    "parse_header_parameters",
    "parse_http_date",
    "parse_http_date_safe",
    "quote_etag",
    "url_has_allowed_host_and_scheme",
    "urlencode",
    "urlsafe_base64_decode",
    "urlsafe_base64_encode",
    "urlsplit",
]

MAX_URL_LENGTH = 2048
MAX_URL_REDIRECT_LENGTH = 16384

RFC3986_GENDELIMS = ":/?#[]@"
RFC3986_SUBDELIMS = "!$&'()*+,;="

# --- queries


def urlencode(query: Any, doseq: bool = False) -> str:
    """Encode a mapping or pairs as ``application/x-www-form-urlencoded``. Documented in ref/utils.

    With `doseq` each item of an iterable value gets a pair of its own; a MultiValueDict's values are
    its lists. Raises TypeError for a value None, which has no form in a query.
    """
    if isinstance(query, MultiValueDict):
        query = query.lists()
    elif hasattr(query, "items"):
        query = query.items()
    pairs: list[str] = []
    for key, value in query:
        name = _quoted(key)
        if value is None:
            raise _no_form(key)
        if not doseq or isinstance(value, (str, bytes)):
            pairs.append(f"{name}={_quoted(value)}")
            continue
        try:
            items = iter(value)
        except TypeError:
            pairs.append(f"{name}={_quoted(value)}")
            continue
        for item in items:
            if item is None:
                raise _no_form(key)
            pairs.append(f"{name}={_quoted(item)}")
    return "&".join(pairs)


def _quoted(value: Any) -> str:
    if isinstance(value, bytes):
        return quote_plus(value)
    text = str(value)
    # PERF: quote_plus() takes three times as long to find that there is nothing to quote.
    if text.isalnum() and text.isascii():
        return text
    return quote_plus(text)


def _no_form(key: Any) -> TypeError:
    return TypeError(
        f"Cannot encode None for key '{key}' in a query string. Did you mean to pass an empty "
        "string or omit the value?"
    )


# --- dates

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_NAMES = tuple(month.title() for month in MONTHS)

_DAY = "(?P<day>[0-9]{2})"
_MONTH = r"(?P<mon>\w{3})"
_YEAR = "(?P<year>[0-9]{4})"
_TIME = "(?P<hour>[0-9]{2}):(?P<min>[0-9]{2}):(?P<sec>[0-9]{2})"
RFC1123_DATE = late_pattern(rf"^\w{{3}}, {_DAY} {_MONTH} {_YEAR} {_TIME} GMT$")
RFC850_DATE = late_pattern(rf"^\w{{6,9}}, {_DAY}-{_MONTH}-(?P<year>[0-9]{{2}}) {_TIME} GMT$")
ASCTIME_DATE = late_pattern(rf"^\w{{3}} {_MONTH} (?P<day>[ 0-9][0-9]) {_TIME} {_YEAR}$")


def http_date(epoch_seconds: float | None = None) -> str:
    """A moment in seconds since the epoch, by default now, as RFC 9110 (5.6.7) writes dates."""
    if epoch_seconds is None:
        moment = datetime.now(UTC)
    else:
        moment = datetime.fromtimestamp(epoch_seconds, UTC)
    return (
        f"{_WEEKDAYS[moment.weekday()]}, {moment.day:02d} {_MONTH_NAMES[moment.month - 1]} "
        f"{moment.year:04d} {moment.hour:02d}:{moment.minute:02d}:{moment.second:02d} GMT"
    )


def parse_http_date(date: str) -> int:
    """The seconds since the epoch of a date in one of RFC 9110's three forms (5.6.7).

    Raises ValueError for anything else.
    """
    match = RFC1123_DATE.match(date) or RFC850_DATE.match(date) or ASCTIME_DATE.match(date)
    if match is None:
        raise ValueError(f"{date!r} is not in a valid HTTP date format")
    try:
        month = MONTHS.index(match["mon"].lower()) + 1
        day, hour, minute, second = map(int, match.group("day", "hour", "min", "sec"))
        year = _full_year(int(match["year"]))
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except Exception as error:
        raise ValueError(f"{date!r} is not a valid date") from error
    return int(moment.timestamp())


def _full_year(year: int) -> int:
    """The year that the two digits of an RFC 850 date mean: not more than fifty years from now."""
    if year >= 100:
        return year
    century, current = divmod(datetime.now(UTC).year, 100)
    if year - current > 50:
        century -= 1
    return year + century * 100


def parse_http_date_safe(date: Any) -> int | None:
    """As `parse_http_date`, but None for what is no date."""
    try:
        return parse_http_date(date)
    except Exception:
        return None


# --- numbers and octets in URLs

_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36_to_int(s: str) -> int:
    """The number that `s` is in base 36. Raises ValueError if it is none or over 13 digits."""
    # SECURITY: int() takes quadratic time; 13 digits hold any number of 64 bits.
    if len(s) > 13:
        raise ValueError("Base36 input too large")
    return int(s, 36)


def int_to_base36(i: int) -> str:
    """A number in base 36, lower case. Raises ValueError if it is negative."""
    if i < 0:
        raise ValueError("Negative base36 conversion input.")
    if i < 36:
        return _BASE36[i]
    digits: list[str] = []
    while i:
        i, digit = divmod(i, 36)
        digits.append(_BASE36[digit])
    return "".join(reversed(digits))


def urlsafe_base64_encode(s: bytes) -> str:
    """`s` in RFC 4648's URL-safe alphabet (section 5), unpadded. Documented in ref/utils."""
    return base64.urlsafe_b64encode(s).rstrip(b"\n=").decode("ascii")


def urlsafe_base64_decode(s: str) -> bytes:
    """What `urlsafe_base64_encode` encoded. Raises ValueError. Documented in ref/utils."""
    data = s.encode()
    try:
        return base64.urlsafe_b64decode(data.ljust(len(data) + len(data) % 4, b"="))
    except (LookupError, BinasciiError) as error:
        raise ValueError(error)


# --- entity tags

ETAG_MATCH = late_pattern(r'((?:W/)?"[^"]*")\Z')


def parse_etags(etag_str: str) -> list[str]:
    """The entity tags of an ``If-Match`` or ``If-None-Match`` field, ``["*"]`` for a star.

    What is not a tag (RFC 9110, 8.8.3) is left out.
    """
    if etag_str.strip() == "*":
        return ["*"]
    candidates = (part.strip() for part in etag_str.split(","))
    return [tag for tag in candidates if ETAG_MATCH.match(tag)]


def quote_etag(etag_str: str) -> str:
    """`etag_str` as an entity tag: as it is if it is one, else between quotes."""
    return etag_str if ETAG_MATCH.match(etag_str) else f'"{etag_str}"'


# --- hosts and redirect targets


def is_same_domain(host: str, pattern: str | None) -> bool:
    """Whether `host` is `pattern` or, if the pattern starts with a dot, that domain or below it."""
    if not pattern:
        return False
    pattern = pattern.lower()
    if pattern[0] == ".":
        return host.endswith(pattern) or host == pattern[1:]
    return pattern == host


def url_has_allowed_host_and_scheme(
    url: str | None, allowed_hosts: str | Iterable[str] | None, require_https: bool = False
) -> bool:
    """Whether redirecting to `url` stays on this host or goes to one of `allowed_hosts`.

    Only ``http`` and ``https`` pass, with `require_https` only the latter. An empty URL never does.
    The answer says nothing about the safety of the URL's text: it must still be escaped.
    """
    if url is not None:
        url = url.strip()
    if not url:
        return False
    if allowed_hosts is None:
        allowed_hosts = set()
    elif isinstance(allowed_hosts, str):
        allowed_hosts = {allowed_hosts}
    # SECURITY: browsers take backslashes for slashes (CVE-2014-3730, CVE-2016-2512).
    return _url_has_allowed_host_and_scheme(url, allowed_hosts, require_https) and (
        _url_has_allowed_host_and_scheme(url.replace("\\", "/"), allowed_hosts, require_https)
    )


def _url_has_allowed_host_and_scheme(
    url: str, allowed_hosts: Any, require_https: bool = False
) -> bool:
    # SECURITY: browsers read more than two slashes as two; a length bound keeps parsing cheap.
    if len(url) > MAX_URL_LENGTH or url.startswith("///"):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # SECURITY: browsers take "http:example.com" for a host (CVE-2017-7233).
    if not parts.netloc and parts.scheme:
        return False
    # SECURITY: browsers drop control characters before they look for a scheme (CVE-2015-2317).
    if unicodedata.category(url[0])[0] == "C":
        return False
    scheme = parts.scheme
    if not scheme and parts.netloc:
        scheme = "http"
    schemes = ("https",) if require_https else ("http", "https")
    return (not parts.netloc or parts.netloc in allowed_hosts) and (not scheme or scheme in schemes)


def escape_leading_slashes(url: str) -> str:
    """Percent-encode the second of two leading slashes, which would announce a host."""
    if url.startswith("//"):
        return f"/%2F{url.removeprefix('//')}"
    return url


# --- headers


_quote_or_semicolon = late_pattern('[";]')
_continuation = late_pattern(r"(?P<name>\w+)\*(?:(?P<num>[0-9]+)\*?)?\Z", re.ASCII)


def parse_header_parameters(line: str) -> tuple[str, dict[str, str]]:
    """Split a header such as Content-Type into its value, in lower case, and its parameters.

    Quoted values are unquoted, and values encoded or continued as RFC 2231 says are decoded. Raises
    ValueError for an encoding that is not known.
    """
    if not line:
        return "", {}
    if ";" not in line:
        return line.strip().lower(), {}
    # PERF: nearly every header of a real client is plain.
    if '"' not in line and "*" not in line and "<" not in line:
        parts = line.split(";")
        parameters = {name: value for name, value in map(_parameter, parts[1:]) if name}
        return _parameter(parts[0])[0].lower(), parameters
    parts = _split_parameters(line)
    return _parameter(parts[0])[0].lower(), _decode_parameters(map(_parameter, parts[1:]))


def _split_parameters(line: str) -> list[str]:
    """`line` split at the semicolons that are not between quotes; a quote after ``\\`` is none."""
    # SECURITY: one pass over quotes and semicolons, however many there are (CVE-2026-84429).
    parts: list[str] = []
    start = 0
    quoted = False
    for match in _quote_or_semicolon.finditer(line):
        at = match.start()
        if match[0] == '"':
            if at == start or line[at - 1] != "\\":
                quoted = not quoted
        elif not quoted:
            parts.append(line[start:at])
            start = at + 1
    parts.append(line[start:])
    return parts


def _parameter(part: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    if not equals:
        return name.strip(), ""
    return name.strip().lower(), value.strip()


def _decode_parameters(parameters: Iterable[tuple[str, str]]) -> dict[str, str]:
    result: dict[str, str] = {}
    continued: dict[str, list[tuple[int, str, bool]]] = {}
    for name, value in parameters:
        value = _unquote(value)
        match = _continuation.match(name)
        if match is not None:
            number = -1 if match["num"] is None else int(match["num"])
            continued.setdefault(match["name"], []).append((number, value, name.endswith("*")))
        elif name:
            result[name] = value
    for name, pieces in continued.items():
        pieces.sort()
        result[name] = _join_pieces(pieces)
    return result


def _join_pieces(pieces: list[tuple[int, str, bool]]) -> str:
    """The value that the pieces of an RFC 2231 parameter make."""
    text = "".join(
        unquote(value, encoding="latin-1") if encoded else value for _, value, encoded in pieces
    )
    if not any(encoded for _, _, encoded in pieces):
        return text
    charset = "us-ascii"
    if text.count("'") >= 2:
        charset, _, text = text.split("'", 2)
    try:
        if charset:
            codecs.lookup(charset)
    except LookupError:
        raise ValueError(f"Invalid encoding {charset!r} for RFC 2231 param.")
    try:
        return str(text.encode("raw-unicode-escape"), charset, "replace")
    except LookupError:
        # No charset, or a codec that does not make text.
        return _unquote(text)


def _unquote(value: str) -> str:
    if len(value) > 1:
        if value[0] == value[-1] == '"':
            return value[1:-1].replace("\\\\", "\\").replace('\\"', '"')
        if value[0] == "<" and value[-1] == ">":
            return value[1:-1]
    return value


_unprintable = late_pattern(rb"[^\t\x20-\x7e]")


def content_disposition_header(as_attachment: bool, filename: str | None) -> str | None:
    """The Content-Disposition (RFC 6266) of a file of that name; None if it has nothing to say.

    A name that is not plain ASCII is given in the extended form, percent-encoded.
    """
    if filename:
        disposition = "attachment" if as_attachment else "inline"
        try:
            plain = not _unprintable.search(filename.encode("ascii"))
        except UnicodeEncodeError:
            plain = False
        if not plain:
            return f"{disposition}; filename*=utf-8''{quote(filename)}"
        # SECURITY: a bare quote would end the name early (CVE-2022-36359).
        escaped = filename.replace("\\", "\\\\").replace('"', '\\"')
        return f'{disposition}; filename="{escaped}"'
    if as_attachment:
        return "attachment"
    return None
