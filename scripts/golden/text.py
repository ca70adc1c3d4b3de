"""Observe what Django's text utilities answer, for ``tests/golden/text.json``.

Run it in an environment with Django: ``python scripts/golden/text.py tests/golden/text.json``. The
arguments come from pools of values and, for grammars, from random strings over each grammar's tokens
with a fixed seed. Only calls and results are written down.
"""

from __future__ import annotations

import json
import random
import sys
import types
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.conf import settings

settings.configure(USE_I18N=False)

from django.utils.functional import Promise, lazystr  # noqa: E402
from django.utils.safestring import SafeString, mark_safe  # noqa: E402

SEED = 20250401
random.seed(SEED)


def encode(value: Any) -> Any:
    """A value as JSON, with what JSON lacks as a dict of one tagged item."""
    if isinstance(value, Promise):
        return {"@lazy": str(value)}
    if isinstance(value, SafeString):
        return {"@safe": str.__str__(value)}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, bytes):
        return {"@bytes": value.decode("latin-1")}
    if isinstance(value, Decimal):
        return {"@decimal": str(value)}
    if isinstance(value, date):
        return {"@date": value.isoformat()}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, tuple):
        return {"@tuple": [encode(item) for item in value]}
    if isinstance(value, dict):
        return {"@dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, (types.GeneratorType, map, filter)):
        return {"@list": [encode(item) for item in value]}
    raise TypeError(f"cannot write down {value!r}")


def observe(function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """What the call answers, encoded; an exception as its class and message."""
    try:
        return encode(function(*args, **kwargs))
    except Exception as error:
        return {"@error": [type(error).__name__, str(error)]}


def strings(tokens: Iterable[str], count: int, longest: int) -> Iterator[str]:
    """Random strings of the tokens."""
    pool = list(tokens)
    for _ in range(count):
        yield "".join(random.choice(pool) for _ in range(random.randint(1, longest)))


TEXTS: list[Any] = [
    "", " ", "a", "abc", "Hello, World", "  padded  ", "<b>bold</b>", "a & b", "&amp; &lt;", "\"'`",
    "naïve café", "ÄÖÜ ß", "İstanbul", "日本語 テキスト", "e\u0301a\u0308", "a\x00b", "\u2028\u2029",
    "line\nbreak", "a\r\nb\rc\nd", "tab\there", "100%", "%41%2F%zz", "a/b\\c", "..", "../x", "a.b.c",
    "CamelCaseText", "HTTPResponseCode", "snake_case", "-dash--dash-", "__x__", "1-800-FLOWERS",
    "\U0001f600 smile", "\udc80", "a" * 80, "word " * 12, "\xa0nbsp\xa0", "\x85", "\x1c",
    5, 0, -1, 3.5, True, None, b"bytes", b"\xff\xfe", [1, 2], ("t",),
    lazystr("lazy <i>"), mark_safe("safe <i> & \""), Decimal("1.50"), date(2020, 2, 29),
]  # fmt: skip
PLAIN = [text for text in TEXTS if isinstance(text, str)]


def simple() -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Functions of one value."""
    for name in [
        "html.escape",
        "html.conditional_escape",
        "html.escapejs",
        "html.strip_tags",
        "html.linebreaks",
        "html.strip_spaces_between_tags",
        "html.avoid_wrapping",
        "html.urlize",
        "html.smart_urlquote",
        "html.json_script",
        "text.capfirst",
        "text.slugify",
        "text.phone2numeric",
        "text.normalize_newlines",
        "text.camel_case_to_spaces",
        "text.get_valid_filename",
        "text.unescape_string_literal",
        "text.smart_split",
        "text.trim_value",
        "encoding.force_str",
        "encoding.force_bytes",
        "encoding.smart_str",
        "encoding.smart_bytes",
        "encoding.iri_to_uri",
        "encoding.uri_to_iri",
        "encoding.escape_uri_path",
        "encoding.filepath_to_uri",
        "encoding.is_protected_type",
        "encoding.punycode",
        "safestring.mark_safe",
        "http.escape_leading_slashes",
        "http.quote_etag",
        "http.parse_etags",
        "http.urlsafe_base64_encode",
        "http.urlsafe_base64_decode",
        "http.base36_to_int",
        "http.int_to_base36",
        "http.parse_header_parameters",
        "http.parse_http_date_safe",
        "hashable.make_hashable",
        "ipv6.is_valid_ipv6_address",
        "choices.normalize_choices",
    ]:
        for value in TEXTS:
            yield name, [value], {}
    for value in TEXTS:
        yield "html.linebreaks", [value, True], {}
        yield "text.slugify", [value], {"allow_unicode": True}
        yield "encoding.force_str", [value], {"strings_only": True}
        yield "encoding.force_bytes", [value, "latin-1"], {"errors": "replace"}
        yield "html.urlize", [value], {"autoescape": True}
        for attached in (True, False):
            yield "http.content_disposition_header", [attached, value], {}
        for template in ("{}", "<b>{}</b>", "{0}-{0}", "{:>8}", "{a}"):
            yield "html.format_html", [template, value], {"a": value}
        yield "http.urlencode", [{"k": value}], {}
        yield "http.urlencode", [{"k": value}, True], {}
        yield "http.urlencode", [[("k", value), ("l", "m n")], True], {}


def markup() -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Stripping and cutting of HTML."""
    tokens = [
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<br>",
        "<br/>",
        "<i",
        "class='x'>",
        "</i>",
        "text",
        "",
        "word",
        "&amp;",
        "&lt;",
        "&#39;",
        "&x;",
        "&",
        "<",
        ">",
        "é",
        "<!--",
        "-->",
        "<!x>",
        "<?",
        "<a",
        "</",
        "/>",
        "<img",
        'src="a>b">',
        "<script>",
        "</script>",
        "<1",
        ";",
        "'",
        '"',
        "\n",
        "<em/>",
        "</x",
        ">",
        "<A>",
        "</A>",
    ] + [" ", " "]
    for text in strings(tokens, 500, 14):
        yield "html.strip_tags", [text], {}
        if random.random() < 0.2:
            yield "html.strip_spaces_between_tags", [text], {}
        for how in ("chars", "words"):
            yield f"text.Truncator.{how}", [text, random.randint(0, 12)], {"html": True}
    for text in strings([*"aé. \n", "word ", "e\u0301", "…"], 200, 14):
        extra = random.choice([{}, {"truncate": "..."}, {"truncate": "[%(truncated_text)s]"}])
        yield "text.Truncator.chars", [text, random.randint(0, 12)], extra
        yield "text.Truncator.words", [text, random.randint(0, 5)], extra
        yield "text.wrap", [text, random.randint(1, 12)], {}


def links() -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """URLs and email addresses in text."""
    tokens = [
        "http://",
        "https://",
        "www.",
        "example",
        ".com",
        ".org",
        ".de",
        "/",
        "?",
        "=",
        "&",
        "&amp;",
        "&lt;",
        "&quot;",
        "#",
        "(",
        ")",
        "[",
        "]",
        ".",
        ",",
        ":",
        ";",
        "!",
        "'",
        '"',
        "<",
        ">",
        "@",
        "%",
        "%20",
        "%zz",
        "ü",
        "é",
        "a",
        "b",
        "ftp://",
        "mailto:",
        "HTTP://",
        "-",
        "_",
        "~",
        "127.0.0.1",
        "[::1]",
        ":8000",
        "&copy",
        "&copy;",
        "*",
    ] + [" "]
    for text in strings(tokens, 700, 9):
        if random.random() < 0.15:
            text = mark_safe(text)
        yield (
            "html.urlize",
            [text, random.choice([None, None, 5, 15]), random.choice([True, False])],
            {"autoescape": random.choice([True, False])},
        )
    local = ["joe", "a.b", "x+y", "q&a", "ü", "a'b", "(joe", "a..b", "<a", "%41"]
    domain = [
        "example.com",
        "a.b.co",
        "localhost",
        "[127.0.0.1]",
        "ü.de",
        "a_b.com",
        "x.c",
        "a.com).",
    ]
    for name in local:
        for host in domain:
            yield "html.urlize", [f"see {name}@{host}, ok"], {"autoescape": True}
    for url in strings([*tokens, "//", "@", "\\"], 250, 7):
        yield "html.smart_urlquote", [url], {}
        yield "encoding.iri_to_uri", [url], {}
        yield "encoding.uri_to_iri", [url], {}


def redirects() -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Redirect targets."""
    tokens = (
        "http https : / // /// \\ a.com b.com @ ? # : \t \n \x00 \x08 ftp javascript [ ] 80 % . ;"
    )
    for url in strings([*tokens.split(" "), " "], 500, 6):
        hosts = random.choice([None, "a.com", ["a.com", "b.com"], ["a.com:80"]])
        yield "http.url_has_allowed_host_and_scheme", [url, hosts], {}
        yield "http.url_has_allowed_host_and_scheme", [url, hosts], {"require_https": True}


def headers() -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Parameters, entity tags, dates, names of files."""
    tokens = [
        "text/html",
        ";",
        ";",
        "=",
        "=",
        '"',
        '"',
        "\\",
        '\\"',
        "a",
        "b",
        "charset",
        "utf-8",
        "utf-8''",
        "filename",
        "*0",
        "*1*",
        "*",
        "%C3%BC",
        "'",
        ",",
        "é",
        "<x>",
        "B",
    ] + [" "]
    for line in strings(tokens, 500, 12):
        yield "http.parse_header_parameters", [line], {}
    for field in strings(['"a"', 'W/"b"', ",", ", ", "*", '"', "x", "W/", " "], 150, 6):
        yield "http.parse_etags", [field], {}
        yield "http.quote_etag", [field], {}
    for weekday in ("Sun, ", "Sunday, ", "Sun "):
        for day in (
            "06 Nov 1994",
            "06-Nov-94",
            "6 Nov 1994",
            "Nov  6",
            "31 Feb 2000",
            "29 Feb 2000",
        ):
            for clock in (" 08:49:37 GMT", " 08:49:37 1994", " 24:00:00 GMT", " 23:59:59 GMT", ""):
                yield "http.parse_http_date", [weekday + day + clock], {}
    for seconds in (0, 1, -1, 1e9, 1.5, 2**31, 951782400, 253402300799):
        yield "http.http_date", [seconds], {}
    for name in strings([*"ab.\\\"'; %/", "\t", "\n", "é", "\x7f", "日"], 150, 8):
        yield "http.content_disposition_header", [True, name], {}
        yield "text.get_valid_filename", [name], {}
    for host in ("a.com", "x.a.com", "A.com", "aa.com", "", "a.com:80", "com"):
        for pattern in ("a.com", ".a.com", ".A.com", "", None, ".com", "a.com:80", "."):
            yield "http.is_same_domain", [host, pattern], {}
    for number in (0, 1, 35, 36, 1295, 1296, 10**12, 2**64, -5):
        yield "http.int_to_base36", [number], {}
    for text in strings([*"aZ09-_=+/ é!"], 120, 9):
        yield "http.urlsafe_base64_decode", [text], {}
        yield "http.base36_to_int", [text], {}


def patterns() -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Regular expressions of URL patterns."""
    tokens = [
        "a",
        "/",
        "-",
        "[0-9]+",
        "\\d+",
        "\\w",
        "\\.",
        ".",
        "(?P<x>[^/]+)",
        "(?P<y>\\d+)",
        "(\\w+)",
        "(?:a)",
        "(?:b/)?",
        "(?:(?P<z>c)/)?",
        "^",
        "$",
        "*",
        "+",
        "?",
        "{2}",
        "{1,3}",
        "[^a]",
        "(?=x)",
        "(?!x)",
        "(?P=x)",
        "\\Z",
        "\\A",
        "|",
        "%",
        "(a|b)",
        "(?i)",
        "(",
        ")",
        "(?:",
    ]
    for pattern in strings(tokens, 400, 6):
        yield "regex_helper.normalize", [pattern], {}


def numbers() -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Numbers and their separators."""
    values: list[Any] = [
        0, 1, -1, 12, 123, 1234, -1234, 1234567, 10**30, 0.0, 0.5, -0.5, 0.999, 1234.5678, 1e15, 1e16,
        1e-7,
        1e22, -1e100, 1e300, "1234.5", "-99", "text", "", None, True, float("inf"),
        *map(Decimal, ["0", "-0.00", "1.10", "12345.6789", "1E+3", "1E+199", "1E+200", "1E+201"]),
        *map(Decimal, ["-1.5E+250", "1E-199", "1E-200", "1E-201", "9.99E-300", "123E+198", "0E-5"]),
    ]  # fmt: skip
    for value in values:
        for places in (None, 0, 1, 2, 5):
            for grouping, forced in (
                (0, False),
                (3, True),
                ([3, 2, 0], True),
                ([2, 0], True),
                (3, False),
            ):
                yield (
                    "numberformat.format",
                    [
                        value,
                        random.choice([".", ","]),
                        places,
                        grouping,
                        random.choice([",", " ", "."]),
                    ],
                    {"force_grouping": forced},
                )


def others() -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Addresses, choices, lists, literals."""
    for text in strings([*"01af:.%", "::", "ffff", "127.0.0.1", "2001:db8"], 250, 7):
        yield "ipv6.clean_ipv6_address", [text], {"unpack_ipv4": random.choice([True, False])}
        yield "ipv6.is_valid_ipv6_address", [text], {}
    shapes: list[Any] = [
        [("a", "b")], {"a": "b"}, {"g": {"a": "b"}}, [("g", [("a", "b")])], [("g", (("a", "b"),))],
        ["ab"],
        [1], [], {}, (("a", "b"), ("c", "d")), [["a", ["b", "c"]]], [("a", lazystr("b"))],
        {"g": [("a", 1)]},
        [("a", "b", "c")], [("g", {"h": {"i": "j"}})], "ab", 5, None, [(None, "x")],
        [("", "x"), (1, [])],
    ]  # fmt: skip
    for shape in shapes:
        yield "choices.normalize_choices", [shape], {}
        yield "choices.flatten_choices", [shape], {}
    for shape in (*shapes, {1, 2}, {"b": [1], "a": {"c": [2]}}, [[1, [2, {3: 4}]]]):
        if not isinstance(shape, set):
            yield "hashable.make_hashable", [shape], {}
    for members in (
        [],
        ["a"],
        ["a", "b"],
        ["a", "b", "c"],
        [1, 2, 3, 4],
        ("x", "y"),
        [lazystr("l"), "m"],
    ):
        for word in ("or", "and", "", lazystr("lazily"), 5):
            yield "text.get_text_list", [members, word], {}
    for text in strings(['"', "'", "\\", "a", " ", "_(", ")", "|", ":", "\n"], 250, 9):
        yield "text.smart_split", [text], {}
        yield "text.unescape_string_literal", [text], {}
    for text in strings([*"aB1_ -C", "HTTP", "é", "ÉX"], 150, 8):
        yield "text.camel_case_to_spaces", [text], {}
        yield "text.slugify", [text], {"allow_unicode": random.choice([True, False])}
        yield "text.phone2numeric", [text], {}


def function(module_name: str, path: str) -> Any:
    """The function named by `path`; a method takes its instance's argument first."""
    module, _, name = path.partition(".")
    if name.startswith("Truncator."):
        cls = import_module(f"{module_name}.text").Truncator
        return lambda text, *args, **kwargs: getattr(cls(text), name[10:])(*args, **kwargs)
    return getattr(import_module(f"{module_name}.{module}"), name)


def main(target: str) -> None:
    """Write the observations to the file `target`, one call a line."""
    seen: dict[str, str] = {}
    rooms = (simple, markup, links, redirects, headers, patterns, numbers, others)
    for name, args, kwargs in (case for room in rooms for case in room()):
        call = [
            name,
            [encode(arg) for arg in args],
            {key: encode(arg) for key, arg in kwargs.items()},
        ]
        key = json.dumps(call)
        if key not in seen:
            result = observe(function("django.utils", name), args, kwargs)
            seen[key] = json.dumps([*call, result])
    with open(target, "w", encoding="ascii") as file:
        file.write("[\n" + ",\n".join(seen.values()) + "\n]\n")


if __name__ == "__main__":
    main(sys.argv[1])
