"""Loops that do no more than put values between texts, all at once: lists of values, tables of cells.

Where all values are plain strings and integers nothing can be noticed of how they are written, so they
are formatted, escaped and put between the template's texts as one string. For anything else the answer
is None, nothing was done, and the loop is gone through.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

__all__ = ["CELL", "FEWEST", "ROW", "row_text", "table_text"]

_LISTS = frozenset((list, tuple))
_PLAIN = frozenset((str, int))

# What stands between cells, and between rows, until the template's texts take their places.
CELL, ROW = "\0", "\1"

# From so many rows, or values of a single row, on it is worth it.
FEWEST = 8
# Nor is it for long values: they are escaped sooner one by one. And memory is not to be had for nothing.
_LONG = 64
_MANY = 200_000


def row_text(values: Any, before: str, after: str, escape: Callable[[str], str]) -> str | None:
    """Each of `values` between `before` and `after`; None if it takes a loop."""
    return table_text((values,), "", before, after, "", escape)


def table_text(
    rows: Sequence[Any],
    before_row: str,
    before: str,
    after: str,
    after_row: str,
    escape: Callable[[str], str],
) -> str | None:
    """Each value of each of `rows` between `before` and `after`; None if it takes loops.

    The texts that are given must not have `CELL` or `ROW` in them.
    """
    if type(rows) not in _LISTS or not _LISTS.issuperset(map(type, rows)):
        return None
    lengths = set(map(len, rows))
    if 0 in lengths:
        return None
    values = tuple(chain.from_iterable(rows))
    if len(values) > _MANY or not _PLAIN.issuperset(map(type, values)):
        return None
    form = CELL.join(["%s"] * len(values))
    if len(rows) > 1:
        forms = {length: CELL.join(["%s"] * length) for length in lengths}
        form = ROW.join([forms[len(row)] for row in rows])
    text = form % values
    if len(text) > _LONG * len(values):
        return None
    filled = _fill(escape(text), CELL, len(values) - len(rows), after + before)
    if filled is not None:
        filled = _fill(filled, ROW, len(rows) - 1, after + after_row + before_row + before)
    return None if filled is None else f"{before_row}{before}{filled}{after}{after_row}"


def _fill(text: str, mark: str, count: int, between: str) -> str | None:
    """`text` with `between` for each `mark`; None if there are more than `count`: values have them."""
    filled = text.replace(mark, between)
    added = len(between) - 1
    # PERF: how much longer it got tells it without another look at all the text.
    found = (len(filled) - len(text)) // added if added else text.count(mark)
    return filled if found == count else None
