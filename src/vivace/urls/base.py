"""The two questions asked of a URLconf: `resolve` a path, `reverse` a name.

Which URLconf is asked, and which script prefix stands before built paths, is state of the current
thread or task. Defined by ref/urlresolvers.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from vivace.http.querydict import QueryDict
from vivace.urls.exceptions import NoReverseMatch, Resolver404
from vivace.urls.match import ResolverMatch
from vivace.urls.prefix import (
    _script_prefix,
    clear_script_prefix,
    get_script_prefix,
    set_script_prefix,
)
from vivace.urls.resolvers import (
    ROOT_RESOLVER,
    _get_cached_resolver,
    forget_resolvers,
    get_ns_resolver,
    get_resolver,
)
from vivace.urls.reversal import target_of
from vivace.urls.router import router_for
from vivace.urls.utils import get_callable
from vivace.utils.functional import lazy
from vivace.utils.translation import override

__all__ = [
    "NoReverseMatch",
    "Resolver404",
    "_get_cached_resolver",
    "clear_script_prefix",
    "clear_url_caches",
    "get_callable",
    "get_ns_resolver",
    "get_resolver",
    "get_script_prefix",
    "get_urlconf",
    "is_valid_path",
    "resolve",
    "reverse",
    "reverse_lazy",
    "set_script_prefix",
    "set_urlconf",
    "translate_url",
]

_urlconf: ContextVar[Any] = ContextVar("URLconf", default=None)


def resolve(path: Any, urlconf: Any = None) -> ResolverMatch:
    """The view for `path`, which begins with a slash; raises `Resolver404`.

    `urlconf` is by default the one of the current request, else the project's own.
    """
    path = str(path)
    router = router_for(_urlconf.get() if urlconf is None else urlconf)
    found = router.find(path)
    if found is None:
        raise router.miss(path)
    leaf, args, kwargs = found
    return leaf.resolver_match(args, kwargs, path)


def reverse(
    viewname: Any,
    urlconf: Any = None,
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    current_app: str | None = None,
    *,
    query: Any = None,
    fragment: str | None = None,
) -> str:
    """The path to a view: `viewname` is a route's name, with its namespaces, or the view itself.

    `args` or `kwargs` fill the route's parameters, `current_app` decides between instances of one
    application, `query` and `fragment` are appended. Raises `NoReverseMatch`.
    """
    if urlconf is None and (urlconf := _urlconf.get()) is None:
        resolver = ROOT_RESOLVER.value
    else:
        resolver = _get_cached_resolver(urlconf)
    reverser = resolver._fixed.get(viewname) if current_app is None else None
    if reverser is None:
        reverser = target_of(resolver, viewname, current_app)
    if not args:
        path = reverser.with_kwargs(_script_prefix.get(), kwargs or {})
    elif kwargs:
        raise ValueError("Don't mix *args and **kwargs in call to reverse()!")
    else:
        path = reverser.with_args(_script_prefix.get(), tuple(args))
    if query:
        path += _query_string(query)
    return path if fragment is None else path + "#" + fragment


def _query_string(query: Any) -> str:
    text = query.urlencode() if isinstance(query, QueryDict) else urlencode(query, doseq=True)
    return f"?{text}" if text else ""


reverse_lazy = lazy(reverse, str)


def clear_url_caches() -> None:
    """Forget everything that was read from URLconfs."""
    forget_resolvers()


def set_urlconf(urlconf_name: Any) -> None:
    """Set the URLconf of this thread or task; None for the project's own."""
    _urlconf.set(urlconf_name or None)


def get_urlconf(default: Any = None) -> Any:
    """The URLconf set for this thread or task, else `default`."""
    urlconf = _urlconf.get()
    return default if urlconf is None else urlconf


def is_valid_path(path: Any, urlconf: Any = None) -> ResolverMatch | bool:
    """The match of `path`, or False if there is none: for yes-or-no questions."""
    path = str(path)
    found = router_for(_urlconf.get() if urlconf is None else urlconf).find(path)
    if found is None:
        return False
    leaf, args, kwargs = found
    return leaf.resolver_match(args, kwargs, path)


def translate_url(url: str, lang_code: str) -> str:
    """`url` as it is in another language; unchanged if it leads nowhere or has no translation."""
    parts = urlsplit(url)
    try:
        match = resolve(unquote(parts.path))
    except Resolver404:
        return url
    name = f"{match.namespace}:{match.url_name}" if match.namespace else match.url_name
    with override(lang_code):
        try:
            path = reverse(name, args=match.args, kwargs=match.kwargs)
        except NoReverseMatch:
            return url
    return urlunsplit(parts._replace(path=path))
