"""What the tables and the generated functions of a router call.

A step takes the path split at its slashes, and the path, and gives ``(leaf, args, kwargs)`` or None.
Steps are closures: what varies from route to route is bound, the code is shared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from vivace.urls.converters import SlugConverter, UUIDConverter
from vivace.urls.exceptions import Resolver404
from vivace.urls.leaf import Around, CapturedLeaf, Leaf
from vivace.urls.nodes import Found, Open, Step

__all__ = [
    "UUID",
    "all_in_turn",
    "by_segment",
    "first_of_two",
    "is_slug",
    "is_uuid",
    "later",
    "match_of_foreign",
    "match_of_include",
    "match_of_view",
    "nothing",
    "opened",
    "small_number",
]

is_slug = re.compile(SlugConverter.regex).fullmatch
is_uuid = re.compile(UUIDConverter.regex).fullmatch
small_number = {str(number): number for number in range(10_000)}.get


def nothing(parts: list[str], path: str) -> Found | None:
    """The step that never matches."""
    return None


def first_of_two(first: Step, second: Step) -> Step:
    """A step that takes `first`, then `second`."""

    def step(parts: list[str], path: str) -> Found | None:
        return first(parts, path) or second(parts, path)

    return step


def all_in_turn(steps: list[Step]) -> Step:
    """A step that takes `steps` in their order until one matches."""

    def step(parts: list[str], path: str) -> Found | None:
        for each in steps:
            found = each(parts, path)
            if found is not None:
                return found
        return None

    return step


def by_segment(table: Mapping[str, Step], position: int, default: Step) -> Step:
    """A step that looks the segment at `position` up."""
    get = table.get

    def step(parts: list[str], path: str) -> Found | None:
        return get(parts[position], default)(parts, path)

    return step


def later(make: Callable[[], Step], put: Callable[[Step], Any]) -> Step:
    """A step that makes itself when it is first taken, and puts what it made in its place."""

    def step(parts: list[str], path: str) -> Found | None:
        made = make()
        put(made)
        return made(parts, path)

    return step


def opened(route: Open) -> Step:
    """The step of a route of which only the beginning is text."""
    lead = route.lead
    match = route.match

    def step(parts: list[str], path: str) -> Found | None:
        return match(path) if path.startswith(lead) else None

    return step


def match_of_view(
    pattern: Any, leaf: Leaf, outer: dict[str, Any], own: dict[str, Any], cut: int
) -> Callable[[str], Found | None]:
    """How a view's pattern matches a path from `cut` on; `outer` are the defaults of includes."""
    leaves: dict[tuple[str, ...], Leaf] = {}

    def match(path: str) -> Found | None:
        found = pattern.match(path[cut:])
        if found is None:
            return None
        _, args, captured = found
        names = tuple(captured)
        here = leaves.get(names)
        if here is None:
            if not own.keys().isdisjoint(captured):
                here = CapturedLeaf(leaf, captured)
            else:
                here = leaves[names] = leaf.capturing(names)
        return here, args, {**outer, **captured, **own}

    return match


def match_of_include(
    pattern: Any,
    find: Callable[[str], Found | None],
    outer: dict[str, Any],
    own: dict[str, Any],
    cut: int,
) -> Callable[[str], Found | None]:
    """How an include with patterns of its own matches a path from `cut` on."""

    def match(path: str) -> Found | None:
        before = pattern.match(path[cut:])
        if before is None:
            return None
        rest, args, captured = before
        found = find(rest)
        if found is None:
            return None
        leaf, inner_args, inner_kwargs = found
        kwargs = {**captured, **own, **inner_kwargs}
        # Positional arguments of an include count only where no argument has a name.
        return leaf, inner_args if kwargs else args + inner_args, {**outer, **kwargs}

    return match


def match_of_foreign(
    entry: Any, around: Around, outer: dict[str, Any], cut: int
) -> Callable[[str], Found | None]:
    """How an entry of an unknown class matches: it is asked."""
    resolve = entry.resolve
    is_resolver = hasattr(entry, "url_patterns")

    def match(path: str) -> Found | None:
        try:
            found = resolve(path[cut:])
        except Resolver404:
            return None
        if found is None:
            return None
        leaf = Leaf(around, found.func, found.extra_kwargs or {}, "", found.url_name, ())
        route = found.route or ""
        if is_resolver and str(entry.pattern):
            route = str(entry.pattern) + route.removeprefix("^")
        leaf.route = around.join(route)
        leaf.app_names += tuple(found.app_names)
        leaf.namespaces += tuple(found.namespaces)
        here = CapturedLeaf(leaf, found.captured_kwargs)
        return here, found.args, {**outer, **found.kwargs}

    return match
