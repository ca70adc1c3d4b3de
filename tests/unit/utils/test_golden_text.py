"""The text utilities answer what Django 5.2 was seen to answer (``scripts/golden/text.py``)."""

from __future__ import annotations

import json
import types
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from vivace.utils.functional import Promise, lazystr
from vivace.utils.safestring import SafeString, mark_safe

GOLDEN = Path(__file__).parents[2] / "golden" / "text.json"
CASES: list[list[Any]] = json.loads(GOLDEN.read_text("ascii"))

TAGS: dict[str, Any] = {
    "@lazy": lazystr,
    "@safe": mark_safe,
    "@bytes": lambda text: text.encode("latin-1"),
    "@decimal": Decimal,
    "@date": date.fromisoformat,
    "@tuple": lambda items: tuple(map(decode, items)),
    "@dict": lambda pairs: {decode(key): decode(item) for key, item in pairs},
}


def decode(value: Any) -> Any:
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, dict):
        [(tag, item)] = value.items()
        return TAGS[tag](item)
    return value


def encode(value: Any) -> Any:
    if isinstance(value, Promise):
        return {"@lazy": str(value)}
    if isinstance(value, SafeString):
        return {"@safe": str.__str__(value)}
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
    return value


def function(path: str) -> Any:
    module, _, name = path.partition(".")
    if name.startswith("Truncator."):
        cls = import_module("vivace.utils.text").Truncator
        return lambda text, *args, **kwargs: getattr(cls(text), name[10:])(*args, **kwargs)
    return getattr(import_module(f"vivace.utils.{module}"), name)


def observe(path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    try:
        return encode(
            function(path)(
                *[decode(arg) for arg in args], **{key: decode(arg) for key, arg in kwargs.items()}
            )
        )
    except Exception as error:
        return {"@error": [type(error).__name__, str(error)]}


def intended(path: str, args: list[Any], expected: Any, got: Any) -> str | None:
    """The reason why Vivace answers otherwise, None if it should not."""
    if path == "html.urlize" and ")., " in args[0]:
        return "Punctuation after a trailing bracket is kept; Django loses it."
    if path.startswith("text.Truncator.") and args[0].rfind("&") > args[0].rfind("<"):
        return "Text that ends with what may start a reference is kept; Django loses it."
    if path == "http.content_disposition_header":
        if str(args[1]).endswith("\n"):
            return "A line feed at the end of a name is encoded like any other."
        if isinstance(args[1], dict):
            return "A promise of a name will do."
    if path == "http.parse_header_parameters" and "@error" in expected:
        return "A parameter given whole and in pieces is joined; Django fails to sort them."
    if path in {"text.phone2numeric", "text.unescape_string_literal"} and isinstance(args[0], dict):
        return "Not text: the same exception, with a message of its own."
    if path == "encoding.punycode" and "@error" in expected and "@error" in got:
        return "Python's codec tells what it cannot encode, in other words in each release."
    if path == "html.smart_urlquote" and args == ["HTTP://[::1]<"] and _brackets_are_checked():
        return "Pythons since the records refuse brackets that are not around an address alone."
    if path == "html.smart_urlquote" and args == ["////"]:
        return "Pythons since the records keep the slashes of an empty host."
    return None


def _brackets_are_checked() -> bool:
    try:
        urlsplit("http://[::1]<")
    except ValueError:
        return True
    return False


@pytest.mark.parametrize("room", sorted({case[0] for case in CASES}))
def test_answers_as_django_does(room: str) -> None:
    wrong = []
    for path, args, kwargs, expected in CASES:
        if path != room:
            continue
        got = observe(path, args, kwargs)
        if got != expected and intended(path, args, expected, got) is None:
            wrong.append(f"{path}({args!r}, {kwargs!r})\n  is    {got!r}\n  not   {expected!r}")
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:25])
