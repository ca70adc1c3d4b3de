"""The façade of routing for those who have a path: `router_for` a URLconf, then `Router.find`.

A router answers as `URLResolver.resolve` would, from tables made once. Where routes depend on the
language, there is one set of tables per language. `clear_url_caches` throws routers away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from vivace.urls.build import Builder
from vivace.urls.compile import Tables, compile_find
from vivace.urls.exceptions import Resolver404
from vivace.urls.leaf import Around, Leaf
from vivace.urls.nodes import Found
from vivace.urls.resolvers import URLResolver, get_resolver
from vivace.utils.translation import get_language

__all__ = ["Leaf", "Router", "router_for"]

Find = Callable[[str], Found | None]

# Languages are made active from the project's list, but nothing forces that.
_LANGUAGES = 200


class Router:
    """The compiled form of a URLconf.

    `static` maps complete paths to leaves, where a leaf alone decides; `find` answers for all paths,
    with ``(leaf, args, kwargs)`` or None. `kwargs` is a new dict each time.
    """

    find: Find
    static: dict[str, Leaf]

    def __init__(self, resolver: URLResolver) -> None:
        self.resolver = resolver
        compiled, speaks_language = _compile(resolver)
        if speaks_language:
            self._by_language = {get_language(): compiled}
            self.static = {}
            self.find = self._find_in_language
        else:
            self.static = compiled.static
            self.find = compiled.find

    def _find_in_language(self, path: str) -> Found | None:
        language = get_language()
        compiled = self._by_language.get(language)
        if compiled is None:
            if len(self._by_language) >= _LANGUAGES:
                self._by_language.clear()
            compiled, _ = _compile(self.resolver)
            self._by_language[language] = compiled
        return compiled.find(path)

    def miss(self, path: str) -> Resolver404:
        """The exception for a `path` that was not found; what was tried is found out when asked."""
        return Resolver404(Tried(self.resolver, path))


class _Compiled:
    def __init__(self, tables: Tables) -> None:
        self.static = tables.static
        self.find = compile_find(tables)


def _compile(resolver: URLResolver) -> tuple[_Compiled, bool]:
    builder = Builder(_find_in)
    # The root's own pattern is the leading slash of every path.
    builder.add(resolver, ("/",), (), Around(resolver))
    return _Compiled(Tables(builder.routes)), builder.speaks_language


def _find_in(resolver: URLResolver, around: Around, inside: tuple[URLResolver, ...]) -> Find:
    """The `find` of an include that stays one route, made when it is first needed."""
    routers: dict[str | None, Find] = {}
    speaks_language = False

    def find(path: str) -> Found | None:
        nonlocal speaks_language
        language = get_language() if speaks_language else None
        inner = routers.get(language)
        if inner is None:
            builder = Builder(_find_in, inside)
            builder.add(resolver, (), (), around)
            speaks_language = builder.speaks_language
            if len(routers) >= _LANGUAGES:
                routers.clear()
            inner = compile_find(Tables(builder.routes, is_root=False))
            routers[get_language() if speaks_language else None] = inner
        return inner(path)

    return find


class Tried(dict[str, Any]):
    """What a `Resolver404` tells. Walking the patterns is left until somebody wants to know."""

    # PERF: what is to be asked stands here as data. A closure would make a circle with the exception,
    # and many of those are a matter for the garbage collector.
    def __init__(self, resolver: URLResolver, path: str) -> None:
        super().__init__()
        self._ask: tuple[URLResolver, str] | None = (resolver, path)

    def _know(self) -> None:
        if self._ask is None:
            return
        resolver, path = self._ask
        self._ask = None
        try:
            resolver.resolve(path)
        except Resolver404 as error:
            super().update(error.args[0])

    def __missing__(self, key: str) -> Any:
        if self._ask is None:
            raise KeyError(key)
        self._know()
        return self[key]

    def get(self, key: str, default: Any = None) -> Any:
        self._know()
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._know()
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self._know()
        return super().__iter__()

    def __len__(self) -> int:
        self._know()
        return super().__len__()

    def __eq__(self, other: object) -> bool:
        self._know()
        return super().__eq__(other)

    def __repr__(self) -> str:
        self._know()
        return super().__repr__()

    def keys(self) -> Any:
        self._know()
        return super().keys()

    def values(self) -> Any:
        self._know()
        return super().values()

    def items(self) -> Any:
        self._know()
        return super().items()


def router_for(urlconf: Any = None) -> Router:
    """The router of a URLconf; of the project's own for None. Raises what reading it raises."""
    resolver = get_resolver(urlconf)
    router = resolver._router
    if router is None:
        router = Router(resolver)
        resolver._router = router
    return router
