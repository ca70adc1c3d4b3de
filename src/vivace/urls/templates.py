"""From a regular expression to the texts it may match, with places for its groups.

Building a path needs the reverse of matching. It is found by rule, not by search: what may be absent
is left out, what may repeat comes as often as it must, a set of characters gives its first one, a
group gives a place. Only a group that may be absent makes two templates, the one without it first.
Alternatives outside of groups cannot be reversed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

__all__ = ["Template", "templates_of"]

# What stands for an escaped class of characters; None is a position, which has no text.
_ESCAPES: dict[str, str | None] = {
    "A": None,
    "B": None,
    "D": "x",
    "S": "x",
    "W": "!",
    "Z": None,
    "b": None,
    "d": "0",
    "s": " ",
    "w": "x",
}


class _Irreversible(Exception):
    """The expression offers a choice that no rule decides."""


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class _Maybe:
    item: _Place | _Sequence


@dataclass(slots=True)
class _Sequence:
    items: list[str | _Place | _Maybe | _Sequence] = field(default_factory=list)


_Item = str | _Place | _Maybe | _Sequence


@dataclass(frozen=True, slots=True)
class Template:
    """Texts with places between them: ``texts[0] + value + texts[1] + ...``.

    `names` are the places in order; `params` are the parameters that must be given, in order.
    """

    texts: tuple[str, ...]
    names: tuple[str, ...]
    params: tuple[str, ...]

    def __str__(self) -> str:
        places = [f"%({name})s" for name in self.names]
        return "".join(text + place for text, place in zip(self.texts, [*places, ""], strict=True))


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.unnamed = 0

    def sequence(self) -> _Sequence:
        result = _Sequence()
        while (char := self.next()) not in ("", ")", "$"):
            if char == "|":
                raise _Irreversible
            if char in "*?+{":
                self.quantify(result.items, char)
            elif (item := self.item(char)) is not None:
                result.items.append(item)
        if char == "$":
            self.at = len(self.pattern)
        return result

    def next(self) -> str:
        char = self.pattern[self.at : self.at + 1]
        self.at += 1
        return char

    def item(self, char: str) -> _Item | None:
        if char == "\\":
            escaped = self.next()
            return _ESCAPES.get(escaped, escaped)
        if char == "[":
            return self.characters()
        if char == "(":
            return self.group()
        return None if char == "^" else char

    def characters(self) -> str | None:
        first = self.next()
        item = self.item(first) if first == "\\" else first
        while self.next() not in ("]", ""):
            if self.pattern[self.at - 1] == "\\":
                self.at += 1
        return item if isinstance(item, str) else None

    def group(self) -> _Item | None:
        if not self.pattern.startswith("?", self.at):
            name = f"_{self.unnamed}"
            self.unnamed += 1
            self.skip_group()
            return _Place(name)
        self.at += 1
        kind = self.next()
        if kind == ":":
            return self.sequence()
        if kind in "=!" or (kind == "<" and self.pattern[self.at : self.at + 1] in ("=", "!")):
            self.skip_group()
            return None
        if kind == "P":
            return self.named()
        raise ValueError(f"Non-reversible reg-exp portion: '(?{kind}'")

    def named(self) -> _Item | None:
        kind = self.next()
        end = self.pattern.find(">" if kind == "<" else ")", self.at)
        if kind not in "<=":
            raise ValueError(f"Non-reversible reg-exp portion: '(?P{kind}'")
        if end < 0:
            self.at = len(self.pattern)
            return None
        name = self.pattern[self.at : end]
        self.at = end + 1
        if kind == "<":
            self.skip_group()
        return _Place(name, counts=kind == "<")

    def skip_group(self) -> None:
        depth = 1
        while depth and (char := self.next()):
            if char == "\\":
                self.at += 1
            elif char == "[":
                self.characters_skipped()
            else:
                depth += (char == "(") - (char == ")")

    def characters_skipped(self) -> None:
        if self.pattern.startswith("^", self.at):
            self.at += 1
        self.characters()

    def quantify(self, items: list[_Item], char: str) -> None:
        least = self.least(char)
        # A question mark or a plus after a quantifier only says how greedy it is.
        if self.pattern.startswith(("?", "+"), self.at):
            self.at += 1
        if not items:
            return
        last = items[-1]
        if least == 0 and isinstance(last, (_Place, _Sequence)) and _has_place(last):
            items[-1] = _Maybe(last)
        elif least == 0:
            items.pop()
        else:
            items.extend([last] * (least - 1))

    def least(self, char: str) -> int:
        if char != "{":
            return int(char == "+")
        end = self.pattern.find("}", self.at)
        if end < 0:
            self.at = len(self.pattern)
            return 1
        bounds = self.pattern[self.at : end]
        self.at = end + 1
        return int(bounds.split(",")[0])


def _has_place(item: _Item) -> bool:
    # COMPAT: a place that is optional itself does not make what is around it worth keeping.
    if isinstance(item, _Sequence):
        return any(_has_place(inner) for inner in item.items)
    return isinstance(item, _Place)


def _choices(item: _Item) -> list[list[str | _Place]]:
    if isinstance(item, _Maybe):
        return [[], *_choices(item.item)]
    if isinstance(item, _Sequence):
        ways = product(*map(_choices, item.items))
        return [[part for parts in way for part in parts] for way in ways]
    return [[item]]


def _template(parts: list[str | _Place]) -> Template:
    texts = [""]
    places = []
    for part in parts:
        if isinstance(part, str):
            texts[-1] += part
        else:
            places.append(part)
            texts.append("")
    names = tuple(place.name for place in places)
    return Template(tuple(texts), names, tuple(p.name for p in places if p.counts))


def templates_of(pattern: str) -> list[Template]:
    """The templates of `pattern`, a regular expression; raises ValueError for unknown extensions."""
    try:
        sequence = _Reader(pattern).sequence()
    except _Irreversible:
        return [Template(("",), (), ())]
    return [_template(parts) for parts in _choices(sequence)]
