"""What a path was resolved to: `ResolverMatch`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from vivace.utils.lazily import Later
from vivace.utils.naming import HOME, address, publish, root

if TYPE_CHECKING:
    import pickle
else:
    pickle = Later("pickle", rare=True)

__all__ = ["ResolverMatch", "path_of_view"]


def path_of_view(view: Callable[..., Any]) -> str:
    """The dotted path by which messages and `ResolverMatch.view_name` name `view`."""
    if hasattr(view, "view_class"):
        cls = view.view_class
    elif hasattr(view, "__name__"):
        return f"{_module(view)}.{view.__name__}"
    else:
        cls = type(view)
    return f"{address(cls).removesuffix(cls.__qualname__)}{cls.__name__}"


def _module(view: Any) -> str:
    module = str(view.__module__)
    return root() + module[len(HOME) :] if module.startswith(HOME + ".") else module


class ResolverMatch:
    """The view for a path, with its arguments; unpacks as ``(func, args, kwargs)``.

    `tried` may be a function that finds out which patterns were tried, called when first asked for.
    Defined by ref/urlresolvers, "ResolverMatch".
    """

    def __init__(
        self,
        func: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        url_name: str | None = None,
        app_names: Iterable[str | None] | None = None,
        namespaces: Iterable[str | None] | None = None,
        route: str | None = None,
        tried: list[list[Any]] | Callable[[], list[list[Any]] | None] | None = None,
        captured_kwargs: dict[str, Any] | None = None,
        extra_kwargs: dict[str, Any] | None = None,
    ) -> None:
        self.func = func
        self.args = args
        self.kwargs = kwargs
        self.url_name = url_name
        self.route = route
        self._tried = tried
        self.captured_kwargs = captured_kwargs
        self.extra_kwargs = extra_kwargs
        self.app_names = [name for name in app_names if name] if app_names else []
        self.app_name = ":".join(self.app_names)
        self.namespaces = [name for name in namespaces if name] if namespaces else []
        self.namespace = ":".join(self.namespaces)
        self._func_path = path_of_view(func)
        self.view_name = ":".join([*self.namespaces, url_name or self._func_path])

    @classmethod
    def like(
        cls,
        other: ResolverMatch,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        tried: Callable[[], list[list[Any]] | None] | None,
        captured_kwargs: dict[str, Any],
    ) -> ResolverMatch:
        """The match of another path by the same route."""
        match = cls.__new__(cls)
        match.__dict__.update(other.__dict__)
        match.args = args
        match.kwargs = kwargs
        match._tried = tried
        match.captured_kwargs = captured_kwargs
        match.extra_kwargs = (other.extra_kwargs or {}).copy()
        match.app_names = other.app_names.copy()
        match.namespaces = other.namespaces.copy()
        return match

    @property
    def tried(self) -> list[list[Any]] | None:
        """The patterns that were tried, up to the one that matched; each with those it is in."""
        if callable(self._tried):
            self._tried = self._tried()
        return self._tried

    @tried.setter
    def tried(self, tried: list[list[Any]] | None) -> None:
        self._tried = tried

    def __getitem__(self, index: Any) -> Any:
        return (self.func, self.args, self.kwargs)[index]

    def __repr__(self) -> str:
        func = repr(self.func) if isinstance(self.func, functools.partial) else self._func_path
        captured = f", captured_kwargs={self.captured_kwargs!r}" if self.captured_kwargs else ""
        extra = f", extra_kwargs={self.extra_kwargs!r}" if self.extra_kwargs else ""
        return (
            f"ResolverMatch(func={func}, args={self.args!r}, kwargs={self.kwargs!r}, "
            f"url_name={self.url_name!r}, app_names={self.app_names!r}, "
            f"namespaces={self.namespaces!r}, route={self.route!r}{captured}{extra})"
        )

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise pickle.PicklingError(f"Cannot pickle {type(self).__qualname__}.")


publish(__name__, "urls.resolvers", "ResolverMatch")
