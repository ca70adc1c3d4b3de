"""Building paths: for a name, the candidates that its arguments select, and the first that fits.

Among candidates the last route of a name in the URLconf comes first.
Defined by ref/urlresolvers, "reverse()", and topics/http/urls, "Reverse resolution of URLs".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vivace.urls.candidates import Candidate, Quick, is_usual_prefix
from vivace.urls.exceptions import NoReverseMatch
from vivace.urls.names import Chain, Names, names_of, speaks_language
from vivace.urls.patterns import RegexPattern
from vivace.urls.templates import templates_of
from vivace.utils.translation import get_language

if TYPE_CHECKING:
    from vivace.urls.resolvers import URLResolver

__all__ = ["Reverser", "Target", "target_of"]

# Names of URLs, with their namespaces and the current application, that a URLconf remembers.
_TARGETS = 20_000
_LANGUAGES = 200


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
        self._by_keywords = self._quick_by_keywords()
        self._by_positions = self._quick_by_positions()

    def _quick_by_keywords(self) -> dict[int, Quick]:
        """The quick forms by number of keywords, where only one candidate takes so many."""
        takers: dict[int, list[Candidate]] = {}
        for candidate in self.candidates:
            params, defaults = set(candidate.params), candidate.defaults.keys()
            for number in range(len(params - defaults), len(params | defaults) + 1):
                takers.setdefault(number, []).append(candidate)
        return {
            number: only.by_keyword
            for number, (only, *others) in takers.items()
            if only.by_keyword is not None and not others and len(only.params) == number
        }

    def _quick_by_positions(self) -> dict[int, Quick]:
        """The quick forms by number of arguments, where only one candidate takes so many."""
        counts = Counter(len(candidate.params) for candidate in self.candidates)
        return {
            len(each.params): each.by_position
            for each in self.candidates
            if each.by_position is not None and counts[len(each.params)] == 1
        }

    def quick_for(self, names: tuple[str, ...]) -> Quick | None:
        """The quick form that takes the values of the keywords `names` in that order, if it is one."""
        by_keyword = self._by_keywords.get(len(names))
        for candidate in self.candidates:
            if candidate.by_keyword is by_keyword and candidate.names == names:
                return candidate.by_position
        return None

    def quick_for_count(self, count: int) -> Quick | None:
        """The quick form that takes `count` positional arguments, if it is one."""
        return (self._by_positions if count else self._by_keywords).get(count)

    def with_args(self, prefix: str, args: tuple[Any, ...]) -> str:
        """The path for positional arguments; raises `NoReverseMatch`."""
        quick = self._by_positions.get(len(args))
        if quick is not None and (prefix == "/" or is_usual_prefix(prefix)):
            try:
                path = quick(prefix, args)
            except ValueError:
                path = None
            if path is not None:
                return path
        for candidate in self.candidates:
            if len(candidate.params) == len(args):
                values = dict(zip(candidate.params, args))  # noqa: B905
                path = candidate.build(prefix, values)
                if path is not None:
                    return path
        raise self.error(args, {})

    def with_kwargs(self, prefix: str, kwargs: dict[str, Any]) -> str:
        """The path for keyword arguments; raises `NoReverseMatch`."""
        quick = self._by_keywords.get(len(kwargs))
        if quick is not None and (prefix == "/" or is_usual_prefix(prefix)):
            try:
                path = quick(prefix, kwargs)
            except (KeyError, ValueError):
                path = None
            if path is not None:
                return path
        for candidate in self.candidates:
            if candidate.accepts(kwargs):
                path = candidate.build(prefix, kwargs)
                if path is not None:
                    return path
        raise self.error((), kwargs)

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
        return targets[view, current_app].reverser()
    except KeyError:
        target = _find_target(resolver, view, current_app)
    reverser = target.reverser()
    if target.names and len(targets) < _TARGETS:
        targets[view, current_app] = target
        if current_app is None and target.is_fixed:
            resolver._fixed[view] = reverser
    return reverser


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
        self.is_fixed = not any(map(speaks_language, patterns))
        if self.is_fixed:
            only = Reverser(view, self.names, prefix)
            self.reverser: Callable[[], Reverser] = lambda: only
        else:
            self.reverser = self._of_language

    def _of_language(self) -> Reverser:
        language = get_language()
        found = self.by_language.get(language)
        if found is None:
            if len(self.by_language) >= _LANGUAGES:
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
