"""What Django's built-in filters answer: ``tests/golden/filters.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/filters.py``. Every filter is called
with each value of a pool and each argument that is given for it; `observations` does so on the
framework named by `root`, so that the test asks Vivace with the same words.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import importlib
import json
import random
import zlib
import zoneinfo
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "filters.json"
SETTINGS = {"USE_TZ": True, "TIME_ZONE": "Europe/Paris", "LANGUAGE_CODE": "en-us"}

Point = namedtuple("Point", "x y")
UTC = datetime.UTC
PARIS = zoneinfo.ZoneInfo("Europe/Paris")


class Colour(enum.Enum):
    RED = "red"


class Thing:
    def __str__(self) -> str:
        return "thing <1>"

    def __repr__(self) -> str:
        return "Thing()"

    def __html__(self) -> str:
        return "<thing>"


class Failing:
    def __str__(self) -> str:
        raise ValueError("no text")

    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class Attributes:
    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    def __repr__(self) -> str:
        return f"Attributes({self.__dict__})"


def pool(root: str) -> dict[str, Callable[[], Any]]:
    """Values by name, made anew for each call."""
    mark_safe = importlib.import_module(f"{root}.utils.safestring").mark_safe
    lazystr = importlib.import_module(f"{root}.utils.functional").lazystr
    Decimal = decimal.Decimal
    text: dict[str, Any] = {
        "empty": "",
        "space": "  \t ",
        "plain": "hello world",
        "markup": '<b>Tom & "Jerry"</b> it\'s',
        "entities": "a &amp; b &lt; c;",
        "lines": "one <1>\ntwo\r\n\r\nthree\rfour\n\n\nfive",
        "long": "The quick brown fox jumps over the lazy dog, isn't it? " * 3,
        "accents": "Ünïcödé & naïve façade ﬁ Straße",
        "combining": "e\u0301a\u0300o\u0302 x\u0323y",
        "wide": "日本語 テキスト",
        "titles": "o'reilly's 1st BOOK's ABC2DEF",
        "url": "see https://example.com/a?b=c&d=e, www.x.org or me@example.com.",
        "iri": "/föö/bär?q=ü&x=%20y z",
        "html": "<p>one <a href='#'>two <b>three</b></a> four &amp; five<br>six <i>seven",
        "script": "<script>alert('x')</script>\u2028\\`",
        "slug": " Hello, Wörld! -- It's_fine__ ",
        "phone": "0800-COLLECT",
        "digits": "1234567",
        "minus": "-5",
        "decimal text": "3.14159",
        "exponent text": "1e500",
        "small text": "1e-500",
        "many digits": "9" * 201,
        "one": "1",
        "nan text": "nan",
    }
    values: dict[str, Callable[[], Any]] = {
        name: (lambda value=value: value) for name, value in text.items()
    }
    for name in ("plain", "markup", "entities", "lines", "long", "html", "empty", "titles", "url"):
        values[f"safe {name}"] = lambda value=text[name]: mark_safe(value)
        values[f"lazy {name}"] = lambda value=text[name]: lazystr(value)
    numbers: dict[str, Any] = {
        "zero": 0, "int one": 1, "two": 2, "negative": -7, "big": 10**25, "huge": 10**250,
        "half": 0.5, "float": 34.26, "whole float": 34.0, "negative float": -1234567.891,
        "tiny": 1e-12, "large float": 1e300, "inf": float("inf"), "-inf": float("-inf"),
        "nan": float("nan"), "minus zero": -0.0, "true": True, "false": False,
        "decimal": Decimal("1234.5675"), "decimal half": Decimal("0.5"), "decimal 2.50": Decimal("2.50"),
        "decimal big": Decimal("1e199"), "decimal bigger": Decimal("1e200"),
        "decimal small": Decimal("1e-200"), "decimal smaller": Decimal("1e-201"),
        "decimal nan": Decimal("NaN"), "decimal inf": Decimal("Infinity"),
        "decimal long": Decimal("1" * 60 + "." + "3" * 60), "complex": 1j,
        "kilobytes": 1023 * 1024, "gigabytes": 5 * 1024**3, "petabytes": 7 * 1024**5,
    }  # fmt: skip
    values.update({name: (lambda value=value: value) for name, value in numbers.items()})
    day = datetime.date(2024, 2, 29)
    dates: dict[str, Any] = {
        "date": day,
        "old date": datetime.date(1, 1, 1),
        "naive": datetime.datetime(2024, 7, 8, 9, 5, 3, 45),
        "aware": datetime.datetime(2024, 7, 8, 9, 5, 3, 45, tzinfo=UTC),
        "paris": datetime.datetime(2024, 12, 31, 23, 59, 59, tzinfo=PARIS),
        "time": datetime.time(16, 5, 6, 7),
        "midnight": datetime.time(0, 0),
        "aware time": datetime.time(16, 5, tzinfo=UTC),
        "delta": datetime.timedelta(days=1, hours=2),
    }
    values.update({name: (lambda value=value: value) for name, value in dates.items()})
    values.update(
        {
            "none": lambda: None,
            "bytes": lambda: b"caf\xc3\xa9 <5>",
            "list": lambda: ["a", "<b>", 3, None],
            "texts": lambda: ["x", "<y>", mark_safe("<z>")],
            "empty list": list,
            "one item": lambda: ["a"],
            "tuple": lambda: (1, 2, 3),
            "empty tuple": tuple,
            "nested": lambda: ["S", ["T", ["U & V"], "W"], "X", (1, [2]), "<Y>", [], "Z"],
            "listfirst": lambda: [["x", "y"], "z"],
            "dict": lambda: {"name": "x", "size": 1},
            "empty dict": dict,
            "int keys": lambda: {0: "zero", -1: "last"},
            "dicts": lambda: [
                {"name": "b", "size": 3, "sub": {"k": 2}, "row": [1, 2]},
                {"name": "a", "size": 1, "sub": {"k": 3}, "row": [3, 1]},
                {"name": "c", "size": 2, "sub": {"k": 1}, "row": [2, 3]},
            ],
            "objects": lambda: [Attributes(name="b", f=len), Attributes(name="a", f=len)],
            "points": lambda: [Point(2, "b"), Point(1, "c")],
            "mixed": lambda: [{"name": 1}, {"name": "x"}],
            "generator": lambda: (letter for letter in "a<b"),
            "set of one": lambda: {"<s>"},
            "range": lambda: range(4),
            "point": lambda: Point(1, "<p>"),
            "enum": lambda: Colour.RED,
            "thing": Thing,
            "failing": Failing,
            "function": lambda: len,
            "lazy number": lambda: lazystr(12),
        }
    )
    return values


TEXT_ARGS = ["plain", "empty", "markup", "safe markup", "none", "two"]
COUNTS = [0, 1, 2, 7, 20, -3, "5", " 4 ", "x", "", None, 2.9]
FORMATS = [
    None, "", "Y-m-d", "H:i:s", "DATE_FORMAT", "SHORT_DATE_FORMAT", "TIME_FORMAT", "DATETIME_FORMAT",
    "YEAR_MONTH_FORMAT", "SECRET_KEY", "D d M Y, P e T", r"jS \o\f F", "c", "r", "N u z t L", 5,
]  # fmt: skip

ARGUMENTS: dict[str, list[Any]] = {
    "add": [1, "2", "x", 2.5, None, "@list", "@tuple", "@safe markup", "@date", "@delta", "@dict"],
    "center": COUNTS, "ljust": COUNTS, "rjust": COUNTS,
    "cut": ["o", "", " ", ";", "&", "<b>", "@safe entities", "@lazy plain", 1, None],
    "date": FORMATS, "time": FORMATS,
    "default": ["x", None, "@safe markup", 0], "default_if_none": ["x", None, "@safe markup", 0],
    "dictsort": ["name", "size", "sub.k", "row.0", "row.1", 0, 1, "0", "1", "x", "y", "_x", "a._b",
                 "name._x", "__class__", "f", "nope", "", None, 1.5, "name.upper", "1.5", "-1"],
    "divisibleby": [1, 2, 3, 0, "7", "x", None, 2.5, -2],
    "floatformat": [0, 1, 2, 3, -1, -2, -3, "2", "-2", "g", "u", "2g", "2u", "2gu", "2ug", "-3g",
                    "gu", "x", "", None, 2.7, "2.7", " 2 ", 30, "gg", "2gg", "@decimal half"],
    "get_digit": [0, 1, 2, 3, 100, -1, "1", "x", None, 1.9],
    "join": [", ", "<br>", "", "@safe markup", "@lazy markup", 5, None],
    "json_script": ["id", None, "", "<id>", "@safe markup", 5],
    "pluralize": ["s", "es", "y,ies", ",", "", "a,b,c", "@lazy plain", 5, None],
    "slice": [":2", "1:", "::2", "::-1", "-1:", ":", "", "1", 2, "x", "1:2:3:4", "::0", None, "a:b",
              "0:0", "1:-1", " 1 : 2 "],
    "stringformat": ["s", "r", "d", "05d", ".2f", "x", "e", "10s", "-10s", "z", "", "s%%", "(name)s",
                     "c", 5, None, "%"],
    "timesince": [None, "", "@naive", "@aware", "@date", "@paris", "x", 5],
    "timeuntil": [None, "", "@naive", "@aware", "@date", "@paris", "x", 5],
    "truncatechars": COUNTS, "truncatechars_html": COUNTS,
    "truncatewords": COUNTS, "truncatewords_html": COUNTS,
    "urlencode": ["", "/", ":/?", None, "@safe plain", 5],
    "urlizetrunc": [5, 15, "10", 0, -1, "x", None],
    "wordwrap": [1, 5, 20, "10", 0, -1, "x", None],
    "yesno": ["a,b,c", "a,b", "a", "", ",", "a,b,c,d", None, 5, "@lazy plain", "<1>,<2>"],
}  # fmt: skip
OPTIONAL = {"date", "floatformat", "json_script", "pluralize", "time", "timesince", "timeuntil"}
OPTIONAL |= {"urlencode", "yesno"}
# Whose answers depend on the clock or on chance without an argument.
UNSTABLE = {("timesince", None), ("timesince", ""), ("timeuntil", None), ("timeuntil", "")}
SKIPPED = {"random"}
# The rest would write down where a generator lies in memory.
OF_ITEMS = {
    "dictsort",
    "dictsortreversed",
    "escapeseq",
    "first",
    "join",
    "last",
    "length",
    "safeseq",
}
OF_ITEMS |= {"slice", "unordered_list"}
LOCALIZED = ("floatformat", "date")
LANGUAGES = ("de", "fr", "pt-br", "hi")
# One in so many calls is recorded, chosen by their names.
SHARE = 5


def told(value: Any) -> str:
    """A value with its kind."""
    kind = type(value).__name__
    if kind == "__proxy__" or hasattr(value, "_setupfunc"):
        return f"lazy {str(value)!r}"
    if isinstance(value, list):
        return "[" + ", ".join(map(told, value)) + "]"
    if isinstance(value, str):
        return f"{kind} {str.__str__(value)!r}"
    try:
        text = repr(value)
    except RuntimeError:
        text = "no repr"
    return f"{kind} {text}"


# What these say comes from Python, in words that differ between its versions.
PYTHONS_OWN = (TypeError, AttributeError, UnicodeError, OverflowError, decimal.DecimalException)


def answer(function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> str:
    try:
        text = told(function(*args, **kwargs))
    except PYTHONS_OWN as error:
        return f"! {type(error).__name__}"
    except Exception as error:
        return f"! {type(error).__name__}: {error}"
    return text if " at 0x" not in text else text.split(" at 0x")[0]


def cases(names: list[str], values: dict[str, Callable[[], Any]]) -> Iterator[tuple[str, str, Any]]:
    for name in names:
        if name in SKIPPED:
            continue
        args: list[Any] = [[argument] for argument in ARGUMENTS.get(name, [])]
        if name in OPTIONAL or name not in ARGUMENTS:
            args.append([])
        for value in values:
            for arg in args:
                if (name, arg[0] if arg else None) in UNSTABLE and values[value]():
                    continue
                if value == "generator" and name not in OF_ITEMS:
                    continue
                yield name, value, arg


def spans() -> Iterator[tuple[datetime.datetime, datetime.datetime, int]]:
    """Pairs of moments near and far, many of them at the ends of months, with a depth."""
    chance = random.Random(20250401)
    for i in range(600):
        day = chance.choice([1, 28, 29, 30, 31]) if i % 2 else chance.randint(1, 28)
        try:
            start = datetime.datetime(
                chance.randint(1990, 2030), chance.randint(1, 12), day, 6, 5, 4
            )
        except ValueError:
            continue
        days = chance.choice([0, 1, 7, 31, 59, 365, 366, 1461, chance.randint(-5, 9000)])
        seconds = chance.choice([0, 1, -1, 59, 60, 3600, -3600, 86399, chance.randint(0, 10**6)])
        yield start, start + datetime.timedelta(days, seconds), chance.randint(1, 6)


def elapsed(root: str) -> dict[str, str]:
    """What `timesince` tells of `spans`."""
    timesince = importlib.import_module(f"{root}.utils.timesince").timesince
    return {
        f"{start} {end} {depth}": timesince(start, end, depth=depth)
        for start, end, depth in spans()
    }


def observations(root: str) -> dict[str, dict[str, str]]:
    """The answers by call, under the settings of this script; grouped by filter."""
    library = importlib.import_module(f"{root}.template.defaultfilters").register
    translation = importlib.import_module(f"{root}.utils.translation")
    override_settings = importlib.import_module(f"{root}.test.utils").override_settings
    values = pool(root)
    seen: dict[str, dict[str, str]] = {}

    def ask(name: str, value: str, arg: list[Any], prefix: str = "", **kwargs: Any) -> None:
        key = f"{prefix}{value} {arg}" + "".join(f" {kwargs}" for _ in kwargs)
        if zlib.crc32(f"{name} {key}".encode()) % SHARE:
            return
        made = [
            values[item[1:]]() if isinstance(item, str) and item[:1] == "@" else item
            for item in arg
        ]
        seen.setdefault(name, {})[key] = answer(
            library.filters[name], [values[value](), *made], kwargs
        )

    for name, value, arg in cases(sorted(library.filters), values):
        ask(name, value, arg)
        if getattr(library.filters[name], "needs_autoescape", False):
            ask(name, value, arg, autoescape=False)
    some = [name for name in values if not name.startswith(("safe", "lazy"))]
    for language in LANGUAGES:
        with override_settings(USE_THOUSAND_SEPARATOR=True), translation.override(language):
            for name, value, arg in cases(list(LOCALIZED), dict.fromkeys(some, values["zero"])):
                if name == "date" and arg != ["SHORT_DATE_FORMAT"]:
                    continue
                ask(name, value, arg, prefix=f"{language}: ")
    return seen


def main() -> None:
    import django
    from django.conf import settings

    settings.configure(**SETTINGS)
    django.setup()
    answers = observations("django") | {"spans": elapsed("django")}
    OUTPUT.write_text(json.dumps(answers, indent=0, ensure_ascii=True) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
