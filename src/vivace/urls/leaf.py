"""Where a route ends: a view, with all that is known about the route before any request comes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from vivace.urls.match import ResolverMatch
from vivace.utils.bridge import iscoroutinefunction

if TYPE_CHECKING:
    from vivace.urls.resolvers import URLResolver

__all__ = ["Around", "Leaf"]


class Around:
    """What the includes around an entry add to it. Immutable; `inside` gives that of one more."""

    __slots__ = ("app_names", "defaults", "namespaces", "root", "route")

    def __init__(self, root: URLResolver) -> None:
        self.root = root
        self.app_names: tuple[str, ...] = ()
        self.namespaces: tuple[str, ...] = ()
        self.defaults: dict[str, Any] = {}
        self.route = ""

    def inside(self, resolver: URLResolver) -> Around:
        """What is around the entries of `resolver`, an include that has `self` around it."""
        inner = Around(self.root)
        inner.app_names = (
            (*self.app_names, resolver.app_name) if resolver.app_name else self.app_names
        )
        if resolver.namespace:
            inner.namespaces = (*self.namespaces, resolver.namespace)
        else:
            inner.namespaces = self.namespaces
        inner.defaults = {**self.defaults, **resolver.default_kwargs}
        inner.route = self.join(str(resolver.pattern))
        return inner

    def join(self, route: str) -> str:
        """The whole route that ends with `route`."""
        return self.route + route.removeprefix("^") if self.route else route


class Leaf:
    """One occurrence of a view in a URLconf.

    `defaults` are the keyword arguments that the URLconf gives, `captured` the names of parameters
    that the last pattern captures.
    """

    __slots__ = (
        "_example",
        "app_names",
        "callback",
        "captured",
        "defaults",
        "is_async",
        "namespaces",
        "root",
        "route",
        "url_name",
    )

    def __init__(
        self,
        around: Around,
        callback: Callable[..., Any],
        defaults: dict[str, Any],
        route: str,
        url_name: str | None,
        captured: tuple[str, ...],
    ) -> None:
        self.root = around.root
        self.callback = callback
        self.is_async: bool = iscoroutinefunction(callback)
        self.defaults = {**around.defaults, **defaults}
        self.route = around.join(route)
        self.url_name = url_name
        self.app_names = around.app_names
        self.namespaces = around.namespaces
        self.captured = captured
        self._example: ResolverMatch | None = None

    def __repr__(self) -> str:
        return f"<Leaf {self.route!r}>"

    def captured_kwargs(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Those of `kwargs` that the last pattern captured."""
        return {name: kwargs[name] for name in self.captured if name in kwargs}

    def capturing(self, names: tuple[str, ...]) -> Leaf:
        """This leaf, for a request in which the last pattern captured just `names`."""
        if names == self.captured:
            return self
        leaf = Leaf.__new__(Leaf)
        for name in Leaf.__slots__:
            setattr(leaf, name, getattr(self, name))
        leaf.captured = names
        return leaf

    def resolver_match(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], path: str | None = None
    ) -> ResolverMatch:
        """The `ResolverMatch` that holds `kwargs` itself; with `path` it can tell what was tried."""
        if self._example is None:
            self._example = ResolverMatch(
                self.callback,
                (),
                {},
                self.url_name,
                self.app_names,
                self.namespaces,
                self.route,
                extra_kwargs=self.defaults,
            )
        tried = None if path is None else partial(_tried, self.root, path)
        return ResolverMatch.like(self._example, args, kwargs, tried, self.captured_kwargs(kwargs))


class CapturedLeaf(Leaf):
    """A leaf for one request: some default hides what the path said, and that is kept here."""

    __slots__ = ("_values",)

    def __init__(self, leaf: Leaf, values: dict[str, Any]) -> None:
        for name in Leaf.__slots__:
            setattr(self, name, getattr(leaf, name))
        self._values = values

    def captured_kwargs(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        return self._values


def _tried(root: URLResolver, path: str) -> list[list[Any]] | None:
    return root.resolve(path).tried
