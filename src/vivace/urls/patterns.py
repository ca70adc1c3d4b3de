"""The three kinds of patterns a route consists of: route syntax, regular expression, language prefix.

A pattern's `match` answers ``(rest of the path, args, kwargs)`` or None. These methods are the
definition of what matches; the compiled router must agree with them, and third-party code calls them.
Defined by topics/http/urls and ref/urls.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Any

from vivace.checks.messages import CheckMessage
from vivace.checks.urls import check_regex, check_route
from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core.exceptions import ImproperlyConfigured
from vivace.urls.converters import Converter, get_converters
from vivace.utils.lazily import late_pattern
from vivace.utils.naming import publish
from vivace.utils.translation import get_language

if TYPE_CHECKING:
    Match = tuple[str, tuple[Any, ...], dict[str, Any]]

__all__ = ["LocalePrefixPattern", "RegexPattern", "RoutePattern"]

_PATH_PARAMETER_COMPONENT_RE = late_pattern(r"<(?:(?P<converter>[^>:]+):)?(?P<parameter>[^>]+)>")
_WHITESPACE = frozenset(string.whitespace)

DEFAULT_LANGUAGE: Frozen[str] = Frozen(
    "default language", lambda: settings.LANGUAGE_CODE, reads=("LANGUAGE_CODE",)
)


class CompiledByLanguage:
    """Attribute `regex` of a pattern: compiled at first use; once per language if its text is lazy."""

    def __get__(self, pattern: Any, owner: type | None = None) -> Any:
        if pattern is None:
            return self
        if isinstance(pattern._source, str):
            regex = pattern.__dict__["regex"] = pattern._compile(pattern._source)
            return regex
        language = get_language()
        known = pattern._by_language
        if language not in known:
            known[language] = pattern._compile(str(pattern._source))
        return known[language]


class BasePattern:
    """What patterns written as text have in common: text, name, whether a view comes next.

    The text may be lazy, as in a translated route; then it is read anew for each language.
    """

    regex = CompiledByLanguage()

    def __init__(self, source: Any, name: str | None, is_endpoint: bool) -> None:
        self._source = source
        self._by_language: dict[str | None, re.Pattern[str]] = {}
        self._is_endpoint = is_endpoint
        self.name = name

    def __str__(self) -> str:
        return str(self._source)

    def regex_text(self) -> str:
        """The regular expression as text."""
        text: str = self.regex.pattern
        return text

    def describe(self) -> str:
        """The pattern's text, quoted, with its name if it has one: for messages."""
        description = f"'{self}'"
        return f"{description} [name='{self.name}']" if self.name else description


class RegexPattern(BasePattern):
    """A pattern of `re_path`."""

    def __init__(self, regex: Any, name: str | None = None, is_endpoint: bool = False) -> None:
        super().__init__(regex, name, is_endpoint)
        self._regex = regex
        self.converters: dict[str, Converter] = {}

    def check(self) -> list[CheckMessage]:
        """What is doubtful about the regular expression, for the system checks."""
        return check_regex(self)

    def _compile(self, regex: str) -> re.Pattern[str]:
        try:
            return re.compile(regex)
        except re.error as error:
            raise ImproperlyConfigured(
                f'"{regex}" is not a valid regular expression: {error}'
            ) from error

    def match(self, path: str) -> Match | None:
        """Match the start of `path`, or the whole of it at a view if the text ends with a dollar."""
        # SECURITY: a final dollar would let a line break at the path's end through.
        if self._is_endpoint and self.regex.pattern.endswith("$"):
            found = self.regex.fullmatch(path)
        else:
            found = self.regex.search(path)
        if found is None:
            return None
        # Unnamed groups count only where no group is named; groups that took no part are left out.
        named = found.re.groupindex
        kwargs = {name: text for name, text in found.groupdict().items() if text is not None}
        return path[found.end() :], () if named else found.groups(), kwargs


class RoutePattern(BasePattern):
    """A pattern of `path`: text with ``<converter:name>`` in it."""

    def __init__(self, route: Any, name: str | None = None, is_endpoint: bool = False) -> None:
        super().__init__(route, name, is_endpoint)
        self._route = route
        self.converters: dict[str, Converter] = converters_of(str(route))

    def check(self) -> list[CheckMessage]:
        """What is doubtful about the route, for the system checks."""
        return check_route(self)

    def regex_text(self) -> str:
        """The regular expression that the route stands for, as text."""
        # PERF: what has no converters is not compiled for the sake of its checks.
        if self.converters:
            return super().regex_text()
        return _route_to_regex(str(self._source), self._is_endpoint)[0]

    def _compile(self, route: str) -> re.Pattern[str]:
        return re.compile(_route_to_regex(route, self._is_endpoint)[0])

    def match(self, path: str) -> Match | None:
        """Match the start of `path`, or the whole of it at a view, and convert what was captured."""
        if not self.converters:
            return self._match_text(path, str(self._route))
        found = self.regex.search(path)
        if found is None:
            return None
        kwargs = found.groupdict()
        for name, text in kwargs.items():
            try:
                kwargs[name] = self.converters[name].to_python(text)
            except ValueError:
                return None
        return path[found.end() :], (), kwargs

    def _match_text(self, path: str, route: str) -> Match | None:
        if self._is_endpoint:
            return ("", (), {}) if path == route else None
        return (path[len(route) :], (), {}) if path.startswith(route) else None


def converters_of(route: str) -> dict[str, Converter]:
    """The converters of a route by parameter; raises `ImproperlyConfigured` naming what is wrong."""
    if "<" not in route:
        return {}
    known = get_converters()
    converters = {}
    for found in _PATH_PARAMETER_COMPONENT_RE.finditer(route):
        if not _WHITESPACE.isdisjoint(found[0]):
            raise ImproperlyConfigured(
                f"URL route {route!r} cannot contain whitespace in angle brackets <…>."
            )
        converter, parameter = found.groups()
        if not parameter.isidentifier():
            raise ImproperlyConfigured(
                f"URL route {route!r} uses parameter name {parameter!r} which isn't a valid "
                "Python identifier."
            )
        # A parameter without a converter is any text without a slash.
        try:
            converters[parameter] = known[converter or "str"]
        except KeyError as error:
            raise ImproperlyConfigured(
                f"URL route {route!r} uses invalid converter {converter!r}."
            ) from error
    return converters


def _route_to_regex(route: str, is_endpoint: bool = False) -> tuple[str, dict[str, Converter]]:
    """The regular expression that says the same as `route`, and the converters by parameter."""
    converters = converters_of(route)
    known = get_converters()
    parts = ["^"]
    end = 0
    for found in _PATH_PARAMETER_COMPONENT_RE.finditer(route):
        converter, parameter = found.groups()
        parts.append(re.escape(route[end : found.start()]))
        parts.append(f"(?P<{parameter}>{known[converter or 'str'].regex})")
        end = found.end()
    parts.append(re.escape(route[end:]))
    if is_endpoint:
        parts.append(r"\Z")
    return "".join(parts), converters


class LocalePrefixPattern:
    """The language's code in front of the routes of `i18n_patterns`."""

    def __init__(self, prefix_default_language: bool = True) -> None:
        self.prefix_default_language = prefix_default_language
        self.converters: dict[str, Converter] = {}

    @property
    def regex(self) -> re.Pattern[str]:
        """The prefix as a regular expression, escaped; for building paths, not for matching."""
        return re.compile(re.escape(self.language_prefix))

    @property
    def language_prefix(self) -> str:
        """The active language's code and a slash, or nothing for an unprefixed default language."""
        default = DEFAULT_LANGUAGE.value
        language = get_language() or default
        if language == default and not self.prefix_default_language:
            return ""
        return f"{language}/"

    def match(self, path: str) -> Match | None:
        """Match the active language's prefix at the start of `path`."""
        # SECURITY: as plain text; the language's name is never used as a regular expression.
        prefix = self.language_prefix
        return (path[len(prefix) :], (), {}) if path.startswith(prefix) else None

    def check(self) -> list[CheckMessage]:
        """Nothing: there is nothing of the project's in it."""
        return []

    def describe(self) -> str:
        """The prefix, quoted: for messages."""
        return f"'{self}'"

    def __str__(self) -> str:
        return self.language_prefix


publish(__name__, "urls.resolvers")
