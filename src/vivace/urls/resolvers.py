"""URLconfs as objects: `URLPattern` for a view, `URLResolver` for an include and for the root.

Their `resolve` methods walk the patterns one by one; this is what a URLconf means. Requests are
routed by `vivace.urls.router`, which must give the same answers.
Defined by topics/http/urls and ref/urlresolvers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from vivace.checks.messages import CheckMessage
from vivace.checks.urls import check_url_pattern, check_url_resolver
from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.core.exceptions import ImproperlyConfigured
from vivace.urls.converters import get_converters
from vivace.urls.exceptions import NoReverseMatch, Resolver404
from vivace.urls.match import ResolverMatch
from vivace.urls.patterns import (
    _PATH_PARAMETER_COMPONENT_RE,
    BasePattern,
    LocalePrefixPattern,
    RegexPattern,
    RoutePattern,
    _route_to_regex,
)
from vivace.urls.utils import get_callable
from vivace.utils.datastructures import MultiValueDict
from vivace.utils.functional import cached_property
from vivace.utils.lazily import Later
from vivace.utils.naming import address, to_home
from vivace.utils.translation import get_language

if TYPE_CHECKING:
    from vivace.urls import names as reversible
    from vivace.urls import reversal
    from vivace.urls.router import Router
else:
    # PERF: what builds paths is imported when the first one is built.
    reversible = Later("vivace.urls.names")
    reversal = Later("vivace.urls.reversal")

# COMPAT: the name under which patterns of third parties inherit what all patterns have.
CheckURLMixin = BasePattern

__all__ = [
    "_PATH_PARAMETER_COMPONENT_RE",
    "CheckURLMixin",
    "LocalePrefixPattern",
    "NoReverseMatch",
    "RegexPattern",
    "Resolver404",
    "ResolverMatch",
    "RoutePattern",
    "URLPattern",
    "URLResolver",
    "_get_cached_resolver",
    "_route_to_regex",
    "get_callable",
    "get_converters",
    "get_ns_resolver",
    "get_resolver",
]


class URLPattern:
    """A pattern with a view: what `path` and `re_path` make of a callable."""

    def __init__(
        self,
        pattern: Any,
        callback: Callable[..., Any],
        default_args: dict[str, Any] | None = None,
        name: str | None = None,
    ) -> None:
        self.pattern = pattern
        self.callback = callback
        self.default_args = default_args or {}
        self.name = name

    def __repr__(self) -> str:
        return f"<URLPattern {self.pattern.describe()}>"

    def check(self) -> list[CheckMessage]:
        """What is wrong with the view, the name and the pattern, for the system checks."""
        return check_url_pattern(self)

    def resolve(self, path: str) -> ResolverMatch | None:
        """Match `path`, relative to the include; None if it does not match."""
        match = self.pattern.match(path)
        if match is None:
            return None
        _, args, captured = match
        return ResolverMatch(
            self.callback,
            args,
            {**captured, **self.default_args},
            self.name,
            route=str(self.pattern),
            captured_kwargs=captured,
            extra_kwargs=self.default_args,
        )

    @cached_property
    def lookup_str(self) -> str:
        """The dotted path of the view, for people: a partial's or a class-based view's own."""
        view: Any = self.callback
        while isinstance(view, functools.partial):
            view = view.func
        if hasattr(view, "view_class"):
            return address(view.view_class)
        if hasattr(view, "__name__"):
            return f"{view.__module__}.{view.__qualname__}"
        return f"{view.__module__}.{type(view).__name__}"


class URLResolver:
    """A pattern with further patterns below: what `path` and `re_path` make of an `include`."""

    def __init__(
        self,
        pattern: Any,
        urlconf_name: Any,
        default_kwargs: dict[str, Any] | None = None,
        app_name: str | None = None,
        namespace: str | None = None,
    ) -> None:
        self.pattern = pattern
        self.urlconf_name = urlconf_name
        self.callback = None
        self.default_kwargs = default_kwargs or {}
        self.namespace = namespace
        self.app_name = app_name
        self._reversers: dict[Any, reversal.Reverser] = {}
        self._targets: dict[Any, reversal.Target] = {}
        # The targets without current application that do not depend on the language.
        self._fixed: dict[Any, reversal.Reverser] = {}
        self._names: reversible.Names | None = None
        self._router: Router | None = None

    @property
    def _populated(self) -> bool:
        # COMPAT: packages that add patterns later ask this, and have them read again by `_populate`.
        return self._names is not None or self._router is not None

    def _populate(self) -> None:
        """Throw away what was made of the patterns; it is made anew when it is asked for."""
        for made in (self._reversers, self._targets, self._fixed):
            made.clear()
        self._names = self._router = None
        for entry in self.url_patterns:
            if isinstance(entry, URLResolver):
                entry._populate()

    def __repr__(self) -> str:
        urlconf = self.urlconf_name
        if isinstance(urlconf, list) and urlconf:
            shown = f"<{type(urlconf[0]).__name__} list>"
        else:
            shown = repr(urlconf)
        described = self.pattern.describe()
        return f"<URLResolver {shown} ({self.app_name}:{self.namespace}) {described}>"

    def check(self) -> list[CheckMessage]:
        """What is wrong with the patterns, or else with the prefix, for the system checks."""
        return check_url_resolver(self)

    @cached_property
    def urlconf_module(self) -> Any:
        """The URLconf's module, or the list of patterns that stands for it."""
        if isinstance(self.urlconf_name, str):
            return import_module(to_home(self.urlconf_name))
        return self.urlconf_name

    @cached_property
    def url_patterns(self) -> Sequence[Any]:
        """The patterns in their order; raises `ImproperlyConfigured` if there are none to iterate."""
        patterns = getattr(self.urlconf_module, "urlpatterns", self.urlconf_module)
        try:
            iter(patterns)
        except TypeError as error:
            raise ImproperlyConfigured(
                f"The included URLconf '{self.urlconf_name}' does not appear to have any patterns "
                "in it. If you see the 'urlpatterns' variable with valid patterns in the file then "
                "the issue is probably caused by a circular import."
            ) from error
        return patterns  # type: ignore[no-any-return]

    def resolve(self, path: Any) -> ResolverMatch:
        """The first match of `path`, relative to what is around; raises `Resolver404`."""
        path = str(path)
        match = self.pattern.match(path)
        if match is None:
            raise Resolver404({"path": path})
        rest, args, captured = match
        tried: list[list[Any]] = []
        for entry in self.url_patterns:
            try:
                found = entry.resolve(rest)
            except Resolver404 as error:
                _extend_tried(tried, entry, error.args[0].get("tried"))
                continue
            if found is None:
                tried.append([entry])
                continue
            _extend_tried(tried, entry, found.tried)
            return self._outward(entry, found, args, {**captured, **self.default_kwargs}, tried)
        raise Resolver404({"tried": tried, "path": rest})

    def _outward(
        self,
        entry: Any,
        found: ResolverMatch,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        tried: list[list[Any]],
    ) -> ResolverMatch:
        """`found` as it is seen from this resolver."""
        kwargs.update(found.kwargs)
        route = found.route or ""
        if not isinstance(entry, URLPattern):
            before = str(entry.pattern)
            route = before + route.removeprefix("^") if before else route
        return ResolverMatch(
            found.func,
            # Positional arguments of an include count only where no argument has a name.
            found.args if kwargs else args + found.args,
            kwargs,
            found.url_name,
            [self.app_name, *found.app_names],
            [self.namespace, *found.namespaces],
            route,
            tried,
            captured_kwargs=found.captured_kwargs,
            extra_kwargs={**self.default_kwargs, **(found.extra_kwargs or {})},
        )

    def resolve_error_handler(self, view_type: int) -> Callable[..., Any]:
        """The view for status `view_type`: the URLconf's own ``handlerNNN``, else the built-in one."""
        name = f"handler{view_type}"
        urlconf = self.urlconf_module
        # PERF: few have one, and to miss an attribute of a module takes ten times as long.
        plain = type(urlconf) is ModuleType and "__getattr__" not in urlconf.__dict__
        handler = urlconf.__dict__.get(name) if plain else getattr(urlconf, name, None)
        return get_callable(handler) if handler else _built_in_handler(name)

    @property
    def reverse_dict(self) -> MultiValueDict:
        """What can be reversed: name or view to lists of (templates, pattern, defaults, converters)."""
        result = MultiValueDict()
        for key, chains in reversible.names_of(self).chains.items():
            reverser = self._reverser(key)
            for chain, pattern in zip(chains, reverser.patterns, strict=True):
                templates = [
                    (str(c.template), list(c.params))
                    for c in reverser.candidates
                    if c.chain is chain
                ]
                entry = (templates, pattern, chain.defaults, chain.converters)
                result.appendlist(key, entry)
        return result

    @property
    def namespace_dict(self) -> dict[str | None, tuple[str, URLResolver]]:
        """The namespaces: name to the regular expression in front of it and the resolver."""
        namespaces = reversible.names_of(self).namespaces
        return {name: (chain.text, inner) for name, (chain, inner) in namespaces.items()}

    @property
    def app_dict(self) -> dict[str, list[str | None]]:
        """The application namespaces, each with its instances."""
        return reversible.names_of(self).apps

    @property
    def _callback_strs(self) -> set[str]:
        return reversible.names_of(self).views

    def _is_callback(self, name: str) -> bool:
        return name in self._callback_strs

    def _reverser(self, view: Any) -> reversal.Reverser:
        names = reversible.names_of(self)
        key = (get_language() if names.speaks_language else None, view)
        reverser = self._reversers.get(key)
        if reverser is None:
            reverser = reversal.Reverser(view, names.chains.get(view, []), None)
            if reverser.candidates:
                self._reversers[key] = reverser
        return reverser

    def reverse(self, lookup_view: Any, *args: Any, **kwargs: Any) -> str:
        """The path to a view, relative to this resolver; raises `NoReverseMatch`."""
        return self._reverse_with_prefix(lookup_view, "", *args, **kwargs)

    def _reverse_with_prefix(
        self, lookup_view: Any, _prefix: str, *args: Any, **kwargs: Any
    ) -> str:
        if args and kwargs:
            raise ValueError("Don't mix *args and **kwargs in call to reverse()!")
        reverser = self._reverser(lookup_view)
        if args:
            return reverser.with_args(_prefix, args)
        return reverser.with_kwargs(_prefix, kwargs)


def _extend_tried(tried: list[list[Any]], entry: Any, inner: list[list[Any]] | None) -> None:
    if inner is None:
        tried.append([entry])
    else:
        tried.extend([entry, *patterns] for patterns in inner)


def get_resolver(urlconf: Any = None) -> URLResolver:
    """The resolver of a URLconf: a dotted path, a module or a tuple; the project's own for None."""
    return _get_cached_resolver(ROOT_URLCONF.value if urlconf is None else urlconf)


@functools.cache
def _built_in_handler(name: str) -> Callable[..., Any]:
    # Asked for by name: error views are a layer above URLs.
    return get_callable(getattr(import_module("vivace.conf.urls"), name))


@functools.cache
def _get_cached_resolver(urlconf: Any) -> URLResolver:
    return URLResolver(RegexPattern(r"^/"), urlconf)


@functools.cache
def get_ns_resolver(ns_pattern: str, resolver: URLResolver, converters: Any) -> URLResolver:
    """A root resolver for what is in a namespace: `ns_pattern` is the regular expression before it.

    `converters` are the pairs of parameter and converter that `ns_pattern` needs.
    """
    pattern = RegexPattern(ns_pattern)
    pattern.converters = dict(converters)
    return URLResolver(RegexPattern(r"^/"), [URLResolver(pattern, resolver.url_patterns)])


_forget_cached = _get_cached_resolver.cache_clear


def forget_resolvers() -> None:
    """Make the next question read the URLconfs anew."""
    get_callable.cache_clear()
    _get_cached_resolver.cache_clear()
    get_ns_resolver.cache_clear()


def _forget_cached_resolvers() -> None:
    _forget_cached()
    ROOT_RESOLVER.clear()


# Whoever clears this cache alone means the root's resolver, too.
_get_cached_resolver.cache_clear = _forget_cached_resolvers  # type: ignore[method-assign]


ROOT_URLCONF: Frozen[Any] = Frozen(
    "root URLconf",
    lambda: settings.ROOT_URLCONF,
    reads=("ROOT_URLCONF",),
    cleared=forget_resolvers,
)

# The project's own resolver. PERF: reading it takes less than asking the cache.
ROOT_RESOLVER: Frozen[URLResolver] = Frozen(
    "root resolver", lambda: _get_cached_resolver(ROOT_URLCONF.value), after=(ROOT_URLCONF,)
)
