"""Source code on the pages for developers: the lines around the one that failed, coloured."""

from __future__ import annotations

import inspect
import io
import keyword
import linecache
import re
import sysconfig
import tokenize
from collections.abc import Iterable, Iterator
from functools import lru_cache
from os.path import split
from typing import Any

from vivace.views.report.frames import around_line, source_lines
from vivace.views.report.parts import text

STYLE = """
.source { overflow-x: auto; padding: .5rem 0; }
.source pre { min-width: 100%; width: max-content; white-space: pre; overflow-wrap: normal; }
.line { display: block; line-height: 1.6; padding-right: 1rem; }
.line .number { display: inline-block; width: 3.6rem; padding-right: .9rem; margin-right: .4rem;
  text-align: right; color: var(--soft); background: var(--paper); user-select: none;
  position: sticky; left: 0; }
.here, .here .number { background: var(--accent-paper); }
.here .number { box-shadow: inset 4px 0 var(--accent); color: var(--accent); font-weight: 700; }
.source mark { background: var(--mark); color: inherit; border-radius: 3px; padding: .1em 0; }
.w { color: var(--word); }
.q { color: var(--quote); }
.f { color: var(--figure); }
.c { color: var(--soft); font-style: italic; }
.found { border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.found > .place { display: block; padding: .6rem .9rem; background: var(--panel);
  border-bottom: 1px solid var(--line); }
.found > details { margin: .6rem; }
.place { overflow-wrap: anywhere; color: var(--soft); }
.place b { display: inline-block; max-width: 100%; color: var(--ink); font-weight: 600; }
"""

# A file that is longer is shown without colours.
LONGEST_COLOURED = 200_000
LINES_AROUND = 7
# What follows in a line is left out; code has no such lines, data and generated code have.
LONGEST_LINE = 1000
HIDDEN = "********************"

# Names of classes, by the kind of token.
_KINDS = {
    tokenize.STRING: "q",
    tokenize.NUMBER: "f",
    tokenize.COMMENT: "c",
    # The parts of f-strings, from Python 3.12 on, and of t-strings, from 3.14 on.
    **{
        getattr(tokenize, f"{letter}STRING_{part}"): "q"
        for letter in "FT"
        for part in ("START", "MIDDLE", "END")
        if hasattr(tokenize, f"{letter}STRING_{part}")
    },
}
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib")})

# A setting that is a secret, by its name, in a source that is shown only for what is near it.
_SECRET = re.compile(
    r"""(\b[A-Z0-9_]*(?:API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE)[A-Z0-9_]*["']?\]?\s*[:=])(?!=)\s*
    (?=.*["'\d])""",
    re.VERBOSE,
)

_DEFINITION = re.compile(r"\s*(async\s+def|def|class)\b|.*\blambda\b")

# Where in a line a colour begins and ends, and which.
Span = tuple[int, int, str]


def is_library(filename: str) -> bool:
    """Whether a file is of Python itself or of an installed package, or there is no file at all."""
    return (
        filename.startswith(("<", *_LIBRARIES))
        or "site-packages" in filename
        or "dist-packages" in filename
    )


def place(filename: str, line: Any, function: str = "") -> str:
    """Where in the code something is, with the file's own name set off from its folder's."""
    folder, name = split(filename)
    folder = f"{folder}/" if folder and not folder.endswith("/") else folder
    within = f", in {text(function)}" if function else ""
    return (
        f'<span class="place">{text(folder)}<b>{text(name)}</b>, line {text(line)}{within}</span>'
    )


def excerpt(frame: dict[str, Any]) -> str:
    """The lines around that of a frame, with the expression that failed marked in it."""
    first = frame["pre_context_lineno"]
    lines = [*frame["pre_context"], frame["context_line"], *frame["post_context"]]
    here = first + len(frame["pre_context"])
    return listing(
        lines, first, here, frame["columns"], colours_of(frame["filename"], lines, first)
    )


def listing(
    lines: list[str],
    first: int,
    here: int,
    columns: tuple[int, int] | None,
    colours: dict[int, list[Span]],
) -> str:
    """Lines of source, the first of which has the number `first`; `here` is set off from them."""
    rows = []
    for number, whole in enumerate(lines, first):
        at_fault = number == here
        line = whole if len(whole) <= LONGEST_LINE else f"{whole[:LONGEST_LINE]}…"
        marked = columns if at_fault else None
        secret = None if at_fault else _SECRET.search(line)
        if secret is None:
            shown = _coloured(line, colours.get(number, []), marked)
        else:
            # SECURITY: whoever looks for a mistake in the settings may share the screen.
            shown = f"{text(line[: secret.end(1)])} {HIDDEN}"
        kind = "line here" if at_fault else "line"
        # The line breaks are for where there is no style, and for what is copied.
        rows.append(f'<span class="{kind}"><span class="number">{number} </span>{shown}\n</span>')
    return f'<div class="source code" tabindex="0"><pre>{"".join(rows)}</pre></div>'


def _coloured(line: str, spans: list[Span], marked: tuple[int, int] | None) -> str:
    if marked is None:
        return "".join(_pieces(line, spans, 0, len(line)))
    begin, end = marked
    return "".join(
        [
            *_pieces(line, spans, 0, begin),
            "<mark>",
            *_pieces(line, spans, begin, end),
            "</mark>",
            *_pieces(line, spans, end, len(line)),
        ]
    )


def _pieces(line: str, spans: list[Span], begin: int, end: int) -> Iterator[str]:
    """The part of `line` between two columns, as HTML."""
    at = begin
    for start, stop, kind in spans:
        start, stop = max(start, at), min(stop, end)
        if start >= stop:
            continue
        yield text(line[at:start])
        yield f'<span class="{kind}">{text(line[start:stop])}</span>'
        at = stop
    yield text(line[at:end])


def colours_of(filename: str, lines: list[str], first: int) -> dict[int, list[Span]]:
    """The colours of a file's lines, by number; none if `lines` are not what the file has there."""
    source = linecache.getlines(filename)
    there = [line.rstrip("\r\n") for line in source[first - 1 : first - 1 + len(lines)]]
    if there != lines or filename.startswith("<"):
        return {}
    whole = "".join(source)
    return _colours(whole) if len(whole) <= LONGEST_COLOURED else {}


@lru_cache(maxsize=64)
def _colours(source: str) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            kind = _KINDS.get(token.type)
            if token.type == tokenize.NAME and keyword.iskeyword(token.string):
                kind = "w"
            if kind:
                _paint(found, token.start, token.end, kind, token.string)
    except (tokenize.TokenError, SyntaxError):
        # A file with a mistake in it, which has colours up to there.
        pass
    return found


def _paint(
    found: dict[int, list[Span]],
    start: tuple[int, int],
    end: tuple[int, int],
    kind: str,
    string: str,
) -> None:
    """Note the colour of a token, which may have several lines."""
    for line in range(start[0], end[0] + 1):
        begin = start[1] if line == start[0] else 0
        finish = end[1] if line == end[0] else begin + len(string)
        found.setdefault(line, []).append((begin, finish, kind))


def frame_of_mistake(error: SyntaxError) -> dict[str, Any] | None:
    """The place of a mistake in the language, which is none of a traceback's, in a frame's form."""
    if not error.filename or not error.lineno:
        return None
    source = source_lines(error.filename, None, None)
    first, before, line, after = around_line(source, error.lineno - 1, LINES_AROUND)
    if first is None or line is None:
        first, line = error.lineno - 1, (error.text or "").rstrip("\r\n")
    return {
        "filename": error.filename,
        "lineno": error.lineno,
        "function": "",
        "pre_context": before,
        "context_line": line,
        "post_context": after,
        "pre_context_lineno": first + 1,
        "columns": _columns(error, line),
        "vars": [],
    }


def frame_of_view(view: Any) -> dict[str, Any] | None:
    """Where a view begins, in a frame's form; None where that is not known or not of the site."""
    view = inspect.unwrap(getattr(view, "view_class", view))
    if getattr(view, "__module__", "").startswith(("vivace.", "django.")):
        return None
    try:
        filename = inspect.getsourcefile(view) or ""
        lines, number = inspect.getsourcelines(view)
    except (OSError, TypeError):
        return None
    if not filename or is_library(filename):
        return None
    # What decorates it comes first, and is not what one looks for.
    start = next((index for index, line in enumerate(lines) if _DEFINITION.match(line)), 0)
    shown = [line.rstrip("\r\n") for line in lines[start : start + 2 * LINES_AROUND]]
    return {
        "filename": filename,
        "lineno": number + start,
        "function": view.__name__,
        "pre_context": [],
        "context_line": shown[0],
        "post_context": shown[1:],
        "pre_context_lineno": number + start,
        "columns": None,
        "vars": [],
    }


def _columns(error: SyntaxError, line: str) -> tuple[int, int] | None:
    if not error.offset:
        return None
    begin = min(error.offset - 1, max(0, len(line) - 1))
    one_line = error.end_lineno in (None, error.lineno)
    end = (error.end_offset or 0) - 1 if one_line else len(line)
    return begin, min(max(end, begin + 1), len(line))


def own(frames: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The frames of the site's own code."""
    return [
        frame
        for frame in frames
        if frame["tb"] is not None and frame["type"] == "user" and not is_library(frame["filename"])
    ]
