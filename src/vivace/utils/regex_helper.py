"""From a regular expression to the strings it matches: what reversing a URL pattern needs.

`normalize` reads a pattern as far as URL patterns go. Groups become places to fill in, everything else
becomes one string that it matches: the first character of a class, no repetition where none is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vivace.utils.functional import SimpleLazyObject

__all__ = [
    "ESCAPE_MAPPINGS",
    "Choice",
    "Group",
    "NonCapture",
    "contains",
    "flatten_result",
    "get_quantifier",
    "next_char",
    "normalize",
    "walk_to_end",
]

# What stands for each escaped class; None stands for nothing, as it matches no character.
ESCAPE_MAPPINGS: dict[str, str | None] = {
    "A": None,
    "b": None,
    "B": None,
    "d": "0",
    "D": "x",
    "s": " ",
    "S": "x",
    "w": "x",
    "W": "!",
    "Z": None,
}


class Choice(list[Any]):
    """Several possibilities at one place of a pattern; None is the one of nothing."""


class Group(tuple[str, str | None]):
    """A place to fill in: its format and the name of its argument, None for a back reference."""


class NonCapture(list[Any]):
    """A group that is not filled in, as a sequence of its parts."""


def normalize(pattern: str) -> list[tuple[str, list[str]]]:
    """The ways to fill in `pattern`: pairs of a ``%`` format and the names it takes, in order.

    Unnamed groups are named ``_0``, ``_1`` and so on. A pattern with an alternative outside of a
    capturing group cannot be filled in: it gives one empty pair. Raises ValueError for extensions other
    than groups and look-around.
    """
    try:
        parts = _Reader(pattern).parts()
    except NotImplementedError:
        return [("", [])]
    return list(zip(*flatten_result(parts), strict=True))


class _Reader:
    """Reads a pattern into nested parts: strings, Group, Choice, NonCapture.

    A pattern that ends within a construct ends before it: StopIteration from anywhere says so.
    """

    def __init__(self, pattern: str) -> None:
        self.chars = next_char(iter(pattern))
        self.unnamed = 0
        self.result: list[Any] = []
        # Where in `result` each open non-capturing group starts.
        self.starts: list[int] = []

    def parts(self) -> list[Any]:
        try:
            self._read()
        except StopIteration:
            pass
        return self.result

    def _read(self) -> None:
        following: tuple[str, bool] | None = None
        while True:
            char, escaped = following or next(self.chars)
            following = None
            if escaped or char not in "^$|)[(*?+{":
                self.result.append(char)
            elif char == "$":
                # What comes after the end matches nothing.
                return
            elif char == "|":
                raise NotImplementedError("Alternatives cannot be reversed.")
            elif char == ")":
                start = self.starts.pop()
                self.result[start:] = [NonCapture(self.result[start:])]
            elif char == "[":
                self._read_class()
            elif char == "(":
                self._read_group()
            elif char != "^":
                following = self._repeat(char)

    def _read_class(self) -> None:
        self.result.append(next(self.chars)[0])
        char, escaped = next(self.chars)
        while escaped or char != "]":
            char, escaped = next(self.chars)

    def _read_group(self) -> None:
        char, escaped = next(self.chars)
        if char != "?" or escaped:
            self._fill_in(f"_{self.unnamed}")
            self.unnamed += 1
            walk_to_end(char, self.chars)
            return
        char, escaped = next(self.chars)
        if char in "!=<":
            walk_to_end(char, self.chars)
        elif char == ":":
            self.starts.append(len(self.result))
        elif char != "P":
            raise ValueError(f"Non-reversible reg-exp portion: '(?{char}'")
        else:
            self._read_named()

    def _read_named(self) -> None:
        char, _ = next(self.chars)
        if char not in "=<":
            raise ValueError(f"Non-reversible reg-exp portion: '(?P{char}'")
        end = ">" if char == "<" else ")"
        name: list[str] = []
        letter, _ = next(self.chars)
        while letter != end:
            name.append(letter)
            letter, _ = next(self.chars)
        param = "".join(name)
        if char == "<":
            self._fill_in(param)
            walk_to_end("", self.chars)
        else:
            self.result.append(Group((f"%({param})s", None)))

    def _fill_in(self, name: str) -> None:
        self.result.append(Group((f"%({name})s", name)))

    def _repeat(self, char: str) -> tuple[str, bool] | None:
        count, following = get_quantifier(char, self.chars)
        if count == 0:
            last = self.result[-1]
            if contains(last, Group):
                self.result[-1] = Choice([None, last])
            else:
                self.result.pop()
        elif count > 1:
            self.result.extend([self.result[-1]] * (count - 1))
        return following


def next_char(input_iter: Iterator[str]) -> Iterator[tuple[str, bool]]:
    """Each character of a pattern, with whether it was escaped."""
    for char in input_iter:
        if char != "\\":
            yield char, False
            continue
        char = next(input_iter, "")
        representative = ESCAPE_MAPPINGS.get(char, char)
        if representative is not None:
            yield representative, True


def walk_to_end(ch: str, input_iter: Iterator[tuple[str, bool]]) -> None:
    """Pass over what is left of a group whose first character, `ch`, was read."""
    depth = 1 if ch == "(" else 0
    for char, escaped in input_iter:
        if escaped:
            continue
        if char == "(":
            depth += 1
        elif char == ")":
            if not depth:
                return
            depth -= 1


def get_quantifier(
    ch: str, input_iter: Iterator[tuple[str, bool]]
) -> tuple[int, tuple[str, bool] | None]:
    """The least number of repetitions that the quantifier starting with `ch` allows.

    With it comes the character after the quantifier if it had to be read to see where it ends.
    """
    if ch in "*?+":
        minimum = 1 if ch == "+" else 0
    else:
        digits: list[str] = []
        char, _ = next(input_iter)
        while char != "}":
            digits.append(char)
            char, _ = next(input_iter)
        minimum = int("".join(digits).split(",")[0])
    following = next(input_iter, None)
    # "?" after a quantifier only makes it lazy.
    if following is not None and following[0] == "?":
        following = None
    return minimum, following


def contains(source: Any, inst: type) -> bool:
    """Whether `source` is an instance of `inst` or holds one at any depth of its NonCaptures."""
    if isinstance(source, inst):
        return True
    return isinstance(source, NonCapture) and any(contains(part, inst) for part in source)


def flatten_result(source: Any) -> tuple[list[str], list[list[str]]]:
    """All ways to take the choices in `source`: their formats, and for each the names in it."""
    if source is None:
        return [""], [[]]
    if isinstance(source, Group):
        return [source[0]], [[source[1]] if source[1] else []]
    formats: list[str] = [""]
    names: list[list[str]] = [[]]
    for part in source:
        more_formats, more_names = _ways(part)
        formats = [left + right for left in formats for right in more_formats]
        names = [left + right for left in names for right in more_names]
    return formats, names


def _ways(part: Any) -> tuple[list[str], list[list[str]]]:
    if isinstance(part, str):
        return [part], [[]]
    if isinstance(part, Choice):
        formats: list[str] = []
        names: list[list[str]] = []
        for option in part:
            more_formats, more_names = flatten_result(option)
            formats.extend(more_formats)
            names.extend(more_names)
        return formats, names
    return flatten_result(part)


def _lazy_re_compile(regex: Any, flags: int = 0) -> Any:
    """A regular expression that is compiled when it is first used.

    `regex` is a pattern, as text or bytes, or a compiled one; then there must be no `flags`.
    """

    def _compile() -> Any:
        if isinstance(regex, (str, bytes)):
            return re.compile(regex, flags)
        assert not flags, "flags must be empty if regex is passed pre-compiled"
        return regex

    return SimpleLazyObject(_compile)
