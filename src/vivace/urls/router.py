"""The façade of routing for those who have a path: `router_for` a URLconf, then `Router.find`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from vivace.urls.exceptions import Resolver404
from vivace.urls.match import ResolverMatch
from vivace.urls.resolvers import URLResolver, get_resolver


class Leaf:
    def __init__(self, match):
        self.callback = match.func
        self.is_async = inspect.iscoroutinefunction(match.func)
        self.defaults = match.extra_kwargs
        self.route = match.route
        self.url_name = match.url_name
        self.app_names = match.app_names
        self.namespaces = match.namespaces
        self.match = match

    def resolver_match(self, args, kwargs, path=None):
        return self.match


class Router:
    def __init__(self, resolver: URLResolver) -> None:
        self.resolver = resolver
        self.static = {}

    def find(self, path):
        try:
            match = self.resolver.resolve(path)
        except Resolver404:
            return None
        return Leaf(match), match.args, match.kwargs

    def miss(self, path):
        try:
            self.resolver.resolve(path)
        except Resolver404 as e:
            return e


def router_for(urlconf: Any = None) -> Router:
    resolver = get_resolver(urlconf)
    if resolver._router is None:
        resolver._router = Router(resolver)
    return resolver._router
