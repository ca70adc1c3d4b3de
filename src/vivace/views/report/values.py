"""Values as a report shows them: on several lines if they are large, and not without end."""

from __future__ import annotations

import reprlib
from pprint import pformat
from typing import Any

from vivace.views.report.frames import said

LONGEST = 4096
LONGEST_WRITTEN = 100_000
# So many items, at all depths together, are printed as a whole before the text is cut.
MOST_ITEMS = 20_000
# A text weighs as much as an item for each so many characters.
_CHARACTERS_PER_ITEM = 50
_CONTAINERS = frozenset({dict, list, tuple, set, frozenset})

_short = reprlib.Repr()
_short.maxdict = _short.maxlist = _short.maxtuple = _short.maxset = _short.maxfrozenset = 100
_short.maxstring = _short.maxother = 200


def shown(value: Any) -> str:
    """`value` in the form of its ``repr``, cut where it gets too long; never fails."""
    try:
        text, length = _printed(value)
    except Exception as error:
        text = f"Error in formatting: {type(error).__name__}: {said(error)}"
        length = len(text)
    if length > LONGEST:
        text = f"{text[:LONGEST]}… <trimmed {length} bytes string>"
    return text


def written(value: Any) -> str:
    """The ``repr`` of `value` in one line, for a report as text; never fails."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"Error in formatting: {type(error).__name__}: {said(error)}"
    if len(text) > LONGEST_WRITTEN:
        text = f"{text[:LONGEST_WRITTEN]}… <trimmed {len(text)} bytes string>"
    return text


def _printed(value: Any) -> tuple[str, int]:
    """The text of `value`, or its beginning, and how long the whole is."""
    if not _is_huge(value):
        text = pformat(value)
        return text, len(text)
    if isinstance(value, str | bytes):
        return pformat(value[: LONGEST + 1]), len(value) + len(repr(value[:0]))
    # PERF: to print it all and cut it afterwards takes seconds to minutes.
    text = f"{_short.repr(value)} <a {type(value).__name__} of {len(value)} items>"
    return text, len(text)


def _is_huge(value: Any) -> bool:
    """Whether `value` is built of more than is worth printing."""
    left = MOST_ITEMS
    waiting: list[Any] = [value]
    while waiting and left > 0:
        each = waiting.pop()
        left -= _weight(each)
        if left > 0 and type(each) in _CONTAINERS:
            waiting += each.values() if type(each) is dict else each
    return left <= 0


def _weight(value: Any) -> int:
    kind = type(value)
    if kind is str or kind is bytes:
        return 1 + len(value) // _CHARACTERS_PER_ITEM
    return 1 + len(value) if kind in _CONTAINERS else 1
