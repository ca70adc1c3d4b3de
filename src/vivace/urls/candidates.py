"""One way to build a path, in two forms: the one that defines it, and a quick one.

By definition the texts of a template and of the arguments are put together, the result must match the
route's regular expression, and then it is quoted. The quick form is for route syntax with built-in
converters: there it is enough that each text matches in its own place. Where that is not so, it gives
None and the definition decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain as chained
from typing import Any
from urllib.parse import quote

from vivace.codegen import Bindings, compile_function, literal
from vivace.urls.converters import (
    IntConverter,
    PathConverter,
    SlugConverter,
    StringConverter,
    UUIDConverter,
)
from vivace.urls.names import Chain
from vivace.urls.patterns import RoutePattern
from vivace.urls.templates import Template
from vivace.utils.http import escape_leading_slashes

__all__ = ["Candidate", "Quick"]

RFC3986_SUBDELIMS = "!$&'()*+,;="
_KEPT = RFC3986_SUBDELIMS + "/~:@"
# A candidate keeps a compiled expression for so many script prefixes.
_PREFIXES = 16

Quick = Callable[[str, Any], "str | None"]

# Script prefixes that need no quoting and cannot be taken for a host: "/", "/app/", "/a/b/".
is_usual_prefix = re.compile(r"/(?:[-A-Za-z0-9_.~!$&'()*+,;=:@]+/)*").fullmatch
_is_kept = re.compile(r"[-A-Za-z0-9_.~!$&'()*+,;=/:@]*").fullmatch


def _quoted(text: str) -> str:
    return quote(text, safe=_KEPT)


# For each built-in converter: when a text does not surely match, and what of it comes into the path.
_UNSURE: dict[type, tuple[str, str]] = {
    IntConverter: ("not ({0}.isdecimal() and {0}.isascii())", "{0}"),
    SlugConverter: ("is_slug({0}) is None", "{0}"),
    UUIDConverter: ("is_uuid({0}) is None", "{0}"),
    StringConverter: ("not {0} or '/' in {0}", "{0} if is_kept({0}) else quoted({0})"),
    PathConverter: ("is_path({0}) is None", "{0} if is_kept({0}) else quoted({0})"),
}
_CALLABLES = {
    "is_kept": _is_kept,
    "is_path": re.compile(PathConverter.regex).fullmatch,
    "is_slug": re.compile(SlugConverter.regex).fullmatch,
    "is_uuid": re.compile(UUIDConverter.regex).fullmatch,
    "quoted": _quoted,
}

_Place = tuple[str | int, type]
_makers: dict[tuple[tuple[_Place, ...], bool], Callable[..., Quick]] = {}


def _maker(places: tuple[_Place, ...], is_guarded: bool) -> Callable[..., Quick]:
    """A function from a template's texts to its quick form.

    A place is the key by which its value is found, a name or a position, and its converter's class.
    """
    maker = _makers.get((places, is_guarded))
    if maker is None:
        source = _source(places, is_guarded)
        bindings = Bindings(_CALLABLES)
        maker = compile_function("make", source, bindings, filename="route to build")
        _makers[places, is_guarded] = maker
    return maker


def _source(places: tuple[_Place, ...], is_guarded: bool) -> str:
    texts = [f"text{number}" for number in range(len(places) + 1)]
    lines = [f"def make({', '.join(texts)}):", "    def quick(prefix, values):"]
    shown = []
    for number, (key, kind) in enumerate(places):
        value = f"value{number}"
        unsure, text = _UNSURE[kind]
        # PERF: an integer needs no look at its digits.
        sure = f"type({value}) is int and {value} >= 0" if kind is IntConverter else "False"
        lines += [
            f"        {value} = values[{literal(key)}]",
            f"        if not ({sure}):",
            f"            if type({value}) is not str:",
            f"                {value} = str({value})",
            f"            if {unsure.format(value)}:",
            "                return None",
        ]
        shown.append(text.format(value))
    parts = "".join(
        f"{{{part}}}" for part in chained(*zip(texts, [*shown, ""], strict=True)) if part
    )
    lines.append(f'        path = f"{{prefix}}{parts}"')
    if is_guarded:
        # SECURITY: a browser takes "//name/" for another host's address.
        lines += ["        if path[:2] == '//':", "            return '/%2F' + path[2:]"]
    return "\n".join([*lines, "        return path", "    return quick"]) + "\n"


class Candidate:
    """A template with the converters and defaults that go with it.

    `by_keyword` and `by_position` are the quick forms for a usual script prefix, with a mapping or a
    sequence of values; None if there are none. They may raise `KeyError` and `ValueError`, and then
    the definition decides as well.
    """

    def __init__(self, template: Template, pattern: str, chain: Chain) -> None:
        self.template = template
        self.chain = chain
        self.texts = template.texts
        self.names = template.names
        self.params = template.params
        self.pattern = pattern
        self.defaults = chain.defaults
        self.converters = chain.converters
        self._matchers: dict[str, re.Pattern[str]] = {}
        self.by_keyword = self._quick(self.names)
        self.by_position = self._quick(range(len(self.names)))

    def _quick(self, keys: Sequence[str | int]) -> Quick | None:
        names = self.names
        is_simple = len(set(names)) == len(names) and all(
            type(pattern) is RoutePattern and isinstance(pattern._source, str)
            for pattern in self.chain.patterns
        )
        if not is_simple:
            return None
        kinds = tuple(type(self.converters[name]) for name in names)
        if not all(kind in _UNSURE for kind in kinds):
            return None
        first = self.texts[0]
        # With a usual prefix, only what comes right after it can make a second leading slash.
        is_guarded = first.startswith("/") or (not first and bool(names))
        places = tuple(zip(keys, kinds, strict=True))
        return _maker(places, is_guarded)(*map(_quoted, self.texts))

    def accepts(self, kwargs: dict[str, Any]) -> bool:
        """Whether `kwargs` are the parameters, give or take defaults that say the same."""
        if not (kwargs.keys() ^ set(self.params)) <= self.defaults.keys():
            return False
        return all(
            name in self.params or kwargs.get(name, value) == value
            for name, value in self.defaults.items()
        )

    def build(self, prefix: str, values: dict[str, Any]) -> str | None:
        """The path for `values`, quoted; None if they do not match the pattern."""
        texts: dict[str, str] = {}
        for name, value in values.items():
            converter = self.converters.get(name)
            try:
                texts[name] = str(value if converter is None else converter.to_url(value))
            except ValueError:
                return None
        path = prefix
        for text, name in zip(self.texts, self.names):  # noqa: B905
            path += text + texts[name]
        path += self.texts[-1]
        if self._matcher(prefix).search(path) is None:
            return None
        return escape_leading_slashes(quote(path, safe=_KEPT))

    def _matcher(self, prefix: str) -> re.Pattern[str]:
        matcher = self._matchers.get(prefix)
        if matcher is None:
            if len(self._matchers) >= _PREFIXES:
                self._matchers.clear()
            matcher = re.compile(f"^{re.escape(prefix)}{self.pattern}")
            self._matchers[prefix] = matcher
        return matcher
