"""From nodes to functions: tables that lead to a few candidates, and code for each shape of route.

A path is split once. Its number of segments selects a group; in a group, one segment is looked up in
a table, the one that tells most routes apart. Routes that leave that segment open are in every entry
of the table, so that each entry holds all its candidates in the order of the URLconf, and each
candidate checks what the table did not: the first match wins exactly.

Code is generated per shape (which segments are checked, which converted, which names), not per route;
thousands of routes share a handful of shapes, and entries are filled when they are first hit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from vivace.codegen import Bindings, compile_function, literal
from vivace.urls import runtime
from vivace.urls.leaf import Leaf
from vivace.urls.nodes import Aligned, Defaults, Found, Open, Parameter, Step

__all__ = ["Tables", "compile_find"]

Route = Aligned | Open

# Fewer candidates than this are taken in turn rather than looked up.
_FEW = 3

_CHECKS = {
    "int": "not ({0}.isdigit() and {0}.isascii())",
    "slug": "is_slug({0}) is None",
    "str": "not {0}",
    "uuid": "is_uuid({0}) is None",
}
_VALUES = {"int": "int({0})", "slug": "{0}", "str": "{0}", "uuid": "UUID({0})"}

_shapes: dict[tuple[Any, ...], Callable[..., Step]] = {}


def _shape_of(route: Aligned, known: frozenset[int]) -> tuple[tuple[Any, ...], list[Any]]:
    """What the code for `route` depends on, and what is bound to it, if `known` need no check."""
    segments: list[Any] = []
    bound: list[Any] = [route.leaf]
    for position, segment in enumerate(route.segments):
        if isinstance(segment, Parameter):
            segments.append(segment)
        elif position in known:
            segments.append(None)
        else:
            segments.append(segment and "text")
            if segment:
                bound.append(segment)
    # A name may be captured twice, so that only the object tells which segment is meant.
    places = {id(segment): position for position, segment in enumerate(route.segments)}
    keywords: list[int | None] = []
    for keyword in route.keywords:
        if isinstance(keyword, Defaults):
            bound.append(keyword.values)
            keywords.append(None)
        else:
            keywords.append(places[id(keyword)])
    return (tuple(segments), tuple(keywords)), bound


def _source_of(segments: Sequence[Any], keywords: Sequence[int | None]) -> str:
    """The source of a function that makes the step of a route of this shape."""
    names = [f"s{position}" for position in range(len(segments))]
    wrong = []
    texts = 0
    for name, segment in zip(names, segments, strict=True):
        if segment == "":
            wrong.append(name)
        elif isinstance(segment, Parameter):
            wrong.append(_CHECKS[segment.kind].format(name))
        elif segment is not None:
            wrong.append(f"{name} != text{texts}")
            texts += 1
    items = []
    defaults = 0
    for position in keywords:
        if position is None:
            items.append(f"**defaults{defaults}")
            defaults += 1
        else:
            name, kind = segments[position]
            items.append(f"{literal(name)}: {_VALUES[kind].format(names[position])}")
    arguments = ["leaf"]
    arguments += [f"text{number}" for number in range(texts)]
    arguments += [f"defaults{number}" for number in range(defaults)]
    result = f"leaf, (), {{{', '.join(items)}}}"
    lines = [
        f"def make({', '.join(arguments)}):",
        "    def step(parts, path):",
        f"        {', '.join(names)}, = parts",
    ]
    if wrong:
        lines += [f"        if {' or '.join(wrong)}:", "            return None"]
    if any(isinstance(segment, Parameter) and segment.kind == "int" for segment in segments):
        # More digits than `int` takes from a text is no match.
        lines += [
            "        try:",
            f"            return {result}",
            "        except ValueError:",
            "            return None",
        ]
    else:
        lines.append(f"        return {result}")
    lines.append("    return step")
    return "\n".join(lines) + "\n"


def step_of(route: Route, known: frozenset[int]) -> Step:
    """The step of one route, where the segments at the positions `known` were looked up."""
    if isinstance(route, Open):
        return runtime.opened(route)
    shape, bound = _shape_of(route, known)
    make = _shapes.get(shape)
    if make is None:
        bindings = Bindings(is_slug=runtime.is_slug, is_uuid=runtime.is_uuid, UUID=runtime.UUID)
        make = compile_function("make", _source_of(*shape), bindings, filename="route shape")
        _shapes[shape] = make
    return make(*bound)


def _telling_position(routes: Sequence[Route], length: int, known: frozenset[int]) -> int | None:
    """The position whose segment tells most of `routes` apart; None if none does."""
    best, most = None, 1
    for position in range(length):
        if position not in known:
            texts = {route.text_at(position) for route in routes} - {None}
            if len(texts) > most:
                best, most = position, len(texts)
    return best


def step_of_all(routes: list[Route], length: int, known: frozenset[int] = frozenset()) -> Step:
    """The step that finds the first of `routes` that matches a path of at least `length` segments."""
    if not routes:
        return runtime.nothing
    position = _telling_position(routes, length, known) if len(routes) >= _FEW else None
    if position is None:
        steps = [step_of(route, known) for route in routes]
        if len(steps) == 1:
            return steps[0]
        if len(steps) == 2:
            return runtime.first_of_two(*steps)
        return runtime.all_in_turn(steps)
    table, default = split(routes, position, length, known)
    return runtime.by_segment(table, position, default)


def split(
    routes: list[Route], position: int, length: int, known: frozenset[int]
) -> tuple[dict[str, Step], Step]:
    """A table from the text at `position` to the step for it, and the step for any other text."""
    by_text: dict[str, list[Route]] = {}
    anywhere: list[Route] = []
    for route in routes:
        text = route.text_at(position)
        if text is None:
            anywhere.append(route)
        else:
            by_text.setdefault(text, []).append(route)
    table: dict[str, Step] = {}
    now_known = known | {position}

    def filled_later(text: str, own: list[Route]) -> Step:
        def make() -> Step:
            candidates = sorted([*own, *anywhere], key=_index) if anywhere else own
            return step_of_all(candidates, length, now_known)

        return runtime.later(make, lambda step: table.__setitem__(text, step))

    for text, own in by_text.items():
        table[text] = filled_later(text, own)
    return table, step_of_all(anywhere, length, now_known)


def _index(route: Route) -> int:
    return route.index


class Tables:
    """The routes by number of segments, with those set apart that are whole texts.

    `static` holds a text only if no route before it can match the same path.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self.static: dict[str, Leaf] = {}
        self.open: list[Route] = []
        self.groups: dict[int, list[Route]] = {}
        texts: dict[str, Aligned] = {}
        for route in routes:
            if isinstance(route, Open):
                self.open.append(route)
            elif any(isinstance(segment, Parameter) for segment in route.segments):
                self.groups.setdefault(len(route.segments), []).append(route)
            else:
                texts.setdefault("/".join(map(str, route.segments)), route)
        self._place_texts(texts)
        for length, group in self.groups.items():
            candidates = [route for route in self.open if len(_lead(route)) < length]
            self.groups[length] = sorted([*group, *candidates], key=_index)

    def _place_texts(self, texts: dict[str, Aligned]) -> None:
        groups = {length: _Before(group) for length, group in self.groups.items()}
        before = _Before(self.open)
        for text, route in texts.items():
            parts = text.split("/")
            group = groups.get(len(parts))
            if before.may_match(parts, text, route.index) or (
                group is not None and group.may_match(parts, text, route.index)
            ):
                self.groups.setdefault(len(parts), []).append(route)
            else:
                self.static[text] = route.leaf


def _lead(route: Route) -> Sequence[object]:
    return route.segments


class _Before:
    """Answers whether a route that comes before another may match the other's text."""

    def __init__(self, routes: list[Route]) -> None:
        self.first = min(map(_index, routes), default=0)
        self.by_start: dict[str | None, list[Route]] = {}
        self.position = 0
        if routes:
            length = min(len(route.segments) for route in routes)
            self.position = _telling_position(routes, length, frozenset()) or 0
        for route in routes:
            self.by_start.setdefault(route.text_at(self.position), []).append(route)

    def may_match(self, parts: list[str], text: str, index: int) -> bool:
        if not self.by_start or self.first > index or self.position >= len(parts):
            return bool(self.by_start) and self.first <= index
        return any(
            route.index < index and _may_match(route, parts, text)
            for start in (parts[self.position], None)
            for route in self.by_start.get(start, ())
        )


def _may_match(route: Route, parts: list[str], text: str) -> bool:
    if isinstance(route, Open):
        return text.startswith(route.lead) and (not route.is_pure or route.match(text) is not None)
    return step_of(route, frozenset())(parts, text) is not None


def compile_find(tables: Tables) -> tuple[Callable[[str], Found | None], Callable[..., Any]]:
    """The function that finds a path, and the one that finds it if it is not a static text."""
    shortest = min((len(route.segments) + 1 for route in tables.open), default=0)
    bindings = Bindings(static_get=tables.static.get, rest=step_of_all(list(tables.open), shortest))
    lines = ["    parts = path.split('/')", "    length = len(parts)"]
    for length, routes in sorted(tables.groups.items(), key=lambda item: -len(item[1])):
        lines.append(f"    if length == {length}:")
        position = _telling_position(routes, length, frozenset())
        if position is None:
            bindings[f"step{length}"] = step_of_all(routes, length)
            lines.append(f"        return step{length}(parts, path)")
            continue
        table, default = split(routes, position, length, frozenset())
        bindings[f"get{length}"] = table.get
        bindings[f"default{length}"] = default
        lines.append(f"        return get{length}(parts[{position}], default{length})(parts, path)")
    if tables.open:
        lines.append(f"    if length >= {shortest}:")
        lines.append("        return rest(parts, path)")
    lines.append("    return None")
    has_defaults = any(leaf.defaults for leaf in tables.static.values())
    kwargs = "leaf.defaults.copy()" if has_defaults else "{}"
    start = ["    leaf = static_get(path)", "    if leaf is not None:"]
    start.append(f"        return leaf, (), {kwargs}")
    body = "\n".join(lines) + "\n"
    source = "def find(path):\n" + "\n".join(start) + "\n" + body
    find = compile_function("find", source, bindings, filename="router")
    dynamic = compile_function(
        "find_dynamic", "def find_dynamic(path):\n" + body, bindings, filename="router"
    )
    return find, dynamic
