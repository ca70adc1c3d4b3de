"""Building paths: the names of a URLconf, and for each name the candidates that its arguments select.

`Names` enumerates a resolver's names once, as chains of patterns; nothing is parsed then. The first
use of a name makes a `Reverser` of its chains: each becomes a `Candidate` with its templates. Among
candidates the last route of a name in the URLconf comes first.
Defined by ref/urlresolvers, "reverse()", and topics/http/urls, "Reverse resolution of URLs".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vivace.urls.converters import (
    Converter,
    IntConverter,
    PathConverter,
    SlugConverter,
    StringConverter,
    UUIDConverter,
)
from vivace.urls.exceptions import NoReverseMatch
from vivace.urls.patterns import RegexPattern, RoutePattern
from vivace.urls.templates import Template, templates_of
from vivace.utils.http import escape_leading_slashes
from vivace.utils.translation import get_language

if TYPE_CHECKING:
    from vivace.urls.resolvers import URLResolver

__all__ = ["Chain", "Names", "Reverser", "names_of", "speaks_language", "target_of"]

RFC3986_SUBDELIMS = "!$&'()*+,;="
_KEPT = RFC3986_SUBDELIMS + "/~:@"
# A memo of shapes (names of keyword arguments) per name of a URL; names may come from templates only,
# but their arguments from anywhere.
_SHAPES = 64
# A memo of names with namespaces and the current application, per URLconf.
_TARGETS = 20_000

_is_kept = re.compile(r"[-A-Za-z0-9_.~!$&'()*+,;=/:@]*").fullmatch
_is_slug = re.compile(SlugConverter.regex).fullmatch
_is_uuid = re.compile(UUIDConverter.regex).fullmatch
_is_path = re.compile(PathConverter.regex).fullmatch

# Whether a text surely matches in a converter's place. Only for the built-in classes themselves.
_SURE: dict[type, Callable[[str], Any]] = {
    IntConverter: lambda text: text.isdecimal() and text.isascii(),
    StringConverter: lambda text: text and "/" not in text,
    SlugConverter: _is_slug,
    UUIDConverter: _is_uuid,
    PathConverter: _is_path,
}

_UNQUOTED = {IntConverter, SlugConverter, UUIDConverter}


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

    @property
    def is_plain(self) -> bool:
        """Whether it consists of route syntax only, with built-in converters and fixed text."""
        return all(
            type(pattern) is RoutePattern and isinstance(pattern._route, str)
            for pattern in self.patterns
        ) and all(type(converter) in _SURE for converter in self.converters.values())


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


class Candidate:
    """One way to build a path: a template with the converters and defaults that go with it."""

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
        self._start, *self._after = [quote(text, safe=_KEPT) for text in template.texts]
        self._plan = self._plan_of(chain)

    def _plan_of(self, chain: Chain) -> list[tuple[Callable[[str], Any], bool, str]] | None:
        """For each place what is sure there, whether it needs no quoting, and the text after it."""
        if not chain.is_plain or len(set(self.names)) < len(self.names):
            return None
        kinds = [type(self.converters[name]) for name in self.names]
        return [
            (_SURE[kind], kind in _UNQUOTED, after)
            for kind, after in zip(kinds, self._after, strict=True)
        ]

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
            if len(self._matchers) > _SHAPES:
                self._matchers.clear()
            matcher = re.compile(f"^{re.escape(prefix)}{self.pattern}")
            self._matchers[prefix] = matcher
        return matcher

    def build_fast(self, prefix: str, values: Any) -> str | None:
        """The path for `values`, given in the order of the places; None if that is not sure.

        For a template of route syntax it is enough that each text matches in its own place.
        """
        plan = self._plan
        if plan is None or not _is_kept(prefix):
            return None
        path = prefix + self._start
        for value, (is_sure, is_unquoted, after) in zip(values, plan):  # noqa: B905
            text = value if type(value) is str else str(value)
            if not is_sure(text):
                return None
            if not is_unquoted and not _is_kept(text):
                text = quote(text, safe=_KEPT)
            path += text + after
        # SECURITY: a browser takes "//name/" for another host's address.
        return f"/%2F{path[2:]}" if path.startswith("//") else path


class Reverser:
    """All candidates for one name, in the order in which they are tried."""

    def __init__(self, view: Any, chains: list[Chain], prefix: Chain | None) -> None:
        self.view = view
        self.candidates: list[Candidate] = []
        self.patterns: list[str] = []
        for chain in chains:
            if prefix is not None:
                chain = prefix.then(chain)
            pattern = chain.text
            self.patterns.append(pattern)
            for template in templates_of(pattern):
                self.candidates.append(Candidate(template, pattern, chain))
        self._shapes: dict[tuple[str, ...], tuple[Candidate, tuple[str, ...]] | None] = {}

    @cached_property
    def by_count(self) -> dict[int, list[Candidate]]:
        """The candidates by number of positional arguments."""
        known: dict[int, list[Candidate]] = {}
        for candidate in self.candidates:
            known.setdefault(len(candidate.params), []).append(candidate)
        return known

    def with_args(self, prefix: str, args: tuple[Any, ...]) -> str:
        """The path for positional arguments; raises `NoReverseMatch`."""
        for candidate in self.by_count.get(len(args), ()):
            path = candidate.build_fast(prefix, args)
            if path is None:
                values = dict(zip(candidate.params, args))  # noqa: B905
                path = candidate.build(prefix, values)
            if path is not None:
                return path
        raise self.error(args, {})

    def with_kwargs(self, prefix: str, kwargs: dict[str, Any]) -> str:
        """The path for keyword arguments; raises `NoReverseMatch`."""
        shape = tuple(kwargs)
        try:
            known = self._shapes[shape]
        except KeyError:
            known = self._learn(shape)
        if known is not None:
            candidate, names = known
            path = candidate.build_fast(prefix, [kwargs[name] for name in names])
            if path is not None:
                return path
        for candidate in self.candidates:
            if candidate.accepts(kwargs):
                path = candidate.build(prefix, kwargs)
                if path is not None:
                    return path
        raise self.error((), kwargs)

    def _learn(self, shape: tuple[str, ...]) -> tuple[Candidate, tuple[str, ...]] | None:
        """The candidate that is first for these names, whatever the values; None if that may vary."""
        found = None
        given = set(shape)
        for candidate in self.candidates:
            if (given ^ set(candidate.params)) <= candidate.defaults.keys():
                if not candidate.defaults:
                    found = (candidate, candidate.names)
                break
        if len(self._shapes) < _SHAPES:
            self._shapes[shape] = found
        return found

    def error(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> NoReverseMatch:
        """Why no path could be built."""
        view = self.view
        if getattr(view, "__module__", None) is not None and hasattr(view, "__name__"):
            view = f"{view.__module__}.{view.__name__}"
        if not self.patterns:
            return NoReverseMatch(
                f"Reverse for '{view}' not found. '{view}' is not a valid view function or "
                "pattern name."
            )
        if args:
            given = f"arguments '{args}'"
        elif kwargs:
            given = f"keyword arguments '{kwargs}'"
        else:
            given = "no arguments"
        return NoReverseMatch(
            f"Reverse for '{view}' with {given} not found. "
            f"{len(self.patterns)} pattern(s) tried: {self.patterns}"
        )


def target_of(resolver: URLResolver, view: Any, current_app: str | None) -> Reverser:
    """The reverser for a view or a name with namespaces, seen from the root `resolver`."""
    targets = resolver._targets
    try:
        target = targets[view, current_app]
    except KeyError:
        target = _find_target(resolver, view, current_app)
        if target.names and len(targets) < _TARGETS:
            targets[view, current_app] = target
    return target.reverser()


def _check_groups(text: str) -> None:
    names = re.findall(r"\(\?P<(\w+)>", text)
    if len(names) != len(set(names)):
        # Raises the error that says which group is there twice.
        _ = RegexPattern(text).regex


class Target:
    """Where the namespaces of a name lead: the names there, and the patterns in front."""

    def __init__(self, names: Names, view: Any, prefix: Chain | None) -> None:
        if prefix is not None:
            _check_groups(prefix.text)
        self.names = names.chains.get(view, [])
        self.view = view
        self.prefix = prefix
        patterns = [p for chain in self.names for p in chain.patterns]
        if prefix is not None:
            patterns += prefix.patterns
        self.by_language: dict[str | None, Reverser] = {}
        if not any(map(speaks_language, patterns)):
            only = Reverser(view, self.names, prefix)
            self.reverser: Callable[[], Reverser] = lambda: only
        else:
            self.reverser = self._of_language

    def _of_language(self) -> Reverser:
        language = get_language()
        found = self.by_language.get(language)
        if found is None:
            if len(self.by_language) > _SHAPES:
                self.by_language.clear()
            found = self.by_language[language] = Reverser(self.view, self.names, self.prefix)
        return found


def _find_target(resolver: URLResolver, view: Any, current_app: str | None) -> Target:
    if not isinstance(view, str):
        return Target(names_of(resolver), view, None)
    *path, name = view.split(":")
    current = current_app.split(":") if current_app else []
    prefix: Chain | None = None
    names = names_of(resolver)
    walked: list[str] = []
    for depth, wanted in enumerate(path):
        namespace: str | None = wanted
        here = current[depth] if depth < len(current) else None
        instances = names.apps.get(wanted)
        if instances:
            # An application's name: the current instance of it, its default one, or else any.
            if here in instances:
                namespace = here
            elif namespace not in instances:
                namespace = instances[0]
        if namespace != here:
            current = []
        if namespace not in names.namespaces:
            inside = f" inside '{':'.join(walked)}'" if walked else ""
            raise NoReverseMatch(f"{namespace!r} is not a registered namespace{inside}")
        walked.append(str(namespace))
        chain, inner = names.namespaces[namespace]
        prefix = chain if prefix is None else prefix.then(chain)
        names = names_of(inner)
    return Target(names, name, prefix)
