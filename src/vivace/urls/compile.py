"""From nodes to functions: tables that lead to a few candidates, and code for each shape of route.

A path is split once. Its number of segments selects a group; in a group, one segment is looked up in
a table, the one that tells most routes apart. Routes that leave that segment open are in every entry
of the table, so that each entry holds all its candidates in the order of the URLconf, and each
candidate checks what the table did not: the first match wins exactly.

Code is generated per shape (which segments are checked, which converted, which names), not per route;
thousands of routes share a handful of shapes, and entries are filled when they are first hit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

from vivace.codegen import Bindings, compile_function, literal
from vivace.urls import runtime
from vivace.urls.leaf import Leaf
from vivace.urls.nodes import Aligned, Defaults, Found, Open, Parameter, Step

__all__ = ["Tables", "compile_find"]

Route = Aligned | Open
_Shape = tuple[tuple[Any, ...], tuple[int | None, ...]]
_Table = dict[str, tuple[int, Any]]

# Fewer candidates than this are taken in turn rather than looked up.
_FEW = 3

# So many shapes of a group are written out in `find` itself, which saves a call.
_WRITTEN_OUT = 4

# The numbers in tables that are not those of a shape.
_CALLED = -1
_DEEPER = -2

# Stands for a text that is bound to a step: no text of a route has a slash in it.
_BOUND = "/"

_CHECKS = {
    "slug": "not ({0}.isalnum() and {0}.isascii()) and is_slug({0}) is None",
    "str": "not {0}",
    "uuid": "is_uuid({0}) is None",
}
_VALUES = {"int": "number_{0}", "slug": "{0}", "str": "{0}", "uuid": "UUID({0})"}

# PERF: small numbers are looked up, which checks and converts them at once. More digits than `int`
# takes from a text is no match.
_NUMBER = (
    "number_{0} = small_number({0})",
    "if number_{0} is None:",
    "    if not ({0}.isdigit() and {0}.isascii()):",
    "        return {1}",
    "    try:",
    "        number_{0} = int({0})",
    "    except ValueError:",
    "        return {1}",
)

# What generated code calls.
_CALLABLES = {
    "UUID": runtime.UUID,
    "is_slug": runtime.is_slug,
    "is_uuid": runtime.is_uuid,
    "small_number": runtime.small_number,
}

_INTO_DEEPER = (
    f"if shape == {_DEEPER}:",
    "    get, position = leaf",
    "    entry = get(parts[position])",
    "    if entry is None:",
    "        return {0}",
    "    shape, leaf = entry",
)

_shapes: dict[_Shape, Callable[..., Step]] = {}


def _shape_of(
    route: Aligned, known: frozenset[int], with_texts: bool = False
) -> tuple[_Shape, list[Any]]:
    """What the code for `route` depends on, and what is bound to it, if `known` need no check.

    Texts to be checked are bound, or `with_texts` they are a part of the code.
    """
    segments: list[Any] = []
    bound: list[Any] = [route.leaf]
    for position, segment in enumerate(route.segments):
        if isinstance(segment, Parameter):
            segments.append(segment)
        elif position in known:
            segments.append(None)
        elif with_texts or not segment:
            segments.append(segment)
        else:
            segments.append(_BOUND)
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


def _lines_of(
    segments: Sequence[Any],
    keywords: Sequence[int | None],
    names: Sequence[str],
    otherwise: str = "None",
) -> list[str]:
    """The code that answers for a route of this shape; the segments are in variables `names`.

    If the path is not for it, the answer is the value of the expression `otherwise`.
    """
    wrong = []
    numbers = []
    texts = map("text{}".format, count())
    for name, segment in zip(names, segments, strict=True):
        if segment == "":
            wrong.append(name)
        elif isinstance(segment, Parameter):
            if segment.kind == "int":
                numbers.append(name)
            else:
                wrong.append(_CHECKS[segment.kind].format(name))
        elif segment is not None:
            text = next(texts) if segment is _BOUND else literal(segment)
            wrong.append(f"{name} != {text}")
    items = []
    defaults = map("**defaults{}".format, count())
    for position in keywords:
        if position is None:
            items.append(next(defaults))
        else:
            name, kind = segments[position]
            items.append(f"{literal(name)}: {_VALUES[kind].format(names[position])}")
    lines = [f"if {' or '.join(wrong)}:", f"    return {otherwise}"] if wrong else []
    for name in numbers:
        lines += [line.format(name, otherwise) for line in _NUMBER]
    return [*lines, f"return leaf, (), {{{', '.join(items)}}}"]


def _source_of(segments: Sequence[Any], keywords: Sequence[int | None]) -> str:
    """The source of a function that makes the step of a route of this shape."""
    names = [f"s{position}" for position in range(len(segments))]
    arguments = ["leaf"]
    arguments += [f"text{number}" for number in range(segments.count(_BOUND))]
    arguments += [f"defaults{number}" for number in range(keywords.count(None))]
    lines = [
        f"def make({', '.join(arguments)}):",
        "    def step(parts, path):",
        f"        {', '.join(names)}, = parts",
    ]
    lines += ["        " + line for line in _lines_of(segments, keywords, names)]
    return "\n".join([*lines, "    return step"]) + "\n"


def step_of(route: Route, known: frozenset[int]) -> Step:
    """The step of one route, where the segments at the positions `known` were looked up."""
    if isinstance(route, Open):
        return runtime.opened(route)
    shape, bound = _shape_of(route, known)
    make = _shapes.get(shape)
    if make is None:
        bindings = Bindings(_CALLABLES)
        make = compile_function("make", _source_of(*shape), bindings, filename="route shape")
        _shapes[shape] = make
    return make(*bound)


def _telling_position(
    routes: Sequence[Route], length: int, known: frozenset[int], least: int = 2
) -> int | None:
    """The position whose segment tells most of `routes` apart; None if it has not `least` texts."""
    best, most = None, least - 1
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
    by_text, anywhere = _by_text(routes, position)
    table: dict[str, Step] = {}
    now_known = known | {position}

    def filled_later(text: str, own: list[Route]) -> Step:
        def make() -> Step:
            return step_of_all(_merged(own, anywhere), length, now_known)

        return runtime.later(make, lambda step: table.__setitem__(text, step))

    for text, own in by_text.items():
        table[text] = filled_later(text, own)
    return table, step_of_all(anywhere, length, now_known)


def _by_text(routes: list[Route], position: int) -> tuple[dict[str, list[Route]], list[Route]]:
    """`routes` by their text at `position`, and those that have none there."""
    by_text: dict[str, list[Route]] = {}
    anywhere: list[Route] = []
    for route in routes:
        text = route.text_at(position)
        if text is None:
            anywhere.append(route)
        else:
            by_text.setdefault(text, []).append(route)
    return by_text, anywhere


def _merged(own: list[Route], anywhere: list[Route]) -> list[Route]:
    return sorted([*own, *anywhere], key=_index) if anywhere else own


def _index(route: Route) -> int:
    return route.index


class Tables:
    """The routes by number of segments, with those set apart that are whole texts.

    `static` holds a text only if no route before it can match the same path. Routes of an include
    that stays apart have none: what their leaves know of defaults is more than the include gives.
    """

    def __init__(self, routes: Iterable[Route], is_root: bool = True) -> None:
        self.static: dict[str, Leaf] = {}
        self.open: list[Route] = []
        self.groups: dict[int, list[Route]] = {}
        texts: dict[str, Aligned] = {}
        for route in routes:
            if isinstance(route, Open):
                self.open.append(route)
            elif not is_root or any(isinstance(each, Parameter) for each in route.segments):
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


class _Group:
    """The code for the paths of one length: tables, and the commonest shapes written out.

    An entry of a table is ``(number of the shape, leaf)``; or ``(_DEEPER, (get, position))`` with a
    further table; or ``(_CALLED, step)`` for everything else. Where all are of one shape, an entry is
    the leaf alone.
    """

    def __init__(self, routes: list[Route], length: int, bindings: Bindings) -> None:
        self.length = length
        self.position = _telling_position(routes, length, frozenset(), least=1)
        if self.position is None:
            bindings[f"step{length}"] = step_of_all(routes, length)
            return
        by_text, anywhere = _by_text(routes, self.position)
        known = frozenset({self.position})
        self.shapes: list[_Shape] = []
        self.table = self._table(by_text, anywhere, known)
        used = {number for number, _ in self._all_entries(self.table)}
        self.is_uniform = used == {0}
        self.has_deeper = _DEEPER in used
        if self.is_uniform:
            bindings[f"get{length}"] = {text: leaf for text, (_, leaf) in self.table.items()}.get
        else:
            bindings[f"get{length}"] = self.table.get
        self.has_default = bool(anywhere)
        if anywhere:
            bindings[f"default{length}"] = step_of_all(anywhere, length, known)

    def _all_entries(self, table: _Table) -> Iterable[tuple[int, Any]]:
        for number, value in table.values():
            yield number, value
            if number == _DEEPER:
                yield from value[0].__self__.values()

    def _table(
        self, by_text: dict[str, list[Route]], anywhere: list[Route], known: frozenset[int]
    ) -> _Table:
        """The entries for `by_text`; the routes `anywhere` are candidates in each of them."""
        alone = _alone(by_text, anywhere, known)
        for shape, _ in Counter(alone.values()).most_common():
            if len(self.shapes) < _WRITTEN_OUT and shape not in self.shapes:
                self.shapes.append(shape)
        table: _Table = {}
        for text, own in by_text.items():
            only = own[0]
            if isinstance(only, Aligned) and alone.get(text) in self.shapes:
                table[text] = (self.shapes.index(alone[text]), only.leaf)
                continue
            deeper = None
            if len(known) == 1 and _come_first(own, anywhere):
                deeper = self._deeper(own, known)
            table[text] = deeper or (_CALLED, self._made_later(table, text, own, anywhere, known))
        return table

    def _deeper(self, own: list[Route], known: frozenset[int]) -> tuple[int, Any] | None:
        position = _telling_position(own, self.length, known)
        if position is None:
            return None
        by_text, anywhere = _by_text(own, position)
        if anywhere:
            return None
        return _DEEPER, (self._table(by_text, [], known | {position}).get, position)

    def _made_later(
        self,
        table: _Table,
        text: str,
        own: list[Route],
        anywhere: list[Route],
        known: frozenset[int],
    ) -> Step:
        def make() -> Step:
            return step_of_all(_merged(own, anywhere), self.length, known)

        return runtime.later(make, lambda step: table.__setitem__(text, (_CALLED, step)))

    def lines(self) -> list[str]:
        """The code, as the body of an ``if``."""
        length = self.length
        if self.position is None:
            return [f"return step{length}(parts, path)"]
        names = [f"s{position}" for position in range(length)]
        otherwise = f"default{length}(parts, path)" if self.has_default else "None"
        lines = [f"{', '.join(names)}, = parts"]
        if self.is_uniform:
            lines += [f"leaf = get{length}(s{self.position})", "if leaf is not None:"]
            lines += ["    " + line for line in _lines_of(*self.shapes[0], names, otherwise)]
        else:
            lines += [f"entry = get{length}(s{self.position})", "if entry is not None:"]
            lines.append("    shape, leaf = entry")
            if self.has_deeper:
                lines += ["    " + line.format(otherwise) for line in _INTO_DEEPER]
            for number, shape in enumerate(self.shapes):
                lines.append(f"    if shape == {number}:")
                lines += ["        " + line for line in _lines_of(*shape, names, otherwise)]
            lines.append("    return leaf(parts, path)")
        return [*lines, f"return {otherwise}"]


def _come_first(own: list[Route], anywhere: list[Route]) -> bool:
    """Whether all of `own` come before all of `anywhere`."""
    return not anywhere or own[-1].index < anywhere[0].index


def _alone(
    by_text: dict[str, list[Route]], anywhere: list[Route], known: frozenset[int]
) -> dict[str, _Shape]:
    """The shapes of the routes that are first and alone in their entry, by text.

    Only those that can be written out.
    """
    shapes = {}
    for text, own in by_text.items():
        route = own[0]
        if len(own) == 1 and isinstance(route, Aligned) and _come_first(own, anywhere):
            (segments, keywords), _ = _shape_of(route, known, with_texts=True)
            if None not in keywords:
                shapes[text] = (segments, keywords)
    return shapes


def compile_find(tables: Tables) -> Callable[[str], Found | None]:
    """The function that finds a path."""
    shortest = min((len(route.segments) + 1 for route in tables.open), default=0)
    bindings = Bindings(_CALLABLES)
    bindings["rest"] = step_of_all(list(tables.open), shortest)
    bindings["static_get"] = tables.static.get
    has_defaults = any(leaf.defaults for leaf in tables.static.values())
    lines = [
        "def find(path):",
        "    leaf = static_get(path)",
        "    if leaf is not None:",
        f"        return leaf, (), {'leaf.defaults.copy()' if has_defaults else '{}'}",
        "    parts = path.split('/')",
        "    length = len(parts)",
    ]
    for length, routes in sorted(tables.groups.items(), key=lambda item: -len(item[1])):
        lines.append(f"    if length == {length}:")
        lines += ["        " + line for line in _Group(routes, length, bindings).lines()]
    if tables.open:
        lines += [f"    if length >= {shortest}:", "        return rest(parts, path)"]
    lines.append("    return None")
    return compile_function("find", "\n".join(lines) + "\n", bindings, filename="router")
