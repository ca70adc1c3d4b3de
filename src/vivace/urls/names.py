"""What can be reversed: the names below a resolver, each with the chains of patterns that lead to it.

Nothing is parsed or compiled here; that is left until a name is first used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vivace.urls.converters import Converter
from vivace.urls.patterns import RegexPattern, RoutePattern

if TYPE_CHECKING:
    from vivace.urls.resolvers import URLResolver

__all__ = ["Chain", "Names", "names_of", "speaks_language"]


@dataclass(frozen=True, slots=True)
class Chain:
    """The patterns from a resolver down to a view, or down to a namespace."""

    patterns: tuple[Any, ...]
    defaults: dict[str, Any]
    converters: dict[str, Converter]

    def under(self, pattern: Any, defaults: dict[str, Any]) -> Chain:
        """This chain inside an include of `pattern`."""
        return Chain(
            (pattern, *self.patterns),
            {**self.defaults, **defaults} if defaults else self.defaults,
            {**pattern.converters, **self.converters} if pattern.converters else self.converters,
        )

    def then(self, inner: Chain) -> Chain:
        """This chain, which leads to a namespace, and `inner` after it, which leads further."""
        return Chain(
            (*self.patterns, *inner.patterns),
            inner.defaults,
            {**self.converters, **inner.converters},
        )

    @property
    def text(self) -> str:
        """The regular expression of the whole chain, in the active language."""
        return "".join([p.regex.pattern.removeprefix("^") for p in self.patterns])


def speaks_language(pattern: Any) -> bool:
    """Whether what `pattern` matches may depend on the active language."""
    if type(pattern) in (RoutePattern, RegexPattern):
        return not isinstance(pattern._source, str)
    return True


class Names:
    """What can be reversed below a resolver: views and names, namespaces, application namespaces."""

    def __init__(self, resolver: URLResolver, around: tuple[URLResolver, ...] = ()) -> None:
        self.chains: dict[Any, list[Chain]] = {}
        self.namespaces: dict[str | None, tuple[Chain, URLResolver]] = {}
        self.apps: dict[str, list[str | None]] = {}
        self.views: set[str] = set()
        for entry in reversed(resolver.url_patterns):
            if hasattr(entry, "url_patterns"):
                # A URLconf that includes itself has no more names inside itself.
                if entry is not resolver and entry not in around:
                    self._add_resolver(entry, Names(entry, (*around, resolver)))
            else:
                self._add_pattern(entry)
        self.speaks_language = any(
            speaks_language(pattern) for chain in self._all_chains() for pattern in chain.patterns
        )

    def _all_chains(self) -> Iterator[Chain]:
        for chains in self.chains.values():
            yield from chains
        for chain, _ in self.namespaces.values():
            yield chain

    def _add_pattern(self, entry: Any) -> None:
        chain = Chain((entry.pattern,), entry.default_args, entry.pattern.converters)
        self.views.add(entry.lookup_str)
        self.chains.setdefault(entry.callback, []).append(chain)
        if entry.name is not None:
            self.chains.setdefault(entry.name, []).append(chain)

    def _add_resolver(self, entry: URLResolver, inner: Names) -> None:
        pattern = entry.pattern
        self.views |= inner.views
        if entry.app_name:
            self.apps.setdefault(entry.app_name, []).append(entry.namespace)
            here = Chain((pattern,), {}, pattern.converters)
            self.namespaces[entry.namespace] = (here, entry)
            return
        for key, chains in inner.chains.items():
            known = self.chains.setdefault(key, [])
            known += [chain.under(pattern, entry.default_kwargs) for chain in chains]
        for namespace, (chain, resolver) in inner.namespaces.items():
            self.namespaces[namespace] = (chain.under(pattern, {}), resolver)
        for app, namespaces in inner.apps.items():
            self.apps.setdefault(app, []).extend(namespaces)


def names_of(resolver: URLResolver) -> Names:
    """The names below `resolver`, enumerated once."""
    names = resolver._names
    if names is None:
        names = resolver._names = Names(resolver)
    return names
