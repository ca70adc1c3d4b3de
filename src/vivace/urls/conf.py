"""How a URLconf is written: `path`, `re_path` and `include`.

Defined by ref/urls.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast, overload

from vivace.core.exceptions import ImproperlyConfigured
from vivace.urls.patterns import LocalePrefixPattern, RegexPattern, RoutePattern
from vivace.urls.resolvers import URLPattern, URLResolver
from vivace.utils.naming import to_home

__all__ = ["include", "path", "re_path"]


def include(arg: Any, namespace: str | None = None) -> tuple[Any, str | None, str | None]:
    """A URLconf to put below a route: a dotted path, a module, a list, or ``(list, app_name)``.

    `namespace` is the instance namespace; the application namespace is its default. Raises
    `ImproperlyConfigured` for a namespace without application namespace, and for `i18n_patterns`.
    """
    app_name = None
    urlconf = arg
    if isinstance(arg, tuple):
        if len(arg) != 2:
            raise ImproperlyConfigured(_wrong_tuple(arg, namespace))
        urlconf, app_name = arg
    if isinstance(urlconf, str):
        urlconf = import_module(to_home(urlconf))
    patterns = getattr(urlconf, "urlpatterns", urlconf)
    app_name = getattr(urlconf, "app_name", app_name)
    if namespace and not app_name:
        raise ImproperlyConfigured(
            "Specifying a namespace in include() without providing an app_name is not supported. "
            "Set the app_name attribute in the included module, or pass a 2-tuple containing the "
            "list of patterns and app_name instead."
        )
    if isinstance(patterns, (list, tuple)):
        for entry in patterns:
            if isinstance(getattr(entry, "pattern", None), LocalePrefixPattern):
                raise ImproperlyConfigured(
                    "Using i18n_patterns in an included URLconf is not allowed."
                )
    return urlconf, app_name, namespace or app_name


def _wrong_tuple(arg: tuple[Any, ...], namespace: str | None) -> str:
    if namespace and len(arg) == 3:
        return "Cannot override the namespace for a dynamic module that provides a namespace."
    return (
        f"Passing a {len(arg)}-tuple to include() is not supported. Pass a 2-tuple containing the "
        "list of patterns and app_name, and provide the namespace argument to include() instead."
    )


def _path(
    route: Any,
    view: Any,
    kwargs: dict[str, Any] | None = None,
    name: str | None = None,
    Pattern: Callable[..., Any] | None = None,
) -> URLPattern | URLResolver:
    """One entry of ``urlpatterns``: `route` leads to `view`, a callable or what `include` gave.

    `kwargs` are further keyword arguments for the view, `name` is for `reverse`.
    """
    if kwargs is not None and not isinstance(kwargs, dict):
        raise TypeError(f"kwargs argument must be a dict, but got {type(kwargs).__name__}.")
    assert Pattern is not None
    if isinstance(view, (list, tuple)):
        urlconf, app_name, namespace = view
        pattern = Pattern(route, is_endpoint=False)
        return URLResolver(pattern, urlconf, kwargs, app_name=app_name, namespace=namespace)
    if callable(view):
        return URLPattern(Pattern(route, name=name, is_endpoint=True), view, kwargs, name)
    if callable(getattr(type(view), "as_view", None)):
        given = type(view).__name__
        raise TypeError(f"view must be a callable, pass {given}.as_view(), not {given}().")
    raise TypeError("view must be a callable or a list/tuple in the case of include().")


if TYPE_CHECKING:

    class _Entry(Protocol):
        """What type checkers know of `path` and `re_path`."""

        @overload
        def __call__(
            self,
            route: Any,
            view: Callable[..., Any],
            kwargs: dict[str, Any] | None = None,
            name: str | None = None,
        ) -> URLPattern: ...

        @overload
        def __call__(
            self,
            route: Any,
            view: list[Any] | tuple[Any, ...],
            kwargs: dict[str, Any] | None = None,
            name: str | None = None,
        ) -> URLResolver: ...


path = cast("_Entry", partial(_path, Pattern=RoutePattern))
re_path = cast("_Entry", partial(_path, Pattern=RegexPattern))
