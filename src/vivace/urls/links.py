"""`reverse` for a view that is known before its arguments are: what ``{% url %}`` is linked to.

A link keeps what it has found out for as long as it stays true: for the same URLconf, read from the
same cache, and the same script prefix. What depends on the language or on the current application is
asked anew each time. Answers and errors are those of `reverse`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from vivace.urls.base import _urlconf, reverse
from vivace.urls.candidates import is_usual_prefix
from vivace.urls.prefix import _script_prefix
from vivace.urls.resolvers import ROOT_RESOLVER, _get_cached_resolver

__all__ = ["link"]


# What a link has found out: a URLconf's resolver, a script prefix, and for them how paths are built, or
# the one path if there are no arguments. PERF: an exact tuple is unpacked at once.
_Found: TypeAlias = tuple[Any, str | None, Callable[..., str | None] | None, str | None]


def link(viewname: str, count: int, names: tuple[str, ...]) -> Callable[..., str]:
    """The function ``(current_app, *values) -> path`` for a view.

    Of the values the first `count` are positional arguments, the others are called `names`. It
    raises what `reverse` raises.
    """
    found: _Found = (None, None, None, None)

    def ask(current_app: str | None, values: tuple[Any, ...]) -> str:
        args, kwargs = values[:count], dict(zip(names, values[count:], strict=True))
        return reverse(viewname, args=args, kwargs=kwargs, current_app=current_app)

    def path_to(current_app: str | None, *values: Any) -> str:
        nonlocal found
        if current_app is not None:
            return ask(current_app, values)
        resolver, prefix, quick, path = found
        # PERF: what `reverse` would look up is only compared.
        urlconf = _urlconf.get()
        current = ROOT_RESOLVER.value if urlconf is None else _get_cached_resolver(urlconf)
        if resolver is not current or prefix != _script_prefix.get():
            answer = ask(None, values)
            found = _find(viewname, count, names)
            return answer
        if path is not None:
            return path
        if quick is not None:
            try:
                path = quick(prefix, values)
            except ValueError:
                path = None
        return ask(None, values) if path is None else path

    path_to.link = (viewname, count, names)  # type: ignore[attr-defined]
    return path_to


def _find(viewname: str, count: int, names: tuple[str, ...]) -> _Found:
    urlconf, prefix = _urlconf.get(), _script_prefix.get()
    resolver = ROOT_RESOLVER.value if urlconf is None else _get_cached_resolver(urlconf)
    reverser = resolver._fixed.get(viewname)
    if reverser is None or (count and names) or not (prefix == "/" or is_usual_prefix(prefix)):
        return resolver, prefix, None, None
    quick = reverser.quick_for(names) if names else reverser.quick_for_count(count)
    path = None if quick is None or count or names else quick(prefix, ())
    return resolver, prefix, quick, path
