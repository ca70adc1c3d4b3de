"""Style sheets and scripts that widgets and forms need. Documented in topics/forms/media."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from typing import Any

from vivace.forms.utils import flatatt
from vivace.templatetags.static import static
from vivace.utils.datastructures import OrderedSet
from vivace.utils.html import format_html, html_safe
from vivace.utils.naming import publish
from vivace.utils.safestring import SafeString, mark_safe

MEDIA_TYPES = ("css", "js")
_ABSOLUTE = ("http://", "https://", "/")


class MediaOrderConflictWarning(RuntimeWarning):
    """Two lists of assets ask for opposite orders."""


def _address(path: str) -> str:
    return path if path.startswith(_ABSOLUTE) else static(path)


@html_safe
class MediaAsset:
    """An asset with attributes of its own: an element that goes where a path could.

    Two are equal if they are of one class and path; one is equal to the text of its path.
    """

    element_template = "{path}"

    def __init__(self, path: str, **attributes: Any) -> None:
        self._path = path
        self.attributes = attributes

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self._path == other
        return type(self) is type(other) and self.path == getattr(other, "path", None)

    def __hash__(self) -> int:
        return hash(self._path)

    def __str__(self) -> str:
        return format_html(
            self.element_template, path=self.path, attributes=flatatt(self.attributes)
        )

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({self._path!r})"

    @property
    def path(self) -> str:
        """The address: of a static file unless it is absolute."""
        return _address(self._path)


class Script(MediaAsset):
    """A ``<script>`` element with attributes."""

    element_template = '<script src="{path}"{attributes}></script>'

    def __init__(self, src: str, **attributes: Any) -> None:
        super().__init__(src, **attributes)


@html_safe
class Media:
    """The assets of one or several things, each asset once.

    `css` has a list of paths for each medium, `js` is a list of paths; `media` is an object that has
    them as attributes.
    """

    def __init__(self, media: Any = None, css: Any = None, js: Any = None) -> None:
        if media is not None:
            css, js = getattr(media, "css", {}), getattr(media, "js", [])
        self._css_lists: list[Any] = [{} if css is None else css]
        self._js_lists: list[Any] = [[] if js is None else js]

    def __repr__(self) -> str:
        return f"Media(css={self._css!r}, js={self._js!r})"

    def __str__(self) -> str:
        return self.render()

    @property
    def _css(self) -> dict[str, list[Any]]:
        lists: dict[str, list[Any]] = {}
        for css in self._css_lists:
            for medium, paths in css.items():
                lists.setdefault(medium, []).append(paths)
        return {medium: self.merge(*paths) for medium, paths in lists.items()}

    @property
    def _js(self) -> list[Any]:
        return self.merge(*self._js_lists)

    def render(self) -> SafeString:
        """All elements, one in a line."""
        return mark_safe("\n".join([*self.render_css(), *self.render_js()]))

    def render_js(self) -> list[str]:
        """The elements of the scripts."""
        return [
            path.__html__()
            if hasattr(path, "__html__")
            else format_html('<script src="{}"></script>', self.absolute_path(path))
            for path in self._js
        ]

    def render_css(self) -> Iterator[str]:
        """The elements of the style sheets, sorted by medium."""
        css = self._css
        return chain.from_iterable(
            [
                path.__html__()
                if hasattr(path, "__html__")
                else format_html(
                    '<link href="{}" media="{}" rel="stylesheet">',
                    self.absolute_path(path),
                    medium,
                )
                for path in css[medium]
            ]
            for medium in sorted(css)
        )

    def absolute_path(self, path: str) -> str:
        """The address of a path: a static file's, unless the path is absolute."""
        return _address(path)

    def __getitem__(self, name: str) -> Media:
        if name in MEDIA_TYPES:
            return Media(**{str(name): getattr(self, f"_{name}")})
        raise KeyError(f'Unknown media type "{name}"')

    @staticmethod
    def merge(*lists: Any) -> list[Any]:
        """One list with all that is in `lists`, in an order that all of them agree with.

        Warns with `MediaOrderConflictWarning` if there is none, and keeps the order of appearance.
        """
        sorter: TopologicalSorter[Any] = TopologicalSorter()
        seen: OrderedSet[Any] = OrderedSet()
        for paths in filter(None, lists):
            previous = None
            for position, path in enumerate(paths):
                seen.add(path)
                if position and previous != path:
                    sorter.add(path, previous)
                else:
                    sorter.add(path)
                previous = path
        try:
            return list(sorter.static_order())
        except CycleError:
            warnings.warn(
                "Detected duplicate Media files in an opposite order: "
                f"{', '.join(repr(paths) for paths in lists)}",
                MediaOrderConflictWarning,
                stacklevel=2,
            )
            return list(seen)

    def __add__(self, other: Media) -> Media:
        combined = Media()
        combined._css_lists = _distinct(self._css_lists, other._css_lists)
        combined._js_lists = _distinct(self._js_lists, other._js_lists)
        return combined


def _distinct(*groups: list[Any]) -> list[Any]:
    found: list[Any] = []
    for item in chain(*groups):
        if item and item not in found:
            found.append(item)
    return found


def media_property(cls: type) -> property:
    """The ``media`` of a class that may have an inner ``Media``, on top of what it inherits."""

    def _media(self: Any) -> Media:
        inherited: Media = getattr(super(cls, self), "media", None) or Media()
        definition = getattr(cls, "Media", None)
        if not definition:
            return inherited
        extend = getattr(definition, "extend", True)
        if not extend:
            return Media(definition)
        if extend is True:
            base = inherited
        else:
            base = Media()
            for medium in extend:
                base = base + inherited[medium]
        return base + Media(definition)

    return property(_media)


class MediaDefiningClass(type):
    """Metaclass of what may have an inner ``Media``: it gets a ``media``."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any
    ) -> MediaDefiningClass:
        cls = super().__new__(mcs, name, bases, attrs, **kwargs)
        if "media" not in attrs:
            cls.media = media_property(cls)  # type: ignore[attr-defined]
        return cls


publish(__name__, "forms.widgets")
