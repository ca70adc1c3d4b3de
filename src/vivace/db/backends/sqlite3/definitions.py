"""What a CREATE statement says and no pragma tells: constraints, collations, index orders.

SQLite keeps the text of each statement. It is read here as far as needed: into tokens, and those
into the comma-separated definitions of the outermost parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

_TOKENS = re.compile(
    r"""
      (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<quoted> "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\] )
    | (?P<text> '(?:[^']|'')*' )
    | (?P<word> [^\W\d][\w$]* )
    | (?P<other> \d+(?:\.\d+)? | [^\s] )
    """,
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """A token of SQL: `kind` is quoted, text, word or other; `value` a name without its quotes."""

    kind: str
    value: str

    def says(self, *words: str) -> bool:
        """Whether it is one of these keywords."""
        return self.kind == "word" and self.value.upper() in words


def tokens(sql: str) -> list[Token]:
    """The tokens of `sql`, without comments."""
    found = []
    for match in _TOKENS.finditer(sql):
        kind = match.lastgroup or "other"
        value = match[0]
        if kind == "comment":
            continue
        if kind == "quoted":
            quote = value[-1]
            value = value[1:-1]
            if quote != "]":
                value = value.replace(quote * 2, quote)
        found.append(Token(kind, value))
    return found


def _split(items: Sequence[Token]) -> Iterator[list[Token]]:
    """The parts between commas that are in no parentheses."""
    depth = 0
    part: list[Token] = []
    for item in items:
        if item.kind == "other" and item.value in "()":
            depth += 1 if item.value == "(" else -1
        if depth == 0 and item.kind == "other" and item.value == ",":
            yield part
            part = []
        else:
            part.append(item)
    if part:
        yield part


def _parenthesised(items: Sequence[Token], start: int = 0) -> list[Token]:
    """What is in the first pair of parentheses from `start` on."""
    depth = 0
    inside: list[Token] = []
    for item in items[start:]:
        if item.kind == "other" and item.value == ")":
            depth -= 1
            if depth == 0:
                break
        if depth:
            inside.append(item)
        if item.kind == "other" and item.value == "(":
            depth += 1
    return inside


@dataclass
class Constraint:
    """A UNIQUE or CHECK constraint; `name` is None where it has none."""

    name: str | None
    columns: list[str]
    unique: bool = False
    check: bool = False


@dataclass
class TableDefinition:
    """What the text of a CREATE TABLE says."""

    constraints: list[Constraint] = field(default_factory=list)
    collations: dict[str, str] = field(default_factory=dict)


def _at_depth_zero(items: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    depth = 0
    for index, item in enumerate(items):
        if item.kind == "other" and item.value == ")":
            depth -= 1
        if depth == 0:
            yield index, item
        if item.kind == "other" and item.value == "(":
            depth += 1


def _named_in(items: Sequence[Token], columns: Sequence[str]) -> list[str]:
    by_case = {name.lower(): name for name in columns}
    names = (item for item in items if item.kind in ("word", "quoted"))
    return [by_case[item.value.lower()] for item in names if item.value.lower() in by_case]


def _indexed(items: Sequence[Token], columns: Sequence[str]) -> list[str]:
    return [name for part in _split(items) for name in _named_in(part[:1], columns)]


def _of_definition(
    items: list[Token], columns: Sequence[str], column: str | None
) -> list[Constraint]:
    """The constraints of one definition: of the table, or of `column`."""
    name: str | None = None
    unique: list[Constraint] = []
    check: list[Constraint] = []
    at_top = list(_at_depth_zero(items))
    for position, (index, item) in enumerate(at_top):
        if item.says("CONSTRAINT") and position + 1 < len(at_top):
            name = at_top[position + 1][1].value
        elif item.says("UNIQUE"):
            inside = None if column else _indexed(_parenthesised(items, index), columns)
            unique.append(Constraint(name, [column] if column else inside or [], unique=True))
            name = None
        elif item.says("CHECK"):
            named = _named_in(_parenthesised(items, index), columns)
            check.append(Constraint(name, named, check=True))
            name = None
        elif item.says("PRIMARY", "REFERENCES", "FOREIGN", "DEFAULT"):
            # The name was that of one which is found otherwise.
            name = None
    return unique + check


def table(sql: str, columns: Sequence[str]) -> TableDefinition:
    """The definition in `sql`, of a table with these `columns`."""
    found = TableDefinition()
    for definition in _split(_parenthesised(tokens(sql))):
        first = definition[0]
        if first.says("CONSTRAINT", "UNIQUE", "CHECK", "PRIMARY", "FOREIGN"):
            found.constraints.extend(_of_definition(definition, columns, None))
            continue
        matching = _named_in([Token("quoted", first.value)], columns)
        if not matching:
            continue
        column = matching[0]
        found.constraints.extend(_of_definition(definition[1:], columns, column))
        for index, item in enumerate(definition[1:], 1):
            if item.says("COLLATE") and index + 1 < len(definition):
                found.collations[column] = definition[index + 1].value
    return found


def index_orders(sql: str) -> list[str]:
    """``"ASC"`` or ``"DESC"`` for each column of the CREATE INDEX in `sql`."""
    parts: list[Any] = list(_split(_parenthesised(tokens(sql))))
    return ["DESC" if part[-1].says("DESC") else "ASC" for part in parts]
