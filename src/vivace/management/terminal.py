"""What a person reads in a terminal: lines that end between words.

Only terminals are written for. What a program reads through a pipe stays in the lines in which it
is documented.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from vivace.utils.lazily import late_pattern

_USUAL_WIDTH = 80
_COLOURS = late_pattern(r"\x1b\[[0-9;]*m")


def terminal_width() -> int:
    """How many columns the terminal has: ``COLUMNS`` says, else the terminal, else it is 80."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    # One of them may lead into a file.
    for stream in (sys.__stdout__, sys.__stderr__):
        try:
            return os.get_terminal_size(stream.fileno()).columns or _USUAL_WIDTH  # type: ignore[union-attr]
        except (AttributeError, ValueError, OSError):
            continue
    return _USUAL_WIDTH


def is_terminal(stream: Any) -> bool:
    """Whether a person reads `stream`."""
    return bool(hasattr(stream, "isatty") and stream.isatty())


def folded(stream: Any, text: str, hang: str = "") -> str:
    """`text` as it is to be written to `stream`: in lines that fit, if that is a terminal.

    Lines go on with the indentation they have, or after `hang`.
    """
    return fold(text, terminal_width(), hang) if is_terminal(stream) else text


def fold(text: str, width: int, hang: str = "") -> str:
    """`text` with its lines broken between words, so that none is wider than `width` if it can be.

    Colours have no width. A word is never broken: a path or an address can be copied.
    """
    return "\n".join(
        line if _shown(line) <= width else _fold_line(line, width, hang)
        for line in text.split("\n")
    )


def _fold_line(line: str, width: int, hang: str) -> str:
    words = line.lstrip(" \t")
    indent = line[: len(line) - len(words)]
    lines, current = [], indent
    for number, word in enumerate(words.split(" ")):
        longer = f"{current} {word}" if number else f"{current}{word}"
        if number and _shown(longer) > width:
            lines.append(current)
            current = f"{indent or hang}{word}"
        else:
            current = longer
    return "\n".join([*lines, current])


def _shown(line: str) -> int:
    """The columns that `line` takes."""
    return len(_COLOURS.sub("", line).expandtabs())
