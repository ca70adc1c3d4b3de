"""From declarations to nodes: a resolver's patterns, flattened into routes.

An include is dissolved where that cannot change what matches: its prefix is plain text, or whole
segments with built-in converters, and everything below is made of whole segments too. Any other
include stays one route, whose entries are compiled apart and asked for the rest of the path. What is
of an unknown class is asked through its own `resolve`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vivace.urls import runtime
from vivace.urls.converters import (
    IntConverter,
    PathConverter,
    SlugConverter,
    StringConverter,
    UUIDConverter,
)
from vivace.urls.leaf import Around, Leaf
from vivace.urls.nodes import Aligned, Defaults, Found, Open, Parameter
from vivace.urls.patterns import (
    _PATH_PARAMETER_COMPONENT_RE,
    LocalePrefixPattern,
    RegexPattern,
    RoutePattern,
)
from vivace.urls.resolvers import URLPattern, URLResolver

if TYPE_CHECKING:
    from collections.abc import Callable

    Find = Callable[[str], Found | None]
    FindIn = Callable[[URLResolver, Around, tuple[URLResolver, ...]], Find]

__all__ = ["Builder", "Route"]

Route = Aligned | Open
Tokens = tuple["str | Parameter", ...]
Keywords = tuple["Parameter | Defaults", ...]

_KINDS: dict[type, str] = {
    IntConverter: "int",
    SlugConverter: "slug",
    StringConverter: "str",
    UUIDConverter: "uuid",
}
_BUILT_IN = {*_KINDS, PathConverter}

# Text at the start of a regular expression: unless a quantifier follows, it must be in the path.
_LEAD = re.compile(r"(?:[\w/~!@%&=:;,'\" -]|\\[^\w\s])*")
_UNESCAPE = re.compile(r"\\(.)", re.DOTALL)


def lead_of_regex(pattern: str) -> tuple[str, str]:
    """The text that every match of `pattern` begins with, and what of `pattern` follows it."""
    if not pattern.startswith("^") or "|" in pattern:
        return "", pattern
    found = _LEAD.match(pattern, 1)
    assert found is not None
    lead, rest = found[0], pattern[found.end() :]
    if rest.startswith(("?", "*", "+", "{")) and lead:
        last = -2 if lead[-2:-1] == "\\" else -1
        lead, rest = lead[:last], lead[last:] + rest
    return _UNESCAPE.sub(r"\1", lead), rest


def segments_of(tokens: Tokens) -> Tokens | None:
    """`tokens` as whole segments; None if a parameter shares its segment with anything."""
    segments: list[str | Parameter] = [""]
    for token in tokens:
        if isinstance(token, Parameter):
            if segments[-1] != "":
                return None
            segments[-1] = token
            continue
        first, *others = token.split("/")
        if first:
            last = segments[-1]
            if isinstance(last, Parameter):
                return None
            segments[-1] = last + first
        segments += others
    return tuple(segments)


def tokens_of_route(pattern: RoutePattern) -> Tokens | None:
    """Texts and parameters of a route; None if a converter is not one of those for a segment."""
    route = str(pattern)
    if not pattern.converters:
        return (route,)
    tokens: list[str | Parameter] = []
    end = 0
    for found in _PATH_PARAMETER_COMPONENT_RE.finditer(route):
        name = found["parameter"]
        kind = _KINDS.get(type(pattern.converters[name]))
        if kind is None:
            return None
        if found.start() > end:
            tokens.append(route[end : found.start()])
        tokens.append(Parameter(name, kind))
        end = found.end()
    if end < len(route):
        tokens.append(route[end:])
    names = [token.name for token in tokens if isinstance(token, Parameter)]
    return tuple(tokens) if len(names) == len(set(names)) else None


def is_pure(pattern: Any) -> bool:
    """Whether matching `pattern` runs no code of the project's."""
    return all(type(converter) in _BUILT_IN for converter in pattern.converters.values())


class Builder:
    """Flattens one resolver for one language; `speaks_language` tells whether that mattered."""

    def __init__(self, find_in: FindIn, inside: tuple[URLResolver, ...] = ()) -> None:
        self.routes: list[Route] = []
        self.speaks_language = False
        # Gives the `find` of an include that stays one route.
        self._find_in = find_in
        self._open = list(inside)

    def add(
        self, resolver: URLResolver, tokens: Tokens, keywords: Keywords, around: Around
    ) -> None:
        """Add the routes of all entries of `resolver`, with `tokens` in front."""
        self._open.append(resolver)
        for entry in resolver.url_patterns:
            if type(entry) is URLResolver:
                self._add_include(entry, tokens, keywords, around)
            elif type(entry) is URLPattern:
                self._add_view(entry, tokens, keywords, around)
            else:
                self._add_foreign(entry, tokens, keywords, around)
        self._open.pop()

    def _tokens_of(self, pattern: Any, at_view: bool) -> Tokens | None:
        if type(pattern) is LocalePrefixPattern:
            self.speaks_language = True
            return (pattern.language_prefix,)
        if type(pattern) not in (RoutePattern, RegexPattern):
            return None
        if not isinstance(pattern._source, str):
            self.speaks_language = True
        if type(pattern) is RoutePattern:
            return tokens_of_route(pattern)
        lead, rest = lead_of_regex(str(pattern))
        return (lead,) if rest == ("$" if at_view else "") else None

    def _add_view(
        self, entry: URLPattern, tokens: Tokens, keywords: Keywords, around: Around
    ) -> None:
        own = self._tokens_of(entry.pattern, at_view=True)
        segments = segments_of(tokens + own) if own is not None else None
        if own is None or segments is None:
            self._add_open_view(entry, tokens, keywords, around)
            return
        parameters = tuple(token for token in own if isinstance(token, Parameter))
        names = tuple(parameter.name for parameter in parameters)
        if not entry.default_args.keys().isdisjoint(names):
            self._add_open_view(entry, tokens, keywords, around)
            return
        leaf = Leaf(
            around, entry.callback, entry.default_args, str(entry.pattern), entry.name, names
        )
        keywords += parameters
        if entry.default_args:
            keywords += (Defaults(entry.default_args),)
        self.routes.append(Aligned(len(self.routes), segments, keywords, leaf))

    def _add_include(
        self, entry: URLResolver, tokens: Tokens, keywords: Keywords, around: Around
    ) -> None:
        if entry in self._open:
            # A URLconf that includes itself has no end; it is walked as far as a path leads.
            self._add_foreign(entry, tokens, keywords, around)
            return
        own = self._tokens_of(entry.pattern, at_view=False)
        if own is None or not self._add_dissolved(entry, tokens, own, keywords, around):
            self._add_closed(entry, tokens, keywords, around)

    def _add_dissolved(
        self, entry: URLResolver, tokens: Tokens, own: Tokens, keywords: Keywords, around: Around
    ) -> bool:
        parameters = tuple(token for token in own if isinstance(token, Parameter))
        if parameters:
            if isinstance(own[-1], Parameter) or segments_of(tokens + own) is None:
                return False
            keywords += parameters
        if entry.default_kwargs:
            keywords += (Defaults(entry.default_kwargs),)
        before = len(self.routes)
        try:
            self.add(entry, tokens + own, keywords, around.inside(entry))
        except _NotAligned:
            if not parameters:
                raise
            del self._open[self._open.index(entry) :]
            del self.routes[before:]
            return False
        return True

    def _text_before(self, tokens: Tokens) -> str:
        if any(isinstance(token, Parameter) for token in tokens):
            raise _NotAligned
        return "".join(map(str, tokens))

    def _add_open(self, tokens: Tokens, lead: str, match: Any, pure: bool) -> None:
        prefix = self._text_before(tokens)
        self.routes.append(Open(len(self.routes), prefix + lead, match, pure))

    def _lead_of(self, pattern: Any) -> str:
        if type(pattern) is RegexPattern:
            return lead_of_regex(str(pattern))[0]
        if type(pattern) is RoutePattern:
            route = str(pattern)
            first = _PATH_PARAMETER_COMPONENT_RE.search(route)
            return route[: first.start()] if first else route
        return ""

    def _add_open_view(
        self, entry: URLPattern, tokens: Tokens, keywords: Keywords, around: Around
    ) -> None:
        pattern = entry.pattern
        leaf = Leaf(around, entry.callback, entry.default_args, str(pattern), entry.name, ())
        cut = len(self._text_before(tokens))
        match = runtime.match_of_view(pattern, leaf, _values(keywords), entry.default_args, cut)
        self._add_open(tokens, self._lead_of(pattern), match, is_pure(pattern))

    def _add_closed(
        self, entry: URLResolver, tokens: Tokens, keywords: Keywords, around: Around
    ) -> None:
        cut = len(self._text_before(tokens))
        find = self._find_in(entry, around.inside(entry), tuple(self._open))
        outer = _values(keywords)
        match = runtime.match_of_include(entry.pattern, find, outer, entry.default_kwargs, cut)
        self._add_open(tokens, self._lead_of(entry.pattern), match, False)

    def _add_foreign(self, entry: Any, tokens: Tokens, keywords: Keywords, around: Around) -> None:
        cut = len(self._text_before(tokens))
        match = runtime.match_of_foreign(entry, around, _values(keywords), cut)
        self._add_open(tokens, "", match, False)


def _values(keywords: Keywords) -> dict[str, Any]:
    """All keyword arguments that includes made of text give."""
    merged: dict[str, Any] = {}
    for keyword in keywords:
        if isinstance(keyword, Defaults):
            merged.update(keyword.values)
    return merged


class _NotAligned(Exception):
    """Below parameters that were to be dissolved there is a route not made of whole segments."""
